import { dayIn } from "@crm/core/kernel/zone.ts";
import { Leads } from "@crm/core/lead/lead.entity.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brought, csv } from "../import/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { timezone: "Pacific/Auckland" });
});
afterAll(() => app.stop());

describe("R9 the histories of a lead", () => {
  const scoresOf = async (id: string) => (await tenant.admin.listLeadScores({ id })).data;
  const ownersOf = async (id: string, more: object = {}) => tenant.admin.listLeadAssignments({ id, ...more });

  it("begin with what it was made with", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ job_title: "CEO" }));
    await app.settle();
    const { data: owners, meta } = await ownersOf(lead.id);
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
    expect(await scoresOf(lead.id)).toMatchObject([{ ...first, score_model: "standard" }]);
  });

  it("go on behind it, each entry once, by page and by cursor", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const users = await Promise.all([1, 2].map(() => addUser(app, tenant, "SALES_REP")));
    for (const { id: owner_id } of users) await tenant.admin.updateLead({ id: lead.id, owner_id });
    for (const lead_score of [40, 60]) await tenant.admin.setLeadScore({ id: lead.id, lead_score, reason: "Met" });
    await app.settle();
    const to = [users[1]?.id, users[0]?.id, tenant.userId];
    const all = await ownersOf(lead.id);
    expect([all.data.map(({ to_owner_id }) => to_owner_id), all.meta.total]).toEqual([to, 3]);
    const { data: second } = await ownersOf(lead.id, { limit: 2, page: 2 });
    const { meta } = await ownersOf(lead.id, { limit: 2 });
    const { data: behind } = await ownersOf(lead.id, { limit: 2, cursor: meta.next_cursor });
    expect([second, behind]).toEqual([[all.data[2]], [all.data[2]]]);
    expect((await scoresOf(lead.id)).map(({ lead_score }) => lead_score)).toEqual([60, 40, lead.lead_score]);
  });

  it("of a lead that nobody had begin with who was given it", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ owner_id: null }));
    expect((await ownersOf(lead.id)).data).toEqual([]);
    await tenant.admin.updateLead({ id: lead.id, owner_id: tenant.userId });
    await app.settle();
    expect((await ownersOf(lead.id)).data).toMatchObject([{ from_owner_id: null, to_owner_id: tenant.userId }]);
  });
});

describe("I2 leads of years back", () => {
  it("count in the month in which they came to be, in the tenant's zone", async () => {
    // In Auckland it is the first of March already.
    const created_at = "2021-02-28T12:30:00.000Z";
    const file = csv(["full_name", "email", "created_at"], ["Old Lead", "old@mail.example", created_at]);
    const mapping = { full_name: "full_name", email: "email", created_at: "created_at" };
    await app.settle();
    const before = (await tenant.admin.getLeadConversionSummary({})).data.totals.leads;
    expect(await brought(app, tenant.token, "leads", file, { mapping, options: { historic: true } })).toMatchObject({
      created: 1,
    });
    const { data: then } = await tenant.admin.getLeadConversionSummary({ from: "2021-02", to: "2021-03" });
    expect(then.rows.map(({ key, leads }) => [key, leads])).toEqual([
      ["2021-02", 0],
      ["2021-03", 1],
    ]);
    const { data: now } = await tenant.admin.getLeadConversionSummary({});
    expect(now.totals.leads).toBe(before);
    const [lead] = (await tenant.admin.listLeads({ search: "old@mail.example" } as never)).data;
    const { data: whole } = await tenant.admin.getLead({ id: String(lead?.id) });
    expect(whole).toMatchObject({ created_day: "2021-03-01", status_changed_at: created_at });
  });

  it("that came in before that was so are read with the day on which they came to be", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const stored = (created_at: string, created_day: string) => {
      const item = Leads.toItem(tenant.id, { ...lead, created_at, created_day } as never, "{}");
      return Leads.fromItem({ ...item, shape: 2 }).created_day;
    };
    expect(stored("2019-05-05T22:00:00.000Z", "2026-11-20")).toBe("2019-05-05");
    expect(stored("2026-11-20T22:00:00.000Z", dayIn("Pacific/Auckland", "2026-11-20T22:00:00.000Z"))).toBe("2026-11-21");
  });
});

describe("R25 an activity of a type that requires a duration", () => {
  const log = async (more: object) => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const input = { id: lead.id, subject: "Call", activity_type_id: "call", ...more };
    return tenant.admin.logLeadActivity(input as never);
  };

  it("is completed with one alone, said or told by its beginning and end", async () => {
    await expect(log({ status: "COMPLETED" })).rejects.toMatchObject({ status: 400, details: [{ field: "duration_minutes" }] });
    expect((await log({ status: "COMPLETED", duration_minutes: 0 })).data.duration_minutes).toBe(0);
    const times = { start_datetime: "2026-01-02T10:00:00Z", end_datetime: "2026-01-02T10:25:00Z" };
    expect((await log({ status: "COMPLETED", ...times })).data.duration_minutes).toBe(25);
    expect((await log({})).data.duration_minutes).toBeNull();
    expect((await log({ status: "COMPLETED", activity_type_id: "task" })).data.duration_minutes).toBeNull();
  });
});
