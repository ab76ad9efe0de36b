import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";
import { brought, csv, errorsOf, read } from "./support.ts";

/** Customers and contacts by files. */

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

const customers = (file: string, parts: Record<string, unknown> = {}, token = tenant.token) =>
  brought(app, token, "customers", file, parts);
const contacts = (file: string, parts: Record<string, unknown> = {}, token = tenant.token) =>
  brought(app, token, "contacts", file, parts);
const upserting = (match_on: string) => ({ options: { mode: "upsert", match_on } });
const found = async (search: string) => (await tenant.admin.listCustomers({ search })).data;
const contactsOf = async (id: string) => (await tenant.admin.listCustomerContacts({ id })).data;

async function reverted(id: string) {
  await tenant.admin.revertImport({ id });
  await app.settle();
  return (await read(app, tenant.token, id)).reverted;
}

describe("customers from a file", () => {
  it("are businesses under each other, and individuals with their persons", async () => {
    const file = csv(
      ["Company", "Customer type", "First name", "Last name", "E-mail", "Tax id", "Parent customer"],
      ["Fjord Group AS", "", "", "", "", "NO 123", ""],
      ["Fjord Boats", "", "", "", "", "", "fjord group as"],
      ["", "individual", "Ida", "Lund", "ida@fjord.example", "", ""],
      ["Nobody's", "", "", "", "", "", "Not There Ltd"],
    );
    const done = await customers(file);
    expect(done).toMatchObject({ created: 3, failed: 1, mapping: { Company: "name" } });
    expect(await errorsOf(app, tenant.token, done.id)).toContain(
      'parent_customer_id,"No customer that you see has this id, number or name"',
    );
    const [boats] = await found("boats");
    const [group] = await found("group");
    const [ida] = await found("ida");
    expect(boats).toMatchObject({ parent_customer_id: group?.id, customer_type: "business" });
    expect(ida).toMatchObject({ name: "Ida Lund", customer_type: "individual", owner_id: tenant.userId });
    const { data: person } = await tenant.admin.getPerson({ id: String(ida?.personal_key_id) });
    expect(person).toMatchObject({ emails: ["ida@fjord.example"] });
  });

  it("that are there already are left, changed or refused as the import says", async () => {
    const [before] = await customers(csv(["name", "tax_id"], ["Twice", "BE 7"])).then(() => found("twice"));
    const again = csv(["name", "tax_id", "website"], ["Twice", "be-7", "https://twice.example"]);
    expect(await customers(again)).toMatchObject({ created: 0, skipped: 1, failed: 0 });
    expect(await customers(again, { options: { on_duplicate: "create" } })).toMatchObject({ failed: 1 });
    expect(await customers(again, { options: { on_duplicate: "update" } })).toMatchObject({ updated: 1 });
    expect(await found("twice")).toMatchObject([{ id: before?.id, website: "https://twice.example" }]);
    const person = csv(
      ["customer_type", "first_name", "last_name", "email"],
      ["individual", "One", "Alone", "one@alone.example"],
    );
    expect(await customers(person)).toMatchObject({ created: 1 });
    expect(await customers(person)).toMatchObject({ skipped: 1 });
  });

  it("are found by name, number, tax id and key, where one has it", async () => {
    await customers(csv(["name"], ["Acme Inc."], ["Acme GmbH"], ["Solo Ltd"]));
    const [solo] = await found("solo");
    const done = await customers(
      csv(["name", "tier"], ["Acme Inc.", "GOLD"], ["ACME", "SILVER"], ["solo", "GOLD"], ["New One", "GOLD"]),
      upserting("name"),
    );
    expect(done).toMatchObject({ created: 1, updated: 2, failed: 1 });
    expect((await found("acme")).map(({ name, tier }) => [name, tier]).sort()).toEqual([
      ["Acme GmbH", null],
      ["Acme Inc.", "GOLD"],
    ]);
    const number = String(solo?.customer_number);
    expect(await customers(csv(["customer_number", "tier"], [number, "PLATINUM"]), upserting("customer_number"))).toMatchObject({
      updated: 1,
    });
    expect(await reverted(done.id)).toEqual({ removed: 1, restored: 1, kept: 1 });
    expect(await found("acme")).toMatchObject([{ tier: null }, { tier: null }]);
  });

  it("add master data that is missing, and nothing at a rehearsal", async () => {
    const file = csv(["name", "customer_type_id"], ["Kept", "Reseller of ours"]);
    const create_masters = true;
    expect(await customers(file, { options: { create_masters, dry_run: true } })).toMatchObject({ created: 1 });
    expect(await found("kept")).toEqual([]);
    expect(await customers(file, { options: { create_masters } })).toMatchObject({ created: 1 });
    const types = (await tenant.admin.listMasters({ kind: "customer-types", limit: 100 })).data;
    const made = types.filter(({ name }) => name === "Reseller of ours");
    expect(await found("kept")).toMatchObject([{ customer_type_id: made[0]?.id }]);
  });
});

describe("contacts from a file", () => {
  it("stand at the customer whose name, number or id the row has, once each", async () => {
    await customers(csv(["name"], ["Harbour Co."], ["Twin AG"], ["Twin AG"]));
    const [harbour] = await found("harbour");
    const { data: roles } = await tenant.admin.listContactRoles({});
    const [first, second] = roles;
    const file = csv(
      ["Account Name", "First Name", "Last Name", "E-mail", "Other role ids", "Is primary"],
      ["Harbour", "Ada", "Quist", "ada@harbour.example", `${first?.name}; ${second?.code}`, "yes"],
      [String(harbour?.customer_number), "Ole", "Berg", "ole@harbour.example", "", ""],
      [String(harbour?.id), "Ada", "Quist", "ADA@harbour.example", "", ""],
      ["Twin AG", "Tom", "Two", "tom@twin.example", "", ""],
      ["", "Nowhere", "Man", "no@where.example", "", ""],
    );
    const done = await contacts(file);
    expect(done).toMatchObject({ created: 2, skipped: 1, failed: 2, mapping: { "Account Name": "customer_id" } });
    const errors = await errorsOf(app, tenant.token, done.id);
    expect(errors).toContain(",customer_id,Several customers have this name: name one by its id or number\r\n");
    expect(errors).toContain('customer_id,"Required, or lead_id"');
    const at = await contactsOf(String(harbour?.id));
    expect(at.map(({ last_name, is_primary }) => [last_name, is_primary]).sort()).toEqual([
      ["Berg", false],
      ["Quist", true],
    ]);
    const ada = at.find(({ last_name }) => last_name === "Quist");
    expect((await tenant.admin.getContact({ id: String(ada?.id) })).data.other_role_ids).toEqual([first?.id, second?.id]);
    expect(await reverted(done.id)).toEqual({ removed: 2, restored: 0, kept: 0 });
    expect(await contactsOf(String(harbour?.id))).toEqual([]);
  });

  it("are changed by their email, and report to who is named by number", async () => {
    await customers(csv(["name"], ["Dock"], ["Pier"]));
    const [dock] = await found("dock");
    await contacts(csv(["customer_id", "last_name", "email"], ["Dock", "Boss", "boss@dock.example"]));
    const [boss] = await contactsOf(String(dock?.id));
    const number = String(boss?.contact_number);
    const rows = csv(
      ["customer_id", "last_name", "email", "job_title", "reports_to_id"],
      ["Dock", "Boss", "boss@dock.example", "Harbour master", ""],
      ["Dock", "Hand", "hand@dock.example", "Hand", number],
      ["Pier", "Boss", "boss@dock.example", "Guest", ""],
    );
    const done = await contacts(rows, upserting("email"));
    expect(done).toMatchObject({ created: 2, updated: 1, failed: 0 });
    const at = await contactsOf(String(dock?.id));
    expect(at.map(({ job_title, reports_to_id }) => [job_title, reports_to_id]).sort()).toEqual([
      ["Hand", boss?.id],
      ["Harbour master", null],
    ]);
    expect(await contacts(csv(["email", "job_title"], ["boss@dock.example", "x"]), upserting("email"))).toMatchObject({
      failed: 1,
    });
    await reverted(done.id);
    expect(await contactsOf(String(dock?.id))).toMatchObject([{ id: boss?.id, job_title: null }]);
  });

  it("name no customer that who brings them in may not see", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await customers(csv(["name"], ["Hidden Harbour"]));
    const file = csv(["customer_id", "last_name"], ["Hidden Harbour", "Spy"], ["Nowhere At All", "Spy"]);
    const done = await contacts(file, {}, rep.token);
    expect(done).toMatchObject({ created: 0, failed: 2 });
    const reasons = (await errorsOf(app, rep.token, done.id)).trim().split("\r\n").slice(1);
    expect(new Set(reasons.map((line) => line.split(",").slice(3).join()))).toHaveLength(1);
  });
});
