import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readErrorFile, readImport, runImport, toCsv } from "./support.ts";

/** Imports of customers and contacts. */

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

const importCustomers = (file: string, parts: Record<string, unknown> = {}, token = tenant.token) =>
  runImport(app, token, "customers", file, parts);
const importContacts = (file: string, parts: Record<string, unknown> = {}, token = tenant.token) =>
  runImport(app, token, "contacts", file, parts);
const upsertOptions = (match_on: string) => ({ options: { mode: "upsert", match_on } });
const findCustomers = async (search: string) => (await tenant.admin.listCustomers({ search })).data;
const listContacts = async (id: string) => (await tenant.admin.listCustomerContacts({ id })).data;

async function revertImport(id: string) {
  await tenant.admin.revertImport({ id });
  await app.settle();
  return (await readImport(app, tenant.token, id)).reverted;
}

describe("customers from a file", () => {
  it("are businesses with their parents, and individuals with their persons", async () => {
    const file = toCsv(
      ["Company", "Customer type", "First name", "Last name", "E-mail", "Tax id", "Parent customer"],
      ["Fjord Group AS", "", "", "", "", "NO 123", ""],
      ["Fjord Boats", "", "", "", "", "", "fjord group as"],
      ["", "individual", "Ida", "Lund", "ida@fjord.example", "", ""],
      ["Unknown's", "", "", "", "", "", "Not There Ltd"],
    );
    const done = await importCustomers(file);
    expect(done).toMatchObject({ created: 3, failed: 1, mapping: { Company: "name" } });
    expect(await readErrorFile(app, tenant.token, done.id)).toContain(
      'parent_customer_id,"No customer that you can see has this id, number or name"',
    );
    const [boats] = await findCustomers("boats");
    const [group] = await findCustomers("group");
    const [ida] = await findCustomers("ida");
    expect(boats).toMatchObject({ parent_customer_id: group?.id, customer_type: "business" });
    expect(ida).toMatchObject({ name: "Ida Lund", customer_type: "individual", owner_id: tenant.userId });
    const { data: person } = await tenant.admin.getPerson({ id: String(ida?.personal_key_id) });
    expect(person).toMatchObject({ emails: ["ida@fjord.example"] });
  });

  it("have the revenue as an amount or a range, by its cells, and the tax number", async () => {
    const header = ["Firma", "Umsatz", "Steuernummer"];
    const amounts = await importCustomers(toCsv(header, ["Kiel GmbH", "1.250.000,00", "27/123/4567"]));
    expect(amounts).toMatchObject({
      ...{ created: 1, failed: 0 },
      mapping: { Firma: "name", Umsatz: "annual_revenue", Steuernummer: "tax_id" },
    });
    expect(await findCustomers("kiel")).toMatchObject([{ name: "Kiel GmbH" }]);
    const ranges = await importCustomers(toCsv(header, ["Husum AG", "$1M-$10M", "27/123/4568"]));
    expect(ranges).toMatchObject({ created: 1, failed: 0, mapping: { Umsatz: "annual_revenue_range_id" } });
  });

  it("leave a column out whose cells name no master data or user, and say which field it may be", async () => {
    const file = toCsv(["Company", "Branche", "Verkäufer"], ["Eider KG", "Something else", "Unknown Person"]);
    const done = await importCustomers(file);
    expect(done).toMatchObject({ created: 1, failed: 0, mapping: { Company: "name" } });
    const reason = (field: string) => `may be ${field}, with low confidence: map it if it is`;
    expect(done).toMatchObject({
      ignored: [
        { column: "Branche", reason: reason("industry_id") },
        { column: "Verkäufer", reason: reason("owner_id") },
      ],
    });
    const known = toCsv(["Company", "Branche", "Verkäufer"], ["Schlei KG", "Education", "ada admin"]);
    expect(await importCustomers(known)).toMatchObject({
      ...{ created: 1, failed: 0 },
      mapping: { Company: "name", Branche: "industry_id", Verkäufer: "owner_id" },
    });
    expect((await findCustomers("schlei"))[0]?.owner_id).toBe(tenant.userId);
  });

  it("are found by the opportunities of a pipeline file", async () => {
    await importCustomers(toCsv(["account"], ["Cancity"]));
    const file = toCsv(
      ["name", "account", "deal_stage", "sales_agent", "close_value", "close_date"],
      ["Fleet of Cancity", "Cancity", "Prospecting", "Ada Admin", "1054", "2027-03-01"],
    );
    const done = await runImport(app, tenant.token, "opportunities", file);
    expect(done).toMatchObject({
      mapping: { account: "customer_id", deal_stage: "stage_id", sales_agent: "owner_id", close_value: "amount" },
    });
    const [customer] = await findCustomers("cancity");
    const { data } = await tenant.admin.listOpportunities({ search: "fleet" });
    expect(data).toMatchObject([{ customer_id: customer?.id, amount: "1054.00", owner_id: tenant.userId }]);
  });

  it("that exist are skipped, updated or rejected as requested", async () => {
    const [before] = await importCustomers(toCsv(["name", "tax_id"], ["Twice", "BE 7"])).then(() => findCustomers("twice"));
    const again = toCsv(["name", "tax_id", "website"], ["Twice", "be-7", "https://twice.example"]);
    expect(await importCustomers(again)).toMatchObject({ created: 0, skipped: 1, failed: 0 });
    expect(await importCustomers(again, { options: { on_duplicate: "create" } })).toMatchObject({ failed: 1 });
    expect(await importCustomers(again, { options: { on_duplicate: "update" } })).toMatchObject({ updated: 1 });
    expect(await findCustomers("twice")).toMatchObject([{ id: before?.id, website: "https://twice.example/" }]);
    const person = toCsv(
      ["customer_type", "first_name", "last_name", "email"],
      ["individual", "One", "Alone", "one@alone.example"],
    );
    expect(await importCustomers(person)).toMatchObject({ created: 1 });
    expect(await importCustomers(person)).toMatchObject({ skipped: 1 });
  });

  it("are matched by name, number, tax id and key if exactly one has it", async () => {
    await importCustomers(toCsv(["name"], ["Acme Inc."], ["Acme GmbH"], ["Solo Ltd"]));
    const [solo] = await findCustomers("solo");
    const done = await importCustomers(
      toCsv(["name", "tier"], ["Acme Inc.", "GOLD"], ["ACME", "SILVER"], ["solo", "GOLD"], ["New One", "GOLD"]),
      upsertOptions("name"),
    );
    expect(done).toMatchObject({ created: 1, updated: 2, failed: 1 });
    expect((await findCustomers("acme")).map(({ name, tier }) => [name, tier]).sort()).toEqual([
      ["Acme GmbH", null],
      ["Acme Inc.", "GOLD"],
    ]);
    const number = String(solo?.customer_number);
    expect(
      await importCustomers(toCsv(["customer_number", "tier"], [number, "PLATINUM"]), upsertOptions("customer_number")),
    ).toMatchObject({
      updated: 1,
    });
    expect(await revertImport(done.id)).toEqual({ removed: 1, restored: 1, kept: 1 });
    expect(await findCustomers("acme")).toMatchObject([{ tier: null }, { tier: null }]);
  });

  it("add missing master data, but not in a dry run", async () => {
    const file = toCsv(["name", "customer_type_id"], ["Kept", "Reseller of ours"]);
    const create_masters = true;
    expect(await importCustomers(file, { options: { create_masters, dry_run: true } })).toMatchObject({ created: 1 });
    expect(await findCustomers("kept")).toEqual([]);
    expect(await importCustomers(file, { options: { create_masters } })).toMatchObject({ created: 1 });
    const types = (await tenant.admin.listMasters({ kind: "customer-types", limit: 100 })).data;
    const createdTypes = types.filter(({ name }) => name === "Reseller of ours");
    expect(await findCustomers("kept")).toMatchObject([{ customer_type_id: createdTypes[0]?.id }]);
  });
});

describe("contacts from a file", () => {
  it("are created once each at the customer identified by name, number or id", async () => {
    await importCustomers(toCsv(["name"], ["Harbour Co."], ["Twin AG"], ["Twin AG"]));
    const [harbour] = await findCustomers("harbour");
    const { data: roles } = await tenant.admin.listContactRoles({});
    const [first, second] = roles;
    const file = toCsv(
      ["Account Name", "First Name", "Last Name", "E-mail", "Other role ids", "Is primary"],
      ["Harbour", "Ada", "Quist", "ada@harbour.example", `${first?.name}; ${second?.code}`, "yes"],
      [String(harbour?.customer_number), "Ole", "Berg", "ole@harbour.example", "", ""],
      [String(harbour?.id), "Ada", "Quist", "ADA@harbour.example", "", ""],
      ["Twin AG", "Tom", "Two", "tom@twin.example", "", ""],
      ["", "Nowhere", "Man", "no@where.example", "", ""],
    );
    const done = await importContacts(file);
    expect(done).toMatchObject({ created: 2, skipped: 1, failed: 2, mapping: { "Account Name": "customer_id" } });
    const errors = await readErrorFile(app, tenant.token, done.id);
    expect(errors).toContain(",customer_id,Several customers have this name: specify one by its id or number\r\n");
    expect(errors).toContain("customer_id,Either customer_id or lead_id is required");
    const contacts = await listContacts(String(harbour?.id));
    expect(contacts.map(({ last_name, is_primary }) => [last_name, is_primary]).sort()).toEqual([
      ["Berg", false],
      ["Quist", true],
    ]);
    const ada = contacts.find(({ last_name }) => last_name === "Quist");
    expect((await tenant.admin.getContact({ id: String(ada?.id) })).data.other_role_ids).toEqual([first?.id, second?.id]);
    expect(await revertImport(done.id)).toEqual({ removed: 2, restored: 0, kept: 0 });
    expect(await listContacts(String(harbour?.id))).toEqual([]);
  });

  it("are updated by their email, and report to a contact identified by number", async () => {
    await importCustomers(toCsv(["name"], ["Dock"], ["Pier"]));
    const [dock] = await findCustomers("dock");
    await importContacts(toCsv(["customer_id", "last_name", "email"], ["Dock", "Boss", "boss@dock.example"]));
    const [boss] = await listContacts(String(dock?.id));
    const number = String(boss?.contact_number);
    const rows = toCsv(
      ["customer_id", "last_name", "email", "job_title", "reports_to_id"],
      ["Dock", "Boss", "boss@dock.example", "Harbour master", ""],
      ["Dock", "Hand", "hand@dock.example", "Hand", number],
      ["Pier", "Boss", "boss@dock.example", "Guest", ""],
    );
    const done = await importContacts(rows, upsertOptions("email"));
    expect(done).toMatchObject({ created: 2, updated: 1, failed: 0 });
    const contacts = await listContacts(String(dock?.id));
    expect(contacts.map(({ job_title, reports_to_id }) => [job_title, reports_to_id]).sort()).toEqual([
      ["Hand", boss?.id],
      ["Harbour master", null],
    ]);
    expect(await importContacts(toCsv(["email", "job_title"], ["boss@dock.example", "x"]), upsertOptions("email"))).toMatchObject(
      {
        failed: 1,
      },
    );
    await revertImport(done.id);
    expect(await listContacts(String(dock?.id))).toMatchObject([{ id: boss?.id, job_title: null }]);
  });

  it("cannot be created at a customer hidden from the importer", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await importCustomers(toCsv(["name"], ["Hidden Harbour"]));
    const file = toCsv(["customer_id", "last_name"], ["Hidden Harbour", "Spy"], ["Nowhere At All", "Spy"]);
    const done = await importContacts(file, {}, rep.token);
    expect(done).toMatchObject({ created: 0, failed: 2 });
    const reasons = (await readErrorFile(app, rep.token, done.id)).trim().split("\r\n").slice(1);
    expect(new Set(reasons.map((line) => line.split(",").slice(3).join()))).toHaveLength(1);
  });
});
