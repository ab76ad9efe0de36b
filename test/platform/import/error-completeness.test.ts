import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { addField } from "../custom-field/support.ts";
import { readErrorFile, requestJson, runImport, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  for (const entity_type of ["lead", "person"] as const)
    await addField(tenant, "size", { entity_type, field_type: "number", validation: { max: 9 } });
  await addField(tenant, "must", { entity_type: "lead", is_required: true });
  const schema = { type: "object", properties: { breed: { type: "string" }, legs: { type: "integer", maximum: 4 } } };
  await tenant.admin.createMaster({ kind: "product-lines", name: "Pet", versions: [{ schema_version: 1, schema }] });
});
afterAll(() => app.stop());

const readRejection = async (path: string, body: object) => {
  const { status, error } = await requestJson(app, tenant.token, "POST", path, body);
  return [status, error?.details.map(({ field }) => field).sort()];
};

describe("I9 several faults reported together", () => {
  it("include for a lead: fields, references, product data, custom fields and names", async () => {
    const invalidInput = {
      email: "unknown@",
      colour: "red",
      lead_source_id: "nothing",
      state_id: "us_nowhere",
      product_data: { pet: { breed: 7, legs: 5 } },
      custom_fields: { size: 10, other: 1 },
    };
    const fields = ["colour", "custom_fields.must", "custom_fields.other", "custom_fields.size", "email"];
    const rest = ["lead_source_id", "product_data.pet.breed", "product_data.pet.legs", "state_id"];
    expect(await readRejection("/leads", invalidInput)).toEqual([400, [...fields, ...rest]]);
    // The same input without the fields that its schema rejects.
    const { email: _email, colour: _colour, ...read } = invalidInput;
    const readableFields = fields.filter((field) => field !== "colour" && field !== "email");
    expect(await readRejection("/leads", read)).toEqual([400, [...readableFields, "last_name", ...rest].sort()]);
    // For fields that could not be read, missing alternatives are not reported.
    expect(await readRejection("/leads", { full_name: 7, custom_fields: 7, lead_source_id: "nothing" })).toEqual([
      400,
      ["custom_fields", "full_name", "lead_source_id"],
    ]);
  });

  it("include those of a lead's update, which may keep its values", async () => {
    const source = (await tenant.admin.createMaster({ kind: "lead-sources", name: "Fair" })).data;
    const { data: lead } = await tenant.admin.createLead({
      ...{ first_name: "Ada", last_name: "Quist", lead_source_id: source.id, custom_fields: { must: "x" } },
    });
    await tenant.admin.updateMaster({ kind: "lead-sources", id: source.id, is_active: false });
    const invalidInput = {
      id: lead.id,
      email: "unknown@",
      industry_id: "nothing",
      lead_source_id: source.id,
      custom_fields: { size: 10 },
    };
    await expect(tenant.admin.updateLead(invalidInput)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "email" }, { field: "industry_id" }, { field: "custom_fields.size" }],
    });
  });

  it("include for a person: fields, addresses, channels and custom fields", async () => {
    const addresses = [{ city: "Oslo", country: "Nowhere" }];
    const invalidInput = { first_name: 7, addresses, preferred_contact_method: "pigeon", custom_fields: { size: 10 } };
    const fields = ["addresses[0].country", "custom_fields.size", "first_name", "preferred_contact_method"];
    expect(await readRejection("/persons", invalidInput)).toEqual([400, fields]);
    expect(await readRejection("/persons", { ...invalidInput, first_name: "Ada" })).toEqual([
      400,
      fields.filter((field) => field !== "first_name"),
    ]);
  });

  const readErrorFields = async (entity: "leads" | "persons", header: string[], mapping: object, row: string[]) => {
    const imported = await runImport(app, tenant.token, entity, toCsv(header, row), { mapping });
    const [, errorLine = ""] = (await readErrorFile(app, tenant.token, imported.id)).trim().split("\r\n");
    // Cells have no quotes, so the first quoted text lists the fields.
    const fields = /"([^"]*)"/.exec(errorLine)?.[1]?.split(", ") ?? [];
    return fields.sort();
  };

  it("include for a row of leads: cells, fields, references, product data and custom fields", async () => {
    const mapping = {
      Company: "company",
      Budget: "budget",
      Mail: "email",
      Source: "lead_source_id",
      Legs: "product_data.pet.legs",
      Size: "custom_fields.size",
      Must: "custom_fields.must",
    };
    const invalidRow = ["Navy", "much", "unknown@", "nothing", "5", "10", ""];
    const errorFields = await readErrorFields("leads", Object.keys(mapping), mapping, invalidRow);
    const { Company: _company, ...fields } = mapping;
    expect(errorFields).toEqual(Object.values(fields).sort());
  });

  it("include for a row of persons: cells, fields, addresses and custom fields", async () => {
    const mapping = {
      Name: "last_name",
      Born: "birth_date",
      Mail: "email",
      City: "city",
      Country: "country",
      Channel: "preferred_contact_method",
      Size: "custom_fields.size",
    };
    const row = ["Quist", "someday", "unknown@", "Oslo", "Nowhere", "pigeon", "10"];
    const errorFields = await readErrorFields("persons", Object.keys(mapping), mapping, row);
    expect(errorFields).toEqual(["birth_date", "country", "custom_fields.size", "email", "preferred_contact_method"]);
    const read = await readErrorFields("persons", Object.keys(mapping), mapping, [
      "Quist",
      "",
      "",
      "Oslo",
      "Nowhere",
      "pigeon",
      "10",
    ]);
    expect(read).toEqual(["country", "custom_fields.size", "preferred_contact_method"]);
  });
});
