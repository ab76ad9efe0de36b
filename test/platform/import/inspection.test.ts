import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { requestJson, runImport, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const upload = async (file: string, { admin, id } = tenant): Promise<string> => {
  const size = Buffer.byteLength(file);
  const { data } = await admin.createUpload({ file_name: "fair.csv", content_type: "text/csv", size });
  await app.ports.objects.write(`${id}/uploads/${data.upload_id}`, Buffer.from(file));
  return data.upload_id;
};

describe("the inspection of a file", () => {
  const file = toCsv(
    ["First name", "Last name", "Mail", "Lead status", "Owner", "Booth"],
    ["Ada", "Berg", "ada@fair.example", "New", "stranger@fair.example", "7"],
    ["Bob", "Lind", "bob@fair.example", "Offen", "", "7"],
    ["Cid", "Holm", "cid@fair.example", "offen", "", "8"],
  );

  it("suggests fields, and answers with samples and values that name nothing", async () => {
    const upload_id = await upload(file);
    const { data } = await tenant.admin.inspectImportFile({ entity: "leads", upload_id });
    expect(data.columns.map(({ column, field }) => [column, field])).toEqual([
      ["First name", "first_name"],
      ["Last name", "last_name"],
      ["Mail", "email"],
      ["Lead status", "lead_status_id"],
      ["Owner", "owner_id"],
      ["Booth", null],
    ]);
    expect(data.columns[2]).toMatchObject({ samples: ["ada@fair.example", "bob@fair.example", "cid@fair.example"], unknown: [] });
    expect(data.columns[3]).toMatchObject({ confidence: 0.99, unknown: ["Offen", "offen"] });
    expect(data.columns[5]).toMatchObject({ confidence: 0, samples: ["7", "8"] });
    expect(data.match_on).toContain("id");
    expect(data.fields.find(({ name }) => name === "lead_status_id")).toMatchObject({ type: "master", required: false });
    // The upload is still there for the import.
    await tenant.admin.importLeads({ upload_id });
  });

  it("checks the values of the mapping that it gets, without those that have a meaning", async () => {
    const upload_id = await upload(file);
    const mapping = { "Lead status": "lead_status_id", Owner: "owner_id" };
    const value_map = { lead_status_id: { Offen: "new" } };
    const { data } = await tenant.admin.inspectImportFile({ entity: "leads", upload_id, mapping, value_map });
    expect(data.columns.filter(({ field }) => field !== null).map(({ column, unknown }) => [column, unknown])).toEqual([
      ["Lead status", []],
      ["Owner", ["stranger@fair.example"]],
    ]);
  });

  it("answers for a file without a column that it recognizes", async () => {
    const { data } = await tenant.admin.inspectImportFile({ entity: "leads", upload_id: await upload("qqq,zzz\n1,x\n") });
    expect(data.columns.map(({ field }) => field)).toEqual([null, null]);
  });

  it("refuses an upload of another tenant, and a role that may not write the records", async () => {
    const other = await signUp(app);
    const upload_id = await upload(file, other);
    await expect(tenant.admin.inspectImportFile({ entity: "leads", upload_id })).rejects.toMatchObject({ status: 400 });
    const marketer = await addUser(app, tenant, "MARKETER");
    await expect(
      marketer.client.inspectImportFile({ entity: "exchange-rates", upload_id: await upload(file) }),
    ).rejects.toMatchObject({ status: 403 });
  });
});

describe("the refused rows of an import", () => {
  const rows = Array.from({ length: 12 }, (_, n) => [
    `N${n}`,
    n % 2 === 0 ? "no address" : `n${n}@rows.example`,
    n % 3 === 0 ? "much" : "5",
  ]);
  const file = toCsv(["last_name", "email", "budget"], ...rows);

  it("have their errors at their columns, page by page", async () => {
    const { id, failed } = await runImport(app, tenant.token, "leads", file);
    const { data: first } = await tenant.admin.listRejectedRows({ id, limit: 5 });
    expect(first).toMatchObject({ total: failed, rows: { length: 5 } });
    expect(first.rows[0]).toEqual({
      row: 2,
      cells: { last_name: "N0", email: "no address", budget: "much" },
      errors: [
        { column: "email", field: "email", message: "Must be a valid email address" },
        { column: "budget", field: "budget", message: "Must be an amount" },
      ],
    });
    const { data: second } = await tenant.admin.listRejectedRows({ id, limit: 5, cursor: String(first.next_cursor) });
    expect(second.next_cursor).toBeNull();
    expect([...first.rows, ...second.rows].map(({ row }) => row)).toEqual(
      [2, 4, 5, 6, 8, 10, 11, 12].filter((_, n) => n < failed),
    );
    const { id: otherId } = await runImport(app, tenant.token, "leads", "last_name\nFine\n");
    expect((await tenant.admin.listRejectedRows({ id: otherId })).data).toEqual({ rows: [], total: 0, next_cursor: null });
    await expect(tenant.admin.listRejectedRows({ id: otherId, cursor: String(first.next_cursor) })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("are for the user who imported, and administrators", async () => {
    const { id } = await runImport(app, tenant.token, "leads", file);
    const colleague = await addUser(app, tenant, "MANAGER");
    expect((await requestJson(app, colleague.token, "GET", `/imports/${id}/rejected-rows`)).status).toBe(404);
    const stranger = await signUp(app);
    expect((await requestJson(app, stranger.token, "GET", `/imports/${id}/rejected-rows`)).status).toBe(404);
  });
});
