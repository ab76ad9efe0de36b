import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { TEAM } from "@crm/core/platform/user/user.kind.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createBackup, createSnapshot, listDeadLetters } from "@crm/local/backup/backup.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreTenant } from "@crm/local/backup/restore-tenant.ts";
import { prepareStore } from "@crm/local/store/preparation.ts";
import { State } from "@crm/local/store/state.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import {
  countScriptSteps,
  filterTenantItems,
  readItems,
  recountTenant,
  runKilledScript,
  useFolders,
  withStore,
} from "./support.ts";

const createFolder = useFolders();

const createTokenClient = (app: App, { token }: { token: string }) => createClient(inProcessTransport(app, token));

/** Creates a tenant with users, leads, activities, an API key and its own master value. */
async function createFilledTenant(app: App): Promise<Tenant & { leads: string[]; colleague: string; key: string }> {
  const tenant = await signUp(app);
  const { id: colleague } = await addUser(app, tenant, "SALES_REP");
  const leads: string[] = [];
  for (let index = 0; index < 12; index++) leads.push((await tenant.admin.createLead(newLead({ tags: ["kept"] }))).data.id);
  await tenant.admin.updateLead({ id: leads[0] as string, company: "Before" });
  await tenant.admin.deleteLead({ id: leads[1] as string });
  await tenant.admin.logLeadActivity({ id: leads[2] as string, subject: "Call", activity_type_id: "call" });
  await tenant.admin.createMaster({ kind: "lead-sources", name: "Fair" });
  const { data: key } = await tenant.admin.createApiKey({ name: "machine", role: "ADMIN" });
  return { ...tenant, leads, colleague, key: key.id };
}

/** Changes much of a tenant. */
async function changeTenant(app: App, tenant: Awaited<ReturnType<typeof createFilledTenant>>): Promise<void> {
  const admin = createTokenClient(app, tenant);
  const [first = "", second = "", third = "", fourth = ""] = tenant.leads;
  await admin.updateLead({ id: first, company: "After", email: "new@point.example", lead_status_id: "contacted" });
  await admin.restoreLead({ id: second });
  await admin.deleteLead({ id: third });
  await admin.updateLead({ id: fourth, owner_id: tenant.colleague });
  for (let index = 0; index < 5; index++) await admin.createLead(newLead());
  await admin.updateUser({ id: tenant.colleague, email: `moved@${tenant.slug}.example` });
  await admin.revokeApiKey({ id: tenant.key });
  await admin.updateTenant({ name: "Another name", settings: { timezone: "Europe/Berlin" } });
}

const ROUNDS = resolveTestSize("CRM_KILLS", 1, 10);

describe("a tenant", () => {
  let data: string;
  let restoredTenant: Awaited<ReturnType<typeof createFilledTenant>>;
  let otherTenant: Awaited<ReturnType<typeof createFilledTenant>>;
  let file: string;
  let storeBackup: string;
  let atBackup: Map<string, unknown>;
  let beforeRestore: Map<string, unknown>;

  beforeAll(async () => {
    data = createFolder();
    file = join(createFolder(), "tenant");
    storeBackup = join(createFolder(), "whole");
    await withStore(data, async (app) => {
      restoredTenant = await createFilledTenant(app);
      otherTenant = await createFilledTenant(app);
    });
    await createBackup({ out: file, data, tenant: restoredTenant.slug });
    await createBackup({ out: storeBackup, data });
    atBackup = filterTenantItems(readItems(data), restoredTenant.id);
    await withStore(data, async (app) => {
      await changeTenant(app, restoredTenant);
      await changeTenant(app, otherTenant);
    });
    beforeRestore = readItems(data);
    expect(filterTenantItems(beforeRestore, restoredTenant.id)).not.toEqual(atBackup);
  });

  const copied = (): string => {
    const copy = createFolder();
    cpSync(data, copy, { recursive: true });
    return copy;
  };

  for (const [backupName, from] of [
    ["its own backup", () => file],
    ["that of the whole store", () => storeBackup],
  ] as const) {
    it(`is restored from ${backupName} unchanged, without touching items of others`, async () => {
      const copy = copied();
      const result = await restoreTenant(from(), copy, restoredTenant.slug);
      expect(result.recount.differences).toEqual([]);
      expect(result.written).toBeGreaterThan(10);
      expect(result.removed).toBeGreaterThan(10);
      const now = readItems(copy);
      expect(filterTenantItems(now, restoredTenant.id)).toEqual(atBackup);
      expect(filterTenantItems(now, restoredTenant.id, false)).toEqual(
        filterTenantItems(beforeRestore, restoredTenant.id, false),
      );
      // Rereading the stream derives nothing from the restore's own writes.
      await withStore(copy, async () => undefined);
      expect(filterTenantItems(readItems(copy), restoredTenant.id)).toEqual(atBackup);
      await withStore(copy, async (app) => {
        for (const tenant of [restoredTenant, otherTenant]) expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
        const admin = createTokenClient(app, restoredTenant);
        expect((await admin.getLead({ id: restoredTenant.leads[0] as string })).data).toMatchObject({
          company: "Before",
          version: 2,
        });
        expect((await admin.listLeads({ search: "before" })).meta.total).toBe(1);
        expect((await admin.listLeads()).meta.total).toBe(11);
        expect((await admin.listAuditEntries({ record_id: restoredTenant.leads[0] as string })).meta.total).toBe(2);
        expect((await createTokenClient(app, otherTenant).getLead({ id: otherTenant.leads[0] as string })).data.company).toBe(
          "After",
        );
        await createClient(inProcessTransport(app)).login({
          email: restoredTenant.email,
          password: restoredTenant.password,
          tenant_slug: restoredTenant.slug,
        });
      });
    });
  }

  it("is restored into a store that never had it", async () => {
    const copy = createFolder();
    const stranger = await withStore(copy, (app) => createFilledTenant(app));
    const before = readItems(copy);
    const result = await restoreTenant(file, copy, undefined);
    expect(result).toMatchObject({ tenant: { slug: restoredTenant.slug }, removed: 0, recount: { differences: [] } });
    expect(filterTenantItems(readItems(copy), restoredTenant.id)).toEqual(atBackup);
    expect(filterTenantItems(readItems(copy), restoredTenant.id, false)).toEqual(
      filterTenantItems(before, restoredTenant.id, false),
    );
    await withStore(copy, async (app) => {
      expect((await recountTenant(app, restoredTenant.id)).differences).toEqual([]);
      expect((await recountTenant(app, stranger.id)).differences).toEqual([]);
      const { data: session } = await createClient(inProcessTransport(app)).login({
        email: restoredTenant.email,
        password: restoredTenant.password,
      });
      expect(session.user.id).toBe(restoredTenant.userId);
    });
  });

  it("does not take the slug of another tenant", async () => {
    const copy = createFolder();
    await withStore(copy, async (app) => {
      const names = {
        tenant_name: "T",
        first_name: "Ada",
        last_name: "Admin",
        email: "a@t.example",
        password: "Correct-Horse-9",
      };
      await createClient(inProcessTransport(app)).signup({ ...names, tenant_slug: restoredTenant.slug });
    });
    const before = readItems(copy);
    await expect(restoreTenant(file, copy, undefined)).rejects.toThrow(/The slug .* now belongs to another tenant/);
    expect(readItems(copy)).toEqual(before);
    expect(readdirSync(copy).filter((name) => /^(restor|discard|snapshot)/.test(name))).toEqual([]);
  });

  it("is not restored where it does not fit, and nothing changes", async () => {
    const copy = copied();
    await expect(restoreTenant(file, copy, "someone")).rejects.toThrow(/contains the tenant .*, not someone/);
    await expect(restoreTenant(storeBackup, copy, "someone")).rejects.toThrow(/There is no tenant someone/);
    await expect(restoreTenant(file, createFolder(), undefined)).rejects.toThrow(/There is no store in/);
    await expect(restoreStore(file, copy)).rejects.toThrow(/contains only .*, not a whole store/);
    expect(readItems(copy)).toEqual(beforeRestore);
    await withStore(copy, async () => {
      await expect(restoreTenant(file, copy, undefined)).rejects.toThrow(/Another server uses the folder/);
    });
  });

  it("is either the old or the new one after a kill at any point of its restore", async () => {
    const steps = await countScriptSteps("restore.ts", ["--in", file], { CRM_DATA: copied() });
    const random = createTestRandom("a restore of a tenant that is killed");
    const outcomes = { old: 0, new: 0, killed: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const copy = copied();
      // Half of the kills happen at any step, half near the end, where the new data replaces the old.
      const killStep = round % 2 ? steps - Math.floor(random() * 40) : 1 + Math.floor((steps * (round + random())) / ROUNDS);
      const { signal } = await runKilledScript("restore.ts", ["--in", file], { CRM_DATA: copy }, killStep);
      if (signal === "SIGKILL") outcomes.killed++;
      const state = new State(copy);
      await prepareStore(state).finally(() => state.close());
      const now = readItems(copy);
      const isNew = !now.has(
        [...beforeRestore.keys()].find((key) => !atBackup.has(key) && key.includes(restoredTenant.id)) ?? "",
      );
      outcomes[isNew ? "new" : "old"]++;
      expect(filterTenantItems(now, restoredTenant.id)).toEqual(
        isNew ? atBackup : filterTenantItems(beforeRestore, restoredTenant.id),
      );
      expect(filterTenantItems(now, restoredTenant.id, false)).toEqual(
        filterTenantItems(beforeRestore, restoredTenant.id, false),
      );
    }
    console.log(`restores of a tenant killed, of ${steps} steps`, outcomes);
    expect(outcomes.killed).toBeGreaterThanOrEqual(ROUNDS / 2);
  });
});

const silentLog = { log: { write: () => undefined } };

/** Starts a store without processing its stream, because the test never settles it. */
async function startUnsettled(data: string): Promise<{ app: App; release(): Promise<void> }> {
  const app = await startTestApp({ data, ...silentLog });
  return { app, release: () => app.stop() };
}

describe("changes that were not projected when the backup was made", () => {
  it("are projected when the tenant is restored", async () => {
    const data = createFolder();
    await withStore(data, async () => undefined);
    const { app, release } = await startUnsettled(data);
    const tenant = await signUp(app);
    const ids: string[] = [];
    for (let index = 0; index < 8; index++) ids.push((await tenant.admin.createLead(newLead({ company: "Late" }))).data.id);
    await tenant.admin.updateLead({ id: ids[0] as string, company: "Later" });
    const backups = createFolder();
    const file = join(backups, "tenant");
    const storeBackup = join(backups, "whole");
    const copy = await createSnapshot(app.state);
    await release();
    await createBackup({ out: file, data: copy, tenant: tenant.slug });
    await createBackup({ out: storeBackup, data: copy });
    for (const [from, name] of [
      [file, undefined],
      [storeBackup, tenant.slug],
    ] as const) {
      const into = createFolder();
      await withStore(into, (fresh) => signUp(fresh));
      const result = await restoreTenant(from, into, name);
      expect(result.recount).toMatchObject({ differences: [], records: 17 });
      await withStore(into, async (restored) => {
        const { data: login } = await createClient(inProcessTransport(restored)).login({
          email: tenant.email,
          password: tenant.password,
        });
        const admin = createTokenClient(restored, { token: login.access_token });
        expect((await admin.listLeads({ search: "late" })).meta.total).toBe(8);
        expect((await admin.listLeads({ search: "later" })).meta.total).toBe(1);
        const history = (await admin.listAuditEntries({ record_id: ids[0] as string })).data;
        expect(history.map(({ operation, changed: fields }) => [operation, fields])).toEqual([
          ["UPDATE", ["company"]],
          ["INSERT", expect.any(Array)],
        ]);
      });
    }
  });

  it("of other tenants in the same stream are projected too", async () => {
    const data = createFolder();
    const file = join(createFolder(), "tenant");
    const restoredTenant = await withStore(data, (app) => signUp(app));
    await createBackup({ out: file, data, tenant: restoredTenant.slug });
    const { app, release } = await startUnsettled(data);
    const otherTenant = await signUp(app);
    for (let index = 0; index < 8; index++) await otherTenant.admin.createLead(newLead());
    for (let index = 0; index < 3; index++) await createTokenClient(app, restoredTenant).createLead(newLead());
    await release();
    expect((await restoreTenant(file, data, undefined)).removed).toBeGreaterThan(5);
    await withStore(data, async (restored) => {
      for (const [tenant, leads] of [
        [otherTenant, 8],
        [restoredTenant, 0],
      ] as const) {
        expect((await createTokenClient(restored, tenant).listLeads()).meta.total).toBe(leads);
        expect((await recountTenant(restored, tenant.id)).differences).toEqual([]);
        expect((await createTokenClient(restored, tenant).listAuditEntries()).meta.total).toBe(leads * 2 + 2);
      }
    });
  });

  it("stay parked if they cannot be projected, and later parked ones are removed", async () => {
    const [data, into] = [createFolder(), createFolder()];
    const file = join(createFolder(), "tenant");
    const poison = async (app: App, tenant: Tenant, name: string): Promise<void> => {
      const id = newId(TEAM);
      const Item = {
        ...recordKey(tenant.id, id),
        id,
        version: 1,
        shape: 1,
        life: "live",
        row: `=${name}`,
        doc: "{}",
        context: "{}",
      };
      await app.ports.database.send(new PutCommand({ TableName: "crm", Item }), { tenant: tenant.id, keyspaces: [] });
      await app.settle();
    };
    const parkedWith = (store: string, name: string): number =>
      listDeadLetters(store).filter((path) => readFileSync(path, "utf8").includes(`{"S":"=${name}"}`)).length;
    const tenant = await withStore(
      data,
      async (app) => {
        const createdTenant = await signUp(app);
        await poison(app, createdTenant, "poison of then");
        return createdTenant;
      },
      silentLog,
    );
    expect(parkedWith(data, "poison of then")).toBe(1);
    await createBackup({ out: file, data, tenant: tenant.slug });
    await withStore(data, (app) => poison(app, tenant, "poison of later"), silentLog);
    expect(parkedWith(data, "poison of later")).toBe(1);
    await withStore(into, (app) => signUp(app));
    for (const store of [data, into]) {
      await restoreTenant(file, store, undefined);
      expect(parkedWith(store, "poison of then")).toBe(1);
      expect(parkedWith(store, "poison of later")).toBe(0);
    }
  });

  it("include clocks due after the backup, even if the sweep has passed that day", async () => {
    const [data, file] = [createFolder(), join(createFolder(), "tenant")];
    const { tenant, lead } = await withStore(data, async (app) => {
      const createdTenant = await signUp(app);
      const due = new Date(Clock.ms() + 24 * 60 * 60 * 1000).toISOString();
      const { data: late } = await createdTenant.admin.createLead(newLead({ next_contact_date: due }));
      await sweepAndAct(app);
      return { tenant: createdTenant, lead: late };
    });
    await createBackup({ out: file, data, tenant: tenant.id });
    const reminded = (app: App) => sweepAndAct(app).then(() => createTokenClient(app, tenant).getLead({ id: lead.id }));
    await withStore(data, async (app) => {
      app.setClock({ advance: 5 * 24 * 60 * 60 * 1000 });
      await sweepAndAct(app);
      const login = await createClient(inProcessTransport(app)).login({ email: tenant.email, password: tenant.password });
      tenant.token = login.data.access_token;
      expect((await createTokenClient(app, tenant).getLead({ id: lead.id })).data.follow_up_reminded_at).toBe(
        lead.next_contact_date,
      );
    });
    await restoreTenant(file, data, undefined);
    await withStore(data, async (app) => {
      const login = await createClient(inProcessTransport(app)).login({ email: tenant.email, password: tenant.password });
      tenant.token = login.data.access_token;
      expect((await reminded(app)).data).toMatchObject({ follow_up_reminded_at: lead.next_contact_date, version: 2 });
    });
  });
});
