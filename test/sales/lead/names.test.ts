import { buildDisplayName, expandFullName, nameSortKey } from "@crm/core/kernel/person-name.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readErrorFile, runImport, toCsv } from "../../platform/import/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { sendToForm } from "../web-form/form-client.ts";

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "DE" });
  crm = tenant.admin;
});
afterAll(() => app.stop());

type Input = Record<string, unknown>;
const createLead = async (input: Input) => (await crm.createLead(input)).data;
const readRejection = (work: Promise<unknown>) =>
  work.then(
    () => [],
    ({ status, details }) => [status, ...details.map(({ field }: { field: string }) => field), details[0]?.message],
  );

describe("names", () => {
  it.each([
    ["Madonna", null, "Madonna", "Madonna"],
    ["José Luis García Márquez", "José Luis García", "Márquez", "José Luis García Márquez"],
    ["García Márquez, José Luis", "José Luis", "García Márquez", "José Luis García Márquez"],
    ["王小明", null, "王小明", "王小明"],
    ["山田 太郎", "山田", "太郎", "山田 太郎"],
    ["X", null, "X", "X"],
  ])("of %s are split and joined again", (full_name, first_name, last_name, display) => {
    const names = expandFullName({ full_name });
    expect(names).toEqual({ first_name, last_name });
    expect(buildDisplayName(names)).toBe(display);
  });

  it.each([
    [{ first_name: "Ann", last_name: "", company: "Acme" }, "Ann"],
    [{ last_name: "  ", company: " Acme ", email: "a@b.example" }, "Acme"],
    [{ email: "a@b.example", phone: "1" }, "a@b.example"],
    [{ phone: " ", mobile: "+49 1" }, "+49 1"],
    [{}, null],
  ])("of %j make the display name", (nameFields, display) => expect(buildDisplayName(nameFields)).toBe(display));

  it("sort by the last name or its replacement, and last if there is no name", () => {
    const names = [
      { last_name: "Abel" },
      { first_name: "Bea", last_name: "Kern" },
      { first_name: "Cher" },
      { display_name: "Dr. No" },
      { last_name: "王" },
      { first_name: "?" },
      {},
    ];
    const shuffled = [6, 2, 4, 0, 5, 3, 1].map((index) => names[index] ?? {});
    const key = (nameFields: object): Buffer => Buffer.from(nameSortKey(nameFields));
    const sorted = shuffled.sort((a, b) => Buffer.compare(key(a), key(b)));
    expect(sorted).toEqual([names[0], names[2], names[3], names[1], names[4], ...sorted.slice(5)]);
  });
});

describe("a lead", () => {
  it.each<[Input, Input]>([
    [{ email: "only@mail.example" }, { first_name: null, last_name: null, display_name: "only@mail.example" }],
    [{ company: "Only Ltd" }, { first_name: null, last_name: null, display_name: "Only Ltd" }],
    [{ phone: "+49 30 901820" }, { last_name: null, display_name: "+49 30 901820" }],
    [{ mobile: "0171 1" }, { last_name: null, display_name: "0171 1" }],
    [{ full_name: "Madonna" }, { first_name: null, last_name: "Madonna", display_name: "Madonna" }],
    [{ full_name: "王小明" }, { first_name: null, last_name: "王小明", display_name: "王小明" }],
    [{ first_name: "X" }, { first_name: "X", last_name: null, display_name: "X" }],
    [
      { last_name: "Y", email: "y@mail.example" },
      { last_name: "Y", display_name: "Y" },
    ],
  ])("with %j has the same name in every response", async (input, expected) => {
    const lead = await createLead(input);
    expect(lead).toMatchObject(expected);
    expect((await crm.getLead({ id: lead.id })).data).toMatchObject(expected);
    const { data } = await crm.listLeads({ limit: 1 });
    expect(data[0]).toMatchObject({ id: lead.id, ...expected });
    expect((await crm.replaceLead(lead)).data).toMatchObject({ ...expected, version: 1 });
  });

  it("takes no display name, and the error names the fields that it follows from", async () => {
    await expect(createLead({ last_name: "Y", email: "y@mail.example", display_name: "No" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "display_name", message: "Cannot be set here: use first_name, last_name, full_name, or leave it out" }],
    });
  });

  it("without a name or contact point is rejected, and the error names the sufficient fields", async () => {
    const answer = [400, "last_name", expect.stringContaining("first_name, full_name, company, email, phone, mobile")];
    for (const input of [{}, { job_title: "CEO" }, { company: "  ", phone: "" }, { full_name: " " }])
      expect(await readRejection(createLead(input))).toEqual(answer);
    expect(await readRejection(createLead({ full_name: "x".repeat(150) }))).toEqual([
      400,
      "full_name",
      expect.stringContaining("send them in separate fields"),
    ]);
    const lead = await createLead({ full_name: "Ann Bell" });
    expect(await readRejection(crm.replaceLead({ id: lead.id, notes: "Unknown" }))).toEqual(answer);
  });

  it("keeps at least one of them: the last one cannot be cleared", async () => {
    const lead = await createLead({ full_name: "Ann Bell", email: "bell@mail.example" });
    const patch = async (input: Input) => (await crm.updateLead({ id: lead.id, ...input })).data;
    expect(await patch({ full_name: "Cher" })).toMatchObject({ first_name: null, last_name: "Cher", display_name: "Cher" });
    expect(await patch({ last_name: null })).toMatchObject({ last_name: null, display_name: "bell@mail.example" });
    expect(await readRejection(patch({ email: null }))).toEqual([400, "last_name", expect.stringContaining("At least one of")]);
    expect(await patch({ email: null, company: "Bell" })).toMatchObject({ email: null, display_name: "Bell" });
    expect(await readRejection(patch({ company: "" }))).toEqual([400, "last_name", expect.stringContaining("At least one of")]);
  });

  it("has no derived name fields in its history", async () => {
    const lead = await createLead({ email: "told@mail.example" });
    await crm.updateLead({ id: lead.id, company: "Told Ltd" });
    await app.settle();
    const { data } = await crm.listAuditEntries({ record_id: lead.id });
    const changedFields = data.map((entry) => entry.changed?.filter((field) => /name|company/.test(field)));
    expect(changedFields).toEqual([["company"], []]);
  });

  it("can be imported from a file with one name column, or without names", async () => {
    const file = toCsv(["Name", "Mail"], ["王小明", "wang@mail.example"], ["Madonna", ""], ["", "bare@mail.example"], ["", ""]);
    const mapping = { Name: "full_name", Mail: "email" };
    const done = await runImport(app, tenant.token, "leads", file, { mapping });
    expect(done).toMatchObject({ created: 3 });
    const { data } = await crm.listLeads({ limit: 3 });
    expect(data.map(({ display_name }) => display_name)).toEqual(["bare@mail.example", "Madonna", "王小明"]);
    const soleFile = toCsv(["Company", "Notes"], ["Sole Ltd", ""], ["", "Unknown"]);
    const secondImport = await runImport(app, tenant.token, "leads", soleFile);
    expect(secondImport).toMatchObject({ created: 1, failed: 1 });
    expect(await readErrorFile(app, tenant.token, secondImport.id)).toContain(",Unknown,3,last_name,");
  });

  it("can be created by a form that asks for an address alone", async () => {
    const { data: form } = await crm.createForm({
      name: "Newsletter",
      kind: "web_form",
      makes_lead: true,
      field_mapping: { mail: "email", say: "description" },
    });
    const { body } = await sendToForm(app, `/forms/${form.key}`, { method: "GET" });
    expect(JSON.parse(body).data.fields).toMatchObject([
      { name: "mail", required: true },
      { name: "say", required: false },
    ]);
    expect((await sendToForm(app, `/forms/${form.key}`, { body: { mail: "letter@mail.example" } })).status).toBe(202);
    expect((await crm.listLeads({ limit: 1 })).data[0]).toMatchObject({ display_name: "letter@mail.example" });
    const bare = await sendToForm(app, `/forms/${form.key}`, { body: { say: "Hello" } });
    expect([bare.status, JSON.parse(bare.body).error.details]).toEqual([
      400,
      [{ field: "mail", message: "At least one of these fields is required: mail" }],
    ]);
  });

  it.each<[Input, Input]>([
    [{ email: "unknown@mail.example" }, { name: "unknown@mail.example", customer_type: "individual" }],
    [
      { company: "Shell Ltd", phone: "+49 30 901821" },
      { name: "Shell Ltd", customer_type: "business" },
    ],
  ])("with %j converts to a customer and a contact with the same data", async (input, customer) => {
    const lead = await createLead({ ...input, budget: "1.00", authority: "She", need: "All", timeline: "Now" });
    await crm.setLeadScore({ id: lead.id, lead_score: 90, reason: "Known" });
    const { data } = await crm.convertLead({ id: lead.id });
    expect(data.customer).toMatchObject(customer);
    expect(data.contact).toMatchObject({ first_name: null, last_name: null, display_name: input.email ?? input.phone });
    expect(data.opportunity).toMatchObject({ name: customer.name });
    expect((await crm.getPerson({ id: lead.personal_key_id })).data).toMatchObject({ first_name: null, last_name: null });
  });
});

describe("lists sorted by name", () => {
  it("put contacts without a name last", async () => {
    const ownTenant = await signUp(app);
    const { data: customer } = await ownTenant.admin.createCustomer({ name: "House" });
    for (const input of [{ email: "z@house.example" }, { full_name: "Zoe" }, { first_name: "Abe" }, { full_name: "Al Mo" }]) {
      await ownTenant.admin.createContact({ customer_id: customer.id, ...input });
    }
    await app.settle();
    const contacts = await ownTenant.admin.listContacts({ sort: "name", order: "asc" });
    expect(contacts.data.map(({ display_name }) => display_name)).toEqual(["Abe", "Al Mo", "Zoe", "z@house.example"]);
    const persons = await ownTenant.admin.listPersons({ sort: "last_name", order: "asc" });
    expect(persons.data.map(({ first_name, last_name }) => last_name ?? first_name)).toEqual(["Abe", "Mo", "Zoe", null]);
  });

  it("reject a contact without a name or contact point", async () => {
    const { data: customer } = await crm.createCustomer({ name: "House" });
    const bare = crm.createContact({ customer_id: customer.id, job_title: "CEO" });
    expect(await readRejection(bare)).toEqual([400, "last_name", expect.not.stringContaining("company")]);
  });
});
