import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { historyId, newId } from "@crm/core/kernel/id.ts";
import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { SCORE } from "@crm/core/sales/scoring/score.kind.ts";
import { put, queryAll } from "@crm/core/storage/table/database.ts";
import { recordKey, tenantPrefix } from "@crm/core/storage/table/key.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runImport, toCsv } from "../../platform/import/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { timezone: "Pacific/Auckland" });
});
afterAll(() => app.stop());

describe("R9 the histories of a lead", () => {
  const listScores = async (id: string) => (await tenant.admin.listLeadScores({ id })).data;
  const listAssignments = async (id: string, more: object = {}) => tenant.admin.listLeadAssignments({ id, ...more });

  it("begin with its initial owner and score", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ job_title: "CEO" }));
    await app.settle();
    const { data: owners, meta } = await listAssignments(lead.id);
    expect(owners).toMatchObject([
      {
        from_owner_id: null,
        to_owner_id: tenant.userId,
        method: "MANUAL",
        assigned_by: tenant.userId,
        assigned_at: lead.created_at,
      },
    ]);
    expect(meta.total).toBe(1);
    const first = { lead_score: lead.lead_score, previous_score: null, rating: lead.rating, cause: "CREATED" };
    expect(await listScores(lead.id)).toMatchObject([{ ...first, score_model: "standard" }]);
  });

  it("contain each later entry once, by page and by cursor", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const users = await Promise.all([1, 2].map(() => addUser(app, tenant, "SALES_REP")));
    for (const { id: owner_id } of users) await tenant.admin.updateLead({ id: lead.id, owner_id });
    for (const lead_score of [40, 60]) await tenant.admin.setLeadScore({ id: lead.id, lead_score, reason: "Met" });
    await app.settle();
    const to = [users[1]?.id, users[0]?.id, tenant.userId];
    const all = await listAssignments(lead.id);
    expect([all.data.map(({ to_owner_id }) => to_owner_id), all.meta.total]).toEqual([to, 3]);
    const { data: second } = await listAssignments(lead.id, { limit: 2, page: 2 });
    const { meta } = await listAssignments(lead.id, { limit: 2 });
    const { data: behind } = await listAssignments(lead.id, { limit: 2, cursor: meta.next_cursor });
    expect([second, behind]).toEqual([[all.data[2]], [all.data[2]]]);
    expect((await listScores(lead.id)).map(({ lead_score }) => lead_score)).toEqual([60, 40, lead.lead_score]);
  });

  it("begin with the first owner if the lead was unassigned", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ owner_id: null }));
    expect((await listAssignments(lead.id)).data).toEqual([]);
    await tenant.admin.updateLead({ id: lead.id, owner_id: tenant.userId });
    await app.settle();
    expect((await listAssignments(lead.id)).data).toMatchObject([{ from_owner_id: null, to_owner_id: tenant.userId }]);
  });
});

describe("a stored entry of a lead's history", () => {
  const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

  it("fits in one write unit with its full explanation, and is in no index", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "Acme" }));
    for (const job_title of ["Director", "Chief Executive Officer"])
      await tenant.admin.updateLead({ id: lead.id, job_title, employee_count: 250 });
    const { id: owner_id } = await addUser(app, tenant, "SALES_REP");
    await tenant.admin.updateLead({ id: lead.id, owner_id });
    const { pk } = recordKey(tenant.id, historyId(lead.id));
    const entries = await inTenant(() => Promise.all(["scr_", "asg_"].map((prefix) => queryAll(pk, { prefix }))));
    expect(entries.map(({ length }) => length)).toEqual([2, 1]);
    for (const item of entries.flat()) {
      expect(Object.keys(item).sort()).toEqual(["__edb_e__", "life", "pk", "row", "sk"]);
      expect((item.row as Uint8Array).length).toBeLessThan(800);
    }
    expect((await tenant.admin.listLeadScores({ id: lead.id })).data[0]?.parts?.length).toBeGreaterThan(5);
  });

  it("is read in the format of the previous release, below the newer entries", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ job_title: "CEO" }));
    const id = newId(SCORE, { owner: lead.personal_key_id });
    const scoreFields = { lead_id: lead.id, lead_score: 40, previous_score: 10, cause: "MANUAL", reason: "Met", parts: [] };
    const stamps = { id, created_at: lead.created_at, created_by: tenant.userId, scored_at: lead.created_at };
    const [life, doc, prefix] = ["live", "{}", `${tenantPrefix(tenant.id)}score#`];
    const indexed = { id, by_time: `${prefix}live`, by_related: prefix + lead.id };
    const formerItem = { ...recordKey(tenant.id, id), ...indexed, life, row: JSON.stringify({ ...stamps, ...scoreFields }), doc };
    await inTenant(() => put(formerItem));
    await tenant.admin.setLeadScore({ id: lead.id, lead_score: 60, reason: "Met again" });
    const { data, meta } = await tenant.admin.listLeadScores({ id: lead.id });
    expect(data.map(({ lead_score, reason }) => [lead_score, reason])).toEqual([
      [60, "Met again"],
      [40, "Met"],
      [10, null],
    ]);
    expect(meta.total).toBe(3);
  });
});

describe("I2 historical leads", () => {
  it("count in the month of their creation, in the time zone of the tenant", async () => {
    // In Auckland it is already 1 March.
    const created_at = "2021-02-28T12:30:00.000Z";
    const file = toCsv(["full_name", "email", "created_at"], ["Old Lead", "old@mail.example", created_at]);
    const mapping = { full_name: "full_name", email: "email", created_at: "created_at" };
    await app.settle();
    const before = (await tenant.admin.getLeadConversionSummary({})).data.totals.leads;
    expect(await runImport(app, tenant.token, "leads", file, { mapping, options: { historic: true } })).toMatchObject({
      created: 1,
    });
    const { data: summary } = await tenant.admin.getLeadConversionSummary({ from: "2021-02", to: "2021-03" });
    expect(summary.rows.map(({ key, leads }) => [key, leads])).toEqual([
      ["2021-02", 0],
      ["2021-03", 1],
    ]);
    const { data: now } = await tenant.admin.getLeadConversionSummary({});
    expect(now.totals.leads).toBe(before);
    const [lead] = (await tenant.admin.listLeads({ search: "old@mail.example" })).data;
    const { data: fullLead } = await tenant.admin.getLead({ id: String(lead?.id) });
    expect(fullLead).toMatchObject({ created_day: "2021-03-01", status_changed_at: created_at });
  });

  it("imported before that support are read with the day of their creation", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const stored = (created_at: string, created_day: string) => {
      const item = Leads.toItem(tenant.id, partOf({ ...lead, created_at, created_day }), "{}");
      return Leads.fromItem({ ...item, shape: 2 }).created_day;
    };
    expect(stored("2019-05-05T22:00:00.000Z", "2026-11-20")).toBe("2019-05-05");
    expect(stored("2026-11-20T22:00:00.000Z", instantToDay("Pacific/Auckland", "2026-11-20T22:00:00.000Z"))).toBe("2026-11-21");
  });
});

describe("R25 an activity of a type that requires a duration", () => {
  const log = async (more: object) => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const input = { id: lead.id, subject: "Call", activity_type_id: "call", ...more };
    return tenant.admin.logLeadActivity(input);
  };

  it("can be completed only with a duration, given directly or by start and end", async () => {
    await expect(log({ status: "COMPLETED" })).rejects.toMatchObject({ status: 400, details: [{ field: "duration_minutes" }] });
    expect((await log({ status: "COMPLETED", duration_minutes: 0 })).data.duration_minutes).toBe(0);
    const times = { start_datetime: "2026-01-02T10:00:00Z", end_datetime: "2026-01-02T10:25:00Z" };
    expect((await log({ status: "COMPLETED", ...times })).data.duration_minutes).toBe(25);
    expect((await log({})).data.duration_minutes).toBeNull();
    expect((await log({ status: "COMPLETED", activity_type_id: "task" })).data.duration_minutes).toBeNull();
  });
});
