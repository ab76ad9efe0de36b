import { Contact } from "@crm/core/accounts/contact/contact.ts";
import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson, runInTenant, storeMerge } from "../../people/person/support.ts";
import { expectRejection, newFieldName } from "../../platform/custom-field/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { countOutcomes } from "../customer/support.ts";

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

const runAsTenant = <T>(work: () => Promise<T>): Promise<T> => runInTenant(app, tenant, work);
const createCompany = async (client = tenant.admin): Promise<string> =>
  (await client.createCustomer({ name: newFieldName() })).data.id;
const createContact = async (input: object, client = tenant.admin) => (await client.createContact(input)).data;
const createPersonContact = (more: object) => createContact(newLead({ company: undefined, ...more }));
const listRejectedFields = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => [],
    (error: unknown) => (isFailure(error) ? error.details.map(({ field }) => field) : Promise.reject(error)),
  );
const readContact = async (id: string) => (await tenant.admin.getContact({ id })).data;

describe("a contact", () => {
  it("gets a number, the caller as owner, and the person found by its email or phone", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const customer_id = await createCompany(rep.client);
    const input = { first_name: "Grace", last_name: "Hopper", email: lead.email, customer_id, contact_role_id: "champion" };
    const { status, data } = await rep.client.createContact(input);
    expect(status).toBe(201);
    const { data: roles } = await tenant.admin.listContactRoles();
    expect(data).toMatchObject({
      contact_number: expect.stringMatching(/^K-\d{4}-\d{6}$/),
      personal_key_id: lead.personal_key_id,
      owner_id: rep.id,
      customer_id,
      lead_id: null,
      contact_status: "ACTIVE",
      contact_role_id: roles.find(({ code }) => code === "champion")?.id,
      links: { customer: `/api/v1/customers/${customer_id}`, person: `/api/v1/persons/${lead.personal_key_id}` },
    });
    expect((await rep.client.getContact({ id: data.id })).data).toEqual(data);
  });

  it("takes names and contact points of the named person, and adds later ones to the person", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const contact = await createContact({ personal_key_id: lead.personal_key_id, customer_id: await createCompany() });
    expect(contact).toMatchObject({ first_name: lead.first_name, last_name: lead.last_name, email: lead.email });
    await tenant.admin.updateContact({ id: contact.id, email: `${contact.id}@mail.example` });
    const { data: person } = await tenant.admin.getPerson({ id: lead.personal_key_id });
    expect(person.emails).toEqual([lead.email, `${contact.id}@mail.example`]);
  });

  it("needs exactly one customer or lead that the caller can see", async () => {
    const [customer_id, hidden] = [await createCompany(rep.client), await createCompany(otherRep.client)];
    const { data: lead } = await rep.client.createLead(newLead());
    const expectContactRejection = (more: object) =>
      expectRejection(createContact(newLead({ company: undefined, ...more }), rep.client));
    expect(await expectContactRejection({})).toEqual([400, ["customer_id"]]);
    expect(await expectContactRejection({ customer_id, lead_id: lead.id })).toEqual([400, ["lead_id"]]);
    expect(await expectContactRejection({ customer_id: hidden })).toEqual([400, ["customer_id"]]);
    const contact = await createContact(newLead({ company: undefined, lead_id: lead.id }), rep.client);
    expect(contact).toMatchObject({ lead_id: lead.id, customer_id: null });
    expect(await expectRejection(rep.client.updateContact({ id: contact.id, customer_id }))).toEqual([400, ["lead_id"]]);
    expect(await expectRejection(rep.client.updateContact({ id: contact.id, lead_id: null }))).toEqual([400, ["customer_id"]]);
    const { data: movedContact } = await rep.client.updateContact({ id: contact.id, lead_id: null, customer_id });
    expect([movedContact.lead_id, movedContact.customer_id]).toEqual([null, customer_id]);
    const deletedCustomerId = await createCompany(rep.client);
    await tenant.admin.deleteCustomer({ id: deletedCustomerId });
    expect(await expectContactRejection({ customer_id: deletedCustomerId })).toEqual([400, ["customer_id"]]);
  });

  it("is not created when its customer is deleted before the write", async () => {
    const customer_id = await createCompany();
    const { database } = app.ports;
    let deleted = false;
    const send: typeof database.send = async (command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && !deleted) {
        deleted = true;
        await tenant.admin.deleteCustomer({ id: customer_id });
      }
      return database.send(command, scope);
    };
    const ports = { ...app.ports, database: { ...database, send } };
    const late = () => Contact.create({ full_name: "Ada Byron", customer_id });
    expect(await listRejectedFields(runIn(systemContext(ports, tenant.id, "test"), late))).toEqual(["customer_id"]);
    expect(deleted).toBe(true);
  });

  it("reports all invalid roles, masters and channels at once", async () => {
    const invalidFields = {
      contact_role_id: "x",
      other_role_ids: ["champion", "y"],
      preferred_contact_method: "z",
      city_id: "nowhere",
    };
    expect(await expectRejection(createPersonContact({ customer_id: await createCompany(), ...invalidFields }))).toEqual([
      400,
      ["city_id", "contact_role_id", "other_role_ids[1]", "preferred_contact_method"],
    ]);
    const fine = { other_role_ids: ["champion", "user", "champion"], preferred_contact_method: "email" };
    const { other_role_ids, preferred_contact_method } = await createPersonContact({
      customer_id: await createCompany(),
      ...fine,
    });
    expect([other_role_ids.length, preferred_contact_method]).toEqual([2, "email"]);
  });

  it("reports to another contact of the same customer, never to itself", async () => {
    const [customer_id, elsewhere] = [await createCompany(), await createCompany()];
    const boss = await createPersonContact({ customer_id });
    const middle = await createPersonContact({ customer_id, reports_to_id: boss.id });
    const low = await createPersonContact({ customer_id, reports_to_id: middle.id });
    expect(low.links.reports_to).toBe(`/api/v1/contacts/${middle.id}`);
    const expectSuperiorRejection = (id: string, reports_to_id: string) =>
      expectRejection(tenant.admin.updateContact({ id, reports_to_id }));
    expect(await expectSuperiorRejection(boss.id, boss.id)).toEqual([400, ["reports_to_id"]]);
    expect(await expectSuperiorRejection(boss.id, low.id)).toEqual([400, ["reports_to_id"]]);
    expect(await expectSuperiorRejection((await createPersonContact({ customer_id: elsewhere })).id, boss.id)).toEqual([
      400,
      ["reports_to_id"],
    ]);
    expect(await expectRejection(tenant.admin.updateContact({ id: low.id, customer_id: elsewhere }))).toEqual([
      400,
      ["reports_to_id"],
    ]);
    await tenant.admin.deleteContact({ id: boss.id });
    expect(await expectSuperiorRejection(low.id, boss.id)).toEqual([400, ["reports_to_id"]]);
  });

  it("accepts its own GET response in a PUT, and clears omitted fields", async () => {
    const customer_id = await createCompany();
    const contact = await createPersonContact({ customer_id, is_primary: true, job_title: "CFO", other_role_ids: ["user"] });
    const { data: replacedContact } = await tenant.admin.replaceContact(contact);
    expect(replacedContact).toEqual(contact);
    const { data: bare } = await tenant.admin.replaceContact({ id: contact.id, full_name: "Ada King Lovelace", customer_id });
    expect(bare).toMatchObject({ first_name: "Ada King", last_name: "Lovelace", email: null, job_title: null });
    expect(bare).toMatchObject({ is_primary: false, other_role_ids: [], owner_id: tenant.userId, version: 2 });
    expect(await expectRejection(tenant.admin.replaceContact({ id: contact.id, first_name: "A", last_name: "B" }))).toEqual([
      400,
      ["customer_id"],
    ]);
  });
});

describe("lists of contacts", () => {
  it("filter by customer, lead, person, role, status and words, and show only visible contacts of a customer", async () => {
    const freshTenant = await signUp(app);
    const seller = await addUser(app, freshTenant, "SALES_REP");
    const { data: customer } = await freshTenant.admin.createCustomer({ name: "Acme", owner_id: null });
    const { data: lead } = await freshTenant.admin.createLead(newLead());
    const add = (input: object) => freshTenant.admin.createContact(input);
    const { data: ada } = await add({
      full_name: "Ada Zuse",
      customer_id: customer.id,
      contact_role_id: "user",
      is_decision_maker: true,
    });
    await add({ full_name: "Bob Young", customer_id: customer.id, owner_id: seller.id, job_title: "Buyer" });
    await add({ full_name: "Cy Xu", lead_id: lead.id, contact_status: "former", next_contact_date: "2026-01-02T00:00:00Z" });
    await app.settle();
    const names = async (
      request: Promise<{ data: readonly { last_name?: string | null | undefined }[]; meta: { total: number } }>,
    ) => {
      const { data, meta } = await request;
      return [...data.map(({ last_name }) => last_name), meta.total];
    };
    const list = (query: object) => names(allowAnyInput(freshTenant.admin).listContacts(query));
    expect(await list({ sort: "name", order: "asc" })).toEqual(["Xu", "Young", "Zuse", 3]);
    expect(await list({ customer: customer.id })).toEqual(["Young", "Zuse", 2]);
    expect(await list({ lead: lead.id })).toEqual(["Xu", 1]);
    expect(await list({ person: ada.personal_key_id })).toEqual(["Zuse", 1]);
    expect(await list({ role: "user" })).toEqual(["Zuse", 1]);
    expect(await list({ status: "former" })).toEqual(["Xu", 1]);
    expect(await list({ is_decision_maker: true })).toEqual(["Zuse", 1]);
    expect(await list({ owner: seller.id })).toEqual(["Young", 1]);
    expect(await list({ search: "buyer" })).toEqual(["Young", 1]);
    expect(await list({ customer: customer.id, search: "zus" })).toEqual(["Zuse", 1]);
    expect(await names(freshTenant.admin.listCustomerContacts({ id: customer.id, sort: "name" }))).toEqual(["Zuse", "Young", 2]);
    expect(await names(freshTenant.admin.listCustomerContacts({ id: customer.id, role: "user" }))).toEqual(["Zuse", 1]);
    expect(await names(seller.client.listCustomerContacts({ id: customer.id }))).toEqual(["Young", 1]);
    await expect(rep.client.listCustomerContacts({ id: customer.id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("the contact of a person at a customer", () => {
  const conflict = [409, ["customer_id"]];

  it("is unique at each customer until it is deleted", async () => {
    const [{ person }, customer_id] = [await createPerson(tenant), await createCompany()];
    const contact = await createContact({ personal_key_id: person, customer_id });
    expect(await expectRejection(createContact({ personal_key_id: person, customer_id }))).toEqual(conflict);
    const second = await createContact({ personal_key_id: person, customer_id: await createCompany() });
    expect(await expectRejection(tenant.admin.updateContact({ id: second.id, customer_id }))).toEqual(conflict);
    await tenant.admin.deleteContact({ id: contact.id });
    await tenant.admin.updateContact({ id: second.id, customer_id });
    expect(await expectRejection(tenant.admin.restoreContact({ id: contact.id }))).toEqual(conflict);
    await createContact({ personal_key_id: person, customer_id: String(second.customer_id) });
  });

  it("is unique at a lead", async () => {
    const [{ person }, { data: lead }] = [await createPerson(tenant), await tenant.admin.createLead(newLead())];
    await createContact({ personal_key_id: person, lead_id: lead.id });
    expect(await expectRejection(createContact({ personal_key_id: person, lead_id: lead.id }))).toEqual([409, ["lead_id"]]);
  });

  it("is created once by concurrent requests, for a known or a new person", async () => {
    for (let round = 0; round < 3; round++) {
      const [{ person }, customer_id] = [await createPerson(tenant), await createCompany()];
      const requests = [1, 2, 3, 4].map(() => createContact({ personal_key_id: person, customer_id }));
      expect(await countOutcomes(requests)).toEqual({ done: 1, refused: [409] });
      const email = `${newFieldName()}@mail.example`;
      const fresh = [1, 2, 3, 4].map(() => createContact({ full_name: "Ada Byron", email, customer_id }));
      expect(await countOutcomes(fresh)).toEqual({ done: 1, refused: [409] });
    }
  });

  it("is found under every id of the person", async () => {
    const [survivor, merged, customer_id] = [await createPerson(tenant), await createPerson(tenant), await createCompany()];
    const contact = await createContact({ personal_key_id: merged.person, customer_id });
    await storeMerge(app, tenant, survivor.person, [merged.person]);
    expect(await expectRejection(createContact({ personal_key_id: survivor.person, customer_id }))).toEqual(conflict);
    expect(await expectRejection(createContact({ personal_key_id: merged.person, customer_id }))).toEqual(conflict);
    const persons = [survivor.person, merged.person];
    expect(await runAsTenant(async () => (await Contact.findAtPlace(persons, customer_id)).ids)).toEqual([contact.id]);
    const { data } = await tenant.admin.listContacts({ person: survivor.person });
    expect(data.map(({ id }) => id)).toEqual([contact.id]);
  });
});

describe("the primary contact of a customer", () => {
  const primaries = async (customer: string): Promise<string[]> => {
    await app.settle();
    const { data } = await tenant.admin.listContacts({ customer, limit: 100 });
    return data.flatMap(({ id, is_primary }) => (is_primary ? [id] : []));
  };

  it("is unique: a new primary contact replaces the previous one", async () => {
    const customer_id = await createCompany();
    const first = await createPersonContact({ customer_id, is_primary: true });
    const second = await createPersonContact({ customer_id, is_primary: true });
    expect(await readContact(first.id)).toMatchObject({ is_primary: false, version: 2 });
    await tenant.admin.updateContact({ id: first.id, is_primary: true });
    expect(await primaries(customer_id)).toEqual([first.id]);
    await tenant.admin.updateContact({ id: first.id, is_primary: false });
    expect(await primaries(customer_id)).toEqual([]);
    await tenant.admin.updateContact({ id: second.id, is_primary: true });
    await tenant.admin.deleteContact({ id: second.id });
    await tenant.admin.updateContact({ id: first.id, is_primary: true });
    expect((await tenant.admin.restoreContact({ id: second.id })).data.is_primary).toBe(false);
    expect(await primaries(customer_id)).toEqual([first.id]);
  });

  it("leaves the old customer when it moves, and is primary at the new one", async () => {
    const [from, to] = [await createCompany(), await createCompany()];
    const contact = await createPersonContact({ customer_id: from, is_primary: true });
    const targetContact = await createPersonContact({ customer_id: to, is_primary: true });
    await tenant.admin.updateContact({ id: contact.id, customer_id: to });
    expect(await primaries(to)).toEqual([contact.id]);
    expect((await readContact(targetContact.id)).is_primary).toBe(false);
    expect((await createPersonContact({ customer_id: from, is_primary: true })).version).toBe(1);
  });

  it("is unique after concurrent requests", async () => {
    const customer_id = await createCompany();
    const contacts = await Promise.all([1, 2, 3, 4, 5].map(() => createPersonContact({ customer_id })));
    await Promise.all(contacts.map(({ id }) => tenant.admin.updateContact({ id, is_primary: true })));
    expect(await primaries(customer_id)).toHaveLength(1);
  });
});

describe("a transaction that writes contacts with other records", () => {
  it("writes customer and contact together, and fails if the contact was created meanwhile", async () => {
    const { person } = await createPerson(tenant);
    await runAsTenant(async () => {
      const customer = await Customer.prepare({ name: newFieldName() });
      const contact = await Contact.prepare({ personal_key_id: person, customer_id: customer.id, is_primary: true });
      const tx = transaction();
      await Customer.add(tx, customer, { nameLock: await Customer.readNameLock(customer.name) });
      await Contact.add(tx, contact, await Contact.findAtPlace([person], customer.id));
      await tx.commit(undefined);
      expect(await Contact.read(contact.id)).toMatchObject({ customer_id: customer.id, is_primary: true });

      const { person: another } = await createPerson(tenant);
      const existingContacts = await Contact.findAtPlace([another], customer.id);
      expect((await Contact.prepare({ personal_key_id: another, customer_id: customer.id }, { owner: rep.id })).owner_id).toBe(
        rep.id,
      );
      const rejected = Contact.prepare({ full_name: "Ada Byron", customer_id: customer.id });
      await expect(rejected).rejects.toMatchObject({ details: [{ field: "personal_key_id" }] });
      const late = await Contact.prepare({ personal_key_id: another, customer_id: customer.id });
      await createContact({ personal_key_id: another, customer_id: customer.id });
      const lateWrite = await Contact.add(transaction(), late, existingContacts);
      await expect(lateWrite.commit(undefined)).rejects.toThrow("already has one");
    });
  });

  it("moves each contact of a lead to a customer once", async () => {
    const [{ data: lead }, customer_id] = [await tenant.admin.createLead(newLead()), await createCompany()];
    const { person } = await createPerson(tenant);
    const contact = await createContact({ personal_key_id: person, lead_id: lead.id, is_primary: true });
    await runAsTenant(async () => {
      const tx = transaction();
      const movedContact = await Contact.moveToCustomer(tx, await Contact.read(contact.id), customer_id);
      await tx.commit(undefined);
      expect(movedContact).toMatchObject({ customer_id, lead_id: null, is_primary: false, version: 2 });
      expect(await Contact.read(contact.id)).toEqual(movedContact);
    });
    expect(await expectRejection(createContact({ personal_key_id: person, customer_id }))).toEqual([409, ["customer_id"]]);
    const again = await createContact({ personal_key_id: person, lead_id: lead.id, is_primary: true });
    await runAsTenant(async () => {
      await expect(Contact.moveToCustomer(transaction(), await Contact.read(again.id), customer_id)).rejects.toThrow(
        "can be a contact of a customer or lead only once",
      );
    });
  });
});
