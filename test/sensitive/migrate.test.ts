import { join } from "node:path";
import { type LeadRecord, Leads } from "@crm/core/lead/lead.entity.ts";
import { migrate } from "@crm/core/storage/jobs/migrate.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect, it } from "vitest";
import { newFolder, recountOf, removeFolder } from "../backup/support.ts";
import { chanceOf } from "../chance.ts";
import { amongWrites, killedUntilDone } from "../dying.ts";
import { inTenant } from "../person/support.ts";
import { isExhaustive, sizeFrom } from "../sample.ts";
import { dump } from "../stream/chaos.ts";
import { addUser, inProcess, newLead, signIn, signUp, startTestApp, type Tenant } from "../support.ts";

const LEADS = sizeFrom("CRM_LEADS", 20, 60);
const detail = (n: number) => ({
  schema_version: 2,
  drivers: [{ name: `Driver ${n}`, date_of_birth: "1961-08-04", license_number: `OPENLIC${n}X` }],
  vehicles: [],
});

/** As the release before stored a lead: with its detail in the open. */
const opened = (app: App, tenant: Tenant, id: string, n: number): Promise<void> =>
  inTenant(app, tenant, async () => {
    const current = (await Records.load(Leads, id)) as LeadRecord;
    const open = { ...current, product_line: "auto", auto_data: detail(n), sealed: null } as unknown as LeadRecord;
    await transaction().replace(Leads, current, Records.nextVersion(current, open)).commit(undefined);
  });

const openIn = (app: App, tenant: Tenant): number =>
  dump(app, tenant.id).filter(({ row, doc }) => /OPENLIC|1961-08-04/.test(`${row}${doc}`)).length;

async function inStore<T>(data: string, work: (app: App) => Promise<T>): Promise<T> {
  const app = await startTestApp({ data });
  try {
    return await work(app);
  } finally {
    await app.stop();
  }
}

it("R2 what a release before has left open is masked at once, and sealed by the migration, however often that is killed", async () => {
  const data = newFolder();
  const [tenant, ids] = await inStore(data, async (app) => {
    const made = await signUp(app);
    const leads = [];
    for (let n = 0; n < LEADS; n++) leads.push((await made.admin.createLead(newLead())).data.id);
    for (const [n, id] of leads.entries()) await opened(app, made, id, n);
    await made.admin.deleteLead({ id: leads[0] as string });
    await app.settle();
    expect(openIn(app, made)).toBe(LEADS);
    const user = await addUser(app, made, "MANAGER");
    const { data: seen } = await user.as.listLeads({ limit: 1 });
    expect(seen).toEqual([]);
    const shown = (await made.admin.updateLead({ id: leads[1] as string, company: "Changed" })).data;
    expect(shown.auto_data?.drivers?.[0]).toMatchObject({ license_number: "•••C1X", date_of_birth: "••••-••-••" });
    expect(openIn(app, made)).toBe(LEADS - 1);
    return [made, leads] as const;
  });
  const random = chanceOf("a migration that is killed");
  const job = join(import.meta.dirname, "job.ts");
  const dieAt = (before: number): number =>
    isExhaustive ? 1 + Math.floor(random() * (20 + 12 * before)) : 6 + Math.floor(random() * 8);
  const kills = await killedUntilDone(job, data, dieAt, undefined, amongWrites);
  expect(kills).toBeGreaterThan(0);
  await inStore(data, async (app) => {
    expect(openIn(app, tenant)).toBe(0);
    const { access_token: token } = await signIn(app, tenant);
    const admin = createClient(inProcess(app, token));
    for (const [n, id] of ids.entries()) {
      if (n === 0) continue;
      const { data: lead } = await admin.getLead({ id });
      expect(lead.auto_data).toEqual(detail(n));
      expect(lead.version).toBe(3);
    }
    await app.settle();
    expect((await recountOf(app, tenant.id)).differences).toEqual([]);
    // What comes back out of an old backup is sealed by the next run.
    await opened(app, tenant, ids[2] as string, 2);
    expect(await migrate(app.ports)).toMatchObject({ rewritten: 1, failed: [], done: true });
    expect(openIn(app, tenant)).toBe(0);
  });
  removeFolder(data);
});
