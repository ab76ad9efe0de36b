import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { readErrorFile, readImport, requestJson, runImport, sendFile, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "US" });
});
afterAll(() => app.stop());

/** A file with `late` more rows before its last two rows. */
const buildPersonFile = (late: number) =>
  toCsv(
    ["external_key", "first_name", "email", "phone", "country"],
    ["R1", "Ann", "ann@dry.example", "212-555-0101", "US"],
    ["R2", "Bob", "bob@dry.example", "212-555-0102", "Atlantis"],
    ["R1", "Ann again", "", "", ""],
    ["R3", "Cid", "ann@dry.example", "", ""],
    ["R4", "Dot", "dot@dry.example", "", ""],
    ["", "Dot", "dot@dry.example", "", ""],
    ["R5", "Eve", "not an address", "", ""],
    ...Array.from({ length: late }, (_, n) => [`L${n}`, `Late${n}`, `late${n}@dry.example`, "", ""]),
    ["R1", "Ann at last", "", "", ""],
    ["", "Late", "late3@dry.example", "", ""],
  );

const pickFigures = ({ total_rows, processed, created, updated, skipped, failed }: Awaited<ReturnType<typeof runImport>>) => ({
  total_rows,
  processed,
  created,
  updated,
  skipped,
  failed,
});

describe("a dry run", () => {
  const optionSets: object[] = [{}, { on_duplicate: "update" }, { mode: "upsert", match_on: "external_key" }];
  // A sample of the options is tested with a file of two parts, the others with a short one.
  const long = selectSample(optionSets, { name: (options) => JSON.stringify(options), kind: () => "options" });
  for (const options of optionSets) {
    const persons = buildPersonFile(long.includes(options) ? 260 : 10);
    it(`reports the same as the real import, and changes nothing: ${JSON.stringify(options)}`, async () => {
      const ownTenant = await signUp(app, { default_country: "US" });
      const total = async () => (await ownTenant.admin.listPersons({})).meta.total;
      const rehearsed = await runImport(app, ownTenant.token, "persons", persons, { options: { ...options, dry_run: true } });
      expect(await total()).toBe(0);
      expect(
        (await ownTenant.admin.listAuditEntries({})).data.map(({ record_id }) => String(record_id).slice(0, 3)),
      ).not.toContain("per");
      const real = await runImport(app, ownTenant.token, "persons", persons, { options });
      expect(pickFigures(rehearsed)).toEqual(pickFigures(real));
      expect(await readErrorFile(app, ownTenant.token, rehearsed.id)).toBe(await readErrorFile(app, ownTenant.token, real.id));
      expect(await total()).toBe(real.created);
      const again = await runImport(app, ownTenant.token, "persons", persons, { options: { ...options, dry_run: true } });
      expect(pickFigures(again)).toEqual(pickFigures(await runImport(app, ownTenant.token, "persons", persons, { options })));
    });
  }

  it("uses no lead numbers, and cannot be reverted", async () => {
    const file = toCsv(["first_name", "last_name"], ...Array.from({ length: 40 }, (_, n) => [`N${n}`, "Number"]));
    const done = await runImport(app, tenant.token, "leads", file, { options: { dry_run: true } });
    expect(done).toMatchObject({ created: 40 });
    await expect(tenant.admin.revertImport({ id: done.id })).rejects.toMatchObject({ status: 422 });
    await runImport(app, tenant.token, "leads", file);
    const { data } = await tenant.admin.listLeads({ order: "asc", limit: 1 });
    expect(data[0]?.lead_number).toMatch(/-000001$/);
  });

  it("R13 keeps its upload for the real import, which consumes it", async () => {
    const file = toCsv(["first_name", "last_name"], ["Una", "Upload"]);
    const rehearse = (parts: object) =>
      sendFile(app, tenant.token, "/leads/import", file, { options: { dry_run: true }, ...parts });
    const { upload_id } = (await rehearse({})).data;
    const start = (dry_run: boolean) =>
      requestJson(app, tenant.token, "POST", "/leads/import", { upload_id, options: { dry_run } });
    await app.settle();
    for (const dry_run of [true, true, false]) {
      const { status, data } = await start(dry_run);
      expect([status, data.upload_id]).toEqual([202, dry_run ? upload_id : undefined]);
      await app.settle();
      expect(await readImport(app, tenant.token, String(data.import_id))).toMatchObject({ status: "completed", created: 1 });
    }
    expect((await start(false)).status).toBe(409);
  });
});
