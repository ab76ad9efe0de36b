import { CustomFields } from "@crm/core/custom-field/values.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTenant } from "../person/support.ts";
import { dump } from "../stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../support.ts";
import { addField, anyName, type Entity, entities, refusal, verbsOf } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  for (const entity_type of entities) {
    await addField(tenant, "badge", { entity_type, is_unique: true });
    await addField(tenant, "line", { entity_type, field_type: "phone", is_unique: true });
  }
});
afterAll(() => app.stop());

function waysOf(entity: Entity) {
  const verbs = verbsOf(entity);
  return {
    create: (custom_fields: object, who = tenant.admin) => verbs.create(who, { custom_fields }),
    patch: (id: string, custom_fields: object) => verbs.patch(tenant.admin, id, custom_fields),
    put: (id: string, custom_fields: object) => verbs.put(tenant.admin, { id, custom_fields }),
    remove: (id: string) => verbs.remove(tenant.admin, id),
    restore: (id: string) => verbs.restore(tenant.admin, id),
  };
}
const leads = waysOf("lead");

const taken = [409, ["custom_fields.badge"]];

describe.each(entities)("a unique value of a %s", (entity) => {
  const { create, patch, put, remove, restore } = waysOf(entity);

  it("is refused to another, who is told whose it is", async () => {
    const badge = anyName();
    const { data } = await create({ badge: `  ${badge} X` });
    expect(await refusal(create({ badge: `${badge.toUpperCase()}  x` }))).toEqual(taken);
    await expect(create({ badge: `${badge} x` })).rejects.toMatchObject({
      details: [{ message: `The ${entity} ${data.id} has it` }],
    });
    await create({ line: "+32 2 123 45 67" }).catch(() => undefined);
    expect(await refusal(create({ line: "0032 (2) 123.45.67" }))).toEqual([409, ["custom_fields.line"]]);
    await create({ badge: anyName() });
    await create({});
    await create({});
  });

  it("goes to exactly one of those who take it at the same moment", async () => {
    for (let round = 0; round < 3; round++) {
      const badge = anyName();
      const others = await Promise.all([create({}), create({}), create({})]);
      const answers = await Promise.allSettled([
        ...Array.from({ length: 4 }, () => create({ badge })),
        ...others.map(({ data }) => patch(data.id, { badge })),
      ]);
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.status] : []));
      expect(new Set(refused)).toEqual(new Set([409]));
    }
  });

  it("is free once it is changed, cleared, or its record deleted", async () => {
    const [first, second] = [anyName(), anyName()];
    const { data } = await create({ badge: first });
    await patch(data.id, { badge: second });
    const { data: next } = await create({ badge: first });
    expect(await refusal(patch(next.id, { badge: second }))).toEqual(taken);
    await put(data.id, {});
    await patch(next.id, { badge: second });
    const held = () => dump(app, tenant.id).filter(({ record_id, turn }) => turn !== undefined && record_id === next.id);
    expect(held()).toHaveLength(1);
    await remove(next.id);
    expect(held()).toEqual([]);
    const { data: last } = await create({ badge: second });
    expect(await refusal(restore(next.id))).toEqual(taken);
    await patch(last.id, { badge: null });
    expect((await restore(next.id)).data.custom_fields.badge).toBe(second);
    expect(await refusal(create({ badge: second }))).toEqual(taken);
  });

  it("stays taken by a change of other things, and can be written again by whom it is", async () => {
    const badge = anyName();
    const { data } = await create({ badge });
    await patch(data.id, { badge: badge.toUpperCase() });
    await put(data.id, { badge });
    expect(await refusal(create({ badge }))).toEqual(taken);
  });

  it("is not swapped: who asks for another's is refused, also where that one asks for theirs", async () => {
    const names = [anyName(), anyName()];
    const records = await Promise.all(names.map((badge) => create({ badge })));
    const swap = records.map(({ data }, at) => refusal(patch(data.id, { badge: names[1 - at] })));
    expect(await Promise.all(swap)).toEqual([taken, taken]);
    for (const badge of names) expect(await refusal(create({ badge }))).toEqual(taken);
  });

  it("is its own in each tenant and in each field", async () => {
    const badge = anyName();
    await create({ badge });
    const other = await signUp(app);
    await addField(other, "badge", { entity_type: entity, is_unique: true });
    await create({ badge }, other.admin);
  });
});

it("says nothing of a lead that is not shown to whom it is refused", async () => {
  const badge = anyName();
  const { data } = await leads.create({ badge });
  const rep = await addUser(app, tenant, "SALES_REP");
  const refused = await rep.as.createLead(newLead({ custom_fields: { badge } })).catch((error: unknown) => error);
  expect(refused).toMatchObject({ status: 409, details: [{ field: "custom_fields.badge", message: "Another lead has it" }] });
  expect(JSON.stringify(refused)).not.toContain(data.id);
});

describe("a merge of persons", () => {
  const { create, patch, remove, restore } = waysOf("person");
  const badge = async (id: string) => (await tenant.admin.getPerson({ id })).data.custom_fields.badge;
  const join = async (of: object, with_: object, more: object = {}) => {
    const [id, merged_id] = [(await create(of)).data.id, (await create(with_)).data.id];
    const { data } = await tenant.admin.mergePersons({ id, merged_id, ...more } as never);
    return { id, merged_id, data };
  };
  const apart = ({ id, merged_id }: { id: string; merged_id: string }) => tenant.admin.unmergePersons({ id, merged_id } as never);

  it("shows the other's value where the survivor has none, and takes it back", async () => {
    const value = anyName();
    const pair = await join({}, { badge: value });
    expect(pair.data.fields).toContainEqual(
      expect.objectContaining({ field: "custom_fields.badge", survivor: null, merged: value, outcome: value, from: "merged" }),
    );
    expect(await badge(pair.id)).toBe(value);
    expect(await refusal(create({ badge: value }))).toEqual(taken);
    // What the survivor shows is the survivor's to send back, and to change.
    await patch(pair.id, { badge: value.toUpperCase() });
    await patch(pair.id, { badge: value });
    await apart(pair);
    expect(await badge(pair.merged_id)).toBe(value);
    expect(await refusal(create({ badge: value }))).toEqual(taken);
  });

  it("leaves both values taken while it holds, and each with its own after it", async () => {
    const [mine, theirs] = [anyName(), anyName()];
    const pair = await join({ badge: mine }, { badge: theirs }, { choices: { "custom_fields.badge": "merged" } });
    expect(await badge(pair.id)).toBe(theirs);
    for (const value of [mine, theirs]) expect(await refusal(create({ badge: value }))).toEqual(taken);
    await apart(pair);
    expect([await badge(pair.id), await badge(pair.merged_id)]).toEqual([mine, theirs]);
    for (const value of [mine, theirs]) expect(await refusal(create({ badge: value }))).toEqual(taken);
  });

  it("gives a value that was changed meanwhile to whoever took it, and says that it is lost", async () => {
    const value = anyName();
    const pair = await join({}, { badge: value });
    await patch(pair.id, { badge: anyName() });
    await create({ badge: value });
    const { data } = await apart(pair);
    expect(data.lost).toEqual(["custom_fields.badge"]);
    expect(await badge(pair.merged_id)).toBe(null);
  });

  it("hands a value back that its survivor held for a while", async () => {
    const value = anyName();
    const pair = await join({}, { badge: value });
    await remove(pair.id);
    await restore(pair.id);
    expect(await refusal(create({ badge: value }))).toEqual(taken);
    await apart(pair);
    expect([await badge(pair.id), await badge(pair.merged_id)]).toEqual([null, value]);
    await patch(pair.id, { badge: anyName() });
    expect(await refusal(create({ badge: value }))).toEqual(taken);
  });

  it("keeps nobody from a value that nobody has any more", async () => {
    const [mine, theirs] = [anyName(), anyName()];
    const pair = await join({ badge: mine }, { badge: theirs }, { choices: { "custom_fields.badge": "merged" } });
    await patch(pair.id, { badge: anyName() });
    await apart(pair);
    expect((await create({ badge: mine })).data.custom_fields.badge).toBe(mine);
  });
});

describe("two who have read the same", () => {
  const lead = (id: string) => ({ entity: "lead" as const, ids: [id] as [string] });
  const values = (badge: string | null) => (badge === null ? null : { badge });
  /** Prepares what moves a value, and writes it later. */
  const prepared = async (id: string, before: string | null, after: string | null) => {
    const tx = transaction();
    await CustomFields.move(tx, lead(id), values(before), values(after));
    return tx;
  };

  it("are told apart when they write: who takes what is free, and who takes over what nobody has any more", async () => {
    const [one, two] = [(await leads.create({})).data.id, (await leads.create({})).data.id];
    const badge = anyName();
    await inTenant(app, tenant, async () => {
      for (const round of ["free", "left behind"]) {
        const [first, second] = [await prepared(one, null, badge), await prepared(two, null, badge)];
        await first.commit(undefined);
        await expect(second.commit(undefined), round).rejects.toThrow("another holder");
      }
    });
  });

  it("are told apart when one lets go of what the other has taken over", async () => {
    const [one, two] = [(await leads.create({})).data.id, (await leads.create({})).data.id];
    const badge = anyName();
    await inTenant(app, tenant, async () => {
      await (await prepared(one, null, badge)).commit(undefined);
      const [leaving, taking] = [await prepared(one, badge, null), await prepared(two, null, badge)];
      await taking.commit(undefined);
      await expect(leaving.commit(undefined)).rejects.toThrow("another holder");
    });
  });
});
