import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Imports } from "@crm/core/platform/import/import.entity.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { send, tableName } from "@crm/core/storage/table/database.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder } from "../../local/backup/support.ts";
import { runInTenant } from "../../people/person/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { readErrorFile, requestText, runImport, sendFile, toCsv } from "../import/support.ts";

let app: App;
let dataFolder: string;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  dataFolder = newFolder();
  app = await startTestApp({ data: dataFolder });
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(async () => {
  await app.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** The files in one of the tenant's object folders. */
const listObjectFiles = (kind: string): string[] => {
  const folder = join(dataFolder, "objects", tenant.id, kind);
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
};
const DAY_MS = 24 * 60 * 60 * 1000;
/** Two valid rows and an invalid one, each with a document number. */
const buildFile = (mark: string) =>
  toCsv(
    ["first_name", "email", "document_number", "birth_date"],
    ["Ida", `ida-${mark}@rows.example`, `${mark}-GOOD`, "1980-01-02"],
    ["Ole", "ole@", `${mark}-REFUSED`, "1981-02-03"],
    ["Una", `una-${mark}@rows.example`, `${mark}-OTHER`, "2999-01-01"],
  );

describe("M1 the stored file of an import", () => {
  it("is sealed, readable by its importer and administrators, and deleted after seven days", async () => {
    const { id, failed } = await runImport(app, rep.token, "persons", buildFile("ROWMARK"));
    expect(failed).toBe(2);
    for (const token of [rep.token, tenant.token]) expect(await readErrorFile(app, token, id)).toContain("ROWMARK-OTHER");
    for (const role of ["DIRECTOR", "MANAGER", "USER"]) {
      const otherUser = await addUser(app, tenant, role);
      expect(await requestText(app, otherUser.token, "GET", `/imports/${id}/errors`)).toMatchObject({ status: 403 });
    }
    const storedFiles = listObjectFiles("imports");
    expect(storedFiles.length).toBeGreaterThan(0);
    for (const path of storedFiles) expect(readFileSync(path, "utf8")).not.toMatch(/ROWMARK|rows\.example|2999-01-01/);
    app.setClock({ advance: 8 * DAY_MS });
    await app.settle();
    await app.scheduler.run("due");
    await app.settle();
    expect(listObjectFiles("imports")).toEqual([]);
    const again = await addUser(app, tenant, "ADMIN");
    expect(await requestText(app, again.token, "GET", `/imports/${id}/errors`)).toMatchObject({
      status: 422,
      body: expect.stringContaining("no longer available after seven days"),
    });
    app.setClock({ reset: true });
  });

  it("is also deleted after a cancellation, and if an earlier release stored it", async () => {
    const { data: importJob } = await sendFile(app, tenant.token, "/persons/import", buildFile("CANCELMARK"));
    await tenant.admin.cancelImport({ id: String(importJob.import_id) });
    await app.settle();
    const { id } = await runImport(app, tenant.token, "persons", buildFile("FORMERMARK"));
    // As an earlier release stored it: unencrypted, and without a clock that would clean it up.
    await app.ports.objects.write(`${tenant.id}/imports/${id}/rows/000001`, Buffer.from("FORMERMARK"));
    await runInTenant(app, tenant, async () => {
      const [stored] = dumpItems(app, tenant.id).filter((item) => item.sk === id);
      const record = { ...Imports.fromItem(stored ?? {}), attention_at: null };
      await send(new PutCommand({ TableName: tableName(), Item: { ...Imports.toItem(tenant.id, record, "{}"), shape: 1 } }));
    });
    await migrate(app.ports);
    app.setClock({ advance: 8 * DAY_MS });
    await app.settle();
    await app.scheduler.run("due");
    await app.settle();
    expect(listObjectFiles("imports")).toEqual([]);
    app.setClock({ reset: true });
  });

  it("has replaced values of an update sealed in the table, and restores them", async () => {
    const licence = (number: string) => ({ schema_version: 2, drivers: [{ name: "Ann", license_number: number }], vehicles: [] });
    const { data: lead } = await tenant.admin.createLead(newLead({ auto_data: licence("BEFORELIC1"), notes: "BEFORENOTE" }));
    const rows = toCsv(["id", "auto_data", "notes"], [lead.id, JSON.stringify(licence("AFTERLIC2")), "after"]);
    const options = { mode: "update", match_on: "id" };
    const { id, updated } = await runImport(app, tenant.token, "leads", rows, { options });
    expect(updated).toBe(1);
    const readDriver = async () => (await tenant.admin.getLead({ id: lead.id })).data.auto_data?.drivers?.[0];
    expect(await readDriver()).toMatchObject({ license_number: "AFTERLIC2" });
    const jobs = dumpItems(app, tenant.id).filter(({ pk }) => String(pk).includes("#JOB#"));
    expect(JSON.stringify(jobs)).toContain(lead.id);
    expect(JSON.stringify(jobs)).not.toMatch(/BEFORE(LIC|NOTE)/);
    await tenant.admin.revertImport({ id });
    await app.settle();
    expect((await tenant.admin.getImport({ id })).data.reverted).toMatchObject({ restored: 1, kept: 0 });
    expect(await readDriver()).toMatchObject({ license_number: "BEFORELIC1" });
  });
});
