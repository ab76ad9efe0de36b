import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { readErrorFile, runImport, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "DE" });
});
afterAll(() => app.stop());

const validRow = { first_name: "Good", last_name: "Row" };

/** Invalid rows, each with the field and the text of its error. */
const invalidRows: [Record<string, string>, string, RegExp][] = [
  [{ first_name: "", last_name: "", job_title: "CEO" }, "last_name", /At least one of these fields.*first_name.*company.*email/],
  [{ first_name: "x".repeat(101) }, "first_name", /100/],
  [{ last_name: "x".repeat(101) }, "last_name", /100/],
  [{ email: "broken@" }, "email", /Must be a valid email address/],
  [{ email: "two@at@signs.example" }, "email", /Must be a valid email address/],
  [{ email: `${"x".repeat(250)}@mail.example` }, "email", /./],
  [{ phone: "1".repeat(51) }, "phone", /50/],
  [{ mobile: "1".repeat(51) }, "mobile", /50/],
  [{ company: "x".repeat(256) }, "company", /255/],
  [{ job_title: "x".repeat(101) }, "job_title", /100/],
  [{ industry_id: "alchemy" }, "industry_id", /No such value/],
  [{ company_size_id: "gigantic" }, "company_size_id", /No such value/],
  [{ annual_revenue_range_id: "zillions" }, "annual_revenue_range_id", /No such value/],
  [{ employee_count: "many" }, "employee_count", /number/i],
  [{ employee_count: "-3" }, "employee_count", /./],
  [{ employee_count: "2.5" }, "employee_count", /./],
  [{ website: "x".repeat(256) }, "website", /255/],
  [{ postal_code: "1".repeat(21) }, "postal_code", /20/],
  [{ lead_source_id: "hearsay" }, "lead_source_id", /No such value/],
  [{ lead_status_id: "haunted" }, "lead_status_id", /No such value/],
  [{ territory_id: "atlantis" }, "territory_id", /No such value/],
  [{ insurance_type_id: "luck" }, "insurance_type_id", /No such value/],
  [{ budget: "lots" }, "budget", /./],
  [{ budget: "-5.00" }, "budget", /./],
  [{ budget: "12345678901234567" }, "budget", /./],
  [{ currency: "Euros" }, "currency", /ISO 4217/],
  [{ authority: "x".repeat(101) }, "authority", /100/],
  [{ timeline: "x".repeat(101) }, "timeline", /100/],
  [{ is_qualified: "perhaps" }, "is_qualified", /./],
  [{ product_line: "boats" }, "product_line", /./],
  [{ auto_data: "{not json" }, "auto_data", /./],
  [{ premium: "1,2,3" }, "premium", /./],
  [{ email_opt_out: "2" }, "email_opt_out", /./],
  [{ last_contact_date: "someday" }, "last_contact_date", /./],
  [{ next_contact_date: "2025-02-30" }, "next_contact_date", /./],
  [{ follow_up_priority: "whenever" }, "follow_up_priority", /./],
  [{ tags: Array.from({ length: 51 }, (_, n) => `t${n}`).join(";") }, "tags", /50/],
  [{ metadata: "[1,2]" }, "metadata", /./],
  [{ owner_id: "unknown@mail.example" }, "owner_id", /./],
  [{ owner_id: "usr_000000000000000000" }, "owner_id", /./],
  [{ external_key: "unknown" }, "external_key", /No person/],
  [{ personal_key_id: "per_000000000000000000" }, "personal_key_id", /No such person/],
];

describe("a file with broken rows", () => {
  it("tells how the whole file writes dates and amounts, so that its corrected rows are read in the same way", async () => {
    const { admin, token } = await signUp(app);
    const columns = ["last_name", "email", "next_contact_date", "budget"];
    const mapping = Object.fromEntries(columns.map((column) => [column, column]));
    const refused = ["Ambiguous", "ambiguous@", "03/04/2026", "1.234"];
    const file = toCsv(columns, refused, ["Clear", "clear@mail.example", "25/12/2026", "1.234,50"]);
    const first = await runImport(app, token, "leads", file, { mapping });
    expect(first).toMatchObject({ created: 1, failed: 1, options: { date_format: "DD/MM/YYYY", decimal_mark: "," } });
    const corrected = (await readErrorFile(app, token, first.id)).replace("ambiguous@", "ambiguous@mail.example");
    const { options } = first;
    expect(await runImport(app, token, "leads", corrected, { mapping, options })).toMatchObject({ created: 1, failed: 0 });
    const { data } = await allowAnyInput(admin).listLeads({
      email: "ambiguous@mail.example",
      fields: "budget,next_contact_date",
    });
    expect(data).toMatchObject([{ budget: "1234.00", next_contact_date: expect.stringContaining("2026-04-03") }]);
  });

  it(`returns a reason for each of ${invalidRows.length} kinds, and stores no half row`, async () => {
    const fields = [...new Set(["first_name", "last_name", ...invalidRows.flatMap(([row]) => Object.keys(row))])];
    const rows = invalidRows.map(([row]) =>
      fields.map((field) => row[field] ?? (validRow as Record<string, string>)[field] ?? ""),
    );
    const mapping = Object.fromEntries(fields.map((field) => [field, field]));
    const options = { decimal_mark: ".", date_format: "YYYY-MM-DD" };
    const rep = await addUser(app, tenant, "DIRECTOR");
    const done = await runImport(app, rep.token, "leads", toCsv(fields, ...rows), { mapping, options });
    expect(done).toMatchObject({ status: "completed", total_rows: invalidRows.length, created: 0, failed: invalidRows.length });
    const { parse } = await import("csv-parse/sync");
    const report = parse(await readErrorFile(app, rep.token, done.id), { columns: true, bom: true }) as Record<string, string>[];
    expect(report.map(({ import_row, import_field }) => [import_row, import_field])).toEqual(
      invalidRows.map(([, field], index) => [String(index + 2), field]),
    );
    for (const [index, [row, field, reason]] of invalidRows.entries()) {
      expect([field, report[index]?.import_reason]).toEqual([field, expect.stringMatching(reason)]);
      for (const [name, value] of Object.entries(row)) expect(report[index]?.[name]?.replace(/^'/, "")).toBe(value);
    }
    expect((await tenant.admin.listLeads({})).meta.total).toBe(0);
    expect((await tenant.admin.listPersons({})).meta.total).toBe(0);
  });

  it("rejects rows that cannot be read, and continues after them", async () => {
    const file = 'first_name,last_name\nA,One\nB,Two,and more\nC,"unclosed\nD,Four\n';
    const done = await runImport(app, tenant.token, "leads", file);
    expect(done).toMatchObject({ status: "completed", total_rows: 4, created: 2, failed: 2 });
    const report = await readErrorFile(app, tenant.token, done.id);
    expect(report).toMatch(/^B,Two,3,,/m);
    expect(report).toMatch(/unclosed/);
  });
});

describe("I9 a corrected row, read with the conventions of the whole file", () => {
  it("reports unreadable and invalid cells at once", async () => {
    const file = toCsv(
      ["first_name", "last_name", "budget", "company", "email"],
      ["x".repeat(101), "Row", "lots", "y".repeat(256), "no@"],
    );
    const done = await runImport(app, tenant.token, "leads", file);
    expect(done).toMatchObject({ created: 0, failed: 1 });
    const report = await readErrorFile(app, tenant.token, done.id);
    for (const field of ["first_name", "budget", "company", "email"])
      expect(report).toMatch(new RegExp(`,2,"[^"]*\\b${field}\\b`));
  });

  it("uses an unambiguous date after hundreds of ambiguous ones", async () => {
    const days = (last: string) => {
      const rows = Array.from({ length: 260 }, (_, index) => [`D${index}`, "Day", "03/04/2026"]);
      return toCsv(["first_name", "last_name", "next_contact_date"], ...rows, ["Tell", "Tale", last]);
    };
    const orders = [
      ["25/12/2026", "04"],
      ["12/25/2026", "03"],
    ] as const;
    for (const [last, month] of selectSample(orders, { name: ([day]) => day, kind: () => "order" })) {
      const ownTenant = await signUp(app);
      expect(await runImport(app, ownTenant.token, "leads", days(last))).toMatchObject({ created: 261, failed: 0 });
      const { data } = await ownTenant.admin.listLeads({ limit: 1, order: "asc" });
      expect((await ownTenant.admin.getLead({ id: String(data[0]?.id) })).data.next_contact_date).toContain(`2026-${month}-`);
    }
    const doubtful = await runImport(app, (await signUp(app)).token, "leads", days("03/04/2026"));
    expect(doubtful).toMatchObject({ created: 0, failed: 261 });
  });
});
