import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { addField, completeIndexing, expectRejection } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
});
afterAll(() => app.stop());

const indexFlags = { is_filterable: true, is_sortable: true };
const readIndexStatus = async (id: string) => (await tenant.admin.getCustomField({ id })).data.index_status;

describe("a list filtered by custom fields", () => {
  const find = async (query: object) => {
    const { data, meta } = await allowAnyInput(tenant.admin).listLeads(query);
    return [data.map(({ id }) => id), meta.total];
  };
  const create = async (custom_fields: object) => (await tenant.admin.createLead(newLead({ custom_fields }))).data.id;

  it("includes existing records once they are indexed, and later ones", async () => {
    const field = await addField(tenant, "size", { field_type: "number" });
    const [three, ten] = [await create({ size: 3 }), await create({ size: 10 })];
    const { data } = await tenant.admin.updateCustomField({ id: field.id, ...indexFlags });
    expect(data).toMatchObject({ index_status: "PENDING", revision: 2 });
    // Lists do not wait for the index.
    expect(await find({ paths: { "custom_fields.size": "3" } })).toEqual([[three], 1]);
    await completeIndexing(app);
    expect((await tenant.admin.getCustomField({ id: field.id })).data).toMatchObject({
      index_status: "READY",
      records_done: 2,
      due_at: null,
    });
    expect(await find({ paths: { "custom_fields.size": "3" } })).toEqual([[three], 1]);
    const seven = await create({ size: 7 });
    await tenant.admin.updateLead({ id: three, custom_fields: { size: 12 } });
    await app.settle();
    expect(await find({ sort: "custom_fields.size", order: "asc" })).toEqual([[seven, ten, three], 3]);
    expect(await find({ paths: { "custom_fields.size": "3" } })).toEqual([[], 0]);
  });

  it("uses values under the current definition", async () => {
    const field = await addField(tenant, "metal", { is_filterable: true });
    const [gold, tin] = [await create({ metal: "GOLD" }), await create({ metal: "tin" })];
    await completeIndexing(app);
    expect(await find({ paths: { "custom_fields.metal": "gold" } })).toEqual([[gold], 1]);
    const choice = { field_type: "choice", picklist_values: ["Gold", { code: "sn", label: "Tin" }] };
    expect((await tenant.admin.updateCustomField({ id: field.id, ...choice })).data.index_status).toBe("PENDING");
    await completeIndexing(app);
    expect(await find({ paths: { "custom_fields.metal": "gold" } })).toEqual([[gold], 1]);
    expect(await find({ paths: { "custom_fields.metal": "sn" } })).toEqual([[tin], 1]);
  });

  it("is rejected for a field that is hidden from the caller as for one that does not exist", async () => {
    await addField(tenant, "veiled", { visible_to: ["ADMIN"], ...indexFlags });
    const lead = await create({ veiled: "x" });
    await completeIndexing(app);
    expect(await find({ paths: { "custom_fields.veiled": "x" } })).toEqual([[lead], 1]);
    const manager = await addUser(app, tenant, "MANAGER");
    const veiledError = await manager.client
      .listLeads({ paths: { "custom_fields.veiled": "x" } })
      .catch((error: unknown) => error);
    const unknown = await manager.client.listLeads({ paths: { "custom_fields.plain": "x" } }).catch((error: unknown) => error);
    expect(veiledError).toMatchObject({ status: 400, details: [{ field: "custom_fields.veiled" }] });
    const message = "Must be a custom field of this list that you can see: custom_fields.plain";
    expect(unknown).toMatchObject({ status: 400, details: [{ field: "custom_fields.plain", message }] });
    const readMessage = (error: unknown): string => String((error as Error).message).replaceAll("veiled", "plain");
    expect(readMessage(veiledError)).toBe(readMessage(unknown));
    expect(await expectRejection(manager.client.listLeads({ sort: "custom_fields.veiled" }))).toEqual([400, ["sort"]]);
    expect(await expectRejection(manager.client.listLeads({ sort: "company,-custom_fields.veiled" }))).toEqual([400, ["sort"]]);
    expect(await expectRejection(manager.client.queryLeads({ where: { "custom_fields.veiled": "x" } }))).toEqual([
      400,
      ["where.custom_fields.veiled.eq"],
    ]);
    expect(await expectRejection(manager.client.listPersons({ sort: "custom_fields.veiled" }))).toEqual([400, ["sort"]]);
  });

  it("stops working once the field is hidden or unmarked, and then the field can be deleted", async () => {
    const field = await addField(tenant, "shade", indexFlags);
    const lead = await create({ shade: "red" });
    await completeIndexing(app);
    const admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    const define = (more: object) => admin.updateCustomField({ id: field.id, ...more });
    expect(await find({ paths: { "custom_fields.shade": "red" } })).toEqual([[lead], 1]);
    await expect(admin.deleteCustomField({ id: field.id })).rejects.toMatchObject({ status: 422 });
    expect((await define({ is_active: false })).data.index_status).toBe("DROPPING");
    expect(await expectRejection(admin.listLeads({ paths: { "custom_fields.shade": "red" } }))).toEqual([
      400,
      ["custom_fields.shade"],
    ]);
    // The field is indexed again before its old index is fully removed.
    expect((await define({ is_active: true })).data.index_status).toBe("PENDING");
    await completeIndexing(app);
    expect(await readIndexStatus(field.id)).toBe("READY");
    expect(await find({ paths: { "custom_fields.shade": "red" } })).toEqual([[lead], 1]);
    await define({ is_filterable: false, is_sortable: false });
    await completeIndexing(app);
    expect(await readIndexStatus(field.id)).toBe(null);
    await admin.deleteCustomField({ id: field.id });
    expect((await admin.restoreCustomField({ id: field.id })).data.index_status).toBe(null);
  });

  it("supports twenty fields of an entity at most", async () => {
    const ownTenant = await signUp(app);
    for (let index = 0; index < 20; index++) await addField(ownTenant, `f${index}`, { is_filterable: true });
    await expect(addField(ownTenant, "f20", indexFlags)).rejects.toMatchObject({ status: 422 });
    const more = await addField(ownTenant, "f21");
    const mark = (id: string, is_filterable: boolean) => ownTenant.admin.updateCustomField({ id, is_filterable });
    await expect(mark(more.id, true)).rejects.toMatchObject({ status: 422 });
    const { data } = await ownTenant.admin.listCustomFields({ entity_type: "lead", sort: "field_name" });
    await mark(String(data[0]?.id), false);
    await mark(more.id, true);
  });
});

it("a list of persons can be filtered by custom fields too", async () => {
  await addField(tenant, "guild", { entity_type: "person", visible_to: ["ADMIN"], ...indexFlags });
  const { data } = await tenant.admin.createPerson({ custom_fields: { guild: "Weavers" } });
  await completeIndexing(app);
  const { data: rows } = await tenant.admin.listPersons({ paths: { "custom_fields.guild": "weavers" } });
  expect(rows.map(({ id }) => id)).toEqual([data.id]);
  const manager = await addUser(app, tenant, "MANAGER");
  const request = manager.client.listPersons({ paths: { "custom_fields.guild": "weavers" } });
  expect(await expectRejection(request)).toEqual([400, ["custom_fields.guild"]]);
});
