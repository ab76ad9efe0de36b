import { join } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createBackup } from "@crm/local/backup/backup.ts";
import { restoreKind } from "@crm/local/backup/restore-kind.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { announceAddress } from "@crm/local/server/running-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { runScriptInProcess } from "./script-in-process.ts";
import { filterTenantItems, newFolder, readItems, recountTenant, removeFolder, withStore } from "./support.ts";

const [data, backups] = [newFolder(), newFolder()];
afterAll(() => [data, backups].forEach(removeFolder));
const backupPath = (name: string): string => join(backups, name);

describe("the leads of a tenant, restored beside a running server", () => {
  let app: App;
  let close: () => Promise<void>;
  let tenant: Tenant;
  let otherTenant: Tenant;
  const leads: string[] = [];

  beforeAll(async () => {
    app = await startTestApp({ data });
    const server = await startServer(app, 0);
    announceAddress(data, server.url);
    close = async () => {
      await server.close();
      await app.stop();
    };
    tenant = await signUp(app);
    otherTenant = await signUp(app);
    for (let index = 0; index < 220; index++) leads.push((await tenant.admin.createLead(newLead({ company: "Before" }))).data.id);
    await otherTenant.admin.createLead(newLead());
  });
  afterAll(() => close());

  /** A search with many matches counts only those that it has read. */
  async function countFound(search: string): Promise<number> {
    let [count, cursor] = [0, undefined as string | undefined];
    do {
      const { data, meta } = await tenant.admin.listLeads({ search, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      count += data.length;
      cursor = meta.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return count;
  }

  it("return as new versions, with counters, search and audit", async () => {
    const [changedId = "", deleted = "", untouched = "", removedId = ""] = leads;
    const expectedLead = (await tenant.admin.getLead({ id: changedId })).data;
    await tenant.admin.deleteLead({ id: removedId });
    const backupResult = await runScriptInProcess(
      "backup.ts",
      ["--out", backupPath("leads"), "--tenant", tenant.slug, "--kind", "lead"],
      {
        CRM_DATA: data,
      },
    );
    expect(backupResult).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining(`lead records of tenant ${tenant.slug}`),
    });
    await tenant.admin.updateLead({ id: changedId, company: "After", lead_status_id: "contacted", notes: "more" });
    await tenant.admin.deleteLead({ id: deleted });
    await tenant.admin.restoreLead({ id: removedId });
    const { data: since } = await tenant.admin.createLead(newLead({ company: "Since" }));

    const done = await runScriptInProcess("restore.ts", ["--in", backupPath("leads")], { CRM_DATA: data });
    expect(done).toMatchObject({ code: 0, err: "", out: `${tenant.slug}: 3 lead records restored, 217 unchanged\n` });
    const { data: back } = await tenant.admin.getLead({ id: changedId });
    expect(back).toMatchObject({ ...expectedLead, version: 3, updated_at: expect.any(String), updated_by: "system:restore" });
    expect((await tenant.admin.getLead({ id: deleted })).data).toMatchObject({ version: 3, company: "Before" });
    expect((await tenant.admin.getLead({ id: untouched })).data.version).toBe(1);
    expect((await tenant.admin.getLead({ id: since.id })).data.company).toBe("Since");
    await expect(tenant.admin.getLead({ id: removedId })).rejects.toMatchObject({ status: 404 });

    await app.settle();
    expect(await countFound("before")).toBe(219);
    expect((await tenant.admin.listLeads({ status: "contacted" })).meta.total).toBe(0);
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
    const [latest] = (await tenant.admin.listAuditEntries({ record_id: changedId })).data;
    const entry = await tenant.admin.getAuditEntry({ id: latest?.id ?? "" });
    expect(entry.data).toMatchObject({
      operation: "UPDATE",
      record_version: 3,
      user_id: "system:restore",
      change_reason: expect.stringMatching(/^Restored from the backup of 20/),
      old_values: { company: "After", notes: "more" },
      new_values: { company: "Before" },
    });
    expect((await otherTenant.admin.listLeads()).meta.total).toBe(1);
  });

  it("are unchanged by a second restore", async () => {
    const done = await runScriptInProcess("restore.ts", ["--in", backupPath("leads"), "--kind", "lead"], { CRM_DATA: data });
    expect(done.out).toBe(`${tenant.slug}: 0 lead records restored, 220 unchanged\n`);
  });

  it("are rejected for another kind or tenant", async () => {
    await expect(restoreKind(backupPath("leads"), data, undefined, "person")).rejects.toThrow(
      /contains records of kind lead, not person/,
    );
    await expect(restoreKind(backupPath("leads"), data, otherTenant.slug, "lead")).rejects.toThrow(/contains the tenant/);
    const secrets = createBackup({ out: backupPath("keys"), data, tenant: tenant.slug, kind: "api-key" });
    await expect(secrets).rejects.toThrow(/--kind must be one of .*lead.*, not api-key/);
    await expect(createBackup({ out: backupPath("keys"), data, kind: "lead" })).rejects.toThrow(/--kind requires --tenant/);
  });
});

describe("restored users and persons", () => {
  it("have their sign-in and contact points, also from a backup of the whole store", async () => {
    const store = newFolder();
    const storeBackup = backupPath("whole");
    const fixture = await withStore(store, async (app) => {
      const tenant = await signUp(app);
      const moved = await addUser(app, tenant, "ADMIN");
      const gone = await addUser(app, tenant, "SALES_REP");
      const { data: lead } = await tenant.admin.createLead(newLead({ phone: "+1 212 555 0142" }));
      return { tenant, moved, gone, lead };
    });
    const { tenant, moved: movedUser, gone: deletedUser, lead } = fixture;
    await createBackup({ out: storeBackup, data: store });
    await withStore(store, async (app) => {
      const { data: signedIn } = await createClient(inProcessTransport(app)).login({
        email: tenant.email,
        password: tenant.password,
      });
      const admin = createClient(inProcessTransport(app, signedIn.access_token));
      await admin.updateUser({ id: movedUser.id, email: `elsewhere@${tenant.slug}.example`, role: "USER" });
      await admin.deleteUser({ id: deletedUser.id });
      await admin.updateLead({ id: lead.id, phone: "+1 212 555 0143", first_name: "Changed" });
      await admin.createLead(newLead({ personal_key_id: lead.personal_key_id, email: "second@point.example" }));
    });
    for (const [kind, restored] of [
      ["user", 2],
      ["person", 0],
    ] as const) {
      const done = await restoreKind(storeBackup, store, tenant.slug, kind);
      expect(done).toMatchObject({ restored: expect.any(Number), failed: [] });
      expect(done.restored).toBeGreaterThanOrEqual(restored);
    }
    await withStore(store, async (app) => {
      const signIn = (email: string) => createClient(inProcessTransport(app)).login({ email, password: "Correct-Horse-9000" });
      for (const user of [movedUser, deletedUser]) expect((await signIn(user.email)).data.user.id).toBe(user.id);
      await expect(signIn(`elsewhere@${tenant.slug}.example`)).rejects.toMatchObject({ status: 401 });
      const { data: signedIn } = await createClient(inProcessTransport(app)).login({
        email: tenant.email,
        password: tenant.password,
      });
      const admin = createClient(inProcessTransport(app, signedIn.access_token));
      expect((await admin.getUser({ id: movedUser.id })).data.role).toBe("ADMIN");
      const { data: person } = await admin.getPerson({ id: lead.personal_key_id });
      const points = person.contact_points.map(({ normalized }) => normalized);
      expect(points).toEqual([lead.email, "+12125550142", "+12125550143", "second@point.example"]);
      expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
      const admins = [...filterTenantItems(readItems(store), tenant.id)].find(([key]) => key.includes("#ADMINS"))?.[1];
      expect(admins).toMatchObject({ count: { N: "2" } });
    });
    removeFolder(store);
  });
});

describe("restored customers and contacts", () => {
  it("have their unique values, unless another record has taken them", async () => {
    const store = newFolder();
    const { tenant, kept, lost, contact } = await withStore(store, async (app) => {
      const tenant = await signUp(app);
      const { data: keptCustomer } = await tenant.admin.createCustomer({ name: "Kept", tax_id: "DE 1" });
      const { data: lostCustomer } = await tenant.admin.createCustomer({ name: "Lost", tax_id: "DE 2" });
      const { data: contact } = await tenant.admin.createContact({ full_name: "Ada Byron", customer_id: keptCustomer.id });
      return { tenant, kept: keptCustomer, lost: lostCustomer, contact };
    });
    await createBackup({ out: backupPath("customers"), data: store, tenant: tenant.slug });
    const asAdmin = <T>(work: (admin: Tenant["admin"], app: App) => Promise<T>): Promise<T> =>
      withStore(store, async (app) => {
        const { data } = await createClient(inProcessTransport(app)).login({ email: tenant.email, password: tenant.password });
        return work(createClient(inProcessTransport(app, data.access_token)), app);
      });
    await asAdmin(async (admin) => {
      await admin.updateCustomer({ id: kept.id, name: "Renamed", tax_id: null });
      await admin.updateCustomer({ id: lost.id, tax_id: null });
      await admin.createCustomer({ name: "Taker", tax_id: "de2" });
      await admin.deleteContact({ id: contact.id });
    });
    expect(await restoreKind(backupPath("customers"), store, tenant.slug, "customer")).toMatchObject({
      restored: 1,
      failed: [{ id: lost.id, message: "Another customer already has this tax id" }],
    });
    expect(await restoreKind(backupPath("customers"), store, tenant.slug, "contact")).toMatchObject({ restored: 1, failed: [] });
    await asAdmin(async (admin, app) => {
      expect((await admin.getCustomer({ id: kept.id })).data).toMatchObject({ name: "Kept", tax_id: "DE 1" });
      await expect(admin.createCustomer({ name: "Late", tax_id: "DE-1" })).rejects.toMatchObject({ status: 409 });
      const { personal_key_id } = contact;
      const again = admin.createContact({ personal_key_id, customer_id: kept.id });
      await expect(again).rejects.toMatchObject({ status: 409 });
      const names = [...filterTenantItems(readItems(store), tenant.id)].filter(([key]) => key.includes("#NAME#"));
      const counts = names.map(([, item]) => Number((item as { count: { N: string } }).count.N));
      expect(counts.sort()).toEqual([0, 1, 1, 1]);
      expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
    });
    removeFolder(store);
  });
});

describe("a record that was purged", () => {
  it("is restored with a version after its last one", async () => {
    const store = newFolder();
    const tenant = await withStore(store, async (app) => {
      const createdTenant = await signUp(app);
      for (let index = 0; index < 3; index++) await createdTenant.admin.createLead(newLead());
      return createdTenant;
    });
    await createBackup({ out: backupPath("gone"), data: store, tenant: tenant.slug, kind: "lead" });
    const ids = [...readItems(store).keys()].flatMap((key) => / (led_\w+)$/.exec(key)?.[1] ?? []);
    const [id = ""] = ids;
    await withStore(store, async (app) => {
      await app.ports.database.send(new DeleteCommand({ TableName: "crm", Key: recordKey(tenant.id, id) }), {
        tenant: tenant.id,
        keyspaces: [],
      });
      await app.settle();
      expect((await recountTenant(app, tenant.id)).records).toBe(6);
    });
    expect(await restoreKind(backupPath("gone"), store, undefined, undefined)).toMatchObject({
      restored: 1,
      unchanged: 2,
      failed: [],
    });
    await withStore(store, async (app) => {
      const { data: signedIn } = await createClient(inProcessTransport(app)).login({
        email: tenant.email,
        password: tenant.password,
      });
      const admin = createClient(inProcessTransport(app, signedIn.access_token));
      expect((await admin.getLead({ id })).data.version).toBe(3);
      expect((await admin.listLeads()).meta.total).toBe(3);
      expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
      const history = (await admin.listAuditEntries({ record_id: id })).data;
      expect(history.map(({ operation, record_version }) => `${record_version} ${operation}`).sort()).toEqual([
        "1 INSERT",
        "2 DELETE",
        "3 INSERT",
      ]);
    });
    removeFolder(store);
  });
});
