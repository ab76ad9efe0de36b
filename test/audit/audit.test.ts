import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Leads } from "@crm/core/lead/lead.entity.ts";
import { AuditTrail, entryOf } from "@crm/core/storage/project/audit.ts";
import { counterKey } from "@crm/core/storage/read/counter.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { put } from "@crm/core/storage/table/database.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("the audit trail", () => {
  it("tells for every change who made it, from where, why, and what was before and after", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: lead } = await rep.as.createLead(newLead({ company: "Navy" }));
    await rep.as.updateLead({ id: lead.id, company: "Army", email: null }, { reason: "asked by phone" });
    await tenant.admin.deleteLead({ id: lead.id });
    await tenant.admin.restoreLead({ id: lead.id });
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    expect(history.map(({ operation, record_version }) => [operation, record_version])).toEqual([
      ["UPDATE", 4],
      ["DELETE", 3],
      ["UPDATE", 2],
      ["INSERT", 1],
    ]);
    const { data: change } = await tenant.admin.getAuditEntry({ id: String(history[2]?.id) });
    expect(change).toMatchObject({
      record_id: lead.id,
      record_type: "lead",
      old_values: { company: "Navy", email: lead.email },
      new_values: { company: "Army" },
      user_id: rep.id,
      ip_address: "127.0.0.1",
      user_agent: "test",
      change_reason: "asked by phone",
      data_sensitivity: "internal",
      customer_id: null,
    });
    expect(change.changed.sort()).toEqual(["company", "email"]);
    expect(change.session_id).toMatch(/^ses_/);
    expect(change.request_id.length).toBeGreaterThan(10);
    const { data: birth } = await tenant.admin.getAuditEntry({ id: String(history[3]?.id) });
    expect(birth.old_values).toBeNull();
    expect(birth.new_values).toMatchObject({ first_name: lead.first_name, company: "Navy" });
  });

  it("has no entry for a change that changes nothing", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "Navy" }));
    const { data: same } = await tenant.admin.updateLead({ id: lead.id, company: "Navy" });
    expect(same.version).toBe(1);
    await app.settle();
    expect((await tenant.admin.listAuditEntries({ record_id: lead.id })).meta.total).toBe(1);
  });

  it.each([
    ["letters of one byte", "n"],
    ["letters of three bytes", "漢"],
    ["letters of four bytes", "😀"],
    ["characters that JSON escapes", '"'],
  ])("keeps values of %s that are too large as their beginning and what proves the rest", async (_, letter) => {
    const long = (others: number): string =>
      `${"x".repeat(others)}${letter}`.padEnd(50_000, letter).slice(0, 50_000).toWellFormed();
    const { data: lead } = await tenant.admin.createLead(newLead({ notes: long(1), description: long(3) }));
    await tenant.admin.updateLead({ id: lead.id, notes: long(5), description: long(7) });
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    expect(history.map(({ operation }) => operation)).toEqual(["UPDATE", "INSERT"]);
    const { data: change } = await tenant.admin.getAuditEntry({ id: String(history[0]?.id) });
    expect(change.changed.sort()).toEqual(["description", "notes"]);
    for (const values of [change.old_values, change.new_values] as Record<string, Record<string, unknown>>[]) {
      for (const value of Object.values(values)) {
        if (typeof value === "string") expect(value).toHaveLength(50_000);
        else
          expect(value).toEqual({
            cut: expect.stringMatching(/^"x/),
            characters: expect.any(Number),
            sha256: expect.any(String),
          });
      }
    }
  });

  it("lists all of a tenant with the exact total, for administrators and directors alone", async () => {
    const other = await signUp(app);
    await other.admin.createLead(newLead());
    await app.settle();
    const { data, meta } = await other.admin.listAuditEntries({});
    // Tenant, user, person and lead.
    expect(data.map(({ record_type }) => record_type).sort()).toEqual(["lead", "person", "tenant", "user"]);
    expect(meta.total).toBe(4);
    const rep = await addUser(app, other, "SALES_REP");
    await expect(rep.as.listAuditEntries({})).rejects.toMatchObject({ status: 403 });
  });

  it("counts up to a thousand while it is read, from no counter, and says that there are more", async () => {
    const other = await signUp(app);
    const { data: lead } = await other.admin.createLead(newLead());
    await app.settle();
    const collection = Leads as unknown as Collection<BaseRecord>;
    const change = {
      tenant: other.id,
      collection,
      id: lead.id,
      before: lead as BaseRecord,
      after: lead as BaseRecord,
      sequence: "",
    };
    const by = { actor: other.userId, request: "r" };
    const at = (version: number) => new Date(Date.parse(lead.created_at) + version).toISOString();
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, other.id, "test"), work);
    const write = (from: number, to: number) =>
      inTenant(async () => {
        for (let version = from; version <= to; version++)
          await put(AuditTrail.toItem(other.id, entryOf({ ...change, by, version, at: at(version) }), "{}"));
      });
    await inTenant(() =>
      transaction()
        .delete(counterKey(other.id, "audit", "*"))
        .commit(undefined),
    );
    await write(2, 997);
    const meta = async (query: NonNullable<Parameters<typeof other.admin.listAuditEntries>[0]>) =>
      (await other.admin.listAuditEntries(query)).meta;
    expect(await meta({})).toMatchObject({ total: 1000 });
    expect(await meta({})).not.toHaveProperty("total_is_lower_bound");
    expect(await meta({ "record_type[eq]": "user" })).toMatchObject({ total: 1 });
    await write(998, 1001);
    expect(await meta({})).toMatchObject({ total: 1000, total_is_lower_bound: true });
    expect(await meta({ record_id: lead.id })).toMatchObject({ total: 1000, total_is_lower_bound: true });
  });
});
