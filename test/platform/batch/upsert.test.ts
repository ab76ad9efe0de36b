import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Upserts update existing records and create missing ones, also when other callers do the same concurrently. */
const CALLER_COUNT = 50;

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  crm = tenant.admin;
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

type Items = Record<string, unknown>[];
const upsert = async (
  match_on: string,
  items: Items,
  as = crm,
  operationName: "batchLeads" | "batchPersons" | "batchCustomers" | "batchUsers" = "batchLeads",
) => (await as[operationName]({ operation: "upsert", match_on, items })).data.results;
const listStatuses = (results: { status: number }[]) => results.map(({ status }) => status);

function expectOneCreated(results: { id: string | null; status: number }[], callers: number): void {
  expect(listStatuses(results).sort()).toEqual([...Array(callers - 1).fill(200), 201]);
  expect(new Set(results.map(({ id }) => id)).size).toBe(1);
}

let serial = 0;
let email: string;
beforeEach(() => {
  email = `upsert${++serial}@mail.example`;
});

describe("leads by email", () => {
  it("create one lead for fifty concurrent requests", async () => {
    const calls = Array.from({ length: CALLER_COUNT }, () => upsert("email", [{ email, first_name: "Fifty" }]));
    expectOneCreated((await Promise.all(calls)).flat(), CALLER_COUNT);
    await app.settle();
    expect((await crm.listLeads({ search: email })).data).toHaveLength(1);
  });

  it("update one lead in turn by different values", async () => {
    const calls = [1, 2, 3, 4, 5].map((suffix) =>
      upsert("email", [{ email, first_name: `Name${suffix}`, job_title: `Job ${suffix}` }]),
    );
    expectOneCreated((await Promise.all(calls)).flat(), 5);
  });

  it("match existing leads in any letter case, and create a new one if that is converted or deleted", async () => {
    const { data: lead } = await crm.createLead(newLead({ email }));
    const [updateResult] = await upsert("email", [{ email: email.toUpperCase(), company: "Changed" }]);
    expect(updateResult).toEqual({ index: 0, id: lead.id, status: 200 });
    expect((await crm.getLead({ id: lead.id })).data).toMatchObject({ company: "Changed", first_name: lead.first_name });
    await crm.deleteLead({ id: lead.id });
    const [createResult] = await upsert("email", [{ email }]);
    expect(createResult?.status).toBe(201);
    await crm.updateLead({ id: createResult?.id as string, email: `other.${email}` });
    const [next] = await upsert("email", [{ email }]);
    await crm.deleteLead({ id: next?.id as string });
    expect([next, ...(await upsert("email", [{ email }]))].map((result) => result?.status)).toEqual([201, 201]);
  });

  it("update visible leads, and reveal no more of hidden ones than that they exist", async () => {
    const { data: hidden } = await crm.createLead(newLead({ email }));
    const [rejectedResult] = await upsert("email", [{ email }], rep.client);
    expect(rejectedResult).toMatchObject({ id: null, status: 409, error: { code: "CONFLICT" } });
    expect(JSON.stringify(rejectedResult)).not.toContain(hidden.id);
    const { data: ownLead } = await rep.client.createLead(newLead({ email }));
    expect(await upsert("email", [{ email, company: "Own" }], rep.client)).toEqual([{ index: 0, id: ownLead.id, status: 200 }]);
    const [several] = await upsert("email", [{ email }]);
    expect(several?.error?.details.map(({ message }) => message).sort()).toEqual([hidden.id, ownLead.id].sort());
  });

  it("require the matched value, and accept a version", async () => {
    const [missing, createResult] = await upsert("email", [{ company: "None" }, { email }]);
    expect(missing).toMatchObject({ status: 400, error: { details: [{ field: "email" }] } });
    const versions = await upsert("email", [
      { email, company: "A", version: 7 },
      { email, company: "B", version: 1 },
    ]);
    expect(versions).toMatchObject([{ status: 412 }, { status: 200, id: createResult?.id }]);
  });
});

describe("items with the same value", () => {
  it("update in their order the record that the first one created, in any spelling", async () => {
    const spellings = [email, ` ${email.toUpperCase()}`, `${email} `];
    const results = await upsert(
      "email",
      spellings.map((spelling, index) => ({ email: spelling, company: `Order ${index}` })),
    );
    expect(results.map(({ id, status }) => [id, status])).toEqual([201, 200, 200].map((status) => [results[0]?.id, status]));
    const { data } = await crm.getLead({ id: results[0]?.id as string });
    expect([data.version, data.company]).toEqual([3, "Order 2"]);
    const phones = ["+49 30 901821", "+4930901821", "+49-30-901821"].map((phone, index) => ({
      phone,
      last_name: `Order ${index}`,
    }));
    const persons = await upsert("phone", phones, crm, "batchPersons");
    expect(listStatuses(persons)).toEqual([201, 200, 200]);
    expect((await crm.getPerson({ id: persons[0]?.id as string })).data.last_name).toBe("Order 2");
  });
});

describe("leads by other fields", () => {
  it("are matched by external key of the person, by number and by a unique custom field", async () => {
    const external_key = `key-${serial}`;
    await crm.createPerson({ first_name: "Kay", last_name: "Key", external_key });
    const [createResult, again] = await upsert("external_key", [
      { external_key, company: "A" },
      { external_key, company: "B" },
    ]);
    expect([createResult?.status, again]).toEqual([201, { index: 1, id: createResult?.id, status: 200 }]);
    expect((await upsert("external_key", [{ external_key: "unknown" }]))[0]?.status).toBe(400);

    await app.settle();
    const { data: lead } = await crm.getLead({ id: createResult?.id as string });
    const byNumber = await upsert("lead_number", [{ lead_number: lead.lead_number }, { lead_number: "L-0" }, { company: "New" }]);
    expect(listStatuses(byNumber)).toEqual([200, 404, 201]);

    await crm.createCustomField({
      entity_type: "lead",
      field_name: "badge",
      field_label: "Badge",
      field_type: "number",
      is_unique: true,
    });
    const badge = (value: number, more = {}) => ({ ...newLead(), ...more, custom_fields: { badge: value } });
    const results = await Promise.all(
      [1, 1, 1, 2].map(async (value) => (await upsert("custom_fields.badge", [badge(value)]))[0]),
    );
    expect(new Set(results.map((result) => result?.id)).size).toBe(2);
    expect(results.map((result) => result?.status).sort()).toEqual([200, 200, 201, 201]);
    expect(await upsert("custom_fields.badge", [badge(1)], rep.client)).toMatchObject([{ id: null, status: 409 }]);
  });
});

describe("persons", () => {
  const persons = (match_on: string, items: Items, as = crm) => upsert(match_on, items, as, "batchPersons");

  it("by email: one for different names, with the new values of each", async () => {
    const calls = Array.from({ length: 8 }, (_, index) =>
      persons("email", [{ email, first_name: `Name${index}`, last_name: "Same" }]),
    );
    expectOneCreated((await Promise.all(calls)).flat(), 8);
  });

  it("by key, email and phone number, with contact points set only on creation", async () => {
    const external_key = `person-${serial}`;
    const contact_points = [
      { contact_type: "email", contact_value: email },
      { contact_type: "phone", contact_value: "+4930901820" },
    ];
    const [createResult] = await persons("external_key", [{ external_key, first_name: "Ada", last_name: "L", contact_points }]);
    const [again] = await persons("email", [{ first_name: "Ada", last_name: "Love", contact_points }]);
    const [byPhone] = await persons("phone", [{ phone: "+49 30 901820", profile_bio: undefined }]);
    expect([createResult?.status, again, byPhone]).toEqual([
      201,
      { index: 0, id: createResult?.id, status: 200 },
      { index: 0, id: createResult?.id, status: 200 },
    ]);
    expect((await crm.getPerson({ id: createResult?.id as string })).data).toMatchObject({
      last_name: "Love",
      external_key,
      emails: [email],
    });
    expect(await persons("email", [{ email, first_name: "Eve" }], rep.client)).toMatchObject([{ id: null, status: 409 }]);
  });
});

it("customers are matched by tax id, and keep values that only a new one gets", async () => {
  const items = [{ name: `Company ${serial}`, tax_id: `DE-${serial}`, customer_type: "business" }];
  const calls = await Promise.all(Array.from({ length: 5 }, () => upsert("tax_id", items, crm, "batchCustomers")));
  expect(listStatuses(calls.flat()).sort()).toEqual([200, 200, 200, 200, 201]);
});

it("users are matched by email, and a deleted one is not reused", async () => {
  const items = [{ email, last_name: "Many", role: "USER", password: "a-long-sentence-of-mine" }];
  const calls = await Promise.all(Array.from({ length: 5 }, () => upsert("email", items, crm, "batchUsers")));
  expectOneCreated(calls.flat(), 5);
  const [updateResult] = await upsert("email", [{ email: email.toUpperCase(), department: "Sales" }], crm, "batchUsers");
  expect(updateResult).toEqual({ index: 0, id: calls[0]?.[0]?.id, status: 200 });
  await crm.deleteUser({ id: updateResult?.id as string });
  expect(listStatuses(await upsert("email", items, crm, "batchUsers"))).toEqual([201]);
});

it("master data is matched by code, both default values and recent ones", async () => {
  const request = { kind: "lead-sources", operation: "upsert", match_on: "code" } as const;
  const ask = async (items: Items) => (await crm.batchMasters({ ...request, items })).data.results;
  const calls = await Promise.all(Array.from({ length: 5 }, () => ask([{ code: "fair", name: "Fair" }])));
  expectOneCreated(calls.flat(), 5);
  const results = await ask([{ code: "WEB", name: "The web" }, { code: "Fair", color: "#16a34a" }, { name: "No code" }]);
  expect(results).toMatchObject([{ status: 200 }, { id: calls[0]?.[0]?.id, status: 200 }, { status: 400 }]);
  expect((await crm.getMaster({ kind: "lead-sources", id: results[0]?.id as string })).data).toMatchObject({
    code: "web",
    name: "The web",
  });
  await crm.deleteMaster({ kind: "lead-sources", id: results[1]?.id as string });
  expect(listStatuses(await ask([{ code: "fair", name: "Fair" }]))).toEqual([409]);
});
