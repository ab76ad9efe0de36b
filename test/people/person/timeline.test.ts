import { Journey } from "@crm/core/people/person/journey.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { measureLeastUnits } from "../../support/request-units.ts";
import { createPerson, readAllPages, runInTenant, storeMerge } from "./support.ts";

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let rep: TestUser;
let director: TestUser;

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app, { timezone: "Asia/Tokyo" });
  rep = await addUser(app, tenant, "SALES_REP");
  director = await addUser(app, tenant, "DIRECTOR");
});
afterAll(() => app.stop());

const isoDay = (n: number): string => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString();

type Client = Tenant["admin"];
const listTimeline = (id: string, query: Record<string, unknown> = {}, client: Client = tenant.admin) =>
  readAllPages((page) => client.listPersonTimeline({ id, limit: 100, ...query, ...page }));
const listIds = (rows: readonly Record<string, unknown>[]): unknown[] => rows.map(({ id }) => id);
const createStep = async (id: string, n: number, more: Record<string, unknown> = {}) =>
  (await tenant.admin.createJourneyEntry({ id, occurred_at: isoDay(n), ...more })).data.id;
const logCall = async (lead: string, n: number, more: Record<string, unknown> = {}) => {
  const input = { id: lead, subject: `Call ${n}`, activity_type_id: "call", start_datetime: isoDay(n), ...more };
  return (await tenant.admin.logLeadActivity(input)).data.id;
};

describe("the timeline of a person", () => {
  it("shows activities, steps and changes in order of time, each as in its own list", async () => {
    const { person, lead } = await createPerson(tenant);
    const second = await createStep(person, 2, { stage: "Interest", recorded_by: rep.id });
    const third = await logCall(lead, 3, { assigned_to_id: rep.id });
    const first = await createStep(person, 1);
    await tenant.admin.updateLead({ id: lead, phone: "+32 485 11 22 33" });
    await app.settle();
    const rows = await listTimeline(person);
    expect(listIds(rows).slice(-3)).toEqual([third, second, first]);
    expect(rows.map(({ type }) => type)).toEqual(["change", "change", "activity", "journey", "journey"]);
    const [change, created, activity, interest, plain] = rows;
    expect([change?.title, created?.title]).toEqual([expect.stringMatching(/^Changed: .*contact_points/), "Created"]);
    expect(activity).toMatchObject({
      at: isoDay(3),
      title: "Call 3",
      by: rep.id,
      links: { self: `/api/v1/activities/${third}` },
      record: { activity_number: expect.any(String), related_to_id: lead, personal_key_id: person },
    });
    expect(interest).toMatchObject({
      at: isoDay(2),
      title: "Interest",
      by: rep.id,
      links: { self: `/api/v1/journey/${second}` },
      record: { stage: "Interest", personal_key_id: person },
    });
    expect(plain).toMatchObject({ title: "Journey", by: tenant.userId });
    expect(change).toMatchObject({ record: { record_id: person }, links: { self: `/api/v1/audit/${change?.id}` } });
  });

  it("has planned activities at their due time in the tenant's zone, and completed ones at their completion", async () => {
    const { person, lead } = await createPerson(tenant);
    const plan = { start_datetime: undefined, due_date: "2031-05-05" };
    await logCall(lead, 0, { ...plan, due_time: "09:30" });
    await logCall(lead, 1, plan);
    await logCall(lead, 2, { start_datetime: undefined, status: "COMPLETED", duration_minutes: 5 });
    await logCall(lead, 3, { start_datetime: undefined });
    const rows = await listTimeline(person, { type: "activity" });
    expect(rows.map(({ title }) => title)).toEqual(["Call 1", "Call 0", "Call 3", "Call 2"]);
    expect(rows[0]?.at).toBe("2031-05-05T14:59:59.999Z");
    expect(rows[1]?.at).toBe("2031-05-05T00:30:00.000Z");
  });

  it("is filtered by type and time", async () => {
    const { person, lead } = await createPerson(tenant);
    const steps = [await createStep(person, 1), await createStep(person, 4), await createStep(person, 7)];
    const calls = [await logCall(lead, 2), await logCall(lead, 4), await logCall(lead, 6)];
    await app.settle();
    expect(listIds(await listTimeline(person, { type: "journey" }))).toEqual(steps.toReversed());
    expect(listIds(await listTimeline(person, { type: "activity" }))).toEqual(calls.toReversed());
    const entries = await listTimeline(person, { type: "journey,activity" });
    expect(entries.map(({ at }) => at)).toEqual([7, 6, 4, 4, 2, 1].map(isoDay));
    const inside = await listTimeline(person, { from: isoDay(2), to: isoDay(6) });
    expect(inside.map(({ at }) => at)).toEqual([6, 4, 4, 2].map(isoDay));
    expect((await listTimeline(person, { type: "change" })).map(({ title }) => title)).toEqual(["Created"]);
    expect(await listTimeline(person, { type: "change", to: isoDay(7) })).toEqual([]);
  });

  it("is paginated without loss or repetition, also at one instant, while entries are added", async () => {
    const { person, lead } = await createPerson(tenant);
    const createdIds: string[] = [];
    for (let n = 0; n < 12; n++) {
      // Three entries at a time have the same timestamp.
      const day = Math.floor(n / 3) * 3;
      createdIds.push(await createStep(person, day), await logCall(lead, day));
    }
    await app.settle();
    for (const limit of [1, 2, 5, 7]) {
      let n = 0;
      const rows = await readAllPages(
        (page) => tenant.admin.listPersonTimeline({ id: person, type: "activity,journey", limit, ...page }),
        async () => {
          if (n++ < 3) await Promise.all([createStep(person, 100 + n), logCall(lead, 100 + n), createStep(person, -n)]);
        },
      );
      const ids = listIds(rows) as string[];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => createdIds.includes(id)).sort()).toEqual(createdIds.toSorted());
      const keys = rows.map(({ at, id }) => `${at}#${id}`);
      expect(keys).toEqual(keys.toSorted().toReversed());
    }
  });

  it("is paginated across a step and a change at the same instant", async () => {
    const { person } = await createPerson(tenant);
    await app.settle();
    const [change] = await listTimeline(person, { type: "change" });
    const { data } = await tenant.admin.createJourneyEntry({ id: person, occurred_at: String(change?.at) });
    expect(listIds(await listTimeline(person, { limit: 1 }))).toEqual([data.id, change?.id]);
  });

  it("returns a lower bound as total until the exact one is known", async () => {
    const { person } = await createPerson(tenant);
    for (let n = 0; n < 5; n++) await createStep(person, n);
    const first = await tenant.admin.listPersonTimeline({ id: person, type: "journey", limit: 3 });
    expect(first.meta).toMatchObject({ page: 1, limit: 3, total: 4, total_is_lower_bound: true });
    const cursor = String(first.meta.next_cursor);
    const last = await tenant.admin.listPersonTimeline({ id: person, type: "journey", limit: 3, cursor });
    expect(last.meta).toMatchObject({ page: 2, total: 5, totalPages: 2, next_cursor: null });
    expect(last.meta.total_is_lower_bound).toBeUndefined();
  });

  it("combines entries under each id of a merged person", async () => {
    const [a, b, c] = [await createPerson(tenant), await createPerson(tenant), await createPerson(tenant)];
    const createdIds: string[] = [];
    for (const [index, { person, lead }] of [a, b, c, a, b, c].entries())
      createdIds.push(await createStep(person, 2 * index), await logCall(lead, 2 * index + 1));
    await storeMerge(app, tenant, a.person, [b.person, c.person]);
    await app.settle();
    for (const { person } of [a, b, c]) {
      expect(listIds(await listTimeline(person, { type: "activity,journey", limit: 5 }))).toEqual(createdIds.toReversed());
      const changes = await listTimeline(person, { type: "change" });
      expect(new Set(changes.map(({ record }) => (record as { record_id: string }).record_id))).toEqual(
        new Set([a.person, b.person, c.person]),
      );
    }
  });

  it("omits hidden and deleted entries", async () => {
    const { person, lead } = await createPerson(tenant, { email: "shown@mail.example", owner_id: rep.id });
    const { data: hidden } = await tenant.admin.createLead({ personal_key_id: person, owner_id: tenant.userId });
    const [seen, unseen, visibleStep, deletedStep] = [
      await logCall(lead, 1),
      await logCall(hidden.id, 2),
      await createStep(person, 3),
      await createStep(person, 4),
    ];
    await tenant.admin.deleteJourneyEntry({ id: deletedStep });
    await app.settle();
    expect(listIds(await listTimeline(person, { type: "activity,journey" }))).toEqual([visibleStep, unseen, seen]);
    expect(listIds(await listTimeline(person, {}, rep.client))).toEqual([visibleStep, seen]);
    expect(await listTimeline(person, { type: "change" }, rep.client)).toEqual([]);
    expect((await listTimeline(person, { type: "change" }, director.client)).length).toBeGreaterThan(0);
    const listed = await readAllPages((page) => rep.client.listPersonActivities({ id: person, limit: 1, ...page }));
    expect(listIds(listed)).toEqual([seen]);
    await tenant.admin.deleteLead({ id: lead });
    // No record that the sales rep can see reveals the person any more.
    await expect(listTimeline(person, {}, rep.client)).rejects.toMatchObject({ status: 404 });
    await expect(tenant.admin.getActivity({ id: seen })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    [{ type: "rumour" }, "type"],
    [{ type: "journey,rumour" }, "type"],
    [{ limit: 101 }, "limit"],
    [{ from: "yesterday" }, "from"],
    [{ from: isoDay(2), to: isoDay(1) }, "to"],
    [{ cursor: "e30.AAAA" }, "cursor"],
    [{ page: 2 }, "page"],
  ])("rejects %o with the field", async (query, field) => {
    const { person } = await createPerson(tenant);
    await expect(tenant.admin.listPersonTimeline({ id: person, ...query })).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it("has cursors for one caller, person and query, and is hidden from other tenants", async () => {
    const { person } = await createPerson(tenant);
    for (let n = 0; n < 4; n++) await createStep(person, n);
    const query = { id: person, type: "journey", limit: 2 };
    const cursor = String((await tenant.admin.listPersonTimeline(query)).meta.next_cursor);
    expect((await tenant.admin.listPersonTimeline({ ...query, limit: 1, cursor })).data).toHaveLength(1);
    const someone = (await createPerson(tenant)).person;
    for (const attempt of [
      () => director.client.listPersonTimeline({ ...query, cursor }),
      () => tenant.admin.listPersonTimeline({ ...query, id: someone, cursor }),
      () => tenant.admin.listPersonTimeline({ ...query, type: "activity,journey", cursor }),
      () => tenant.admin.listPersonTimeline({ ...query, from: isoDay(0), cursor }),
      () => tenant.admin.listPersonActivities({ id: person, limit: 2, cursor }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 400, details: [{ field: "cursor" }] });
    }
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.listPersonTimeline({ id: person })).rejects.toMatchObject({ status: 404 });
    await expect(otherTenant.admin.listPersonActivities({ id: person })).rejects.toMatchObject({ status: 404 });
    await expect(otherTenant.admin.listPersonLeads({ id: person })).rejects.toMatchObject({ status: 404 });
  });

  it("costs the same per page for any length, at its beginning and in its middle", async () => {
    const [shortHistory, longHistory] = [await createPerson(tenant), await createPerson(tenant)];
    for (const [{ person, lead }, count] of [
      [shortHistory, 15],
      [longHistory, 400],
    ] as const) {
      await runInTenant(app, tenant, async () => {
        for (let n = 0; n < count; n++) await Journey.create({ id: person, occurred_at: isoDay(-n) });
      });
      for (let n = 0; n < 15; n++) await logCall(lead, -n);
      for (let n = 0; n < 12; n++) await tenant.admin.updateLead({ id: lead, email: `cost${count}.${n}@mail.example` });
    }
    await app.settle();
    const page = (id: string, cursor?: string) =>
      tenant.admin.listPersonTimeline({ id, limit: 10, ...(cursor ? { cursor } : {}) });
    const [small, large] = [
      await measureLeastUnits(meter, () => page(shortHistory.person)),
      await measureLeastUnits(meter, () => page(longHistory.person)),
    ];
    expect(large.commands).toBe(small.commands);
    expect(large.read).toBeLessThanOrEqual(small.read + 1);
    let cursor = "";
    for (let n = 0; n < 20; n++) cursor = String((await page(longHistory.person, cursor || undefined)).meta.next_cursor);
    const middle = await measureLeastUnits(meter, () => page(longHistory.person, cursor));
    expect(middle.commands).toBeLessThanOrEqual(small.commands);
    expect(middle.read).toBeLessThanOrEqual(small.read + 1);
  });
});

describe("the leads of a person", () => {
  it("include all ids of the person, are limited to visible ones, and are paginated with their number", async () => {
    const [a, b] = [await createPerson(tenant), await createPerson(tenant)];
    const leads = [a.lead, b.lead];
    for (let n = 0; n < 5; n++) {
      const owner_id = n % 2 ? rep.id : tenant.userId;
      leads.push((await tenant.admin.createLead({ personal_key_id: [a, b][n % 2]?.person as string, owner_id })).data.id);
    }
    await storeMerge(app, tenant, b.person, [a.person]);
    for (const { person } of [a, b]) {
      expect(listIds(await readAllPages((page) => tenant.admin.listPersonLeads({ id: person, limit: 3, ...page })))).toEqual(
        leads.toReversed(),
      );
      expect((await tenant.admin.listPersonLeads({ id: person, limit: 3 })).meta.total).toBe(7);
      const { data, meta } = await rep.client.listPersonLeads({ id: person });
      expect([listIds(data), meta.total]).toEqual([[leads[5], leads[3]], 2]);
    }
    await tenant.admin.deleteLead({ id: leads[6] as string });
    expect((await tenant.admin.listPersonLeads({ id: a.person })).data).toHaveLength(6);
    const deleted = await tenant.admin.listPersonLeads({ id: a.person, deleted: "true" });
    expect(listIds(deleted.data)).toEqual([leads[6]]);
    const sorted = await tenant.admin.listPersonLeads({ id: a.person, sort: "lead_score", order: "asc" });
    expect(sorted.data).toHaveLength(6);
  });
});
