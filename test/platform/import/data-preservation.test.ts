import { parsePhonePoint } from "@crm/core/people/person/phone.rules.ts";
import type { App } from "@crm/local/app.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readErrorFile, runImport, toCsv } from "./support.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const readAllPersons = async ({ admin }: Tenant) => {
  const { data } = await admin.listPersons({ limit: 100, order: "asc" });
  return Promise.all(data.map(async ({ id }) => (await admin.getPerson({ id })).data));
};

describe("I1 preservation of data in an import", () => {
  const two = toCsv(
    ["external_key", "full_name", "email", "phone"],
    ["K1", "Kim Known", "both@mail.example", "+49 30 901820"],
    ["K2", "Kai Known", "both@mail.example", "+49 30 901820"],
  );

  it("two rows with different keys but the same email and phone become duplicate candidates that share both", async () => {
    for (const on_duplicate of [undefined, "skip", "update"]) {
      const tenant = await signUp(app, { default_country: "DE" });
      const options = on_duplicate === undefined ? {} : { on_duplicate };
      expect(await runImport(app, tenant.token, "persons", two, { options })).toMatchObject({ created: 2, failed: 0 });
      const [kim, kai] = await readAllPersons(tenant);
      expect(kim).toMatchObject({ emails: ["both@mail.example"], phones: ["+4930901820"] });
      expect(kai).toMatchObject({ external_key: "K2", emails: ["both@mail.example"], phones: ["+49 30 901820"] });
      expect(kai?.contact_points.map(({ normalized }) => normalized)).toEqual([null, null]);
      const { data } = await tenant.admin.listPersonDuplicates({ id: String(kai?.id) });
      expect(data).toHaveLength(1);
    }
  });

  it("in create mode the second row is rejected by the cells that are taken", async () => {
    const tenant = await signUp(app, { default_country: "DE" });
    const done = await runImport(app, tenant.token, "persons", two, { options: { on_duplicate: "create" } });
    expect(done).toMatchObject({ created: 1, failed: 1 });
    expect(await readErrorFile(app, tenant.token, done.id)).toMatch(/K2,.*"email, phone","Belongs to another person/);
  });

  it("a contact point given to resolve is preserved, and stored once if repeated", async () => {
    const { admin } = await signUp(app, { default_country: "DE" });
    await admin.resolvePerson({ external_key: "K1", first_name: "Kim", emails: ["kim@mail.example"] });
    const otherInput = { external_key: "K2", first_name: "Kai", emails: ["kim@mail.example"] };
    expect((await admin.resolvePerson(otherInput)).data.person).toMatchObject({ emails: ["kim@mail.example"] });
    expect((await admin.resolvePerson(otherInput)).data).toMatchObject({
      is_new: false,
      person: { emails: ["kim@mail.example"] },
    });
  });

  it("ignored columns are reported with the reason, for any mapping", async () => {
    const tenant = await signUp(app);
    const file = toCsv(["Last Name", "Shoe size", "Email"], ["Lund", "42", "ida@mail.example"]);
    const suggested = await runImport(app, tenant.token, "leads", file);
    expect(suggested).toMatchObject({ ignored: [{ column: "Shoe size", reason: expect.stringMatching(/./) }] });
    const mappedImport = await runImport(app, tenant.token, "leads", file, { mapping: { "Last Name": "full_name" } });
    expect(mappedImport).toMatchObject({
      ignored: [{ column: "Shoe size" }, { column: "Email", reason: expect.stringMatching(/mapping/) }],
    });
  });

  it("a longer full name becomes the display name of a person, and is rejected for a lead", async () => {
    const tenant = await signUp(app);
    const file = toCsv(["full_name", "first_name", "last_name"], ["Dr. Ada King Lovelace", "Ada", "Lovelace"]);
    const mapping = { full_name: "full_name", first_name: "first_name", last_name: "last_name" };
    expect(await runImport(app, tenant.token, "persons", file, { mapping })).toMatchObject({ created: 1 });
    expect(await readAllPersons(tenant)).toMatchObject([
      { first_name: "Ada", last_name: "Lovelace", display_name: "Dr. Ada King Lovelace" },
    ]);
    const leads = await runImport(app, tenant.token, "leads", file, { mapping });
    expect(leads).toMatchObject({ created: 0, failed: 1 });
    expect(await readErrorFile(app, tenant.token, leads.id)).toContain("full_name,Contains words");
  });

  it("R13 a lead is matched by its number, and an unknown number creates none", async () => {
    const tenant = await signUp(app);
    const { lead_number } = (await tenant.admin.createLead({ first_name: "Nia", last_name: "Number" })).data;
    await app.settle();
    const file = toCsv(["Lead Number", "Company"], [lead_number.toLowerCase(), "Found"], ["L-2026-999999", "Lost"]);
    for (const mode of ["update", "upsert"]) {
      const done = await runImport(app, tenant.token, "leads", file, { options: { mode, match_on: "lead_number" } });
      expect(done).toMatchObject({ mapping: { "Lead Number": "lead_number" }, created: 0, updated: 1, failed: 1 });
      expect(await readErrorFile(app, tenant.token, done.id)).toContain("Lost,3,lead_number,No ");
    }
    expect((await tenant.admin.listLeads({})).data).toMatchObject([{ company: "Found" }]);
  });

  it("an update of a lead respects the person named in its row", async () => {
    const tenant = await signUp(app);
    await tenant.admin.resolvePerson({ external_key: "K1", last_name: "Known" });
    await tenant.admin.resolvePerson({ external_key: "K2", last_name: "Other" });
    const { id } = (await tenant.admin.createLead({ external_key: "K1", first_name: "Kim", company: "A" })).data;
    const mapping = { id: "id", key: "external_key", company: "company" };
    const options = { mode: "update", match_on: "id" };
    const update = (key: string) =>
      runImport(app, tenant.token, "leads", toCsv(["id", "key", "company"], [id, key, "B"]), { mapping, options });
    expect(await update("K1")).toMatchObject({ updated: 1 });
    const done = await update("K2");
    expect(done).toMatchObject({ updated: 0, failed: 1 });
    expect(await readErrorFile(app, tenant.token, done.id)).toContain("external_key,The lead belongs to another person");
  });
});

const header = [
  "external_key",
  "full_name",
  "first_name",
  "last_name",
  "email",
  "email_2",
  "phone",
  "mobile",
  "city",
  "job_title",
];
const choice = (...values: string[]) => fc.constantFrom(...values);
const emails = choice("", "a@mail.example", "B@mail.example", "b@mail.example", "c@mail.example");
const phones = choice("", "+49 30 901820", "030 901820", "+49 30 901821", "12", "ask Bob");
const row = fc.tuple(
  ...[
    choice("", "", "K1", "K2", "K3"),
    choice("", "Ada Lovelace", "Dr. Ada Lovelace", "Grace"),
    choice("", "Ada", "Bob"),
    choice("", "Lovelace"),
  ],
  ...[emails, emails, phones, phones, choice("", "Berlin"), choice("", "Chief")],
);

const splitWords = (...texts: readonly (string | null)[]) =>
  texts.flatMap((text) => (text ?? "").toLowerCase().match(/\p{L}+/gu) ?? []);
const normalizePoint = (typed: string) => parsePhonePoint(typed, "DE")?.normalized ?? typed.toLowerCase();

type Person = Awaited<ReturnType<typeof readAllPersons>>[number];

/** Cells of a row that are missing in the person. Cells that a later row may overwrite count only if `last` is set. */
function listMissingCells(cells: readonly string[], person: Person, last: boolean): string[] {
  const points = new Set(person.contact_points.map(({ contact_value }) => normalizePoint(contact_value)));
  const names = new Set(splitWords(person.first_name, person.last_name, person.display_name));
  const isThere: Record<string, (cell: string) => boolean> = {
    external_key: (cell) => person.external_key === cell,
    city: (cell) => person.addresses.some(({ city }) => city === cell),
    ...Object.fromEntries(
      ["email", "email_2", "phone", "mobile"].map((name) => [name, (cell: string) => points.has(normalizePoint(cell))]),
    ),
    ...(last
      ? {
          job_title: (cell) => person.job_title === cell,
          ...Object.fromEntries(
            ["full_name", "first_name", "last_name"].map((name) => [
              name,
              (cell: string) => splitWords(cell).every((word) => names.has(word)),
            ]),
          ),
        }
      : {}),
  };
  return header.filter((name, index) => cells[index] !== "" && isThere[name]?.(cells[index] as string) === false);
}

describe("I1 each cell of any file", () => {
  it("is in a record, in the report, or in a column reported as ignored", async () => {
    const files = fc.record({
      rows: fc.array(row, { minLength: 2, maxLength: 8 }),
      on_duplicate: choice("skip", "update", "create"),
    });
    await fc.assert(
      fc.asyncProperty(files, async ({ rows, on_duplicate }) => {
        const tenant = await signUp(app, { default_country: "DE" });
        // Notes identify the rows and keep them from being empty, because empty rows are skipped.
        const marked = rows.map((cells, index) => [...cells, `row ${index}`, "noise"]);
        const file = toCsv([...header, "notes", "Shoe size"], ...marked);
        const mapping = Object.fromEntries([...header, "notes"].map((name) => [name, name]));
        const done = await runImport(app, tenant.token, "persons", file, { mapping, options: { on_duplicate } });
        const processedCount = done.created + done.updated + done.skipped + done.failed;
        expect(processedCount).toBe(rows.length);
        expect(done).toMatchObject({ ignored: [{ column: "Shoe size" }] });
        const report = done.failed > 0 ? await readErrorFile(app, tenant.token, done.id) : "";
        const persons = await readAllPersons(tenant);
        let absent = 0;
        for (const cells of marked) {
          const notes = String(cells.at(-2));
          if (report.includes(`,${notes},`)) continue;
          const person = persons.find((each) => each.notes === notes);
          if (person) expect(listMissingCells(cells, person, true)).toEqual([]);
          else if (on_duplicate === "update")
            expect(persons.map((each) => listMissingCells(cells, each, false))).toContainEqual([]);
          else absent++;
        }
        expect(absent).toBe(done.skipped);
      }),
      { numRuns: 12 },
    );
  });
});
