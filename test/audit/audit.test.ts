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

  it("keeps values that are too large as their beginning and what proves the rest", async () => {
    const { data: lead } = await tenant.admin.createLead(
      newLead({ notes: "n".repeat(49_000), description: "d".repeat(49_000), metadata: { a: "x".repeat(30_000) } }),
    );
    await tenant.admin.updateLead({ id: lead.id, notes: "😀".repeat(24_000), description: "😀".repeat(24_000) } as never);
    await app.settle();
    const { data: history } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    expect(history).toHaveLength(2);
    const { data: change } = await tenant.admin.getAuditEntry({ id: String(history[0]?.id) });
    expect(change.changed.sort()).toEqual(["description", "notes"]);
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
});
