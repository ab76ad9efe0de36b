import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { measureLeastUnits } from "../../support/request-units.ts";
import { requestJson } from "../import/support.ts";
import { addField, entities, newFieldName, verbsFor } from "./support.ts";

/** Custom fields in the rows of lists. */

let app: App;
let tenant: Tenant;
let manager: TestUser;
const meter = { read: 0, write: 0, commands: 0 };

const paths = {
  ...{ lead: "leads", person: "persons", customer: "customers", contact: "contacts", opportunity: "opportunities" },
  ...{ quote: "quotes", proposal: "proposals", contract: "contracts", ticket: "support/tickets" },
};

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app, { visibility: "own" });
  manager = await addUser(app, tenant, "MANAGER");
  for (const entity_type of entities) {
    await addField(tenant, "fleet_size", { entity_type, field_type: "number" });
    await addField(tenant, "region", { entity_type });
    await addField(tenant, "veiled", { entity_type, visible_to: ["ADMIN"] });
    await addField(tenant, "guide", { entity_type, field_type: "reference", reference_kind: "customer" });
    await addField(tenant, "chief", { entity_type, field_type: "reference", reference_kind: "user" });
  }
});
afterAll(() => app.stop());

type Row = Record<string, unknown> & { id: string };
const list = async (entity: keyof typeof paths, query: string, { token }: { token: string } = tenant) =>
  requestJson(app, token, "GET", `/${paths[entity]}?${query}`);
const find = ({ data }: { data: unknown }, id: string) => (data as Row[]).find((row) => row.id === id);

describe.each(entities)("the list of %ss", (entity) => {
  const { create, get, patch } = verbsFor(entity);

  it("has the custom fields that the caller names and sees", async () => {
    const { data } = await create(tenant.admin, { custom_fields: { fleet_size: 40, region: "north", veiled: "VEIL" } });
    await app.settle();
    const read = async (fields: string, who: { token: string } = tenant) =>
      find(await list(entity, `fields=${fields}`, who), data.id);
    expect(find(await list(entity, ""), data.id)).not.toHaveProperty("custom_fields");
    expect(await read("custom_fields.fleet_size")).toEqual({ id: data.id, custom_fields: { fleet_size: 40 } });
    expect((await read("custom_fields"))?.custom_fields).toEqual((await get(tenant.admin, data.id)).data.custom_fields);
    // A write between two reads of a list is shown without a new index entry.
    await patch(tenant.admin, data.id, { fleet_size: 41 });
    expect(await read("custom_fields.fleet_size")).toMatchObject({ custom_fields: { fleet_size: 41 } });
    expect(JSON.stringify(await list(entity, "fields=custom_fields", manager))).not.toContain("VEIL");
    expect(await list(entity, "fields=custom_fields.veiled", manager)).toMatchObject({
      status: 400,
      error: { details: [{ field: "fields" }] },
    });
  });
});

describe("custom fields in lists", () => {
  const { create } = verbsFor("customer");

  it("are those in use: without inactive, deleted and unknown ones", async () => {
    const name = newFieldName();
    const { id } = await addField(tenant, name, { entity_type: "customer" });
    const query = `fields=custom_fields.${name}`;
    expect((await list("customer", query)).status).toBe(200);
    await tenant.admin.updateCustomField({ id, is_active: false });
    expect((await list("customer", query)).status).toBe(400);
    await tenant.admin.updateCustomField({ id, is_active: true });
    expect((await list("customer", query)).status).toBe(200);
    await tenant.admin.deleteCustomField({ id });
    expect((await list("customer", query)).status).toBe(400);
  });

  it("refuse a page of more than 50 rows, and more names than the fields have", async () => {
    const refused = await list("customer", "fields=custom_fields.region&limit=51");
    expect(refused).toMatchObject({
      status: 400,
      error: { details: [{ field: "limit", message: "Must be at most 50 for a list with custom_fields: continue by cursor" }] },
    });
    expect((await list("customer", "fields=custom_fields.region&limit=50")).status).toBe(200);
    expect((await list("customer", "fields=name&limit=100")).status).toBe(200);
  });

  it("cost one batch read a page, and nothing if no column asks for them", async () => {
    const measure = (query: string) => measureLeastUnits(meter, () => list("opportunity", query));
    for (let count = 0; count < 20; count++) await verbsFor("opportunity").create(tenant.admin);
    await app.settle();
    const plain = await measure("fields=name");
    const custom = await measure("fields=name,custom_fields.fleet_size,custom_fields.region");
    expect(custom.commands - plain.commands).toBe(1);
    expect(custom.read - plain.read).toBe(10);
  });

  it("have the names of references, as far as the caller sees the records", async () => {
    const { data: guide } = await tenant.admin.createCustomer({ name: "Guide Ltd" });
    const chief = manager.id;
    const { data } = await create(tenant.admin, { owner_id: manager.id, custom_fields: { guide: guide.id, chief } });
    await app.settle();
    const query = "fields=custom_fields.guide,custom_fields.chief&expand=labels,custom_fields.guide";
    expect(find(await list("customer", query), data.id)).toMatchObject({
      custom_fields: { guide: guide.id, chief },
      expanded: { "custom_fields.guide": { id: guide.id, name: "Guide Ltd" }, "custom_fields.chief": { id: chief } },
    });
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: own } = await create(tenant.admin, { owner_id: rep.id, custom_fields: { guide: guide.id } });
    await app.settle();
    expect(find(await list("customer", query, rep), own.id)).toMatchObject({ expanded: { "custom_fields.guide": null } });
    expect(find(await list("customer", query, rep), data.id)).toBe(undefined);
    const record = await requestJson(app, tenant.token, "GET", `/customers/${data.id}?expand=labels,custom_fields.guide`);
    expect(record.data).toMatchObject({ expanded: { "custom_fields.guide": { name: "Guide Ltd" } } });
  });

  it("are columns of a query, of a layout, and of the schema", async () => {
    const { data } = await create(tenant.admin, { name: "Queried", custom_fields: { fleet_size: 7 } });
    await app.settle();
    const body = { where: { name: "Queried" }, fields: "name,custom_fields.fleet_size" };
    const found = await requestJson(app, tenant.token, "POST", "/customers/query", body);
    expect(found.data).toEqual([{ id: data.id, name: "Queried", custom_fields: { fleet_size: 7 } }]);
    const columns = ["name", "custom_fields.fleet_size", "custom_fields.veiled"];
    expect((await requestJson(app, tenant.token, "PUT", "/layouts/customer", { columns })).status).toBe(200);
    const schemaFor = async ({ client }: { client: Tenant["admin"] }) =>
      (await client.getSchema({ kind: "customer" })).data.kinds[0];
    expect(await schemaFor({ client: tenant.admin })).toMatchObject({ layout: { columns } });
    const schema = await schemaFor(manager);
    expect(schema).toMatchObject({ layout: { columns: columns.slice(0, 2) } });
    expect(schema?.row).toContain("custom_fields");
    expect(schema?.expand).toContainEqual({ name: "custom_fields.guide", field: "custom_fields.guide" });
  });
});
