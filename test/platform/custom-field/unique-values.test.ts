import { CustomFields } from "@crm/core/platform/custom-field/values.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInTenant } from "../../people/person/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { addField, type Entity, entities, expectRejection, newFieldName, verbsFor } from "./support.ts";

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

function adminVerbsFor(entity: Entity) {
  const verbs = verbsFor(entity);
  return {
    create: (custom_fields: object, client = tenant.admin) => verbs.create(client, { custom_fields }),
    patch: (id: string, custom_fields: object) => verbs.patch(tenant.admin, id, custom_fields),
    put: (id: string, custom_fields: object) => verbs.put(tenant.admin, { id, custom_fields }),
    remove: (id: string) => verbs.remove(tenant.admin, id),
    restore: (id: string) => verbs.restore(tenant.admin, id),
  };
}
const leadVerbs = adminVerbsFor("lead");

const takenRejection = [409, ["custom_fields.badge"]];

describe.each(entities)("a unique value of a %s", (entity) => {
  const { create, patch, put, remove, restore } = adminVerbsFor(entity);

  it("is rejected for another record, and the error names its owner", async () => {
    const badge = newFieldName();
    const { data } = await create({ badge: `  ${badge} X` });
    expect(await expectRejection(create({ badge: `${badge.toUpperCase()}  x` }))).toEqual(takenRejection);
    await expect(create({ badge: `${badge} x` })).rejects.toMatchObject({
      details: [{ message: `The ${entity} ${data.id} has this value` }],
    });
    await create({ line: "+32 2 123 45 67" }).catch(() => undefined);
    expect(await expectRejection(create({ line: "0032 (2) 123.45.67" }))).toEqual([409, ["custom_fields.line"]]);
    await create({ badge: newFieldName() });
    await create({});
    await create({});
  });

  it("goes to exactly one of several concurrent requests", async () => {
    for (let round = 0; round < 3; round++) {
      const badge = newFieldName();
      const otherRecords = await Promise.all([create({}), create({}), create({})]);
      const answers = await Promise.allSettled([
        ...Array.from({ length: 4 }, () => create({ badge })),
        ...otherRecords.map(({ data }) => patch(data.id, { badge })),
      ]);
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const rejectedStatuses = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.status] : []));
      expect(new Set(rejectedStatuses)).toEqual(new Set([409]));
    }
  });

  it("is free after a change, a clear, or the deletion of its record", async () => {
    const [first, second] = [newFieldName(), newFieldName()];
    const { data } = await create({ badge: first });
    await patch(data.id, { badge: second });
    const { data: next } = await create({ badge: first });
    expect(await expectRejection(patch(next.id, { badge: second }))).toEqual(takenRejection);
    await put(data.id, {});
    await patch(next.id, { badge: second });
    const listLocks = () =>
      dumpItems(app, tenant.id).filter(({ record_id, turn }) => turn !== undefined && record_id === next.id);
    expect(listLocks()).toHaveLength(1);
    await remove(next.id);
    expect(listLocks()).toEqual([]);
    const { data: last } = await create({ badge: second });
    expect(await expectRejection(restore(next.id))).toEqual(takenRejection);
    await patch(last.id, { badge: null });
    expect((await restore(next.id)).data.custom_fields.badge).toBe(second);
    expect(await expectRejection(create({ badge: second }))).toEqual(takenRejection);
  });

  it("stays taken after other changes, and can be written again by its owner", async () => {
    const badge = newFieldName();
    const { data } = await create({ badge });
    await patch(data.id, { badge: badge.toUpperCase() });
    await put(data.id, { badge });
    expect(await expectRejection(create({ badge }))).toEqual(takenRejection);
  });

  it("cannot be swapped with another one, even if both records request that", async () => {
    const names = [newFieldName(), newFieldName()];
    const records = await Promise.all(names.map((badge) => create({ badge })));
    const swap = records.map(({ data }, index) => expectRejection(patch(data.id, { badge: names[1 - index] })));
    expect(await Promise.all(swap)).toEqual([takenRejection, takenRejection]);
    for (const badge of names) expect(await expectRejection(create({ badge }))).toEqual(takenRejection);
  });

  it("is unique within its tenant and field only", async () => {
    const badge = newFieldName();
    await create({ badge });
    const otherTenant = await signUp(app);
    await addField(otherTenant, "badge", { entity_type: entity, is_unique: true });
    await create({ badge }, otherTenant.admin);
  });
});

it("a rejected unique value reveals nothing about a hidden lead", async () => {
  const badge = newFieldName();
  const { data } = await leadVerbs.create({ badge });
  const rep = await addUser(app, tenant, "SALES_REP");
  const rejection = await rep.client.createLead(newLead({ custom_fields: { badge } })).catch((error: unknown) => error);
  expect(rejection).toMatchObject({
    status: 409,
    details: [{ field: "custom_fields.badge", message: "Another lead has this value" }],
  });
  expect(JSON.stringify(rejection)).not.toContain(data.id);
});

describe("a merge of persons", () => {
  const { create, patch, remove, restore } = adminVerbsFor("person");
  const badge = async (id: string) => (await tenant.admin.getPerson({ id })).data.custom_fields.badge;
  const join = async (survivorFields: object, with_: object, more: object = {}) => {
    const [id, merged_id] = [(await create(survivorFields)).data.id, (await create(with_)).data.id];
    const { data } = await tenant.admin.mergePersons({ id, merged_id, ...more });
    return { id, merged_id, data };
  };
  const apart = ({ id, merged_id }: { id: string; merged_id: string }) => tenant.admin.unmergePersons({ id, merged_id });

  it("shows the merged person's value if the survivor has none, and returns it on an unmerge", async () => {
    const value = newFieldName();
    const pair = await join({}, { badge: value });
    expect(pair.data.fields).toContainEqual(
      expect.objectContaining({ field: "custom_fields.badge", survivor: null, merged: value, outcome: value, from: "merged" }),
    );
    expect(await badge(pair.id)).toBe(value);
    expect(await expectRejection(create({ badge: value }))).toEqual(takenRejection);
    // The survivor may send back the value that it took over, and change its case.
    await patch(pair.id, { badge: value.toUpperCase() });
    await patch(pair.id, { badge: value });
    await apart(pair);
    expect(await badge(pair.merged_id)).toBe(value);
    expect(await expectRejection(create({ badge: value }))).toEqual(takenRejection);
  });

  it("keeps both values taken while merged, and restores each after the unmerge", async () => {
    const [survivorBadge, mergedBadge] = [newFieldName(), newFieldName()];
    const pair = await join({ badge: survivorBadge }, { badge: mergedBadge }, { choices: { "custom_fields.badge": "merged" } });
    expect(await badge(pair.id)).toBe(mergedBadge);
    for (const value of [survivorBadge, mergedBadge])
      expect(await expectRejection(create({ badge: value }))).toEqual(takenRejection);
    await apart(pair);
    expect([await badge(pair.id), await badge(pair.merged_id)]).toEqual([survivorBadge, mergedBadge]);
    for (const value of [survivorBadge, mergedBadge])
      expect(await expectRejection(create({ badge: value }))).toEqual(takenRejection);
  });

  it("leaves a value that another record took meanwhile, and reports it as lost", async () => {
    const value = newFieldName();
    const pair = await join({}, { badge: value });
    await patch(pair.id, { badge: newFieldName() });
    await create({ badge: value });
    const { data } = await apart(pair);
    expect(data.lost).toEqual(["custom_fields.badge"]);
    expect(await badge(pair.merged_id)).toBe(null);
  });

  it("returns a value that the survivor had for some time", async () => {
    const value = newFieldName();
    const pair = await join({}, { badge: value });
    await remove(pair.id);
    await restore(pair.id);
    expect(await expectRejection(create({ badge: value }))).toEqual(takenRejection);
    await apart(pair);
    expect([await badge(pair.id), await badge(pair.merged_id)]).toEqual([null, value]);
    await patch(pair.id, { badge: newFieldName() });
    expect(await expectRejection(create({ badge: value }))).toEqual(takenRejection);
  });

  it("releases a value that no record has any more", async () => {
    const [survivorBadge, mergedBadge] = [newFieldName(), newFieldName()];
    const pair = await join({ badge: survivorBadge }, { badge: mergedBadge }, { choices: { "custom_fields.badge": "merged" } });
    await patch(pair.id, { badge: newFieldName() });
    await apart(pair);
    expect((await create({ badge: survivorBadge })).data.custom_fields.badge).toBe(survivorBadge);
  });
});

describe("two writers that read the same state", () => {
  const lead = (id: string) => ({ entity: "lead" as const, ids: [id] as [string] });
  const values = (badge: string | null) => (badge === null ? null : { badge });
  /** Prepares a transaction that moves a value; the test commits it later. */
  const prepared = async (id: string, before: string | null, after: string | null) => {
    const tx = transaction();
    await CustomFields.move(tx, lead(id), values(before), values(after));
    return tx;
  };

  it("conflict when they write, for a free value and for a released one", async () => {
    const [firstId, two] = [(await leadVerbs.create({})).data.id, (await leadVerbs.create({})).data.id];
    const badge = newFieldName();
    await runInTenant(app, tenant, async () => {
      for (const round of ["free", "left behind"]) {
        const [first, second] = [await prepared(firstId, null, badge), await prepared(two, null, badge)];
        await first.commit(undefined);
        await expect(second.commit(undefined), round).rejects.toThrow("claimed by another record");
      }
    });
  });

  it("conflict when one releases a value that the other has taken over", async () => {
    const [firstId, two] = [(await leadVerbs.create({})).data.id, (await leadVerbs.create({})).data.id];
    const badge = newFieldName();
    await runInTenant(app, tenant, async () => {
      await (await prepared(firstId, null, badge)).commit(undefined);
      const [leaving, takeover] = [await prepared(firstId, badge, null), await prepared(two, null, badge)];
      await takeover.commit(undefined);
      await expect(leaving.commit(undefined)).rejects.toThrow("claimed by another record");
    });
  });
});
