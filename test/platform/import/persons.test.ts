import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readErrorFile, runImport, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "US" });
});
afterAll(() => app.stop());

const importPersons = (file: string, parts: Record<string, unknown> = {}) => runImport(app, tenant.token, "persons", file, parts);
const findPersons = async (search: string) => {
  const { data } = await tenant.admin.listPersons({ search });
  return Promise.all(data.map(async ({ id }) => (await tenant.admin.getPerson({ id })).data));
};

const header = ["ContactID", "FullName", "Email", "Phone", "City", "State", "Country"];
const mapping = {
  ContactID: "external_key",
  FullName: "full_name",
  Email: "email",
  Phone: "phone",
  City: "city",
  State: "state",
  Country: "country",
};

describe("persons from a file", () => {
  it("are created with contact points and address, and keep an invalid phone number as text", async () => {
    const rows = [
      ["C001", "Brooke Brown", "brooke@mail.example", "+1-395-557-1028x208", "North Jeffery", "Texas", "USA"],
      ["C002", "Mary Jane Watson", "mary@mail.example", "212-555-0123 x 77", "Queens", "NY", "US"],
      ["C003", "Cher", "", "", "", "", ""],
    ];
    expect(await importPersons(toCsv(header, ...rows), { mapping })).toMatchObject({ created: 3, failed: 0 });
    const [brooke] = await findPersons("brooke");
    expect(brooke).toMatchObject({
      external_key: "C001",
      first_name: "Brooke",
      last_name: "Brown",
      addresses: [{ city: "North Jeffery", state: "US-TX", country: "US" }],
    });
    expect(brooke?.contact_points.map(({ contact_value, normalized }) => [contact_value, normalized])).toEqual([
      ["brooke@mail.example", "brooke@mail.example"],
      ["+1-395-557-1028x208", null],
    ]);
    const [mary] = await findPersons("watson");
    expect(mary).toMatchObject({ first_name: "Mary Jane", phones: ["+12125550123;ext=77"] });
    expect(await findPersons("cher")).toMatchObject([{ first_name: null, last_name: "Cher" }]);
  });

  it("that exist are skipped, updated or rejected as requested", async () => {
    const rows = [["K1", "Kim Known", "kim@mail.example", "212-555-0199"]];
    const file = toCsv(["external_key", "full_name", "email", "phone"], ...rows);
    expect(await importPersons(file)).toMatchObject({ created: 1, skipped: 0 });
    expect(await importPersons(file)).toMatchObject({ created: 0, skipped: 1, failed: 0 });
    expect(await importPersons(file, { options: { on_duplicate: "create" } })).toMatchObject({ created: 0, failed: 1 });
    const more = toCsv(["full_name", "email", "job_title", "mobile"], ["Kim Known", "kim@mail.example", "Chief", "212-555-0142"]);
    expect(await importPersons(more, { options: { on_duplicate: "update" } })).toMatchObject({ created: 0, updated: 1 });
    expect(await findPersons("kim")).toMatchObject([
      { external_key: "K1", job_title: "Chief", phones: ["+12125550199", "+12125550142"] },
    ]);
  });

  it("are matched by key in upsert mode, and repeated rows of a file become one person", async () => {
    const file = toCsv(
      ["external_key", "first_name", "notes"],
      ["U1", "Ute", "one"],
      ["U2", "Udo", "two"],
      ["U1", "Uta", "three"],
    );
    const options = { mode: "upsert", match_on: "external_key" };
    expect(await importPersons(file, { options })).toMatchObject({ created: 2, updated: 1, failed: 0 });
    expect(await findPersons("uta")).toMatchObject([{ external_key: "U1", notes: "three" }]);
    expect(await importPersons(file, { options })).toMatchObject({ created: 0, updated: 3, failed: 0 });
  });

  it("become duplicate candidates, never merges, if a row has the contact points of two", async () => {
    await importPersons(toCsv(["first_name", "email", "phone"], ["Ada", "ada@two.example", ""], ["Bob", "", "212-555-0177"]));
    expect(
      await importPersons(toCsv(["first_name", "email", "phone"], ["Ada", "ada@two.example", "212-555-0177"])),
    ).toMatchObject({
      skipped: 1,
    });
    const file = toCsv(["first_name", "email", "phone"], ["Ada", "ada@two.example", "212-555-0177"]);
    expect(await importPersons(file, { options: { on_duplicate: "update" } })).toMatchObject({ updated: 1 });
    const [ada] = await findPersons("ada@two.example");
    // The phone number is shown as entered, but another person owns it.
    expect(ada?.contact_points.map(({ normalized }) => normalized)).toEqual(["ada@two.example", null]);
    expect(ada?.phones).toEqual(["212-555-0177"]);
    expect((await tenant.admin.listPersonDuplicates({ id: String(ada?.id) })).data).toHaveLength(1);
  });

  it("are rejected with an invalid address, without any part of the row", async () => {
    const done = await importPersons(
      toCsv(["full_name", "email", "city", "country"], ["Half Row", "half@mail.example", "X", "Atlantis"]),
    );
    expect(done).toMatchObject({ created: 0, failed: 1 });
    expect(await readErrorFile(app, tenant.token, done.id)).toMatch(/Atlantis,2,country,/);
    expect(await findPersons("half@mail.example")).toEqual([]);
  });

  it("I5 are created with country names in any common form, and with an unusual postal code", async () => {
    const countries = ["UK", "U.S.A.", "The Netherlands", "Deutschland", "España", "Türkiye"];
    const rows = countries.map((country, index) => [`Abroad${index}`, "Town", country, "99"]);
    expect(await importPersons(toCsv(["last_name", "city", "country", "postal_code"], ...rows))).toMatchObject({
      created: 6,
      failed: 0,
    });
    const storedAddresses = (await findPersons("abroad")).flatMap(({ addresses }) => addresses);
    expect(storedAddresses.map(({ country }) => country).sort()).toEqual(["DE", "ES", "GB", "NL", "TR", "US"]);
    expect(
      storedAddresses.every(({ postal_code, is_postal_code_valid }) => postal_code === "99" && is_postal_code_valid === false),
    ).toBe(true);
    const leads = toCsv(
      ["first_name", "last_name", "country"],
      ...countries.map((country, index) => ["Lea", `Abroad${index}`, country]),
    );
    expect(await runImport(app, tenant.token, "leads", leads)).toMatchObject({ created: 6, failed: 0 });
  });

  it("are rejected for a phone number rounded by a spreadsheet, in any column", async () => {
    const columns = ["phone", "phone_2", "mobile"];
    const rows = columns.map((column) => ["Round", "Number", ...columns.map((name) => (name === column ? "4.91512E+11" : ""))]);
    const done = await importPersons(toCsv(["first_name", "last_name", ...columns], ...rows), {
      mapping: Object.fromEntries(["first_name", "last_name", ...columns].map((column) => [column, column])),
    });
    expect(done).toMatchObject({ created: 0, failed: 3 });
    const report = (await readErrorFile(app, tenant.token, done.id)).split("\n");
    for (const [index, column] of columns.entries())
      expect(report[index + 1]).toContain(`${column},Was rounded by a spreadsheet`);
  });

  it("have their sensitive values sealed", async () => {
    const file = toCsv(["full_name", "birth_date"], ["Sealed Secret", "1979-04-12"]);
    expect(await importPersons(file)).toMatchObject({ created: 1 });
    expect(await findPersons("sealed")).toMatchObject([{ birth_date: "1979-04-12" }]);
  });
});
