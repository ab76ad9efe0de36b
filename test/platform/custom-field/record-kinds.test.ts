import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readErrorFile, requestJson, requestText, runImport, toCsv } from "../import/support.ts";
import { addField, completeIndexing, expectRejection, newFieldName, verbsFor } from "./support.ts";

/** Custom fields of customers, contacts and opportunities where they differ from leads and persons. */

let app: App;
let tenant: Tenant;

const kinds = ["customer", "contact", "opportunity"] as const;
const pluralNames = { customer: "Customers", contact: "Contacts", opportunity: "Opportunities" } as const;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all", default_country: "BE" });
  for (const entity_type of kinds) {
    await addField(tenant, "size", { entity_type, field_type: "number", is_filterable: true, is_sortable: true });
    await addField(tenant, "veiled", { entity_type, visible_to: ["ADMIN"], is_filterable: true });
    await addField(tenant, "badge", { entity_type, is_unique: true });
    await addField(tenant, "colour", { entity_type, field_type: "choice", picklist_values: ["Red", "Blue"] });
    await addField(tenant, "notes_of", { entity_type, field_type: "choices", picklist_values: ["A", "B"] });
  }
  await completeIndexing(app);
});
afterAll(() => app.stop());

type ListPage = { data: { id: string }[]; meta: { total: number } };
const listRecords = (kind: (typeof kinds)[number], client: Tenant["admin"], input: object) =>
  (client as unknown as Record<string, (input: object) => Promise<ListPage>>)[`list${pluralNames[kind]}`]?.(
    input,
  ) as Promise<ListPage>;

describe.each(kinds)("the list of %ss", (kind) => {
  const verbs = verbsFor(kind);

  it("accepts custom fields as filters and sort orders from users who see them", async () => {
    const ids: string[] = [];
    for (const size of [3, 12, 7]) ids.push((await verbs.create(tenant.admin, { custom_fields: { size, veiled: "V" } })).data.id);
    const [three, twelve, seven] = ids;
    await app.settle();
    const find = async (input: object, client = tenant.admin) =>
      (await listRecords(kind, client, input)).data.map(({ id }) => id);
    expect(await find({ sort: "custom_fields.size", order: "asc" })).toEqual([three, seven, twelve]);
    expect(await find({ paths: { "custom_fields.size": "7" } })).toEqual([seven]);
    expect(await find({ paths: { "custom_fields.size": "7" }, owner: "none" })).toEqual([]);
    const manager = await addUser(app, tenant, "MANAGER");
    expect((await find({ paths: { "custom_fields.veiled": "V" } })).length).toBe(3);
    expect(await expectRejection(find({ paths: { "custom_fields.veiled": "V" } }, manager.client))).toEqual([
      400,
      ["custom_fields.veiled"],
    ]);
    expect(await expectRejection(find({ paths: { "custom_fields.none": "V" } }))).toEqual([400, ["custom_fields.none"]]);
    await verbs.remove(tenant.admin, seven as string);
    await app.settle();
    expect(await find({ paths: { "custom_fields.size": "7" } })).toEqual([]);
  });

  it("is exported with the custom fields as shown to the caller", async () => {
    const { data } = await verbs.create(tenant.admin, { custom_fields: { size: 4321, veiled: "HIDDEN", colour: "red" } });
    const manager = await addUser(app, tenant, "MANAGER");
    await app.settle();
    const file = async (token: string, columns?: string[]) => {
      const body = { format: "csv", labels: false, ...(columns ? { columns } : {}) };
      const started = await requestJson(app, token, "POST", `/${pluralNames[kind].toLowerCase()}/export`, body);
      if (started.status !== 202) return JSON.stringify(started.error);
      await app.settle();
      return (await requestText(app, token, "GET", `/exports/${started.data.export_id}/file`)).body;
    };
    const columns = ["id", "custom_fields.size", "custom_fields.veiled", "custom_fields.colour"];
    expect(await file(tenant.token, columns)).toContain(`${data.id},4321,HIDDEN,red`);
    expect(await file(manager.token, columns)).toContain("VALIDATION_ERROR");
    expect(await file(manager.token)).not.toContain("HIDDEN");
  });
});

it("lists of a person's records reject custom field filters", async () => {
  const person = (await tenant.admin.createPerson({ notes: "Whose" })).data.id;
  for (const list of [tenant.admin.listCustomers, tenant.admin.listOpportunities]) {
    const ask = list as (input: object) => Promise<unknown>;
    expect(await expectRejection(ask({ person, paths: { "custom_fields.size": "3" } }))).toEqual([400, ["custom_fields.size"]]);
    expect(await expectRejection(ask({ person, sort: "custom_fields.size" }))).toEqual([400, ["sort"]]);
  }
});

it("contacts of a person can be filtered by custom fields", async () => {
  const verbs = verbsFor("contact");
  const [contact] = [await verbs.create(tenant.admin, { custom_fields: { size: 88 } })];
  await verbs.create(tenant.admin, { custom_fields: { size: 88 } });
  await app.settle();
  const query = { person: contact.data.personal_key_id, paths: { "custom_fields.size": "88" } };
  expect((await listRecords("contact", tenant.admin, query)).data.map(({ id }) => id)).toEqual([contact.data.id]);
});

describe("imports and batches", () => {
  it("create customers with custom fields, and match them by a unique one", async () => {
    const badge = newFieldName();
    const file = toCsv(
      ["Company", "Size", "custom_fields.badge", "Colour"],
      ["Filed", "41", badge, "Red"],
      ["Wrong", "many", "", "Green"],
    );
    const mapping = {
      Company: "name",
      Size: "custom_fields.size",
      "custom_fields.badge": "custom_fields.badge",
      Colour: "custom_fields.colour",
    };
    const done = await runImport(app, tenant.token, "customers", file, { mapping });
    expect(done).toMatchObject({ created: 1, failed: 1 });
    const errors = await readErrorFile(app, tenant.token, done.id);
    expect(errors).toContain("custom_fields.size");
    expect(errors).toContain("custom_fields.colour");
    const again = toCsv(["Company", "Size", "Badge"], ["Filed twice", "42", badge]);
    const options = { mode: "upsert", match_on: "custom_fields.badge" };
    const next = await runImport(app, tenant.token, "customers", again, {
      mapping: { Company: "name", Size: "custom_fields.size", Badge: "custom_fields.badge" },
      options,
    });
    expect(next).toMatchObject({ created: 0, updated: 1 });
    await app.settle();
    const { data } = await tenant.admin.listCustomers({ search: "Filed" });
    expect(data.map(({ name }) => name)).toEqual(["Filed twice"]);
    const id = data[0]?.id as string;
    expect((await tenant.admin.getCustomer({ id })).data.custom_fields).toMatchObject({ size: 42, badge, colour: "red" });
    await tenant.admin.revertImport({ id: next.id });
    await app.settle();
    expect((await tenant.admin.getCustomer({ id })).data).toMatchObject({ name: "Filed", custom_fields: { size: 41, badge } });
  });

  it.each([
    ["customers", "batchCustomers", (n: string) => ({ name: n })],
    ["opportunities", "batchOpportunities", (n: string) => ({ name: n })],
  ] as const)("update %s matched by a unique one", async (_kind, batch, body) => {
    const badge = newFieldName();
    const { data: customerRecord } = await tenant.admin.createCustomer({ name: "Of batches" });
    const more = batch === "batchOpportunities" ? { customer_id: customerRecord.id } : {};
    const send = async (name: string) => {
      const items = [{ ...body(name), ...more, custom_fields: { badge } }];
      const input = { operation: "upsert", match_on: "custom_fields.badge", items };
      const ask = tenant.admin[batch] as (input: object) => Promise<{ data: { results: { id: string; status: number }[] } }>;
      return (await ask(input)).data.results[0];
    };
    const first = await send("One");
    expect(first).toMatchObject({ status: 201 });
    expect(await send("Two")).toMatchObject({ status: 200, id: first?.id });
  });
});

describe("a merge of customers", () => {
  const customer = async (custom_fields: object) =>
    (await allowAnyInput(tenant.admin).createCustomer({ name: "Merged", custom_fields })).data.id;
  const read = async (id: string) => (await tenant.admin.getCustomer({ id })).data.custom_fields;

  it("keeps the survivor's values, fills missing ones, applies choices, and can be undone", async () => {
    const [firstBadge, secondBadge] = [newFieldName(), newFieldName()];
    const id = await customer({ size: 1, badge: firstBadge, notes_of: ["a"], veiled: "VEIL-1" });
    const merged_id = await customer({ size: 2, badge: secondBadge, colour: "red", notes_of: ["b"], veiled: "VEIL-2" });
    const manager = await addUser(app, tenant, "MANAGER");
    const preview = await manager.client.mergeCustomers({ id, merged_id, dry_run: true });
    const customFields = preview.data.fields.filter(({ field }) => field.startsWith("custom_fields."));
    expect(customFields.map(({ field }) => field).sort()).toEqual(
      ["badge", "colour", "notes_of", "size"].map((name) => `custom_fields.${name}`),
    );
    expect(JSON.stringify(preview)).not.toContain("VEIL");
    const hidden = { "custom_fields.veiled": "merged" };
    expect(await expectRejection(manager.client.mergeCustomers({ id, merged_id, choices: hidden }))).toEqual([
      400,
      ["choices.custom_fields.veiled"],
    ]);
    const choices = { "custom_fields.badge": "merged" };
    const key = { idempotencyKey: "merge of customers" };
    const send = () => manager.client.mergeCustomers({ id, merged_id, choices }, key);
    await send();
    expect(JSON.stringify((await send()).data)).not.toContain("VEIL");
    expect(await read(id)).toEqual({ size: 1, badge: secondBadge, colour: "red", notes_of: ["a", "b"], veiled: "VEIL-1" });

    // The survivor's own badge is free again; the one it took over is not.
    const taker = await customer({ badge: firstBadge });
    expect(await expectRejection(customer({ badge: secondBadge }))).toEqual([409, ["custom_fields.badge"]]);
    await app.settle();
    expect(await expectRejection(tenant.admin.unmergeCustomers({ id, merged_id }))).toEqual([409, ["custom_fields.badge"]]);
    await tenant.admin.deleteCustomer({ id: taker });
    await tenant.admin.updateCustomer({ id, custom_fields: { size: 5 } });
    await tenant.admin.unmergeCustomers({ id, merged_id });
    expect(await read(id)).toEqual({ size: 5, badge: firstBadge, colour: null, notes_of: ["a"], veiled: "VEIL-1" });
    expect(await read(merged_id)).toMatchObject({ size: 2, badge: secondBadge, colour: "red", veiled: "VEIL-2" });
    for (const badge of [firstBadge, secondBadge])
      expect(await expectRejection(customer({ badge }))).toEqual([409, ["custom_fields.badge"]]);
  });

  it("hides fields in its audit entry from a reader who cannot see them", async () => {
    const [id, merged_id] = [await customer({}), await customer({ veiled: "VEIL-3" })];
    const director = await addUser(app, tenant, "DIRECTOR");
    const { data } = await tenant.admin.mergeCustomers({ id, merged_id });
    await app.settle();
    const { data: rows } = await director.client.listAuditEntries({ record_id: String(data.merge_id) });
    const entries = await Promise.all(rows.map(async (row) => (await director.client.getAuditEntry({ id: row.id })).data));
    expect(entries.length).toBeGreaterThan(0);
    expect(JSON.stringify(entries)).not.toContain("VEIL");
  });
});

describe("a conversion", () => {
  it("does not require fields of new records, and copies fields of the same name if they are valid there", async () => {
    const otherTenant = await signUp(app, { visibility: "all" });
    const text = { field_type: "text" };
    for (const name of ["same", "number", "badge", "veiled", "only_here"])
      await addField(otherTenant, name, { entity_type: "lead", ...text });
    await addField(otherTenant, "same", { entity_type: "customer" });
    await addField(otherTenant, "number", { entity_type: "customer", field_type: "number" });
    await addField(otherTenant, "badge", { entity_type: "customer", is_unique: true });
    await addField(otherTenant, "veiled", { entity_type: "customer", editable_by: ["ADMIN"], default_value: "usual" });
    await addField(otherTenant, "must", { entity_type: "customer", is_required: true });
    await addField(otherTenant, "same", { entity_type: "contact" });
    await addField(otherTenant, "same", { entity_type: "opportunity" });
    const custom_fields = { same: "S", number: "no number", badge: "B-1", veiled: "theirs", only_here: "x" };
    const bant = { budget: "1000.00", authority: "CEO", need: "Yes", timeline: "Now" };
    const { data: lead } = await otherTenant.admin.createLead(newLead({ company: "Carried", ...bant, custom_fields }));
    await otherTenant.admin.setLeadScore({ id: lead.id, lead_score: 95, reason: "Known" });
    const manager = await addUser(app, otherTenant, "MANAGER");
    const { data } = await manager.client.convertLead({ id: lead.id });
    expect(data.customer.custom_fields).toEqual({ same: "S", number: null, badge: null, veiled: "usual", must: null });
    expect(data.contact.custom_fields).toEqual({ same: "S" });
    expect(data.opportunity.custom_fields).toEqual({ same: "S" });
  });
});
