import { join } from "node:path";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect, it } from "vitest";
import { newFolder, recountTenant, removeFolder } from "../../local/backup/support.ts";
import { runInTenant } from "../../people/person/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { recordWriteKillEnv, runThroughKills } from "../../support/kill-point.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";

const LEAD_COUNT = resolveTestSize("CRM_LEADS", 20, 60);
const buildAutoData = (n: number) => ({
  schema_version: 2,
  drivers: [{ name: `Driver ${n}`, date_of_birth: "1961-08-04", license_number: `OPENLIC${n}X` }],
  vehicles: [],
});

/** Stores a lead as the previous release did, with unsealed details. */
const storeUnsealed = (app: App, tenant: Tenant, id: string, n: number): Promise<void> =>
  runInTenant(app, tenant, async () => {
    const current = (await Records.load(Leads, id)) as LeadRecord;
    const open = { ...current, product_line: "auto", auto_data: buildAutoData(n), sealed: null } as unknown as LeadRecord;
    await transaction().replace(Leads, current, Records.nextVersion(current, open)).commit(undefined);
  });

const countUnsealed = (app: App, tenant: Tenant): number =>
  dumpItems(app, tenant.id).filter(({ row, doc }) => /OPENLIC|1961-08-04/.test(`${row}${doc}`)).length;

async function withStore<T>(data: string, work: (app: App) => Promise<T>): Promise<T> {
  const app = await startTestApp({ data });
  try {
    return await work(app);
  } finally {
    await app.stop();
  }
}

it("R2 open values of an earlier release are masked at once, and sealed by the migration despite kills", async () => {
  const data = newFolder();
  const [tenant, ids] = await withStore(data, async (app) => {
    const createdTenant = await signUp(app);
    const leads = [];
    for (let n = 0; n < LEAD_COUNT; n++) leads.push((await createdTenant.admin.createLead(newLead())).data.id);
    for (const [n, id] of leads.entries()) await storeUnsealed(app, createdTenant, id, n);
    await createdTenant.admin.deleteLead({ id: leads[0] as string });
    await app.settle();
    expect(countUnsealed(app, createdTenant)).toBe(LEAD_COUNT);
    const user = await addUser(app, createdTenant, "MANAGER");
    const { data: seen } = await user.client.listLeads({ limit: 1 });
    expect(seen).toEqual([]);
    const changedLead = (await createdTenant.admin.updateLead({ id: leads[1] as string, company: "Changed" })).data;
    expect(changedLead.auto_data?.drivers?.[0]).toMatchObject({ license_number: "•••C1X", date_of_birth: "••••-••-••" });
    expect(countUnsealed(app, createdTenant)).toBe(LEAD_COUNT - 1);
    return [createdTenant, leads] as const;
  });
  const random = createTestRandom("a migration that is killed");
  const job = join(import.meta.dirname, "migration-process.ts");
  const dieAt = (before: number): number =>
    isExhaustive ? 1 + Math.floor(random() * (20 + 12 * before)) : 6 + Math.floor(random() * 8);
  const kills = await runThroughKills(job, data, dieAt, undefined, recordWriteKillEnv);
  expect(kills).toBeGreaterThan(0);
  await withStore(data, async (app) => {
    expect(countUnsealed(app, tenant)).toBe(0);
    const { access_token: token } = await signIn(app, tenant);
    const admin = createClient(inProcessTransport(app, token));
    for (const [n, id] of ids.entries()) {
      if (n === 0) continue;
      const { data: lead } = await admin.getLead({ id });
      expect(lead.auto_data).toEqual(buildAutoData(n));
      expect(lead.version).toBe(3);
    }
    await app.settle();
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
    // Data restored from an old backup is sealed by the next run.
    await storeUnsealed(app, tenant, ids[2] as string, 2);
    expect(await migrate(app.ports)).toMatchObject({ rewritten: 1, failed: [], done: true });
    expect(countUnsealed(app, tenant)).toBe(0);
  });
  removeFolder(data);
});
