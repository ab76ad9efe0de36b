import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { addField, expectRejection, newFieldName, verbsFor } from "./support.ts";

let app: App;
let tenant: Tenant;

const kinds = ["quote", "proposal"] as const;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  for (const entity_type of kinds) await addField(tenant, "badge", { entity_type, is_unique: true });
});
afterAll(() => app.stop());

const takenRejection = [409, ["custom_fields.badge"]];

describe.each(kinds)("a unique value of a %s with versions", (kind) => {
  const verbs = verbsFor(kind);
  const create = (badge: string) => verbs.create(tenant.admin, { custom_fields: { badge } });
  const patch = (id: string, badge: string | null) => verbs.patch(tenant.admin, id, { badge });
  const remove = (id: string) => verbs.remove(tenant.admin, id);
  const restore = (id: string) => verbs.restore(tenant.admin, id);
  const next = async (id: string): Promise<string> => {
    const { admin } = tenant;
    const { data } = await (kind === "quote" ? admin.createQuoteVersion({ id }) : admin.createProposalVersion({ id }));
    return data.id;
  };
  const readBadge = async (id: string) => (await verbs.get(tenant.admin, id)).data.custom_fields.badge;
  const listLocks = (id: string) =>
    dumpItems(app, tenant.id).filter(
      ({ turn, record_id, versions }) => turn !== undefined && (record_id === id || (versions as string[])?.includes(id)),
    );

  it("belongs to all of its versions, and to no other record", async () => {
    const badge = newFieldName();
    const first = (await create(badge)).data.id;
    const second = await next(first);
    const third = await next(second);
    expect([await readBadge(second), await readBadge(third)]).toEqual([badge, badge]);
    expect(await expectRejection(create(badge.toUpperCase()))).toEqual(takenRejection);
    await expect(create(badge)).rejects.toMatchObject({ details: [{ message: `The ${kind} ${third} has this value` }] });
    const stranger = (await create(newFieldName())).data.id;
    expect(await expectRejection(patch(stranger, badge))).toEqual(takenRejection);
    expect(await expectRejection(patch(await next(stranger), badge))).toEqual(takenRejection);
    await patch(second, badge.toUpperCase());
  });

  it("is free once the last version has released it", async () => {
    const [badge, otherBadge] = [newFieldName(), newFieldName()];
    const first = (await create(badge)).data.id;
    const second = await next(first);
    await patch(second, otherBadge);
    expect(await expectRejection(create(badge))).toEqual(takenRejection);
    // After a swap, each of the two values still belongs to both versions.
    await patch(second, badge);
    await patch(first, otherBadge);
    for (const value of [badge, otherBadge]) expect(await expectRejection(create(value))).toEqual(takenRejection);
    await patch(second, null);
    const { data } = await create(badge);
    expect(await expectRejection(patch(second, badge))).toEqual(takenRejection);
    await patch(data.id, null);
    await patch(second, badge);
  });

  it("stays with the other versions if the latest is deleted, and returns with its restore", async () => {
    const [badge, otherBadge] = [newFieldName(), newFieldName()];
    const first = (await create(badge)).data.id;
    const second = await next(first);
    await remove(second);
    expect(listLocks(second)).toEqual([]);
    expect(await expectRejection(create(badge))).toEqual(takenRejection);
    await restore(second);
    expect(listLocks(second)).toHaveLength(1);
    await patch(second, otherBadge);
    await remove(second);
    const { data } = await create(otherBadge);
    expect(await expectRejection(restore(second))).toEqual(takenRejection);
    await remove(data.id);
    await restore(second);
    await remove(second);
    await remove(first);
    expect([...listLocks(first), ...listLocks(second)]).toEqual([]);
    await create(badge);
  });

  it("is rejected for another record while a version takes it, but not for a version", async () => {
    for (let round = 0; round < 3; round++) {
      const badge = newFieldName();
      const first = (await create(badge)).data.id;
      const answers = await Promise.allSettled([next(first), next(first), create(badge), create(badge)]);
      expect(answers.map(({ status }) => status).filter((status) => status === "fulfilled")).toHaveLength(1);
      expect(answers[2]?.status).toBe("rejected");
      expect(await expectRejection(create(badge))).toEqual(takenRejection);
    }
  });

  it("goes to either a version or another record that take it at the same moment once it is free", async () => {
    for (let round = 0; round < 3; round++) {
      const badge = newFieldName();
      const first = (await create(newFieldName())).data.id;
      const second = await next(first);
      const stranger = (await create(newFieldName())).data.id;
      const [firstResult, secondResult, foreign] = await Promise.allSettled([
        patch(first, badge),
        patch(second, badge),
        patch(stranger, badge),
      ]);
      const isOurs = [firstResult, secondResult].some(({ status }) => status === "fulfilled");
      expect(isOurs).toBe(foreign.status === "rejected");
      if (isOurs) expect([firstResult.status, secondResult.status]).toEqual(["fulfilled", "fulfilled"]);
    }
  });
});
