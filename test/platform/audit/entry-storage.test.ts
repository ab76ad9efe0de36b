import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { historyId } from "@crm/core/kernel/id.ts";
import { put, queryAll } from "@crm/core/storage/table/database.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { recordKey, tenantPrefix } from "@crm/core/storage/table/key.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const countBytes = (value: unknown): number => (value instanceof Uint8Array ? value.length : Buffer.byteLength(String(value)));
const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + name.length + countBytes(value), 0);

describe("the stored form of an entry", () => {
  it("takes at most one write unit for usual edits, and half of one in its index", async () => {
    const { data: lead } = await tenant.admin.createLead(
      newLead({
        phone: "+32 485 00 11 22",
        lead_source_id: "web",
        notes: "They asked for a quote by the end of the month. ".repeat(8),
      }),
    );
    await tenant.admin.updateLead({ id: lead.id, notes: "Has three cars, and wants all of them under one policy. ".repeat(6) });
    await tenant.admin.setLeadStatus({ id: lead.id, lead_status_id: "contacted" });
    await app.settle();
    for (const id of [lead.id, lead.personal_key_id]) {
      const items = await runInTenant(() => queryAll(recordKey(tenant.id, historyId(id)).pk));
      expect(items.length).toBe(id === lead.id ? 3 : 1);
      for (const item of items) {
        expect([item.row, itemSize(item) <= 1024]).toEqual([item.row, true]);
        const { pk, sk, id: entryId, by_time, row } = item;
        expect([item.row, itemSize({ pk, sk, id: entryId, by_time, row }) <= 1024]).toEqual([item.row, true]);
      }
    }
  });
});

describe("entries of the previous release", () => {
  /** An entry of the earlier release: with its own key, all values, and found by its record in an index. */
  const buildFormerItem = (record: string, version: number, values: object): Item => {
    const id = `aud_01m7ynb92zxgap3cy${version}`;
    const changedAt = `2026-11-21T09:00:10.71${version}Z`;
    const stamps = { created_at: changedAt, created_by: tenant.userId, updated_at: changedAt, updated_by: tenant.userId };
    const recordFields = {
      record_id: record,
      record_type: "lead",
      operation: "UPDATE",
      changed: ["company"],
      record_version: version,
    };
    const row = {
      id,
      version: 1,
      ...stamps,
      ...recordFields,
      user_id: tenant.userId,
      request_id: "r",
      data_sensitivity: "internal",
      changed_at: changedAt,
    };
    const prefix = tenantPrefix(tenant.id);
    return {
      tenant_id: tenant.id,
      collection: `E#${id}`,
      id,
      version: 1,
      shape: 1,
      life: "live",
      row: JSON.stringify(row),
      doc: JSON.stringify({ ...values, ip_address: "127.0.0.1" }),
      context: "{}",
      record_id: record,
      pk: `${prefix}E#${id}`,
      sk: id,
      by_time: `${prefix}audit#live`,
      by_related: `${prefix}audit#${record}`,
      __edb_e__: "audit",
      __edb_v__: "1",
    };
  };

  it("are read, listed, exported and shown as of a time, beside current ones", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "C" }));
    await app.settle();
    const record = lead.personal_key_id;
    const cut = { cut: '"x', characters: 50_000, sha256: "s" };
    await runInTenant(() => put(buildFormerItem(record, 7, { old_values: { company: "A" }, new_values: { company: cut } })));
    const { data: entries, meta } = await tenant.admin.listAuditEntries({ record_id: record });
    expect(entries.map(({ record_version, changed }) => [record_version, changed?.[0]])).toEqual([
      [1, "id"],
      [7, "company"],
    ]);
    expect(meta.total).toBe(2);
    const { data: entry } = await tenant.admin.getAuditEntry({ id: String(entries[1]?.id) });
    expect(entry).toMatchObject({
      old_values: { company: "A" },
      new_values: { company: cut },
      ip_address: "127.0.0.1",
      unknown: [],
    });
    expect(entry).not.toHaveProperty("held");
    const { data: all } = await tenant.admin.listAuditEntries({
      "changed_at[lt]": "2026-11-21T09:00:11Z",
      "record_type[eq]": "lead",
    });
    expect(all.map(({ id }) => id)).toContain(entry.id);
    const { data: moments } = await tenant.admin.listPersonTimeline({ id: record, type: "change" });
    expect(moments.map(({ title }) => title)).toEqual(["Created", "Changed: company"]);
  });
});
