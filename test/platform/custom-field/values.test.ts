import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPerson, createForm, sendToForm } from "../../sales/web-form/form-client.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { addField, entities, expectRejection, verbsFor } from "./support.ts";

let app: App;
let tenant: Tenant;

type CustomFields = Record<string, unknown>;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  for (const entity_type of entities) {
    const add = (name: string, more: object) => addField(tenant, name, { entity_type, ...more });
    await add("plain", {});
    await add("age", { field_type: "number", decimal_places: 0, validation: { min: 0, max: 150 } });
    await add("fee", { field_type: "money" });
    await add("since", { field_type: "instant" });
    await add("tier", { field_type: "choice", picklist_values: ["Gold", "Silver"], default_value: "silver" });
    await add("likes", { field_type: "choices", picklist_values: ["Tea", "Coffee"] });
    await add("buddy", { field_type: "reference", reference_kind: "user" });
  }
});
afterAll(() => app.stop());

const emptyValues = { plain: null, age: null, fee: null, since: null, tier: "silver", likes: null, buddy: null };

/** Runs the same tests for every entity with custom fields. */
describe.each(entities)("values of a %s", (entity) => {
  const verbs = verbsFor(entity);
  const create = (custom_fields?: CustomFields, client = tenant.admin) =>
    verbs.create(client, custom_fields && { custom_fields });
  const get = (id: string, client = tenant.admin) => verbs.get(client, id);
  const put = (id: string, custom_fields?: CustomFields, client = tenant.admin) => verbs.put(client, { id, custom_fields });
  const patch = (id: string, custom_fields: CustomFields, client = tenant.admin) => verbs.patch(client, id, custom_fields);
  const back = (record: object) => verbs.put(tenant.admin, record);

  it("are stored in normal form, and returned with empty ones", async () => {
    const input = { age: 41, fee: "12", since: "2026-01-02T03:00:00+02:00", likes: ["tea"], buddy: tenant.userId, plain: " x " };
    const { data } = await create(input);
    const expected = { ...emptyValues, ...input, plain: "x", fee: "12.00", since: "2026-01-02T01:00:00.000Z" };
    expect(data.custom_fields).toEqual(expected);
    expect((await get(data.id)).data.custom_fields).toEqual(expected);
    expect((await create()).data.custom_fields).toEqual(emptyValues);
  });

  it("are rejected by name, all at once", async () => {
    const invalidFields = {
      age: 151,
      fee: 12.345,
      tier: "tin",
      likes: ["tea", "milk"],
      buddy: "usr_000000000000000000",
      extra: 1,
      plain: "y",
    };
    expect(await expectRejection(create(invalidFields))).toEqual([
      400,
      ["age", "buddy", "extra", "fee", "likes[1]", "tier"].map((name) => `custom_fields.${name}`),
    ]);
    const foreign = await signUp(app);
    expect(await expectRejection(create({ buddy: foreign.userId }))).toEqual([400, ["custom_fields.buddy"]]);
    expect(await expectRejection(create({ constructor: 1, __proto__x: 1 }))).toEqual([
      400,
      ["custom_fields.__proto__x", "custom_fields.constructor"],
    ]);
  });

  it("are unchanged when the GET response is sent back", async () => {
    const { data } = await create({ age: 3, likes: ["coffee", "tea"] });
    const record = (await get(data.id)).data;
    expect((await back(record)).data).toEqual(record);
  });

  it("are merged by name with PATCH, where null clears one", async () => {
    const { data } = await create({ age: 3, plain: "x", fee: "1" });
    const { data: after } = await patch(data.id, { age: null, plain: "y" });
    expect(after.custom_fields).toEqual({ ...emptyValues, plain: "y", fee: "1.00" });
  });

  it("are replaced completely with PUT, which restores defaults", async () => {
    const { data } = await create({ age: 3, tier: "gold" });
    expect((await put(data.id, { plain: "z" })).data.custom_fields).toEqual({ ...emptyValues, plain: "z" });
    expect((await put(data.id)).data.custom_fields).toEqual(emptyValues);
    expect((await put(data.id, { tier: null })).data.custom_fields).toEqual({ ...emptyValues, tier: null });
  });

  it("are rejected if they are too large in total", async () => {
    const ownTenant = await signUp(app);
    for (let index = 0; index < 8; index++)
      await addField(ownTenant, `long${index}`, { entity_type: entity, field_type: "textarea" });
    const long = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`long${index}`, "x".repeat(9000)]));
    expect(await expectRejection(create(long, ownTenant.admin))).toEqual([400, ["custom_fields"]]);
  });

  it("are required on creation, on replacement, and in a change that names them", async () => {
    const ownTenant = await signUp(app);
    const before = (await create(undefined, ownTenant.admin)).data;
    await addField(ownTenant, "must", { entity_type: entity, is_required: true });
    await addField(ownTenant, "fills", { entity_type: entity, is_required: true, default_value: "d" });
    await addField(ownTenant, "other", { entity_type: entity });
    const missing = [400, ["custom_fields.must"]];
    expect(await expectRejection(create(undefined, ownTenant.admin))).toEqual(missing);
    expect(await expectRejection(create({ must: "  " }, ownTenant.admin))).toEqual(missing);
    expect(await expectRejection(put(before.id, {}, ownTenant.admin))).toEqual(missing);
    expect(await expectRejection(patch(before.id, { must: null }, ownTenant.admin))).toEqual(missing);
    expect((await patch(before.id, { other: "x" }, ownTenant.admin)).data.custom_fields).toEqual({
      must: null,
      fills: null,
      other: "x",
    });
    expect((await create({ must: "m" }, ownTenant.admin)).data.custom_fields).toEqual({ must: "m", fills: "d", other: null });
  });

  it("follow changes of their definition without being lost", async () => {
    const ownTenant = await signUp(app);
    const field = await addField(ownTenant, "size", { entity_type: entity });
    const define = (more: object) => ownTenant.admin.updateCustomField({ id: field.id, ...more });
    const [twelve, dozen] = [
      (await create({ size: "12" }, ownTenant.admin)).data,
      (await create({ size: "a dozen" }, ownTenant.admin)).data,
    ];
    const size = async (id: string) => (await get(id, ownTenant.admin)).data.custom_fields.size;
    await define({ field_type: "number" });
    expect([await size(twelve.id), await size(dozen.id)]).toEqual([12, null]);
    // A value that does not match the type is hidden. PATCH of other fields and PUT keep it; a PATCH to null removes it.
    await put(dozen.id, { size: null }, ownTenant.admin);
    await put(dozen.id, {}, ownTenant.admin);
    await put(twelve.id, { size: 12 }, ownTenant.admin);
    await define({ field_type: "text" });
    expect([await size(twelve.id), await size(dozen.id)]).toEqual(["12", "a dozen"]);
    await define({ validation: { max_length: 3 } });
    expect(await size(dozen.id)).toBe("a dozen");
    await put(dozen.id, { size: "a dozen" }, ownTenant.admin);
    expect(await expectRejection(put(dozen.id, { size: "a score" }, ownTenant.admin))).toEqual([400, ["custom_fields.size"]]);
    await define({ field_type: "number", validation: null });
    await patch(dozen.id, { size: null }, ownTenant.admin);
    await define({ field_type: "text" });
    expect(await size(dozen.id)).toBe(null);
  });

  it("are hidden with an inactive or deleted field, stay stored, and return with it", async () => {
    const ownTenant = await signUp(app);
    const field = await addField(ownTenant, "shoe", { entity_type: entity });
    const { data } = await create({ shoe: "9" }, ownTenant.admin);
    const readFields = async () => (await get(data.id, ownTenant.admin)).data.custom_fields;
    for (const [hide, show] of [
      [
        () => ownTenant.admin.updateCustomField({ id: field.id, is_active: false }),
        () => ownTenant.admin.updateCustomField({ id: field.id, is_active: true }),
      ],
      [() => ownTenant.admin.deleteCustomField({ id: field.id }), () => ownTenant.admin.restoreCustomField({ id: field.id })],
    ] as const) {
      await hide();
      expect(await readFields()).toEqual({});
      expect(await expectRejection(patch(data.id, { shoe: "10" }, ownTenant.admin))).toEqual([400, ["custom_fields.shoe"]]);
      await put(data.id, {}, ownTenant.admin);
      await show();
      expect(await readFields()).toEqual({ shoe: "9" });
    }
  });

  it("keep a retired option, and its code when it is renamed", async () => {
    const ownTenant = await signUp(app);
    const choice = { entity_type: entity, field_type: "choice", picklist_values: ["Gold", "Tin"] };
    const field = await addField(ownTenant, "metal", choice);
    const { data } = await create({ metal: "tin" }, ownTenant.admin);
    const { data: after } = await ownTenant.admin.updateCustomField({
      id: field.id,
      picklist_values: [{ code: "gold", label: "Or" }],
    });
    expect(after.picklist_values).toEqual([
      { code: "gold", label: "Or", is_retired: false },
      { code: "tin", label: "Tin", is_retired: true },
    ]);
    expect((await get(data.id, ownTenant.admin)).data.custom_fields).toEqual({ metal: "tin" });
    expect((await put(data.id, { metal: "tin" }, ownTenant.admin)).data.custom_fields).toEqual({ metal: "tin" });
    expect(await expectRejection(create({ metal: "tin" }, ownTenant.admin))).toEqual([400, ["custom_fields.metal"]]);
  });
});

describe("records created without custom field input", () => {
  it("get defaults and ignore required fields: persons of leads, and records of a public form", async () => {
    const ownTenant = await signUp(app);
    for (const entity_type of entities) {
      await addField(ownTenant, "must", { entity_type, is_required: true });
      await addField(ownTenant, "fills", { entity_type, default_value: entity_type });
    }
    const { data: lead } = await ownTenant.admin.createLead(newLead({ custom_fields: { must: "m" } }));
    const person = async (id: string) => (await ownTenant.admin.getPerson({ id })).data.custom_fields;
    expect(await person(lead.personal_key_id)).toEqual({ must: null, fills: "person" });
    const { data: resolved } = await ownTenant.admin.resolvePerson({ emails: ["new@mail.example"] });
    expect(resolved.person.custom_fields).toEqual({ must: null, fills: "person" });
    const form = await createForm(ownTenant, { makes_lead: true });
    expect((await sendToForm(app, `/forms/${form.key}`, { body: buildPerson() })).status).toBe(202);
    const { data: leads } = await ownTenant.admin.listLeads();
    const { data: formLead } = await ownTenant.admin.getLead({ id: String(leads.find(({ id }) => id !== lead.id)?.id) });
    expect(formLead.custom_fields).toEqual({ must: null, fills: "lead" });
    expect(await person(formLead.personal_key_id)).toEqual({ must: null, fills: "person" });
    // A lead keeps all of its values when an activity logged with it updates it.
    await ownTenant.admin.logLeadActivity({ id: lead.id, subject: "Call", activity_type_id: "call" });
    expect((await ownTenant.admin.getLead({ id: lead.id })).data.custom_fields).toEqual({ must: "m", fills: "lead" });
  });

  it("can reference a lead only if the caller sees it", async () => {
    const ownTenant = await signUp(app);
    await addField(ownTenant, "twin", { field_type: "reference", reference_kind: "lead" });
    const { data: lead } = await ownTenant.admin.createLead(newLead());
    const rep = await addUser(app, ownTenant, "SALES_REP");
    expect(await expectRejection(rep.client.createLead(newLead({ custom_fields: { twin: lead.id } })))).toEqual([
      400,
      ["custom_fields.twin"],
    ]);
    const { data } = await ownTenant.admin.createLead(newLead({ owner_id: rep.id, custom_fields: { twin: lead.id } }));
    // An existing reference stays when a user saves it who could not set it.
    const { data: visibleLead } = await rep.client.getLead({ id: data.id });
    expect((await rep.client.replaceLead(visibleLead)).data.custom_fields).toEqual({ twin: lead.id });
  });
});
