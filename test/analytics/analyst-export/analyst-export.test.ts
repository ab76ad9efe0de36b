import { type Command, operate as operateDeployed } from "@crm/aws/operator.ts";
import { AnalystExport, type ExportCommand } from "@crm/core/analytics/analyst-export/analyst-export.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listExportedTables, queryExport } from "../../../scripts/analyst-query.ts";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** The export for analysts on the table engine, read back with DuckDB. */
const DAY_MS = 24 * 60 * 60 * 1000;

let app: App;
let tenant: Tenant;
let other: Tenant;
/** The administrator of the first tenant, who signs in again when the clock has moved. */
let admin: Client;
/** The ports with the domains of the kinds that the tests read, because a run looks at every kind. */
let ports: Ports;

beforeAll(async () => {
  app = await startTestApp();
  [tenant, other] = [await signUp(app), await signUp(app)];
  ({ admin } = tenant);
  const names = ["lead", "product", "activity"];
  ports = { ...app.ports, domains: app.ports.domains.filter(({ name }) => names.includes(name)) };
});
afterAll(() => app.stop());

async function passDays(days: number): Promise<void> {
  app.setClock({ advance: days * DAY_MS });
  const { access_token } = await signIn(app, tenant);
  admin = createClient(inProcessTransport(app, access_token));
}

const run = (command: Partial<ExportCommand> = {}, seconds = 60, with_: Ports = ports) =>
  AnalystExport.run(with_, { tenant_id: tenant.id, full: false, personal: false, ...command }, seconds);

const query = async (sql: string, { slug }: Pick<Tenant, "slug"> = tenant) =>
  (await queryExport(app.state.folder, sql, { tenant: slug })).rows;

describe("an export", () => {
  it("has the values of the records", async () => {
    const dinars = await admin.createProduct({
      ...{ product_type: "PRODUCT", name: "Zoë's 日本 🚀", unit_price: "1234.567", currency: "KWD" },
    });
    const plain = await admin.createProduct({ product_type: "PRODUCT", name: "Plain", unit_price: "0.10" });
    const { data: lead } = await admin.createLead(newLead({ next_contact_date: "9999-12-31T23:59:59.999Z" }));
    expect(await run()).toMatchObject({ tenants: 1, misfits: 0, done: true });
    expect(
      await query("SELECT id, tenant, name, unit_price, currency, cost, created_at FROM product ORDER BY name DESC"),
    ).toEqual([
      [dinars.data.id, tenant.id, "Zoë's 日本 🚀", "1234.5670", "KWD", null, toTimestamp(dinars.data.created_at)],
      [plain.data.id, tenant.id, "Plain", "0.1000", plain.data.currency, null, toTimestamp(plain.data.created_at)],
    ]);
    expect(await query("SELECT next_contact_date, day FROM lead")).toEqual([
      ["9999-12-31 23:59:59.999", lead.created_at.slice(0, 10)],
    ]);
    expect(await query("SELECT sum(unit_price) FROM product WHERE currency = 'KWD'")).toEqual([["1234.5670"]]);
  });

  it("has columns about persons only if the operator asks for them", async () => {
    await run();
    await expect(query("SELECT email FROM lead")).rejects.toThrow('"email" not found');
    await run({ personal: true });
    const { data: leads } = await admin.listLeads();
    expect(await query("SELECT email, last_name, tags FROM lead")).toEqual(
      leads.map(({ email, last_name, tags }) => [email, last_name, tags]),
    );
    await run();
    await expect(query("SELECT email FROM lead")).rejects.toThrow('"email" not found');
  });

  it("leaves out records about persons who may not be exported", async () => {
    const { data: restricted } = await admin.createLead(newLead());
    const { data: admitted } = await admin.createLead(newLead());
    const findRestricted = async (_: readonly string[], purpose: string) =>
      new Set(purpose === "export" ? [String(restricted.personal_key_id)] : []);
    await run();
    expect(await run({ full: true }, 60, { ...ports, processing: { findRestricted } })).toMatchObject({ left_out: 1 });
    const ids = (await query("SELECT id FROM lead")).flat();
    expect([ids.includes(restricted.id), ids.includes(admitted.id)]).toEqual([false, true]);
  });

  it("keeps tenants apart", async () => {
    await other.admin.createProduct({ product_type: "PRODUCT", name: "Other", unit_price: "2" });
    await run({ tenant_id: other.id });
    expect(await query("SELECT name FROM product", other)).toEqual([["Other"]]);
    expect(await query("SELECT name FROM product WHERE name = 'Other'")).toEqual([]);
    const foreign = `${app.state.folder}/objects/${other.id}/lake/product/*/part.parquet`;
    await expect(query(`SELECT * FROM read_parquet('${foreign}')`)).rejects.toThrow("disabled by configuration");
    await expect(query("SET enable_external_access = true")).rejects.toThrow("configuration has been locked");
    const all = await queryExport(app.state.folder, "SELECT tenant, count(*) FROM product GROUP BY tenant", {
      isOfAllTenants: true,
    });
    expect(new Map(all.rows as [string, string][])).toEqual(
      new Map([
        [tenant.id, "2"],
        [other.id, "1"],
      ]),
    );
    expect(listExportedTables(app.state.folder, { tenant: other.slug }).rows).toEqual([
      [other.slug, "product", 1, 1, expect.any(String)],
    ]);
  });

  it("refuses a query without a tenant, of an unknown one, and in a folder without an export", async () => {
    const { folder } = app.state;
    await expect(queryExport(folder, "SELECT 1", {})).rejects.toThrow("Name a tenant with --tenant SLUG");
    await expect(queryExport(folder, "SELECT 1", { tenant: "none" })).rejects.toThrow("no export of the tenant none");
    await expect(queryExport("/nowhere", "SELECT 1", {})).rejects.toThrow("/nowhere has no export for analysts");
    await expect(query("SELECT * FROM nothing")).rejects.toThrow("nothing does not exist");
  });
});

describe("the next run", () => {
  it("writes the days with changes, and deletes a day without records", async () => {
    const { data: former } = await admin.createLead(newLead());
    await passDays(2);
    const { data: latter } = await admin.createLead(newLead());
    await run();
    await passDays(2);
    // A run reads all changes of the day of the one before again.
    expect(await run()).toMatchObject({ written: 1 });
    expect(await run()).toMatchObject({ written: 0, deleted: 0 });
    await admin.updateLead({ id: former.id, follow_up_priority: "HIGH" });
    await admin.deleteLead({ id: latter.id });
    expect(await run()).toMatchObject({ written: 1, deleted: 1 });
    expect(await query(`SELECT id, follow_up_priority FROM lead WHERE id IN ('${former.id}', '${latter.id}')`)).toEqual([
      [former.id, "HIGH"],
    ]);
  });

  it("writes old days again before the bucket deletes them", async () => {
    await run();
    await passDays(31);
    const { written } = await run();
    const tables = listExportedTables(app.state.folder, { tenant: tenant.slug }).rows;
    expect(written).toBe(tables.reduce((sum, [, , , days]) => sum + Number(days), 0));
    expect(await run()).toMatchObject({ written: 0, deleted: 0 });
  });
});

describe("a run that is interrupted", () => {
  /** Two leads of different days. */
  async function createLeads(): Promise<string[]> {
    const ids: string[] = [];
    for (let count = 0; count < 2; count++) {
      await passDays(1);
      ids.push((await admin.createLead(newLead())).data.id);
    }
    return ids;
  }

  const readPriorities = (ids: readonly string[]) =>
    query(`SELECT follow_up_priority FROM lead WHERE id IN (${ids.map((id) => `'${id}'`).join(", ")}) ORDER BY id`);

  /** Ports whose object store calls this before each part is written. */
  const watchParts = (onPart: (key: string, count: number) => Promise<void>): Ports => {
    let count = 0;
    const { objects } = ports;
    return {
      ...ports,
      objects: {
        ...objects,
        async write(key, body) {
          if (key.endsWith(".parquet")) await onPart(key, ++count);
          await objects.write(key, body);
        },
      },
    };
  };

  it("leaves the parts of the former run, and the next run writes the rest", async () => {
    const ids = await createLeads();
    await run();
    for (const id of ids) await admin.updateLead({ id, follow_up_priority: "HIGH" });
    const killed = watchParts(async (_, count) => {
      if (count === 2) throw new Error("killed");
    });
    await expect(run({}, 60, killed)).rejects.toThrow("killed");
    expect(await readPriorities(ids)).toEqual([["HIGH"], [null]]);
    expect(await run()).toMatchObject({ done: true });
    expect(await readPriorities(ids)).toEqual([["HIGH"], ["HIGH"]]);
  });

  it("continues in the next slice", async () => {
    const results = [await run({ full: true }, 0)];
    while (!results.at(-1)?.done) results.push(await run({ full: true }, 0));
    const sum = (field: "written" | "rows") => results.reduce((total, result) => total + result[field], 0);
    const whole = await run({ full: true });
    expect(results.length).toBeGreaterThan(3);
    expect([sum("written"), sum("rows")]).toEqual([whole.written, whole.rows]);
  });

  it("ends if another worker has started", async () => {
    await createLeads();
    const overtaken = watchParts(async (_, count) => {
      if (count === 1) await run({ full: true });
    });
    await expect(run({ full: true }, 60, overtaken)).rejects.toThrow("Another worker was started");
    await app.settle();
    expect(await query("SELECT count(*) FROM lead")).toEqual([[String((await admin.listLeads()).meta.total)]]);
  });
});

describe("the operator's command", () => {
  const operate = (command: object, on: Ports = ports) => operateLocally(on, { action: "analyst-export", ...command });

  it("exports every kind", async () => {
    expect(await operate({ tenant: tenant.slug }, app.ports)).toMatchObject({ tenants: 1, misfits: 0, done: true });
    expect(await query("SELECT count(*) FROM user")).toEqual([["1"]]);
  });

  it("exports all tenants, and names a tenant for a full export", async () => {
    await passDays(1);
    expect(await operate({})).toMatchObject({ tenants: 2, done: true });
    await admin.createProduct({ name: "Later" });
    // The next slice passes over tenants that are done.
    expect(await operate({})).toMatchObject({ tenants: 2, written: 0, done: true });
    expect(await operate({ tenant: tenant.slug })).toMatchObject({ tenants: 1, done: true });
    expect(await query("SELECT count(*) FROM product WHERE name = 'Later'")).toEqual([["1"]]);
    await expect(operate({ full: true })).rejects.toMatchObject({ details: [{ field: "tenant_id" }] });
  });

  it("is off in a stage without the setting", async () => {
    const command: Command = { action: "analyst-export" };
    await expect(operateDeployed(command, app.ports)).rejects.toThrow("set CRM_ANALYST_EXPORT=on and deploy");
  });
});

const toTimestamp = (instant: string): string => instant.replace("T", " ").replace(/\.?0*Z$/, "");
