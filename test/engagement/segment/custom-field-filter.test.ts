import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addField, completeIndexing, expectRejection } from "../../platform/custom-field/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { expectConsistentMemberships } from "./membership-recount.ts";

/** Filters of segments and lists on custom fields. */

let app: App;
let tenant: Tenant;
const fields: Record<string, { id: string }> = {};

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  const entity_type = "customer";
  fields.size = await addField(tenant, "size", { entity_type, field_type: "number" });
  fields.kind = await addField(tenant, "kind", { entity_type, field_type: "choice", picklist_values: ["Gold", "Tin"] });
  fields.likes = await addField(tenant, "likes", { entity_type, field_type: "choices", picklist_values: ["Tea", "Coffee"] });
  fields.veiled = await addField(tenant, "veiled", { entity_type, visible_to: ["ADMIN"] });
  fields.rank = await addField(tenant, "rank", { entity_type: "contact", field_type: "number" });
});
afterAll(async () => {
  await expectConsistentMemberships(app, tenant);
  await app.stop();
});

let count = 0;
const createCustomer = async (custom_fields: object) =>
  (await allowAnyInput(tenant.admin).createCustomer({ name: `Own ${++count}`, custom_fields })).data.id;
const createSegment = async (filter: object, client = tenant.admin) =>
  (await allowAnyInput(client).createSegment({ name: `Segment ${++count}`, membership: "DYNAMIC", filter })).data.id;
const listMemberIds = async (id: string) => {
  await app.settle();
  const { data, meta } = await tenant.admin.listSegmentMembers({ id, limit: 100 });
  expect(meta.total).toBe(data.length);
  return data.map((member) => member.id).sort();
};
const listProblemFields = async (id: string) => (await tenant.admin.getSegment({ id })).data.problems.map(({ field }) => field);

describe("a filter by custom fields", () => {
  it("finds records by them, follows their changes and gives the reasons", async () => {
    const [small, large] = [
      await createCustomer({ size: 3, kind: "gold", likes: ["tea"] }),
      await createCustomer({ size: 30, kind: "tin" }),
    ];
    const bySize = await createSegment({ "custom_fields.size": { gte: 10 } });
    const byBoth = await createSegment({
      or: [{ "custom_fields.kind": "gold", "custom_fields.likes": { has: "tea" } }, { name: "Unknown" }],
    });
    const without = await createSegment({ "custom_fields.size": null });
    expect(await listMemberIds(bySize)).toEqual([large]);
    expect(await listMemberIds(byBoth)).toEqual([small]);
    const [why] = (await tenant.admin.listSegmentsOf({ id: large })).data.sets;
    expect(why?.reasons).toEqual([{ field: "custom_fields.size", operator: "gte", asked: "10", value: 30 }]);
    await tenant.admin.updateCustomer({ id: small, custom_fields: { size: 11 } });
    await tenant.admin.updateCustomer({ id: large, custom_fields: { size: null } });
    expect(await listMemberIds(bySize)).toEqual([small]);
    expect(await listMemberIds(without)).toEqual([large]);
    expect(await listProblemFields(bySize)).toEqual([]);
  });

  it("accepts only fields that all users see, and reports its faults", async () => {
    expect(await expectRejection(createSegment({ "custom_fields.veiled": "V" }))).toEqual([400, ["filter.custom_fields.veiled"]]);
    expect(await expectRejection(createSegment({ "custom_fields.none": "V" }))).toEqual([400, ["filter.custom_fields.none"]]);
    expect(await expectRejection(createSegment({ "custom_fields.size": { gte: "many" } }))).toEqual([
      400,
      ["filter.custom_fields.size.gte"],
    ]);
    expect(await expectRejection(createSegment({ "custom_fields.rank": 1 }))).toEqual([400, ["filter.custom_fields.rank"]]);
  });

  it("matches no record while its field is deleted, hidden or of another type, and recovers with the field", async () => {
    const customerId = await createCustomer({ size: 77 });
    const id = await createSegment({ "custom_fields.size": 77 });
    const absent = await createSegment({ "custom_fields.size": { ne: 1 }, name: { prefix: "Own" } });
    expect(await listMemberIds(id)).toEqual([customerId]);
    expect((await listMemberIds(absent)).length).toBeGreaterThan(0);
    const change = async (more: object) => {
      await allowAnyInput(tenant.admin).updateCustomField({ id: fields.size?.id, ...more });
      await completeIndexing(app);
    };
    for (const [broken, repair] of [
      [{ is_active: false }, { is_active: true }],
      [{ visible_to: ["ADMIN"] }, { visible_to: [] }],
      [{ field_type: "text" }, { field_type: "number" }],
    ] as const) {
      await change(broken);
      expect(await listMemberIds(id)).toEqual([]);
      expect(await listMemberIds(absent)).toEqual([]);
      expect(await listProblemFields(id)).toEqual(["custom_fields.size"]);
      await change(repair);
      expect(await listMemberIds(id)).toEqual([customerId]);
      expect(await listProblemFields(id)).toEqual([]);
    }
    await tenant.admin.deleteCustomField({ id: fields.size?.id as string });
    await completeIndexing(app);
    expect(await listMemberIds(id)).toEqual([]);
    await tenant.admin.restoreCustomField({ id: fields.size?.id as string });
    await completeIndexing(app);
    expect(await listMemberIds(id)).toEqual([customerId]);
  });

  it("works for contacts too, and stays when members are added by hand", async () => {
    const customer_id = await createCustomer({});
    const contact = async (rank: number) =>
      (await tenant.admin.createContact({ customer_id, last_name: `R${rank}`, custom_fields: { rank } })).data.id;
    const [low, high] = [await contact(1), await contact(9)];
    const { data: list } = await tenant.admin.createContactList({
      name: "Ranked",
      membership: "DYNAMIC",
      filter: { "custom_fields.rank": { gt: 5 } },
    });
    await app.settle();
    const marketer = await addUser(app, tenant, "MARKETER");
    await marketer.client.changeContactListMembers({ id: list.id, add: [low] });
    const { data } = await tenant.admin.listContactListMembers({ id: list.id });
    expect(data.map((member) => [member.id, member.is_manual]).sort()).toEqual(
      [
        [high, false],
        [low, true],
      ].sort(),
    );
  });
});
