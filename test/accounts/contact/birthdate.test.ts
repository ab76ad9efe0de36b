import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { contactGrants } from "@crm/core/accounts/contact/contact.kind.ts";
import { personGrants } from "@crm/core/people/person/person.kind.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInTenant } from "../../people/person/support.ts";
import { expectRejection, newFieldName } from "../../platform/custom-field/support.ts";
import { runExport } from "../../platform/export/export-client.ts";
import { runImport, toCsv } from "../../platform/import/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** `birthdate` of a contact is the sealed `birth_date` of its person. */

const MASK = "••••-••-••";
const BIRTHDATE = "1961-08-04";

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

type Client = Tenant["admin"];

const createContact = async (more: object = {}, client: Client = rep.client) => {
  const { data: customer } = await client.createCustomer({ name: newFieldName() });
  return (await client.createContact(newLead({ company: undefined, customer_id: customer.id, ...more }))).data;
};
const readBirthdate = async (id: string, client: Client = tenant.admin) => (await client.getContact({ id })).data.birthdate;
const readPerson = async (id: string, client: Client = tenant.admin) => (await client.getPerson({ id })).data;
const patch = async (id: string, birthdate: string | null, client: Client = tenant.admin) =>
  (await client.updateContact({ id, birthdate })).data;

describe("the birth date of a contact", () => {
  it("is that of the person: in full for callers with permission, masked for others and in answers of writes", async () => {
    const contact = await createContact({ birthdate: BIRTHDATE });
    expect(contact.birthdate).toBe(MASK);
    expect(await readBirthdate(contact.id)).toBe(BIRTHDATE);
    expect(await readBirthdate(contact.id, rep.client)).toBe(MASK);
    expect((await readPerson(contact.personal_key_id)).birth_date).toBe(BIRTHDATE);
    await tenant.admin.updatePerson({ id: contact.personal_key_id, birth_date: "1962-01-02" });
    expect(await readBirthdate(contact.id)).toBe("1962-01-02");
    expect((await patch(contact.id, null)).birthdate).toBeNull();
    expect((await readPerson(contact.personal_key_id)).birth_date).toBeNull();
    expect((await patch(contact.id, BIRTHDATE)).birthdate).toBe(MASK);
    expect(await readBirthdate(contact.id)).toBe(BIRTHDATE);
    expect((await createContact()).birthdate).toBeNull();
  });

  it("is stored only with the person, sealed", async () => {
    const contact = await createContact({ birthdate: "1903-12-09" });
    await app.settle();
    const record = await runInTenant(app, tenant, () => Records.load(Contacts, contact.id));
    expect(Object.keys(record ?? {})).not.toContain("birthdate");
    const items = dumpItems(app, tenant.id).map((item) => JSON.stringify(item));
    expect(items.filter((item) => item.includes("1903-12-09"))).toEqual([]);
    const { rows } = await runExport(app, tenant.token, "exportContacts", { columns: ["id", "birthdate"] });
    expect(rows.find(([id]) => id === contact.id)).toEqual([contact.id, MASK]);
  });

  it("stays if a PUT omits it or sends the mask, and the person is written only for a change", async () => {
    const contact = await createContact({ birthdate: BIRTHDATE });
    const version = async () => (await readPerson(contact.personal_key_id)).version;
    const before = await version();
    for (const client of [rep.client, tenant.admin]) {
      const { data: seen } = await client.getContact({ id: contact.id });
      expect((await client.replaceContact(seen)).data.version).toBe(contact.version);
      const { birthdate: _birthdate, ...rest } = seen;
      await client.replaceContact(rest);
    }
    await patch(contact.id, BIRTHDATE);
    expect([await version(), await readBirthdate(contact.id)]).toEqual([before, BIRTHDATE]);
    // A write without a change would confirm a guess.
    await patch(contact.id, BIRTHDATE, rep.client);
    expect(await version()).toBe(before + 1);
  });

  it("must be a date on which a person can be born, or the mask of the stored value", async () => {
    const contact = await createContact();
    for (const birthdate of ["2999-01-01", "1849-12-31", "yesterday", "•••", MASK])
      expect(await expectRejection(patch(contact.id, birthdate))).toEqual([400, ["birthdate"]]);
    const { customer_id } = contact;
    const invalidFields = { contact_role_id: "x", birthdate: "2999-01-01" };
    const created = rep.client.createContact({ last_name: "Late", customer_id, ...invalidFields });
    expect(await expectRejection(created)).toEqual([400, ["birthdate", "contact_role_id"]]);
  });

  it("is neither shown to users who do not see the person nor written by them", async () => {
    const known = await createContact({ birthdate: BIRTHDATE });
    const { first_name, last_name, email } = known;
    const guess = await createContact({ first_name, last_name, email }, otherRep.client);
    expect(guess).toMatchObject({ person_sight: "LIMITED", personal_key_id: known.personal_key_id, birthdate: null });
    expect(await readBirthdate(guess.id, otherRep.client)).toBeNull();
    expect(await expectRejection(patch(guess.id, "1990-01-01", otherRep.client))).toEqual([400, ["birthdate"]]);
    expect((await patch(guess.id, null, otherRep.client)).birthdate).toBeNull();
    const again = createContact({ first_name, last_name, email, birthdate: "1990-01-01" }, otherRep.client);
    expect(await expectRejection(again)).toEqual([400, ["birthdate"]]);
    expect(await readBirthdate(guess.id)).toBe(BIRTHDATE);
  });

  it("is written together with contact points and refusals, and keeps concurrent changes of the person", async () => {
    const contact = await createContact();
    const email = `${contact.id}@mail.example`;
    await Promise.all([
      rep.client.updateContact({ id: contact.id, birthdate: BIRTHDATE, email, phone_opt_out: true }),
      tenant.admin.updatePerson({ id: contact.personal_key_id, notes: "Sails" }),
    ]);
    const person = await readPerson(contact.personal_key_id);
    expect(person).toMatchObject({ birth_date: BIRTHDATE, notes: "Sails", emails: expect.arrayContaining([email]) });
    expect((await tenant.admin.getContact({ id: contact.id })).data).toMatchObject({ phone_opt_out: true, birthdate: BIRTHDATE });
    await expectRejection(patch(contact.id, "2999-01-01", rep.client));
    const refused = { id: contact.id, birthdate: "1970-01-01", reports_to_id: contact.id };
    expect(await expectRejection(rep.client.updateContact(refused))).toEqual([400, ["reports_to_id"]]);
    expect(await readBirthdate(contact.id)).toBe(BIRTHDATE);
  });

  it("is a column of imports; reverting an import of an existing contact keeps it", async () => {
    const { customer_id, email, id } = await createContact();
    const rows = toCsv(
      ["customer_id", "last_name", "email", "Date of birth"],
      [String(customer_id), "Lovelace", String(email), BIRTHDATE],
      [String(customer_id), "New", `new-${id}@mail.example`, "1970-05-06"],
    );
    const options = { options: { mode: "upsert", match_on: "email" } };
    const done = await runImport(app, tenant.token, "contacts", rows, options);
    expect(done).toMatchObject({ created: 1, updated: 1, failed: 0, mapping: { "Date of birth": "birthdate" } });
    const blank = toCsv(["customer_id", "email", "job_title", "birthdate"], [String(customer_id), String(email), "CFO", ""]);
    expect(await runImport(app, tenant.token, "contacts", blank, options)).toMatchObject({ updated: 1 });
    expect(await readBirthdate(id)).toBe(BIRTHDATE);
    const { data } = await tenant.admin.listCustomerContacts({ id: String(customer_id), search: "New" });
    expect(await readBirthdate(String(data[0]?.id))).toBe("1970-05-06");
    await tenant.admin.revertImport({ id: done.id });
    await app.settle();
    expect(await readBirthdate(id)).toBe(BIRTHDATE);
  });

  it("can be written and read by the roles that write and read persons", () => {
    for (const [contactGrant, personGrant] of [
      [contactGrants.read, personGrants.read],
      [contactGrants.write, personGrants.write],
    ])
      expect(contactGrant?.roles).toEqual(personGrant?.roles);
  });
});
