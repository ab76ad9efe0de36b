import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { addDays, instantToDay, startOfDay } from "@crm/core/kernel/time-zone.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import { PipelineDays } from "@crm/core/sales/figures/pipeline-days.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import Big from "big.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendFile } from "../../platform/import/support.ts";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { type FigureContext, type OpportunityView, sumOpenRecords } from "./reference-figures.ts";
import { pickMoney, setRate, signInUser } from "./support.ts";

let app: App;
const HOUR_MS = 60 * 60_000;
let ms = Date.parse("2027-03-26T20:00:00.000Z");
beforeAll(async () => {
  // The tests run the schedule themselves.
  app = await startTestApp({ time: () => ms++ });
});
afterAll(() => app.stop());

const now = (): string => new Date(ms).toISOString();
/** Daylight saving time ends there on 4 April 2027. */
const ZONE = "Pacific/Auckland";

type TrendDay = Awaited<ReturnType<Client["getPipelineTrend"]>>["data"]["days"][number];

const runInTenant = <T>({ id }: Pick<Tenant, "id">, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, id, "test"), () => Tenants.runWithSettings(work)) as Promise<T>;

/** Moves the clock to an hour of the next day in the tenant's time zone. */
function moveToNextDay(zone: string, hours: number): void {
  ms = Date.parse(startOfDay(zone, addDays(instantToDay(zone, now()), 1))) + hours * HOUR_MS;
}

/** The expected figures of a day, from the records at its end. */
function expectedDay(figureContext: FigureContext, day: string, records: readonly OpportunityView[], order: readonly string[]) {
  const sumRecords = (group: readonly OpportunityView[]) => sumOpenRecords({ ...figureContext, today: day }, group).shown;
  const openRecords = records.filter(({ is_closed }) => !is_closed);
  const stages = [...Map.groupBy(openRecords, ({ stage_id }) => stage_id)];
  return {
    day,
    ...sumRecords(openRecords),
    by_stage: stages
      .sort(([left], [right]) => order.indexOf(left) - order.indexOf(right))
      .map(([key, group]) => ({ key, ...sumRecords(group) })),
  };
}

const withoutLabels = (days: readonly TrendDay[]) =>
  days.map(({ by_stage, ...day }) => ({ ...day, by_stage: by_stage.map(({ label: _label, code: _code, ...row }) => row) }));

interface Evening {
  day: string;
  records: readonly OpportunityView[];
}

/**
 * Compares the bridge from the second to the last evening with one from the records of each evening. A caller who sees some owners gets the sum of the
 * bridges of these owners.
 */
async function checkBridge(
  as: Client,
  evenings: readonly Evening[],
  isVisible: (owner: string | null) => boolean,
  figureContext: FigureContext,
  scope: { owner?: string } = {},
): Promise<void> {
  const [first, last] = [evenings[0] as Evening, evenings.at(-1) as Evening];
  const { data } = await as.getPipelineAnalytics({ from: evenings[1]?.day, to: last.day, ...scope });
  const bridge = data.bridge as NonNullable<typeof data.bridge>;
  const known = { ...figureContext, today: last.day };
  const sumOpen = ({ records }: Evening) =>
    sumOpenRecords(
      known,
      records.filter(({ is_closed, owner_id }) => !is_closed && isVisible(owner_id)),
    ).shown;
  const [opening, closing] = [sumOpen(first), sumOpen(last)];
  expect(bridge).toMatchObject({
    to: last.day,
    opening: { count: opening.count, value: opening.value },
    closing: { count: closing.count, value: closing.value },
    corrected: { count: 0, value: sumOpenRecords(known, []).shown.value },
  });
  const counts = { new: 0, moved_in: 0, moved_out: 0, won: 0, lost: 0 };
  // The owners whose opportunities are counted together: all of them, or each one.
  const scopes = isVisible("unknown")
    ? [() => true]
    : [...new Set(evenings.flatMap(({ records }) => records.map(({ owner_id }) => owner_id)))]
        .filter(isVisible)
        .map((id) => (owner: string | null) => owner === id);
  for (const [index, { day, records }] of evenings.entries()) {
    const before = new Map(evenings[index - 1]?.records.map((record) => [record.id, record]));
    const after = new Map(records.map((record) => [record.id, record]));
    if (index === 0) continue;
    for (const isIn of scopes)
      for (const id of new Set([...before.keys(), ...after.keys()])) {
        const [old, now] = [before.get(id), after.get(id)];
        const wasOpen = old !== undefined && !old.is_closed && isIn(old.owner_id);
        const wasOpenElsewhere = old !== undefined && !old.is_closed && !isIn(old.owner_id);
        const isNew = now !== undefined && instantToDay(ZONE, now.created_at) === day;
        if (now === undefined || !isIn(now.owner_id)) {
          if (wasOpen) counts.moved_out++;
          continue;
        }
        if (!wasOpen && isNew) counts.new++;
        else if (!wasOpen && (!now.is_closed || wasOpenElsewhere)) counts.moved_in++;
        if (now.is_closed && (wasOpen || wasOpenElsewhere || isNew)) counts[now.is_won ? "won" : "lost"]++;
      }
  }
  for (const [name, count] of Object.entries(counts))
    expect([name, bridge[name as keyof typeof counts].count]).toEqual([name, count]);
  const add = (names: readonly (keyof typeof bridge)[]): bigint =>
    names.reduce((sum, name) => sum + Money.toMinor((bridge[name] as { value: string }).value), 0n);
  expect(add(["opening", "new", "increased", "moved_in"]) - add(["decreased", "moved_out", "won", "lost"])).toBe(
    add(["closing"]),
  );
}

type HistoryEntry = Awaited<ReturnType<Client["listOpportunityHistory"]>>["data"][number];

/** Compares the time in each stage, of all owners and of each, with the histories. A move counts for the owner before it. */
async function checkStageTimes(
  as: Client,
  entries: readonly HistoryEntry[],
  isVisible: (owner: string | null) => boolean,
  { first, last, order }: { first: string; last: string; order: readonly string[] },
): Promise<void> {
  const moves = entries.filter(({ move, before, changed_at }) => {
    const day = instantToDay(ZONE, changed_at);
    const isExit = ["FORWARD", "BACK", "WON", "LOST"].includes(move) && before !== null && !before.is_closed;
    return isExit && first <= day && day <= last && isVisible(before.owner_id);
  });
  const listStages = (group: readonly HistoryEntry[]) =>
    [...Map.groupBy(group, ({ from_stage_id }) => String(from_stage_id))]
      .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
      .map(([key, exits]) => {
        const count = (move: string): number => exits.filter((entry) => entry.move === move).length;
        const seconds = exits.reduce((sum, { seconds_in_stage }) => sum + Number(seconds_in_stage), 0);
        const [moved_forward, won] = [count("FORWARD"), count("WON")];
        return {
          ...{ key, left: exits.length, moved_forward, won, lost: count("LOST"), moved_back: count("BACK") },
          average_days: Number(new Big(seconds).div(exits.length * 86_400).round(4, Big.roundHalfUp)),
          advance_rate: Number(new Big((moved_forward + won) * 100).div(exits.length).round(2, Big.roundHalfUp)),
        };
      });
  const { data } = await as.getCycleTimes({ from: first, to: last, group_by: "owner" });
  expect(moves.length).toBeGreaterThan(5);
  const withoutNames = (rows: (typeof data.stages_by_owner)[number]["stages"]) =>
    rows.map(({ label: _label, code: _code, ...row }) => row);
  expect(withoutNames(data.by_stage.map(({ previous: _previous, ...row }) => row))).toEqual(listStages(moves));
  const ofOwners = Map.groupBy(moves, ({ before }) => before?.owner_id ?? "none");
  expect(new Map(data.stages_by_owner.map(({ key, stages }) => [key, withoutNames(stages)]))).toEqual(
    new Map([...ofOwners].map(([owner, group]) => [owner, listStages(group)])),
  );
  expect(data.stages_as_of).toBe(startOfDay(ZONE, addDays(last, 1)));
}

describe("the pipeline at the end of each day", () => {
  it("equals a recount of that evening under concurrent changes, however often it is taken", async () => {
    const chance = createTestRandom("The pipeline at the end of each day");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone: ZONE, currency: "USD" });
    const [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const customer_id = (await crm.createCustomer({ name: "Harbour" })).data.id;
    const stages = (await crm.listOpportunityStages({ limit: 100 })).data;
    const openStages = stages.filter(({ is_closed }) => !is_closed);
    const money = () => pickMoney(pick);
    const ids: string[] = [];
    const act = async (): Promise<void> => {
      const [id, turn] = [pick(ids), chance()];
      const owner_id = pick([null, rep.id, otherRep.id]);
      if (turn < 0.35 || !id)
        ids.push(
          (
            await crm.createOpportunity({
              name: "Fleet",
              customer_id,
              ...money(),
              owner_id,
              stage_id: pick(openStages).id,
            })
          ).data.id,
        );
      else if (turn < 0.45) await crm.winOpportunity({ id });
      else if (turn < 0.52) await crm.loseOpportunity({ id, win_loss_reason_id: "no_budget" });
      else if (turn < 0.57) await crm.reopenOpportunity({ id, reason: "They asked again" });
      else if (turn < 0.65) await crm.moveOpportunity({ id, stage_id: pick(openStages).id, reason: "As it is" });
      else if (turn < 0.72) await crm.deleteOpportunity({ id });
      else if (turn < 0.8) await crm.restoreOpportunity({ id });
      else if (turn < 0.9) await crm.updateOpportunity({ id, ...money() });
      else await crm.updateOpportunity({ id, ...pick([{ owner_id }, { probability: pick([0, 35, null]) }]) });
    };
    const rates: FigureContext["rates"][number][] = [];
    const figureContext: FigureContext = { currency: "USD", zone: ZONE, today: "", rates };
    const evenings: Evening[] = [];
    let acted = 0;
    for (let day = 0; day < 12; day++) {
      for (let part = 0; part < 2; part++) {
        const ends = await Promise.allSettled(Array.from({ length: 6 }, act));
        acted += ends.filter(({ status }) => status === "fulfilled").length;
        ms += 4 * HOUR_MS;
      }
      await setRate(crm, rates, pick, { zone: ZONE, now: now() });
      const { data: listed } = await crm.listOpportunities({ limit: 100 });
      const records = await Promise.all(listed.map(async ({ id }) => (await crm.getOpportunity({ id })).data));
      // On some nights the schedule does not run; the next run catches up.
      for (let nights = day % 4 === 2 ? 3 : 1; nights > 0; nights--) {
        evenings.push({ day: instantToDay(ZONE, now()), records });
        moveToNextDay(ZONE, 1);
      }
      await Promise.all([app.scheduler.run("snapshots"), app.scheduler.run("snapshots")]);
      // Changes in the first hour belong to the next day.
      await Promise.allSettled([act(), act()]);
      await app.settle();
    }
    await app.scheduler.run("snapshots");
    expect(acted).toBeGreaterThan(60);
    const order = stages.map(({ id }) => id);
    const [first, last] = [evenings[0]?.day as string, evenings.at(-1)?.day as string];
    const views: readonly [Client, (owner: string | null) => boolean][] = [
      [crm, () => true],
      [await signInUser(app, tenant, rep), (owner) => owner === null || owner === rep.id],
    ];
    const check = async (): Promise<void> => {
      for (const [as, isVisible] of views) {
        const { data } = await as.getPipelineTrend({ from: first, to: last });
        const expected = evenings.map(({ day, records }) =>
          expectedDay(
            figureContext,
            day,
            records.filter(({ owner_id }) => isVisible(owner_id)),
            order,
          ),
        );
        expect(withoutLabels(data.days)).toEqual(expected);
        await checkBridge(as, evenings, isVisible, figureContext);
      }
      await checkBridge(crm, evenings, (owner) => owner === otherRep.id, figureContext, { owner: otherRep.id });
      const { data } = await crm.getPipelineTrend({ from: first, to: last, owner: otherRep.id });
      expect(withoutLabels(data.days)).toEqual(
        evenings.map(({ day, records }) =>
          expectedDay(
            figureContext,
            day,
            records.filter(({ owner_id }) => owner_id === otherRep.id),
            order,
          ),
        ),
      );
    };
    await check();
    // Recomputes past days, starting from the day before or from nothing.
    const request = { action: "snapshots", tenant: tenant.slug, from: addDays(first, 3), to: "2099-12-31" };
    await expect(operateLocally(app.ports, request)).rejects.toMatchObject({
      details: [{ field: "from", message: "The period must be at most 366 days" }],
    });
    expect(await operateLocally(app.ports, { ...request, to: addDays(last, 90) })).toEqual({
      tenants: 1,
      days: 15,
      differences: [],
    });
    await check();
    await runInTenant(tenant, () => PipelineDays.take(first, last, { anew: true }));
    await check();
    for (const id of ids) await crm.restoreOpportunity({ id }).catch(() => undefined);
    const histories = await Promise.all(ids.map(async (id) => (await crm.listOpportunityHistory({ id, limit: 100 })).data));
    for (const [as, isVisible] of views) await checkStageTimes(as, histories.flat(), isVisible, { first, last, order });
  });

  it("includes historical imports from the next night on, and nothing of another tenant", async () => {
    const tenant = await signUp(app, { timezone: "UTC", currency: "EUR" });
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const count = async () => (await crm.getPipelineTrend({})).data.days.map(({ count }) => count);
    await crm.createOpportunity({ name: "Own" });
    await app.settle();
    moveToNextDay("UTC", 1);
    await app.scheduler.run("snapshots");
    expect(await count()).toEqual([1]);
    const rows = "name,created_at\nOld,2020-02-03T10:00:00Z\nOlder,2019-02-03T10:00:00Z\n";
    const { access_token } = await signIn(app, tenant);
    const { data } = await sendFile(app, access_token, "/opportunities/import", rows, { options: { historic: true } });
    await app.settle();
    expect((await crm.getImport({ id: String(data.import_id) })).data).toMatchObject({ status: "completed" });
    moveToNextDay("UTC", 1);
    await app.scheduler.run("snapshots");
    expect(await count()).toEqual([1, 3]);
  });

  it("covers at most a year, with days in order", async () => {
    const { admin } = await signUp(app);
    expect((await admin.getPipelineTrend({})).data.days).toEqual([]);
    await expect(admin.getPipelineTrend({ from: "2026-01-01", to: "2027-02-01" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "from", message: "The period must be at most 366 days" }],
    });
    await expect(admin.getPipelineTrend({ from: "2026-01-02", to: "2026-01-01" })).rejects.toMatchObject({
      details: [{ field: "from", message: "Must not be later than `to`" }],
    });
  });
});
