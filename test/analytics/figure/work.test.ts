import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";
import {
  computeActivities,
  computeInteractions,
  countKeys,
  lastDays,
  type PlainActivity,
  type PlainInteraction,
  type Range,
  selectCompleted,
  selectInteractions,
  weekdayOf,
} from "./work-reference.ts";

let app: App;
// Summer time begins in Berlin on 28 March, and ends in Auckland on 4 April.
let ms = Date.parse("2027-03-26T20:00:00.000Z");
beforeAll(async () => {
  app = await startTestApp({ time: () => ms++ });
});
afterAll(() => app.stop());

const ZONES = ["Pacific/Auckland", "Europe/Berlin", "America/New_York"].slice(0, isExhaustive ? undefined : 1);
const BURST_COUNT = resolveTestSize("CRM_BURSTS", 1, 4);
const HOUR_MS = 60 * 60 * 1000;
const now = (): string => new Date(ms).toISOString();
const pickNames = (values: Record<string, unknown>, plain: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(plain).map((name) => [name, values[name]]));
const toValues = (figures: readonly { name: string; value: unknown }[]) =>
  Object.fromEntries(figures.map(({ name, value }) => [name, value]));

/** Whose records count for a caller, and the caller. */
type View = readonly [as: Client, counts: (owner: string | null) => boolean];

interface Known {
  zone: string;
  interactions: readonly PlainInteraction[];
  activities: readonly PlainActivity[];
}

/** Compares the answer on interactions with a plain computation. */
async function checkInteractions([as, counts]: View, { zone, interactions }: Known, range: Range): Promise<void> {
  const { data } = await as.getInteractionAnalytics({ ...range, interval: "week", compare_to: "previous_period" });
  const seen = interactions.filter(({ owner_id }) => counts(owner_id));
  const own = selectInteractions(seen, zone, range);
  expect(toValues(data.figures)).toEqual(computeInteractions(own));
  const before = computeInteractions(selectInteractions(seen, zone, data.compared as Range));
  expect(Object.fromEntries(data.figures.map(({ name, previous }) => [name, previous]))).toEqual(before);
  const owners = countKeys(own, ({ owner_id }) => owner_id ?? "none");
  expect(data.by_owner.map(({ key }) => key).sort()).toEqual(Object.keys(owners).sort());
  for (const { key, values } of data.by_owner)
    expect([key, values]).toEqual([key, computeInteractions(own.filter(({ owner_id }) => (owner_id ?? "none") === key))]);
  const total = (name: string): number => data.by_period.reduce((sum, { values }) => sum + Number(values[name]), 0);
  for (const name of ["interactions", "positive_interactions", "negative_interactions"])
    expect([name, total(name)]).toEqual([name, computeInteractions(own)[name]]);
  const counted = (rows: readonly { key: string; count: number }[]) =>
    Object.fromEntries(rows.flatMap(({ key, count }) => (count > 0 ? [[key, count]] : [])));
  expect(counted(data.by_type)).toEqual(countKeys(own, ({ interaction_type_id }) => interaction_type_id));
  expect(counted(data.by_channel)).toEqual(countKeys(own, ({ channel }) => channel));
  expect(counted(data.by_weekday)).toEqual(countKeys(own, ({ interaction_date }) => weekdayOf(zone, interaction_date)));
  expect(counted(data.by_direction)).toEqual(countKeys(own, ({ direction }) => direction ?? "none"));
  expect(counted(data.by_sentiment)).toEqual(countKeys(own, ({ sentiment }) => sentiment ?? "none"));
  for (const { key, average_sentiment, average_minutes } of data.by_type) {
    const plain = computeInteractions(own.filter(({ interaction_type_id }) => interaction_type_id === key));
    expect([average_sentiment, average_minutes]).toEqual([plain.average_sentiment, plain.average_interaction_minutes]);
  }
}

/** Compares the figures of completed activities with a plain computation, as a whole and for each user. */
async function checkActivities([as, counts]: View, { zone, activities }: Known, range: Range): Promise<void> {
  const { data } = await as.getTeamPerformance(range);
  const own = selectCompleted(activities, zone, range).filter(({ assigned_to_id }) => counts(assigned_to_id));
  const plain = computeActivities(own);
  expect(pickNames(toValues(data.figures), plain)).toEqual(plain);
  for (const { key, values } of data.by_owner) {
    const plainOwn = computeActivities(own.filter(({ assigned_to_id }) => (assigned_to_id ?? "none") === key));
    expect([key, pickNames(values, plainOwn)]).toEqual([key, plainOwn]);
  }
  const keys = new Set(data.by_owner.map(({ key }) => key));
  expect(own.filter(({ assigned_to_id }) => !keys.has(assigned_to_id ?? "none"))).toEqual([]);
}

describe("interactions and completed activities", () => {
  it.each(ZONES)("equal a plain computation for each role, after random changes in %s", async (zone) => {
    const chance = createTestRandom(`Interactions and activities in ${zone}`);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone: zone });
    // An API key remains valid while the clock advances; a session does not.
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const manager = await addUser(app, tenant, "MANAGER");
    const rep = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
    const colleague = await addUser(app, tenant, "SALES_REP");
    const users = [rep.id, manager.id, colleague.id];
    const customer_id = (await crm.createCustomer({ name: "Harbour" })).data.id;
    const typeCodes = new Map(
      (await crm.listMasters({ kind: "activity_types", limit: 100 })).data.map(({ id, code }) => [id, code]),
    );
    const outcomes = (await crm.listMasters({ kind: "call_outcomes", limit: 100 })).data;
    const outcomeCodes = new Map(outcomes.map(({ id, code }) => [id, code]));
    const buildInteraction = () => ({
      interaction_type_id: pick(["call", "email", "meeting"]),
      channel: pick([null, "email", "phone"]),
      direction: pick([null, "INBOUND", "OUTBOUND"]),
      outcome: pick([null, "Agreed", ""]),
      sentiment: pick([null, "POSITIVE", "NEUTRAL", "NEGATIVE"]),
      sentiment_score: pick([null, 0.8, -0.25, 1, -1, 0.0001]),
      feedback_type: pick([null, "COMPLAINT", "POSITIVE"]),
      duration_minutes: pick([null, 0, 7, 100_000]),
      owner_id: pick([null, ...users]),
    });
    const buildActivity = () => ({
      activity_type_id: pick(["call", "call", "meeting", "email", "task"]),
      call_outcome_id: pick([null, "connected", outcomes.find(({ code }) => code !== "connected")?.id]),
      assigned_to_id: pick(users),
      is_private: chance() < 0.15,
    });
    const [talks, tasks]: [string[], string[]] = [[], []];
    const act = async (): Promise<void> => {
      const [talk, task, turn] = [pick(talks), pick(tasks), chance()];
      const all = buildInteraction();
      const field = pick(Object.keys(all)) as keyof typeof all;
      if (turn < 0.25 || !talk) {
        const interaction_date = new Date(ms - Math.floor(chance() * 40 * 24) * HOUR_MS).toISOString();
        talks.push((await crm.createInteraction({ customer_id, interaction_date, ...all })).data.id);
      } else if (turn < 0.37) await crm.updateInteraction({ id: talk, [field]: all[field] });
      else if (turn < 0.42)
        tasks.push((await crm.followUpInteraction({ id: talk, subject: "Next", ...buildActivity() })).data.id);
      else if (turn < 0.46) await crm.deleteInteraction({ id: talk });
      else if (turn < 0.48) await crm.restoreInteraction({ id: talk });
      else if (turn < 0.68 || !task) {
        const subject = { subject: "Work", related_to_type: "customer", related_to_id: customer_id };
        const { data } = await crm.createActivity({ ...subject, ...buildActivity() });
        tasks.push(data.id);
        if (chance() < 0.6) await crm.completeActivity({ id: data.id, duration_minutes: 10 });
      } else if (turn < 0.86) await crm.completeActivity({ id: task, duration_minutes: 10 });
      else if (turn < 0.89) await crm.reopenActivity({ id: task });
      else if (turn < 0.95) await crm.updateActivity({ id: task, ...buildActivity() });
      else if (turn < 0.98) await crm.deleteActivity({ id: task });
      else await crm.restoreActivity({ id: task });
    };
    for (let burst = 0; burst < BURST_COUNT; burst++) {
      for (let round = 0; round < 4; round++) {
        await Promise.allSettled(Array.from({ length: 12 }, act));
        ms += Math.floor(chance() * 30) * HOUR_MS;
      }
      await app.settle();
      const listed = (await crm.listInteractions({ limit: 100 })).data;
      const interactions = await Promise.all(listed.map(async ({ id }) => (await crm.getInteraction({ id })).data));
      const work = (await crm.listActivities({ limit: 100 })).data;
      const activities = work.map(
        ({ activity_type_id, call_outcome_id, assigned_to_id, is_private, completed_datetime }): PlainActivity => ({
          ...{
            assigned_to_id: assigned_to_id ?? null,
            is_private: is_private ?? false,
            completed_datetime: completed_datetime ?? null,
          },
          type: typeCodes.get(activity_type_id ?? "") ?? "",
          outcome: (call_outcome_id && outcomeCodes.get(call_outcome_id)) || null,
        }),
      );
      const known: Known = { zone, interactions, activities };
      const views: readonly View[] = [
        [crm, () => true],
        [await signInUser(app, tenant, rep), (owner) => owner === rep.id],
        [await signInUser(app, tenant, manager), (owner) => owner === rep.id || owner === manager.id],
      ];
      for (const view of views)
        for (const days of isExhaustive ? [30, 3] : [30]) {
          await checkInteractions(view, known, lastDays(zone, now(), days));
          await checkActivities(view, known, lastDays(zone, now(), days));
        }
      expect(interactions.length).toBeGreaterThan(3);
      expect(selectCompleted(activities, zone, lastDays(zone, now(), 60)).length).toBeGreaterThan(0);
    }
    const { differences } = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }));
    expect(differences).toEqual([]);
  });
});

describe("the rows behind a number", () => {
  it("are as many as the number says", async () => {
    const tenant = await signUp(app, { timezone: "Europe/Berlin" });
    const { admin } = tenant;
    const customer_id = (await admin.createCustomer({ name: "Harbour" })).data.id;
    for (const sentiment of ["POSITIVE", "NEGATIVE", "POSITIVE"])
      await admin.createInteraction({ customer_id, interaction_type_id: "call", direction: "INBOUND", sentiment });
    await admin.createInteraction({ customer_id, interaction_type_id: "call", feedback_type: "COMPLAINT" });
    for (const activity_type_id of ["call", "meeting", "email", "task", "task", "note"]) {
      const { data } = await admin.createActivity({ subject: "Work", activity_type_id, is_private: false });
      await admin.completeActivity({ id: data.id, duration_minutes: 5 });
    }
    await admin.createLead({ first_name: "Ada", last_name: "Lovelace", email: "ada@x.example" });
    await admin.createOpportunity({ name: "Fleet", customer_id });
    await app.settle();
    const counts = {
      interactions: 4,
      inbound_interactions: 3,
      outbound_interactions: 0,
      positive_interactions: 2,
      neutral_interactions: 0,
      negative_interactions: 1,
      complaints: 1,
      activities_completed: 6,
      calls_completed: 1,
      meetings_completed: 1,
      emails_completed: 1,
      tasks_completed: 2,
      leads: 1,
      hot_leads: 0,
      opportunities: 1,
      sla_violations: 0,
    };
    const place = { x: 0, y: 0, width: 3, height: 1 };
    const tiles = Object.keys(counts).map((figure) => ({ ...place, type: "figure", figure }));
    const { data: dashboard } = await admin.createDashboard({ name: "Work", tiles });
    const { data } = await admin.getDashboardData({ id: dashboard.id });
    for (const [index, [name, count]] of Object.entries(counts).entries()) {
      const tile = data.tiles[index];
      const [request] = tile?.opens ?? [];
      const { status, body } = await inProcessTransport(
        app,
        tenant.token,
      )({
        method: "POST",
        path: `/api/v1${request?.path}`,
        query: "",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request?.body),
      });
      const rows = (JSON.parse(body) as { meta?: { total: number } }).meta?.total;
      expect([name, tile?.figures[0]?.value, status, rows]).toEqual([name, count, 200, count]);
    }
  });
});

describe("activities that are completed", () => {
  it("count on the day of the tenant's time zone, which a change of the zone does not move", async () => {
    const tenant = await signUp(app, { timezone: "Pacific/Auckland" });
    const { data } = await tenant.admin.createActivity({ subject: "Call", activity_type_id: "call" });
    const { data: done } = await tenant.admin.completeActivity({ id: data.id, duration_minutes: 5 });
    expect(done.completed_day).toBe(instantToDay("Pacific/Auckland", done.completed_datetime as string));
    const { data: reopened } = await tenant.admin.reopenActivity({ id: data.id });
    expect(reopened.completed_day).toBeNull();
  });
});
