import { Contact } from "@crm/core/contact/contact.ts";
import { Customer } from "@crm/core/customer/customer.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyName, refusal } from "../custom-field/support.ts";
import { outcomes } from "../customer/support.ts";
import { inTenant, mergedInto, newPerson } from "../person/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let other: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  other = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const inside = <T>(work: () => Promise<T>): Promise<T> => inTenant(app, tenant, work);
const company = async (by = tenant.admin): Promise<string> => (await by.createCustomer({ name: anyName() })).data.id;
const make = async (input: object, by = tenant.admin) => (await by.createContact(input as never)).data;
const somebody = (more: object) => make(newLead({ company: undefined, ...more }));
const refusedIn = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => [],
    (error: unknown) => (isFailure(error) ? error.details.map(({ field }) => field) : Promise.reject(error)),
  );
const read = async (id: string) => (await tenant.admin.getContact({ id })).data;

describe("a contact", () => {
  it("has a number, the caller as owner, and the person whom their contact points find", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const customer_id = await company(rep.as);
    const input = { first_name: "Grace", last_name: "Hopper", email: lead.email, customer_id, contact_role_id: "champion" };
    const { status, data } = await rep.as.createContact(input as never);
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
    expect((await rep.as.getContact({ id: data.id })).data).toEqual(data);
  });

  it("takes names and contact points of a person that it names, and adds those typed on later", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const contact = await make({ personal_key_id: lead.personal_key_id, customer_id: await company() });
    expect(contact).toMatchObject({ first_name: lead.first_name, last_name: lead.last_name, email: lead.email });
    await tenant.admin.updateContact({ id: contact.id, email: `${contact.id}@mail.example` });
    const { data: person } = await tenant.admin.getPerson({ id: lead.personal_key_id });
    expect(person.emails).toEqual([lead.email, `${contact.id}@mail.example`]);
  });

  it("is of a customer or of a lead that the caller sees, never of both and never of none", async () => {
    const [customer_id, hidden] = [await company(rep.as), await company(other.as)];
    const { data: lead } = await rep.as.createLead(newLead());
    const asked = (more: object) => refusal(make(newLead({ company: undefined, ...more }), rep.as));
    expect(await asked({})).toEqual([400, ["customer_id"]]);
    expect(await asked({ customer_id, lead_id: lead.id })).toEqual([400, ["lead_id"]]);
    expect(await asked({ customer_id: hidden })).toEqual([400, ["customer_id"]]);
    const contact = await make(newLead({ company: undefined, lead_id: lead.id }), rep.as);
    expect(contact).toMatchObject({ lead_id: lead.id, customer_id: null });
    expect(await refusal(rep.as.updateContact({ id: contact.id, customer_id }))).toEqual([400, ["lead_id"]]);
    expect(await refusal(rep.as.updateContact({ id: contact.id, lead_id: null }))).toEqual([400, ["customer_id"]]);
    const { data: moved } = await rep.as.updateContact({ id: contact.id, lead_id: null, customer_id });
    expect([moved.lead_id, moved.customer_id]).toEqual([null, customer_id]);
    const gone = await company(rep.as);
    await tenant.admin.deleteCustomer({ id: gone });
    expect(await asked({ customer_id: gone })).toEqual([400, ["customer_id"]]);
  });

  it("is not made at a customer that is deleted before it is written", async () => {
    const customer_id = await company();
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
    expect(await refusedIn(runIn(systemContext(ports, tenant.id, "test"), late))).toEqual(["customer_id"]);
    expect(deleted).toBe(true);
  });

  it("says all that is wrong of its roles, channel and superior at once", async () => {
    const wrong = { contact_role_id: "x", other_role_ids: ["champion", "y"], preferred_contact_method: "z", city_id: "nowhere" };
    expect(await refusal(somebody({ customer_id: await company(), ...wrong }))).toEqual([
      400,
      ["city_id", "contact_role_id", "other_role_ids[1]", "preferred_contact_method"],
    ]);
    const fine = { other_role_ids: ["champion", "user", "champion"], preferred_contact_method: "email" };
    const { other_role_ids, preferred_contact_method } = await somebody({ customer_id: await company(), ...fine });
    expect([other_role_ids.length, preferred_contact_method]).toEqual([2, "email"]);
  });

  it("reports to a contact of the same customer, and not to itself", async () => {
    const [customer_id, elsewhere] = [await company(), await company()];
    const boss = await somebody({ customer_id });
    const middle = await somebody({ customer_id, reports_to_id: boss.id });
    const low = await somebody({ customer_id, reports_to_id: middle.id });
    expect(low.links.reports_to).toBe(`/api/v1/contacts/${middle.id}`);
    const asked = (id: string, reports_to_id: string) => refusal(tenant.admin.updateContact({ id, reports_to_id }));
    expect(await asked(boss.id, boss.id)).toEqual([400, ["reports_to_id"]]);
    expect(await asked(boss.id, low.id)).toEqual([400, ["reports_to_id"]]);
    expect(await asked((await somebody({ customer_id: elsewhere })).id, boss.id)).toEqual([400, ["reports_to_id"]]);
    expect(await refusal(tenant.admin.updateContact({ id: low.id, customer_id: elsewhere }))).toEqual([400, ["reports_to_id"]]);
    await tenant.admin.deleteContact({ id: boss.id });
    expect(await asked(low.id, boss.id)).toEqual([400, ["reports_to_id"]]);
  });

  it("takes back what a GET gave, and clears with PUT what is left out", async () => {
    const customer_id = await company();
    const contact = await somebody({ customer_id, is_primary: true, job_title: "CFO", other_role_ids: ["user"] });
    const { data: same } = await tenant.admin.replaceContact(contact as never);
    expect(same).toEqual(contact);
    const { data: bare } = await tenant.admin.replaceContact({ id: contact.id, full_name: "Ada King Lovelace", customer_id });
    expect(bare).toMatchObject({ first_name: "Ada King", last_name: "Lovelace", email: null, job_title: null });
    expect(bare).toMatchObject({ is_primary: false, other_role_ids: [], owner_id: tenant.userId, version: 2 });
    expect(await refusal(tenant.admin.replaceContact({ id: contact.id, first_name: "A", last_name: "B" }))).toEqual([
      400,
      ["customer_id"],
    ]);
  });
});

describe("lists of contacts", () => {
  it("are asked for by customer, lead, person, role, status and words; a customer's show what the caller sees", async () => {
    const own = await signUp(app);
    const seller = await addUser(app, own, "SALES_REP");
    const { data: customer } = await own.admin.createCustomer({ name: "Acme", owner_id: null });
    const { data: lead } = await own.admin.createLead(newLead());
    const add = (input: object) => own.admin.createContact(input as never);
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
      asked: Promise<{ data: readonly { last_name?: string | null | undefined }[]; meta: { total: number } }>,
    ) => {
      const { data, meta } = await asked;
      return [...data.map(({ last_name }) => last_name), meta.total];
    };
    const list = (query: object) => names(own.admin.listContacts(query as never));
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
    expect(await names(own.admin.listCustomerContacts({ id: customer.id, sort: "name" }))).toEqual(["Zuse", "Young", 2]);
    expect(await names(own.admin.listCustomerContacts({ id: customer.id, role: "user" }))).toEqual(["Zuse", 1]);
    expect(await names(seller.as.listCustomerContacts({ id: customer.id }))).toEqual(["Young", 1]);
    await expect(rep.as.listCustomerContacts({ id: customer.id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("the contact of a person at a customer", () => {
  const there = [409, ["customer_id"]];

  it("is one, there and at each other customer, until it is deleted", async () => {
    const [{ person }, customer_id] = [await newPerson(tenant), await company()];
    const contact = await make({ personal_key_id: person, customer_id });
    expect(await refusal(make({ personal_key_id: person, customer_id }))).toEqual(there);
    const second = await make({ personal_key_id: person, customer_id: await company() });
    expect(await refusal(tenant.admin.updateContact({ id: second.id, customer_id }))).toEqual(there);
    await tenant.admin.deleteContact({ id: contact.id });
    await tenant.admin.updateContact({ id: second.id, customer_id });
    expect(await refusal(tenant.admin.restoreContact({ id: contact.id }))).toEqual(there);
    await make({ personal_key_id: person, customer_id: String(second.customer_id) });
  });

  it("is one of a lead", async () => {
    const [{ person }, { data: lead }] = [await newPerson(tenant), await tenant.admin.createLead(newLead())];
    await make({ personal_key_id: person, lead_id: lead.id });
    expect(await refusal(make({ personal_key_id: person, lead_id: lead.id }))).toEqual([409, ["lead_id"]]);
  });

  it("is made once by those who make it at the same moment, the person known or new", async () => {
    for (let round = 0; round < 3; round++) {
      const [{ person }, customer_id] = [await newPerson(tenant), await company()];
      const known = [1, 2, 3, 4].map(() => make({ personal_key_id: person, customer_id }));
      expect(await outcomes(known)).toEqual({ done: 1, refused: [409] });
      const email = `${anyName()}@mail.example`;
      const fresh = [1, 2, 3, 4].map(() => make({ full_name: "Ada Byron", email, customer_id }));
      expect(await outcomes(fresh)).toEqual({ done: 1, refused: [409] });
    }
  });

  it("is found under every id that the person has been known by", async () => {
    const [survivor, merged, customer_id] = [await newPerson(tenant), await newPerson(tenant), await company()];
    const contact = await make({ personal_key_id: merged.person, customer_id });
    await mergedInto(app, tenant, survivor.person, [merged.person]);
    expect(await refusal(make({ personal_key_id: survivor.person, customer_id }))).toEqual(there);
    expect(await refusal(make({ personal_key_id: merged.person, customer_id }))).toEqual(there);
    const persons = [survivor.person, merged.person];
    expect(await inside(async () => (await Contact.find(persons, customer_id)).ids)).toEqual([contact.id]);
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

  it("is one: whoever was before is no more", async () => {
    const customer_id = await company();
    const first = await somebody({ customer_id, is_primary: true });
    const second = await somebody({ customer_id, is_primary: true });
    expect(await read(first.id)).toMatchObject({ is_primary: false, version: 2 });
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

  it("leaves that place when it moves to another customer, and is the primary there", async () => {
    const [from, to] = [await company(), await company()];
    const contact = await somebody({ customer_id: from, is_primary: true });
    const there = await somebody({ customer_id: to, is_primary: true });
    await tenant.admin.updateContact({ id: contact.id, customer_id: to });
    expect(await primaries(to)).toEqual([contact.id]);
    expect((await read(there.id)).is_primary).toBe(false);
    expect((await somebody({ customer_id: from, is_primary: true })).version).toBe(1);
  });

  it("is one of those who become it at the same moment", async () => {
    const customer_id = await company();
    const contacts = await Promise.all([1, 2, 3, 4, 5].map(() => somebody({ customer_id })));
    await Promise.all(contacts.map(({ id }) => tenant.admin.updateContact({ id, is_primary: true })));
    expect(await primaries(customer_id)).toHaveLength(1);
  });
});

describe("work that makes a contact beside other records", () => {
  it("writes customer and contact in one transaction, and is refused when somebody made the contact meanwhile", async () => {
    const { person } = await newPerson(tenant);
    await inside(async () => {
      const customer = await Customer.prepare({ name: anyName() });
      const contact = await Contact.prepare({ personal_key_id: person, customer_id: customer.id, is_primary: true });
      const tx = transaction();
      await Customer.add(tx, customer, { named: await Customer.byName(customer.name) });
      await Contact.add(tx, contact, await Contact.find([person], customer.id));
      await tx.commit(undefined);
      expect(await Contact.read(contact.id)).toMatchObject({ customer_id: customer.id, is_primary: true });

      const { person: another } = await newPerson(tenant);
      const known = await Contact.find([another], customer.id);
      expect((await Contact.prepare({ personal_key_id: another, customer_id: customer.id }, { owner: rep.id })).owner_id).toBe(
        rep.id,
      );
      const nobody = Contact.prepare({ full_name: "Ada Byron", customer_id: customer.id });
      await expect(nobody).rejects.toMatchObject({ details: [{ field: "personal_key_id" }] });
      const late = await Contact.prepare({ personal_key_id: another, customer_id: customer.id });
      await make({ personal_key_id: another, customer_id: customer.id });
      const refused = await Contact.add(transaction(), late, known);
      await expect(refused.commit(undefined)).rejects.toThrow("has one by now");
    });
  });

  it("moves the contacts of a lead to a customer, each once", async () => {
    const [{ data: lead }, customer_id] = [await tenant.admin.createLead(newLead()), await company()];
    const { person } = await newPerson(tenant);
    const contact = await make({ personal_key_id: person, lead_id: lead.id, is_primary: true });
    await inside(async () => {
      const tx = transaction();
      const moved = await Contact.join(tx, await Contact.read(contact.id), customer_id);
      await tx.commit(undefined);
      expect(moved).toMatchObject({ customer_id, lead_id: null, is_primary: false, version: 2 });
      expect(await Contact.read(contact.id)).toEqual(moved);
    });
    expect(await refusal(make({ personal_key_id: person, customer_id }))).toEqual([409, ["customer_id"]]);
    const again = await make({ personal_key_id: person, lead_id: lead.id, is_primary: true });
    await inside(async () => {
      await expect(Contact.join(transaction(), await Contact.read(again.id), customer_id)).rejects.toThrow("once a contact");
    });
  });
});
