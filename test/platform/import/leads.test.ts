import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readErrorFile, readImport, requestJson, runImport, sendFile, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

const importLeads = (file: string, parts: Record<string, unknown> = {}, token = tenant.token) =>
  runImport(app, token, "leads", file, parts);
const findLeads = async (search: string) => (await tenant.admin.listLeads({ search })).data;

describe("leads from a file", () => {
  it("are created from the header's columns, and rejected rows are returned with field and reason", async () => {
    const file =
      '\uFEFFFirst Name;Last Name;E-Mail;Company\r\nIda;Ng;ida@mail.example;"Acme; ""Ltd"""\r\nNo;Mail;broken@;X\r\nTwo;Lines;two@mail.example;"Line\nbreak"\r\n';
    const done = await importLeads(file);
    expect(done).toMatchObject({
      status: "completed",
      total_rows: 3,
      processed: 3,
      created: 2,
      failed: 1,
      updated: 0,
      skipped: 0,
    });
    const report = await readErrorFile(app, tenant.token, done.id);
    expect(report.split("\r\n").slice(0, 2)).toEqual([
      "\uFEFFFirst Name,Last Name,E-Mail,Company,import_row,import_field,import_reason",
      "No,Mail,broken@,X,3,email,Must be a valid email address",
    ]);
    expect(await findLeads("ida")).toMatchObject([{ company: 'Acme; "Ltd"', first_name: "Ida", owner_id: tenant.userId }]);
  });

  it("share a person if they share an email address, with a number each", async () => {
    const row = ["A", "One", "same@mail.example"];
    expect(await importLeads(toCsv(["first_name", "last_name", "email"], row, row, row))).toMatchObject({
      created: 3,
      failed: 0,
    });
    const data = await findLeads("same@mail.example");
    expect(new Set(data.map(({ personal_key_id }) => personal_key_id)).size).toBe(1);
    expect(new Set(data.map(({ lead_number }) => lead_number)).size).toBe(3);
  });

  it("use a mapping, value maps, defaults, labels of master data and addresses of colleagues", async () => {
    const colleague = await addUser(app, tenant, "SALES_REP");
    const file = toCsv(
      ["Wer", "State of it", "Where from", "Value", "Whose", "Ignored"],
      ["Mapped Person", "Working", "Referral", "1.234,50 €", colleague.email, "x"],
      ["Mapped Other", "New", "Trade show", "7,5", "", "x"],
    );
    const done = await importLeads(file, {
      mapping: {
        Wer: "full_name",
        "State of it": "lead_status_id",
        "Where from": "lead_source_id",
        Value: "budget",
        Whose: "owner_id",
      },
      value_map: { lead_status_id: { Working: "contacted" }, lead_source_id: { "trade show": "event" } },
      options: { defaults: { company: "Defaulted", tags: ["fair"] } },
    });
    expect(done).toMatchObject({ created: 2, failed: 0 });
    const [otherLead, person] = await findLeads("mapped");
    const statuses = (await tenant.admin.listMasters({ kind: "lead-statuses", limit: 100 })).data;
    const findCode = (id: unknown) => statuses.find((status) => status.id === id)?.code;
    expect(findCode(person?.lead_status_id)).toBe("contacted");
    expect(person).toMatchObject({ budget: "1234.50", owner_id: colleague.id, company: "Defaulted", tags: ["fair"] });
    expect(otherLead).toMatchObject({ budget: "7.50", owner_id: tenant.userId });
  });

  it("add missing master data if requested and allowed", async () => {
    const file = toCsv(
      ["first_name", "last_name", "lead_source_id"],
      ["Nina", "Newsource", "Billboard A7"],
      ["Otto", "Newsource", "billboard a7"],
    );
    expect(await importLeads(file)).toMatchObject({ created: 0, failed: 2 });
    expect(await importLeads(file, { options: { create_masters: true, dry_run: true } })).toMatchObject({
      created: 2,
      failed: 0,
    });
    expect((await tenant.admin.listLeadSources({ search: "billboard" })).data).toHaveLength(0);
    expect(await importLeads(file, { options: { create_masters: true } })).toMatchObject({ created: 2, failed: 0 });
    expect((await tenant.admin.listLeadSources({ search: "billboard" })).data).toMatchObject([{ name: "Billboard A7" }]);
    const rep = await addUser(app, tenant, "SALES_REP");
    const rejection = await sendFile(app, rep.token, "/leads/import", file, { options: { create_masters: true } });
    expect(rejection).toMatchObject({ status: 403, error: { code: "FORBIDDEN" } });
  });

  it("get the creation date of the file in a historic import", async () => {
    const file = toCsv(["first_name", "last_name", "created_at"], ["Hans", "Historic", "2025-02-05"]);
    const mapping = { first_name: "first_name", last_name: "last_name", created_at: "created_at" };
    expect(await importLeads(file, { mapping, options: { historic: true } })).toMatchObject({ created: 1 });
    expect(await findLeads("historic")).toMatchObject([{ created_at: "2025-02-05T00:00:00.000Z" }]);
    const { status, error } = await sendFile(app, tenant.token, "/leads/import", file, { mapping });
    expect([status, error.details]).toEqual([400, [{ field: "mapping.created_at", message: "leads have no field created_at" }]]);
    const rep = await addUser(app, tenant, "SALES_REP");
    expect(await sendFile(app, rep.token, "/leads/import", file, { options: { historic: true } })).toMatchObject({ status: 403 });
  });

  it("are attached to persons by external key, and rejected for an unknown key", async () => {
    const { data: person } = await tenant.admin.createPerson({
      external_key: "C-7",
      first_name: "Joan",
      last_name: "Joined",
    });
    const file = toCsv(["external_key", "description"], ["C-7", "first"], ["C-8", "unknown"], ["C-7", "second"]);
    const done = await importLeads(file);
    expect(done).toMatchObject({ created: 2, failed: 1 });
    expect(await readErrorFile(app, tenant.token, done.id)).toContain("external_key,No person has this external key");
    expect((await findLeads("joined")).map((lead) => lead.personal_key_id)).toEqual([person.id, person.id]);
  });

  it("update leads by id, if the importer sees them", async () => {
    const [firstLead, two] = [await tenant.admin.createLead(newLead()), await tenant.admin.createLead(newLead())];
    const file = toCsv(
      ["id", "company"],
      [firstLead.data.id, "Changed"],
      [two.data.id, "Changed"],
      ["led_000000000000000000", "Nothing"],
    );
    const options = { mode: "update", match_on: "id" };
    const rep = await addUser(app, tenant, "SALES_REP");
    expect(await importLeads(file, { options }, rep.token)).toMatchObject({ updated: 0, failed: 3 });
    expect(await importLeads(file, { options })).toMatchObject({ updated: 2, failed: 1 });
    expect((await tenant.admin.getLead({ id: firstLead.data.id })).data).toMatchObject({ company: "Changed", version: 2 });
  });

  it("are assigned to others only by permitted users", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const file = toCsv(["first_name", "last_name", "owner_id"], ["Given", "Away", tenant.userId], ["Kept", "Here", ""]);
    const done = await importLeads(file, {}, rep.token);
    expect(done).toMatchObject({ created: 1, failed: 1 });
    expect(await readErrorFile(app, rep.token, done.id)).toContain("owner_id,Must be yourself or null");
  });
});

describe("an import", () => {
  const file = toCsv(["first_name", "last_name"], ["Some", "Body"]);

  it("is rejected before any write if its options do not fit", async () => {
    const readDetails = async (parts: Record<string, unknown>) =>
      (await sendFile(app, tenant.token, "/leads/import", file, parts)).error.details;
    expect(await readDetails({ mapping: { Name: "full_name", first_name: "nickname", last_name: "last_name" } })).toEqual([
      { field: "mapping.Name", message: "The file has no such column" },
      { field: "mapping.first_name", message: "leads have no field nickname" },
    ]);
    expect(await readDetails({ mapping: { first_name: "last_name", last_name: "last_name" } })).toEqual([
      { field: "mapping.last_name", message: "Already mapped from the column first_name" },
    ]);
    expect(await readDetails({ value_map: { nothing: {} }, options: { defaults: { nix: 1 } } })).toEqual([
      { field: "value_map.nothing", message: "No such field" },
      { field: "options.defaults.nix", message: "No such field" },
    ]);
    expect(await readDetails({ options: { mode: "update" } })).toEqual([
      { field: "options.match_on", message: "Required for mode update: the field by which rows find their records" },
    ]);
    expect(await readDetails({ options: { match_on: "shoe_size" } })).toMatchObject([{ field: "options.match_on" }]);
    expect(await readDetails({ options: { date_format: "whenever" } })).toMatchObject([{ field: "options.date_format" }]);
    expect(await readDetails({ options: { timezone: "Mars/Base" } })).toMatchObject([{ field: "options.timezone" }]);
  });

  it("is visible to its requester and users who see their records, but not to other tenants", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const otherRep = await addUser(app, tenant, "SALES_REP");
    const stranger = await signUp(app);
    const done = await importLeads(file, {}, rep.token);
    expect((await requestJson(app, rep.token, "GET", `/imports/${done.id}`)).status).toBe(200);
    expect((await requestJson(app, tenant.token, "GET", `/imports/${done.id}`)).status).toBe(200);
    for (const token of [otherRep.token, stranger.token]) {
      for (const [method, path] of [
        ["GET", ""],
        ["GET", "/errors"],
        ["POST", "/cancel"],
        ["POST", "/revert"],
      ] as const)
        expect(
          (await requestJson(app, token, method, `/imports/${done.id}${path}`, method === "POST" ? {} : undefined)).status,
        ).toBe(404);
    }
    const { data } = await requestJson(app, rep.token, "GET", "/imports?entity=leads&status=completed");
    expect((data as unknown as { id: string }[]).map(({ id }) => id)).toEqual([done.id]);
  });

  it("is rejected without the permission to write, and fails if the requester may no longer sign in", async () => {
    const analyst = await addUser(app, tenant, "ANALYST");
    expect(await sendFile(app, analyst.token, "/leads/import", file)).toMatchObject({ status: 403 });
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data } = await sendFile(app, rep.token, "/leads/import", file);
    await tenant.admin.setUserStatus({ id: rep.id, status: "SUSPENDED" });
    await app.settle();
    expect(await readImport(app, tenant.token, String(data.import_id))).toMatchObject({
      status: "failed",
      created: 0,
      error: { message: "The user who started the job can no longer sign in" },
    });
  });

  it("can use an upload, once", async () => {
    const { data: upload } = await tenant.admin.createUpload({
      file_name: "l.csv",
      content_type: "text/csv",
      size: file.length,
    });
    const start = () => requestJson(app, tenant.token, "POST", "/leads/import", { upload_id: upload.upload_id });
    expect(await start()).toMatchObject({ status: 422, error: { details: [{ field: "upload_id" }] } });
    await app.ports.objects.write(`${tenant.id}/uploads/${upload.upload_id}`, Buffer.from(file));
    expect(await start()).toMatchObject({ status: 202 });
    expect(await start()).toMatchObject({ status: 409, error: { details: [{ field: "upload_id" }] } });
    const response = await sendFile(app, tenant.token, "/leads/import", file, { upload_id: upload.upload_id });
    expect(response).toMatchObject({ status: 400, error: { details: [{ field: "upload_id" }] } });
  });

  it("has a report that can be corrected and imported again, with any content", async () => {
    const header = ["First Name", "Last Name", "E-Mail", "Company"];
    const rows = [
      ["=HYPERLINK(1)", "Form", "bad@", "@SUM(A1)"],
      ["'quoted", "Form", "worse@", "-1+1"],
    ];
    const done = await importLeads(toCsv(header, ...rows));
    expect(done.failed).toBe(2);
    const report = await readErrorFile(app, tenant.token, done.id);
    expect(report).toContain("'=HYPERLINK(1),Form,bad@,'@SUM(A1)");
    const again = await importLeads(report.replace("bad@", "good1@form.example").replace("worse@", "good2@form.example"));
    expect(again).toMatchObject({ created: 2, failed: 0 });
    const data = await findLeads("form.example");
    expect(data.map(({ first_name, company }) => [first_name, company]).reverse()).toEqual([
      ["=HYPERLINK(1)", "@SUM(A1)"],
      ["'quoted", "-1+1"],
    ]);
  });

  it("is recorded in the audit trail with its user", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await importLeads(toCsv(["first_name", "last_name"], ["Audited", "Row"]), {}, rep.token);
    const [lead] = await findLeads("audited");
    expect(lead).toMatchObject({ created_by: rep.id, owner_id: rep.id });
  });
});

describe("custom fields", () => {
  it("are columns like any other, and a unique one matches the lead of a row", async () => {
    const ownTenant = await signUp(app);
    const define = (field_name: string, field_type: string, more: object = {}) =>
      ownTenant.admin.createCustomField({
        entity_type: "lead",
        field_name,
        field_label: `My ${field_name}`,
        field_type,
        ...more,
      });
    await define("legacy_id", "text", { is_unique: true });
    await define("fleet", "number", { decimal_places: 0 });
    await define("renewal", "date");
    await define("region", "picklist", {
      is_required: true,
      picklist_values: [
        { code: "north", label: "North" },
        { code: "south", label: "South" },
      ],
    });
    const header = ["First Name", "Last Name", "My legacy_id", "My fleet", "My renewal", "My region"];
    const file = toCsv(
      header,
      ["Ina", "Custom", "L0001", "12", "2027-03-01", "north"],
      ["Jon", "Custom", "L0002", "", "", ""],
      ["Kai", "Custom", "L0001", "3", "", "south"],
    );
    const first = await runImport(app, ownTenant.token, "leads", file);
    expect(first).toMatchObject({ created: 1, failed: 2 });
    const report = await readErrorFile(app, ownTenant.token, first.id);
    expect(report).toContain("custom_fields.region,Required");
    expect(report).toMatch(/Kai.*custom_fields\.legacy_id/);
    const [lead] = (await ownTenant.admin.listLeads({})).data;
    expect((await ownTenant.admin.getLead({ id: String(lead?.id) })).data.custom_fields).toMatchObject({
      legacy_id: "L0001",
      fleet: 12,
      renewal: "2027-03-01",
      region: "north",
    });
    const again = toCsv(
      ["My legacy_id", "My fleet", "First Name", "Last Name", "My region"],
      ["L0001", "20", "Ina", "Custom", "north"],
      ["L0003", "1", "Lea", "Custom", "south"],
    );
    const second = await runImport(app, ownTenant.token, "leads", again, {
      options: { mode: "upsert", match_on: "custom_fields.legacy_id" },
    });
    expect(second).toMatchObject({ created: 1, updated: 1, failed: 0 });
    const now = async () => (await ownTenant.admin.getLead({ id: String(lead?.id) })).data.custom_fields;
    expect(await now()).toMatchObject({ fleet: 20, renewal: "2027-03-01" });
    await ownTenant.admin.revertImport({ id: second.id });
    await app.settle();
    expect(await readImport(app, ownTenant.token, second.id)).toMatchObject({ reverted: { removed: 1, restored: 1, kept: 0 } });
    expect(await now()).toMatchObject({ fleet: 12, legacy_id: "L0001" });
  });
});
