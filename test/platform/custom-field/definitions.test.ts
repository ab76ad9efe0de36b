import { CustomField } from "@crm/core/platform/custom-field/custom-field.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInTenant } from "../../people/person/support.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { interleave, isWriteWith } from "../../support/interleaving.ts";
import { addField, expectRejection, newFieldName } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("a definition", () => {
  it("has the documented columns and type names", async () => {
    const field = await addField(tenant, "tier", {
      field_type: "picklist",
      picklist_values: ["Gold", "Silver"],
      default_value: "gold",
    });
    expect(field).toMatchObject({
      entity_type: "lead",
      field_name: "tier",
      field_label: "Label",
      field_type: "picklist",
      is_required: false,
      picklist_values: [
        { code: "gold", label: "Gold", is_retired: false },
        { code: "silver", label: "Silver", is_retired: false },
      ],
      default_value: "gold",
      is_active: true,
    });
    expect(field.id).toMatch(/^cfd_/);
    expect((await tenant.admin.getCustomField({ id: field.id })).data).toEqual(field);
  });

  it("takes the field names of GET /schema too, and answers with one name for each", async () => {
    const send = async (method: string, path: string, input?: object) => {
      const [below = "", query = ""] = path.split("?");
      const headers = { "content-type": "application/json" };
      const body = input && JSON.stringify(input);
      const request = { method, path: `/api/v1/custom-fields${below}`, query, headers, body };
      const answer = await inProcessTransport(app, tenant.token)(request);
      const { data, error } = JSON.parse(answer.body as string);
      return { status: answer.status, data, details: error?.details };
    };
    const name = newFieldName();
    const { status, data } = await send("POST", "", { kind: "lead", name, label: "Berth", type: "text" });
    expect([status, data]).toEqual([
      201,
      expect.objectContaining({ entity_type: "lead", field_name: name, field_label: "Berth", field_type: "text" }),
    ]);
    const { id } = data;
    expect((await send("PATCH", `/${id}`, { label: "Mooring" })).data).toMatchObject({ field_label: "Mooring" });
    const ids = async (query: string) => (await send("GET", query)).data.map((field: { id: string }) => field.id);
    expect(await ids("?kind=lead&limit=100")).toContain(id);
    expect(await ids("?kind=person&limit=100")).not.toContain(id);
    const item = { kind: "lead", name: newFieldName(), label: "Pier", type: "text" };
    expect((await send("POST", "/batch", { operation: "create", items: [item] })).data).toMatchObject({
      results: [{ status: 201 }],
    });
    const twice = await send("POST", "", { ...item, name: newFieldName(), field_label: "Dock" });
    const message = "Another name of field_label, which is given with another value: leave one of them out";
    expect([twice.status, twice.details]).toEqual([400, [{ field: "label", message }]]);
  });

  it("accepts its own GET response, and keeps its fixed fields", async () => {
    const field = await addField(tenant, newFieldName(), {
      field_type: "number",
      validation: { min: 1, max: 5 },
      default_value: 3,
    });
    expect((await tenant.admin.replaceCustomField(field)).data).toEqual(field);
    const changes = { id: field.id, field_name: "other", entity_type: "person", is_unique: true };
    expect(await expectRejection(tenant.admin.updateCustomField(changes))).toEqual([
      400,
      ["entity_type", "field_name", "is_unique"],
    ]);
  });

  it("normalizes bounds and default like values", async () => {
    const field = await addField(tenant, newFieldName(), {
      field_type: "money",
      validation: { min: "5", max: "10.5" },
      default_value: "07",
    });
    expect(field).toMatchObject({ validation: { min: "5.00", max: "10.50" }, default_value: "7.00" });
  });

  it.each([["Shoe Size"], ["shoeSize"], ["1st"], ["_x"], ["größe"], [""], ["a".repeat(64)], ["__proto__"]])(
    "cannot be named %j",
    async (field_name) => expect(await expectRejection(addField(tenant, field_name))).toEqual([400, ["field_name"]]),
  );

  it("has a unique name in tenant and entity, also in concurrent requests and after a deletion", async () => {
    const name = newFieldName();
    const input = { entity_type: "lead", field_name: name, field_label: "Label", field_type: "text" } as const;
    const create = () => runInTenant(app, tenant, () => CustomField.create(input));
    let createdId = "";
    const work = async () => {
      createdId = (await create()).id;
    };
    await interleave(app, { isTarget: isWriteWith(name), work }, async () => {
      await expect(create()).rejects.toMatchObject({ code: "CONFLICT", details: [{ field: "field_name" }] });
    });
    // Bypasses the API, where requests would run one after the other.
    const otherInput = { ...input, field_name: newFieldName() };
    const answers = await runInTenant(app, tenant, () =>
      Promise.allSettled(Array.from({ length: 5 }, () => CustomField.create(otherInput))),
    );
    const successes = answers.filter((answer) => answer.status === "fulfilled");
    expect(successes).toHaveLength(1);
    expect(await expectRejection(addField(tenant, name))).toEqual([409, ["field_name"]]);
    await addField(tenant, name, { entity_type: "person" });
    await addField(await signUp(app), name);
    await tenant.admin.deleteCustomField({ id: createdId });
    expect(await expectRejection(addField(tenant, name))).toEqual([409, ["field_name"]]);
  });

  it("is listed by sequence, for one entity and paginated", async () => {
    const ownTenant = await signUp(app);
    for (const [index, name] of ["c", "a", "b"].entries()) await addField(ownTenant, name, { sequence: 30 - index * 10 });
    await addField(ownTenant, "p", { entity_type: "person" });
    const listNames = async (query: object) =>
      (await allowAnyInput(ownTenant.admin).listCustomFields(query)).data.map(({ field_name }) => field_name);
    expect(await listNames({ entity_type: "lead" })).toEqual(["b", "a", "c"]);
    expect(await listNames({ entity_type: "lead", sort: "field_name", order: "desc" })).toEqual(["c", "b", "a"]);
    const first = await ownTenant.admin.listCustomFields({ limit: 3 });
    expect([first.data.length, first.meta.total]).toEqual([3, 4]);
    const rest = await allowAnyInput(ownTenant.admin).listCustomFields({ limit: 3, cursor: first.meta.next_cursor });
    expect(rest.data.length).toBe(1);
    expect(new Set([...first.data, ...rest.data].map(({ id }) => id)).size).toBe(4);
  });

  it("is written by administrators and directors only", async () => {
    const field = await addField(tenant, newFieldName());
    const rep = await addUser(app, tenant, "SALES_REP");
    expect((await rep.client.getCustomField({ id: field.id })).data.id).toBe(field.id);
    await expect(rep.client.updateCustomField({ id: field.id, field_label: "x" })).rejects.toMatchObject({
      status: 403,
    });
    const director = await addUser(app, tenant, "DIRECTOR");
    expect((await director.client.updateCustomField({ id: field.id, field_label: "x" })).data.field_label).toBe("x");
  });

  it("is limited to a hundred per entity, also in concurrent requests", async () => {
    const ownTenant = await signUp(app);
    for (let index = 0; index < 97; index++) await addField(ownTenant, `f${index}`, { default_value: `d${index}` });
    const answers = await Promise.allSettled([97, 98, 99, 100, 101].map((index) => addField(ownTenant, `f${index}`)));
    const rejections = answers.filter((answer) => answer.status === "rejected");
    expect(rejections.map(({ reason }) => reason.code)).toEqual(["RULE_VIOLATION", "RULE_VIOLATION"]);
    const { data: lead } = await ownTenant.admin.createLead(newLead());
    expect(Object.keys(lead.custom_fields)).toHaveLength(100);
    const { data } = await ownTenant.admin.replaceLead(lead);
    expect(data).toEqual(lead);
    // A deleted field makes room for another, and cannot be restored if the limit is reached again.
    const { data: fields } = await ownTenant.admin.listCustomFields({ entity_type: "lead" });
    const deletedId = String(fields[0]?.id);
    await ownTenant.admin.deleteCustomField({ id: deletedId });
    await addField(ownTenant, "another");
    await expect(ownTenant.admin.restoreCustomField({ id: deletedId })).rejects.toMatchObject({ status: 422 });
    await addField(ownTenant, "elsewhere", { entity_type: "person" });
  });

  it("is limited to ten unique ones", async () => {
    const ownTenant = await signUp(app);
    for (let index = 0; index < 10; index++) await addField(ownTenant, `u${index}`, { is_unique: true });
    await expect(addField(ownTenant, "u10", { is_unique: true })).rejects.toMatchObject({ status: 422 });
    await addField(ownTenant, "u11");
  });

  it("cannot change the type of a unique field, and limits type changes of others", async () => {
    const unique = await addField(tenant, newFieldName(), { is_unique: true });
    expect(await expectRejection(tenant.admin.updateCustomField({ id: unique.id, field_type: "number" }))).toEqual([
      400,
      ["field_type"],
    ]);
    const { id } = await addField(tenant, newFieldName());
    const turn = (round: number) => tenant.admin.updateCustomField({ id, field_type: round % 2 ? "text" : "number" });
    for (let round = 0; round < 20; round++) await turn(round);
    await expect(turn(20)).rejects.toMatchObject({ status: 422 });
  });
});

describe("the OpenAPI document of a tenant", () => {
  const read = async (token: string) => {
    const answer = await inProcessTransport(
      app,
      token,
    )({ method: "GET", path: "/api/v1/custom-fields/openapi", query: "", headers: {}, body: undefined });
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body) as { components: { schemas: Record<string, { properties: Record<string, Json> }> } };
  };
  type Json = {
    $ref?: string;
    properties: Record<string, Json>;
    required?: string[];
    anyOf: Json[];
    enum: string[];
    readOnly?: boolean;
    type: string;
  };

  it("types the fields that the caller sees, in requests and responses", async () => {
    const ownTenant = await signUp(app);
    const first = await addField(ownTenant, "metal_class", {
      field_type: "choice",
      picklist_values: ["Gold", "Tin"],
      is_required: true,
    });
    await ownTenant.admin.updateCustomField({ id: first.id, picklist_values: ["Gold"] });
    await addField(ownTenant, "age", { field_type: "number", decimal_places: 0, validation: { min: 1 }, editable_by: ["ADMIN"] });
    await addField(ownTenant, "zodiac", { visible_to: ["DIRECTOR"] });
    await addField(ownTenant, "size", { entity_type: "person", field_type: "date" });
    const { token } = await addUser(app, ownTenant, "SALES_REP");
    const { schemas } = (await read(token)).components;
    // A schema shared by several others is referenced.
    const custom = (name: string): Json => {
      // Records have the fields of their rows.
      const { custom_fields: field } = { ...schemas[`${name}Row`]?.properties, ...schemas[name]?.properties };
      return field?.$ref ? (schemas[field.$ref.split("/").at(-1) as string] as Json) : (field as Json);
    };
    const ofLead = custom("Lead");
    expect(Object.keys(ofLead.properties).sort()).toEqual(["age", "metal_class"]);
    expect(ofLead.properties.metal_class?.anyOf[0]).toEqual({ type: "string", enum: ["gold", "tin"] });
    const created = custom("CreateLeadBody");
    expect(created.properties.metal_class?.anyOf[0]).toEqual({ type: "string", enum: ["gold"] });
    expect(created.properties.age?.anyOf[0]).toEqual({ type: "integer", minimum: 1 });
    expect(created.properties.age?.readOnly).toBe(true);
    expect(created.required).toEqual(["metal_class"]);
    expect(custom("ReplaceLeadBody").required).toEqual(["metal_class"]);
    expect(custom("UpdateLeadBody").required).toBeUndefined();
    const ofPerson = custom("Person");
    expect(ofPerson.properties.size?.anyOf[0]).toMatchObject({ type: "string", format: "date" });
    expect(Object.keys(custom("UpdatePersonBody").properties)).toEqual(["size"]);
    expect(JSON.stringify(schemas)).not.toContain("zodiac");
    // The general document is the same for all callers and contains no custom fields.
    const { body } = await inProcessTransport(app)({
      method: "GET",
      path: "/api/v1/openapi.json",
      query: "",
      headers: {},
      body: undefined,
    });
    expect(body).not.toContain("metal_class");
    expect(JSON.stringify(await read((await signUp(app)).token))).not.toContain('"metal_class"');
  });

  it("requires authentication", async () => {
    const anonymousRequest = inProcessTransport(app)({
      method: "GET",
      path: "/api/v1/custom-fields/openapi",
      query: "",
      headers: {},
      body: undefined,
    });
    expect((await anonymousRequest).status).toBe(401);
  });
});
