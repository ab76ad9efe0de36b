import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dump } from "../stream/chaos.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { addField, anyName, refusal, verbsOf } from "./support.ts";

let app: App;
let tenant: Tenant;

const kinds = ["quote", "proposal"] as const;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  for (const entity_type of kinds) await addField(tenant, "badge", { entity_type, is_unique: true });
});
afterAll(() => app.stop());

const taken = [409, ["custom_fields.badge"]];

describe.each(kinds)("a unique value of a %s with versions", (kind) => {
  const verbs = verbsOf(kind);
  const create = (badge: string) => verbs.create(tenant.admin, { custom_fields: { badge } });
  const patch = (id: string, badge: string | null) => verbs.patch(tenant.admin, id, { badge });
  const remove = (id: string) => verbs.remove(tenant.admin, id);
  const restore = (id: string) => verbs.restore(tenant.admin, id);
  const next = async (id: string): Promise<string> => {
    const { admin } = tenant;
    const { data } = await (kind === "quote" ? admin.createQuoteVersion({ id }) : admin.createProposalVersion({ id }));
    return data.id;
  };
  const badgeOf = async (id: string) => (await verbs.get(tenant.admin, id)).data.custom_fields.badge;
  const locksOf = (id: string) =>
    dump(app, tenant.id).filter(
      ({ turn, record_id, versions }) => turn !== undefined && (record_id === id || (versions as string[])?.includes(id)),
    );

  it("is the value of all of them, and of no other", async () => {
    const badge = anyName();
    const first = (await create(badge)).data.id;
    const second = await next(first);
    const third = await next(second);
    expect([await badgeOf(second), await badgeOf(third)]).toEqual([badge, badge]);
    expect(await refusal(create(badge.toUpperCase()))).toEqual(taken);
    await expect(create(badge)).rejects.toMatchObject({ details: [{ message: `The ${kind} ${third} has it` }] });
    const stranger = (await create(anyName())).data.id;
    expect(await refusal(patch(stranger, badge))).toEqual(taken);
    expect(await refusal(patch(await next(stranger), badge))).toEqual(taken);
    await patch(second, badge.toUpperCase());
  });

  it("is free once the last of them has given it up", async () => {
    const [badge, other] = [anyName(), anyName()];
    const first = (await create(badge)).data.id;
    const second = await next(first);
    await patch(second, other);
    expect(await refusal(create(badge))).toEqual(taken);
    // Either is of both, whichever had it first.
    await patch(second, badge);
    await patch(first, other);
    for (const each of [badge, other]) expect(await refusal(create(each))).toEqual(taken);
    await patch(second, null);
    const { data } = await create(badge);
    expect(await refusal(patch(second, badge))).toEqual(taken);
    await patch(data.id, null);
    await patch(second, badge);
  });

  it("stays with the others when the latest is deleted, and is its own again when that comes back", async () => {
    const [badge, other] = [anyName(), anyName()];
    const first = (await create(badge)).data.id;
    const second = await next(first);
    await remove(second);
    expect(locksOf(second)).toEqual([]);
    expect(await refusal(create(badge))).toEqual(taken);
    await restore(second);
    expect(locksOf(second)).toHaveLength(1);
    await patch(second, other);
    await remove(second);
    const { data } = await create(other);
    expect(await refusal(restore(second))).toEqual(taken);
    await remove(data.id);
    await restore(second);
    await remove(second);
    await remove(first);
    expect([...locksOf(first), ...locksOf(second)]).toEqual([]);
    await create(badge);
  });

  it("is refused to a stranger at the moment at which a version takes it, and to no version", async () => {
    for (let round = 0; round < 3; round++) {
      const badge = anyName();
      const first = (await create(badge)).data.id;
      const answers = await Promise.allSettled([next(first), next(first), create(badge), create(badge)]);
      expect(answers.map(({ status }) => status).filter((status) => status === "fulfilled")).toHaveLength(1);
      expect(answers[2]?.status).toBe("rejected");
      expect(await refusal(create(badge))).toEqual(taken);
    }
  });

  it("goes to one of a version and a stranger that take it at the same moment, once it is free", async () => {
    for (let round = 0; round < 3; round++) {
      const badge = anyName();
      const first = (await create(anyName())).data.id;
      const second = await next(first);
      const stranger = (await create(anyName())).data.id;
      const [one, other, foreign] = await Promise.allSettled([patch(first, badge), patch(second, badge), patch(stranger, badge)]);
      const isOurs = [one, other].some(({ status }) => status === "fulfilled");
      expect(isOurs).toBe(foreign.status === "rejected");
      if (isOurs) expect([one.status, other.status]).toEqual(["fulfilled", "fulfilled"]);
    }
  });
});
