import { Journey } from "@crm/core/people/person/journey.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { measureLeastUnits } from "../../support/request-units.ts";
import { createPerson, runInTenant, storeMerge } from "./support.ts";

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const isoDay = (n: number): string => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString();
const logActivity = async (lead: string, subject: string, more: Record<string, unknown> = {}) =>
  (await tenant.admin.logLeadActivity({ id: lead, subject, activity_type_id: "task", ...more })).data.id;

describe("the 360 of a person", () => {
  it("shows person, leads, timeline, open work and preferences, each with its address", async () => {
    const { person, lead } = await createPerson(tenant, { phone: "+32 485 77 66 55" });
    await logActivity(lead, "Without a date");
    await logActivity(lead, "Later", { due_date: "2032-01-02" });
    await logActivity(lead, "Sooner", { due_date: "2031-01-02" });
    await logActivity(lead, "Soonest", { start_datetime: "2030-01-02T00:00:00Z" });
    await logActivity(lead, "Done", { status: "COMPLETED", duration_minutes: 5 });
    await logActivity(lead, "Dropped", { status: "CANCELLED", due_date: "2031-01-01" });
    await tenant.admin.createJourneyEntry({ id: person, stage: "Interest", occurred_at: isoDay(1) });
    await app.settle();
    const { data } = await tenant.admin.getPerson360({ id: person });
    const { data: alone } = await tenant.admin.getPerson({ id: person });
    expect(data.person).toEqual(alone);
    expect(data.preferences).toEqual(alone.preferences);
    expect(data.leads).toEqual((await tenant.admin.listPersonLeads({ id: person })).data);
    expect(data.leads_total).toBe(1);
    expect(data.timeline).toEqual((await tenant.admin.listPersonTimeline({ id: person })).data);
    expect(data.timeline).toHaveLength(8);
    expect(data.open_activities.map(({ subject }) => subject)).toEqual(["Soonest", "Sooner", "Later", "Without a date"]);
    expect(data.open_activities[0]?.links.self).toMatch(/^\/api\/v1\/activities\//);
  });

  it("shows the newest 10 of each list, and the number of leads", async () => {
    const { person, lead } = await createPerson(tenant);
    const leads = [lead];
    for (let n = 0; n < 22; n++) leads.push((await tenant.admin.createLead({ personal_key_id: person })).data.id);
    for (let n = 0; n < 25; n++) await logActivity(lead, `Task ${n}`, { due_date: `2031-01-${String(n + 1).padStart(2, "0")}` });
    const { data } = await tenant.admin.getPerson360({ id: person });
    expect(data.leads.map(({ id }) => id)).toEqual(leads.toReversed().slice(0, 10));
    expect(data.leads_total).toBe(23);
    expect(data.timeline).toHaveLength(10);
    expect(data.open_activities.map(({ subject }) => subject)).toEqual(Array.from({ length: 10 }, (_, n) => `Task ${n}`));
  });

  it("combines the ids of a merged person", async () => {
    const [a, b] = [await createPerson(tenant), await createPerson(tenant)];
    const [second, first] = [
      await logActivity(a.lead, "Second", { due_date: "2031-02-02" }),
      await logActivity(b.lead, "First", { due_date: "2031-02-01" }),
    ];
    await storeMerge(app, tenant, a.person, [b.person]);
    for (const { person } of [a, b]) {
      const { data } = await tenant.admin.getPerson360({ id: person });
      expect(data.person.id).toBe(a.person);
      expect(data.leads.map(({ id }) => id)).toEqual([b.lead, a.lead]);
      expect(data.open_activities.map(({ id }) => id)).toEqual([first, second]);
    }
  });

  it("shows only data visible to the caller, and nothing to other tenants", async () => {
    const { person, lead } = await createPerson(tenant, { owner_id: rep.id });
    const { data: hidden } = await tenant.admin.createLead({ personal_key_id: person, owner_id: tenant.userId });
    const seen = await logActivity(lead, "Seen");
    await logActivity(hidden.id, "Unseen");
    await app.settle();
    const { data } = await rep.client.getPerson360({ id: person });
    expect(data.leads.map(({ id }) => id)).toEqual([lead]);
    expect(data.leads_total).toBe(1);
    expect(data.timeline.map(({ id }) => id)).toEqual([seen]);
    expect(data.open_activities.map(({ id }) => id)).toEqual([seen]);
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getPerson360({ id: person })).rejects.toMatchObject({ status: 404 });
  });

  it("needs the same number of queries and reads for any amount of data", async () => {
    const [sparsePerson, busyPerson] = [await createPerson(tenant), await createPerson(tenant)];
    for (const [{ person, lead }, steps, done] of [
      [sparsePerson, 25, 0],
      [busyPerson, 300, 100],
    ] as const) {
      await runInTenant(app, tenant, async () => {
        for (let n = 0; n < steps; n++) await Journey.create({ id: person, occurred_at: isoDay(-n) });
      });
      for (let n = 0; n < 25; n++) await logActivity(lead, `Task ${n}`);
      for (let n = 0; n < done; n++)
        await logActivity(lead, `Done ${n}`, { status: "COMPLETED", duration_minutes: 5, start_datetime: isoDay(-n) });
    }
    await app.settle();
    const measurePerson = ({ person }: { person: string }) =>
      measureLeastUnits(meter, () => tenant.admin.getPerson360({ id: person }));
    const [small, large] = [await measurePerson(sparsePerson), await measurePerson(busyPerson)];
    expect(large.commands).toBe(small.commands);
    // Only activities fill the timeline here, so they are queried once more than docs/people/persons.md says.
    expect(large.commands).toBe(17);
    expect(large.read).toBeLessThanOrEqual(small.read + 1);
  });
});
