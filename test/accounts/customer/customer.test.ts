import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../../platform/custom-field/support.ts";
import {
  addUser,
  inProcessTransport,
  newLead,
  signUp,
  startTestApp,
  storeFormerValues,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let otherRep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  otherRep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const createCustomer = (input: object, client = tenant.admin) => client.createCustomer(input);
it("R16 a company's size is read-only and follows from its number of employees", async () => {
  const input = { name: "Sized", employee_count: 49 };
  expect(await expectRejection(createCustomer({ ...input, company_size: "MICRO" }))).toEqual([400, ["company_size"]]);
  const { data: customer } = await createCustomer(input);
  expect(customer.company_size).toBe("SMALL");
  const { data: grown } = await tenant.admin.updateCustomer({ id: customer.id, employee_count: 250 });
  expect(grown.company_size).toBe("LARGE");
  expect((await tenant.admin.updateCustomer({ id: customer.id, employee_count: null })).data.company_size).toBeNull();
});

describe("a business", () => {
  it("has a website in the form of the URL parser, found as typed and as stored, and its own answer can be sent back", async () => {
    const { data } = await createCustomer({ name: "Sites", website: "HTTPS://Sites.Example" });
    expect(data.website).toBe("https://sites.example/");
    await app.settle();
    for (const website of ["HTTPS://Sites.Example", "https://sites.example", "https://sites.example/"])
      expect([website, (await allowAnyInput(tenant.admin).listCustomers({ website })).data.map(({ id }) => id)]).toEqual([
        website,
        [data.id],
      ]);
    expect((await tenant.admin.updateCustomer({ id: data.id, website: data.website })).data).toMatchObject({
      website: data.website,
    });
    expect(await expectRejection(createCustomer({ name: "Sites", website: "https://sites.example\\@127.0.0.1/" }))).toEqual([
      400,
      ["website"],
    ]);
  });

  it("keeps a website that was stored under earlier rules: it is shown, sorted and found, and stays valid for its customer alone", async () => {
    const stored = "https://user:secret@Former.Example";
    const { data: former } = await createCustomer({ name: "Former" });
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      Records.change(Customers, former.id, (current) => ({ ...current, website: stored })),
    );
    await app.settle();
    const { data: answer } = await tenant.admin.getCustomer({ id: former.id });
    expect(answer.website).toBe(stored);
    const { data: replaced } = await allowAnyInput(tenant.admin).replaceCustomer({ ...answer, notes: "Called" });
    expect(replaced).toMatchObject({ website: stored, notes: "Called" });
    await tenant.admin.updateCustomer({ id: former.id, website: stored, notes: null });
    const { data: page } = await tenant.admin.listCustomers({ "website[in]": stored, sort: "website", order: "asc" });
    expect(page.map(({ id }) => id)).toEqual([former.id]);

    const { data: other } = await createCustomer({ name: "Other", notes: stored });
    for (const change of [
      () => tenant.admin.updateCustomer({ id: other.id, website: stored }),
      () => tenant.admin.updateCustomer({ id: former.id, website: `${stored}/` }),
      () => createCustomer({ name: "New", website: stored }),
    ])
      expect(await expectRejection(change())).toEqual([400, ["website"]]);
  });

  it("keeps lines that an earlier release stored as several: they are shown and sent back, and stay valid for their customer alone", async () => {
    const { data: former } = await createCustomer({ name: "Lines" });
    const [name, tags] = ["Former\nLines ", ["a\u2028b"]];
    await storeFormerValues(app, tenant, Customers, former.id, { name, tags });
    const { data: answer } = await tenant.admin.getCustomer({ id: former.id });
    expect(answer).toMatchObject({ name, tags });
    expect((await tenant.admin.updateCustomer({ id: former.id, notes: "Called" })).data).toMatchObject({ name, tags });
    const { data: replaced } = await allowAnyInput(tenant.admin).replaceCustomer({ ...answer, notes: "Again" });
    expect(replaced).toMatchObject({ name: name.trim(), tags, notes: "Again" });
    for (const change of [
      () => tenant.admin.updateCustomer({ id: former.id, name: "Former\n\nLines" }),
      () => tenant.admin.updateCustomer({ id: former.id, sector: name }),
      () => createCustomer({ name }),
    ])
      expect(await expectRejection(change())).toEqual([400, [expect.stringMatching(/^(?:name|sector)$/)]]);
  });

  it("gets a number, the caller as owner, and the initial values of a customer", async () => {
    const { status, data, headers } = await createCustomer({ name: "Acme", annual_revenue: "1000" }, rep.client);
    expect([status, headers.etag]).toEqual([201, expect.stringMatching(/^"1\./)]);
    expect(data).toMatchObject({
      customer_number: expect.stringMatching(/^C-\d{4}-\d{6}$/),
      customer_type: "business",
      owner_id: rep.id,
      status: "PROSPECT",
      lifecycle_stage: "PROSPECT",
      annual_revenue: "1000.00",
      currency: "USD",
      personal_key_id: null,
      customer_since: null,
      links: { self: `/api/v1/customers/${data.id}`, owner: `/api/v1/users/${rep.id}` },
    });
    expect((await rep.client.getCustomer({ id: data.id })).data).toEqual(data);
  });

  it("needs a name, and rejects fields of a person", async () => {
    expect(await expectRejection(createCustomer({}))).toEqual([400, ["name"]]);
    expect(await expectRejection(createCustomer({ name: "Acme", first_name: "Ada", mobile: "1" }))).toEqual([
      400,
      ["first_name", "mobile"],
    ]);
    expect(await expectRejection(createCustomer({ name: "Acme", founding_year: 2999 }))).toEqual([400, ["founding_year"]]);
    const invalidFields = { founding_year: 1499, tax_id: "--", industry_code: "x".repeat(21) };
    expect(await expectRejection(createCustomer({ name: "Acme", ...invalidFields }))).toEqual([
      400,
      ["founding_year", "industry_code", "tax_id"],
    ]);
    expect(await expectRejection(createCustomer({ name: "Acme", customer_type_id: "none", territory_id: "none" }))).toEqual([
      400,
      ["customer_type_id", "territory_id"],
    ]);
  });

  it("becomes ACTIVE and gets the date of that day", async () => {
    const { data } = await createCustomer({ name: "Acme" });
    const { data: active } = await tenant.admin.updateCustomer({ id: data.id, status: "ACTIVE" });
    expect(active.customer_since).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    const datedCustomer = await createCustomer({ name: "Acme", status: "ACTIVE", customer_since: "2020-02-29" });
    expect(datedCustomer.data.customer_since).toBe("2020-02-29");
  });

  it("accepts a visible customer as its parent, never itself", async () => {
    const { data: above } = await createCustomer({ name: "Above" }, rep.client);
    const { data } = await createCustomer({ name: "Below", parent_customer_id: above.id }, rep.client);
    expect(data.links.parent).toBe(`/api/v1/customers/${above.id}`);
    expect(await expectRejection(createCustomer({ name: "Below", parent_customer_id: above.id }, otherRep.client))).toEqual([
      400,
      ["parent_customer_id"],
    ]);
    const itself = tenant.admin.updateCustomer({ id: data.id, parent_customer_id: data.id });
    expect(await expectRejection(itself)).toEqual([400, ["parent_customer_id"]]);
    await app.settle();
    expect((await rep.client.listCustomers({ parent: above.id })).data.map(({ id }) => id)).toEqual([data.id]);
  });

  it("accepts its own GET response in a PUT, and clears omitted fields", async () => {
    const { data } = await createCustomer(
      { name: "Acme", legal_name: "Acme Inc", tags: ["a"], tier: "gold", tax_id: "PUT 1", industry_code: " 541511 " },
      rep.client,
    );
    expect(data.industry_code).toBe("541511");
    expect((await allowAnyInput(rep.client).replaceCustomer(data)).data).toEqual(data);
    const { data: bare } = await rep.client.replaceCustomer({ id: data.id, name: "Acme" });
    const clearedFields = { legal_name: null, industry_code: null, tags: [], tier: null, tax_id: null };
    expect(bare).toMatchObject({ ...clearedFields, owner_id: rep.id, version: 2 });
    expect(await expectRejection(rep.client.replaceCustomer({ id: data.id }))).toEqual([400, ["name"]]);
    expect(await expectRejection(rep.client.updateCustomer({ id: data.id, customer_type: "individual" }))).toEqual([
      400,
      ["customer_type"],
    ]);
  });
});

describe("an individual", () => {
  it("takes the name of the person found or created by its contact points", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ first_name: "Grace", last_name: "Hopper" }));
    const linkedCustomer = await createCustomer({
      customer_type: "individual",
      first_name: "G",
      last_name: "Hopper",
      email: lead.email,
    });
    expect(linkedCustomer.data).toMatchObject({ personal_key_id: lead.personal_key_id, name: "Grace Hopper" });
    expect(linkedCustomer.data.links.person).toBe(`/api/v1/persons/${lead.personal_key_id}`);
    const { data: createdCustomer } = await createCustomer({
      customer_type: "individual",
      name: "Ada Lovelace",
      mobile: "+32470000001",
    });
    const { data: person } = await tenant.admin.getPerson({ id: String(createdCustomer.personal_key_id) });
    expect([person.first_name, person.last_name, person.phones]).toEqual(["Ada", "Lovelace", ["+32470000001"]]);
    expect(createdCustomer.name).toBe("Ada Lovelace");
  });

  it("is named after its person, and adds new contact points to the person", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const { data } = await createCustomer({ customer_type: "individual", personal_key_id: lead.personal_key_id });
    expect(data.name).toBe(`${lead.first_name} ${lead.last_name}`);
    await tenant.admin.updateCustomer({ id: data.id, email: "second@mail.example" });
    const { data: person } = await tenant.admin.getPerson({ id: lead.personal_key_id });
    expect(person.emails).toEqual([lead.email, "second@mail.example"]);
    expect((await tenant.admin.updateCustomer({ id: data.id, name: "Ada" })).data.name).toBe("Ada");
    expect((await tenant.admin.updateCustomer({ id: data.id, name: null })).data.name).toBe(data.name);
  });

  it("rejects fields of a business at creation and update", async () => {
    const business = { legal_name: "x", tax_id: "y1", founding_year: 2000, industry_code: "541511", is_startup: true };
    const fields = Object.keys(business).sort();
    expect(await expectRejection(createCustomer({ customer_type: "individual", name: "Ada Lovelace", ...business }))).toEqual([
      400,
      fields,
    ]);
    const { data } = await createCustomer({ customer_type: "individual", name: "Ada Byron", is_startup: false });
    expect(await expectRejection(tenant.admin.updateCustomer({ id: data.id, ...business }))).toEqual([400, fields]);
    expect(await expectRejection(createCustomer({ customer_type: "individual" }))).toEqual([400, ["name"]]);
  });
});

describe("owners of customers", () => {
  it("see their own and unowned customers, and may claim or release one without the right to assign", async () => {
    const { data } = await createCustomer({ name: "Owned" }, rep.client);
    await expect(otherRep.client.getCustomer({ id: data.id })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.updateCustomer({ id: data.id, owner_id: otherRep.id })).rejects.toMatchObject({ status: 403 });
    await rep.client.updateCustomer({ id: data.id, owner_id: null });
    expect((await otherRep.client.updateCustomer({ id: data.id, owner_id: otherRep.id })).data.owner_id).toBe(otherRep.id);
    await expect(createCustomer({ name: "Given", owner_id: otherRep.id }, rep.client)).rejects.toMatchObject({ status: 403 });
    expect((await createCustomer({ name: "Given", owner_id: otherRep.id })).data.owner_id).toBe(otherRep.id);
  });

  it("are null for a customer created by an API key", async () => {
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "MANAGER" });
    const { data } = await createCustomer({ name: "Robotic" }, createClient(inProcessTransport(app, key.key)));
    expect(data.owner_id).toBeNull();
  });
});

describe("lists of customers", () => {
  it("filter by owner, status, type, industry, tier and words, and sort by name", async () => {
    const freshTenant = await signUp(app);
    const make = (input: object) => freshTenant.admin.createCustomer(input);
    await make({ name: "Beta Works", status: "ACTIVE", customer_type_id: "partner", tier: "gold", vip_status: true });
    await make({ name: "alpha works", industry_id: "software", last_contact_date: "2026-01-02T00:00:00Z" });
    await make({ customer_type: "individual", name: "Carl Gamma", last_contact_date: "2026-01-01T00:00:00Z" });
    await app.settle();
    const names = async (query: object) => {
      const { data, meta } = await allowAnyInput(freshTenant.admin).listCustomers(query);
      if (!("sort" in query)) expect(meta.total).toBe(data.length);
      return data.map(({ name }) => name);
    };
    expect(await names({ sort: "name", order: "asc" })).toEqual(["alpha works", "Beta Works", "Carl Gamma"]);
    expect(await names({ sort: "last_contact_date" })).toEqual(["alpha works", "Carl Gamma"]);
    expect(await names({ status: "active" })).toEqual(["Beta Works"]);
    expect(await names({ type: "partner" })).toEqual(["Beta Works"]);
    expect(await names({ industry: "software" })).toEqual(["alpha works"]);
    expect(await names({ customer_type: "individual" })).toEqual(["Carl Gamma"]);
    expect(await names({ tier: "gold", vip_status: true })).toEqual(["Beta Works"]);
    expect(await names({ owner: freshTenant.userId, search: "works" })).toEqual(["alpha works", "Beta Works"]);
    expect(await names({ owner: "none" })).toEqual([]);
  });
});
