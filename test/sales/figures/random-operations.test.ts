import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import Big from "big.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkGroups } from "../../analytics/figure/group-reference.ts";
import { addUser, createCampaign, inProcessTransport, signUp, startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";
import {
  buildRow,
  buildRows,
  type CountedRecord,
  countedDay,
  type FigureContext,
  multiplySum,
  type OpportunityView,
  sumOpenRecords,
} from "./reference-figures.ts";
import { pickMoney, setRate, signInUser } from "./support.ts";

let app: App;
let ms = Date.parse("2027-03-10T20:00:00.000Z");
beforeAll(async () => {
  app = await startTestApp({ time: () => ms++ });
});
afterAll(() => app.stop());

const now = (): string => new Date(ms).toISOString();
const ZONE = "Pacific/Auckland";
const BURST_COUNT = resolveTestSize("CRM_BURSTS", 2, 3);

type OwnerUnits = { manager: string | null; team: string | null; region: string | null };

describe("pipeline, forecast and statistics", () => {
  it("equal a plain computation under concurrent changes, for all records and for restricted visibility", async () => {
    const chance = createTestRandom("Pipeline, forecast and statistics");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone: ZONE, currency: "USD" });
    const { admin } = tenant;
    // An API key remains valid while the clock advances; a session does not.
    const { data: key } = await admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const make = async (kind: string, name: string, more: object = {}) =>
      (await crm.createMaster({ kind, name, ...more })).data.id as string;
    const [north, south] = [
      await make("territories", "North", { region: "EMEA" }),
      await make("territories", "South", { region: "APAC" }),
    ];
    const lead = await addUser(app, tenant, "MANAGER");
    const { data: team } = await crm.createTeam({ name: "Sea", manager_id: lead.id, territory_id: north });
    const { data: second } = await crm.createTeam({ name: "Land", territory_id: south });
    const rep = await addUser(app, tenant, "SALES_REP", { team_id: team.id, manager_id: lead.id });
    const otherRep = await addUser(app, tenant, "SALES_REP", { team_id: second.id });
    const standings = new Map<string, OwnerUnits>([
      [lead.id, { manager: null, team: null, region: null }],
      [rep.id, { manager: lead.id, team: team.id, region: "EMEA" }],
      [otherRep.id, { manager: null, team: second.id, region: "APAC" }],
    ]);
    const customer_id = (await crm.createCustomer({ name: "Harbour" })).data.id;
    const open = (await crm.listOpportunityStages({ limit: 100 })).data.filter(({ is_closed }) => !is_closed);
    const [spring, autumn] = [await createCampaign(crm), await createCampaign(crm, "Autumn")];
    const bought = (await crm.createProduct({ name: "Hull" })).data.id;

    const money = () => pickMoney(pick);
    const month = (): string => addDays(instantToDay(ZONE, now()), Math.floor(chance() * 120) - 30);
    const buildFields = () => ({
      ...money(),
      stage_id: pick(open).id,
      close_date: pick([null, month(), month()]),
      owner_id: pick([null, rep.id, otherRep.id, lead.id]),
      territory_id: pick([null, north, south]),
      type: pick([null, "UPSELL", "RENEWAL"]),
      source_campaign_id: pick([null, spring, autumn]),
      lead_source_id: pick([null, "web", "event"]),
    });
    const priced = () => ({ quantity: pick(["1", "3"]), unit_price: pick([null, "10", "250"]) });
    const lines = () =>
      pick([
        [],
        [{ name: "Rope", ...priced() }],
        [
          { name: "Hull", product_id: bought, ...priced() },
          { name: "ROPE", ...priced() },
        ],
      ]);
    const pickCompetitors = () => pick([[], ["Acme"], ["ACME ", "Öresund & Co"]]).map((competitor_name) => ({ competitor_name }));
    const buildInput = () => ({ ...buildFields(), products: lines(), competitors: pickCompetitors() });
    const ids: string[] = [];
    const act = async (): Promise<void> => {
      const [id, turn] = [pick(ids), chance()];
      const all = buildFields();
      const win = { win_loss_reason_id: pick([null, "best_fit"]) };
      const field = pick(Object.keys(all)) as keyof typeof all;
      const change = field === "amount" || field === "currency" ? money() : { [field]: all[field] };
      if (turn < 0.35 || !id) ids.push((await crm.createOpportunity({ name: "Fleet", customer_id, ...buildInput() })).data.id);
      else if (turn < 0.47) await crm.winOpportunity({ id, ...win });
      else if (turn < 0.54) await crm.loseOpportunity({ id, win_loss_reason_id: pick(["no_budget", "timing"]) });
      else if (turn < 0.57) await crm.reopenOpportunity({ id, reason: "They asked again" });
      else if (turn < 0.6) await crm.moveOpportunity({ id, stage_id: pick(open).id, reason: "As it is" });
      else if (turn < 0.65) await crm.addOpportunityProduct({ id, name: "Sail", ...priced() });
      else if (turn < 0.7) await crm.addCompetitor({ id, competitor_name: "Third" });
      else if (turn < 0.75) await crm.deleteOpportunity({ id });
      else if (turn < 0.82) await crm.restoreOpportunity({ id });
      else await crm.updateOpportunity({ id, ...change });
    };
    const rates: FigureContext["rates"][number][] = [];
    for (let burst = 0; burst < BURST_COUNT; burst++) {
      await Promise.allSettled(Array.from({ length: 16 }, act));
      await setRate(crm, rates, pick, { zone: ZONE, now: now(), ago: Math.floor(chance() * 4) });
      if (burst === 1) {
        await crm.updateUser({ id: rep.id, team_id: second.id });
        standings.set(rep.id, { manager: lead.id, team: second.id, region: "APAC" });
      }
      if (chance() < 0.7) ms += Math.floor(chance() * 40) * 12 * 60 * 60_000;
      await app.settle();
      const { data: listed } = await crm.listOpportunities({ limit: 100 });
      const records = await Promise.all(listed.map(async ({ id }) => (await crm.getOpportunity({ id })).data));
      const figureContext: FigureContext = { currency: "USD", zone: ZONE, today: instantToDay(ZONE, now()), rates };
      const views: readonly [Client, (owner: string | null) => boolean][] = [
        [crm, () => true],
        [await signInUser(app, tenant, rep), (owner) => owner === null || owner === rep.id],
        [
          await signInUser(app, tenant, lead),
          (owner) => owner !== otherRep.id || standings.get(otherRep.id)?.manager === lead.id,
        ],
      ];
      for (const [as, isVisible] of views) {
        const visible = records.filter(({ owner_id }) => isVisible(owner_id));
        await checkFigures(as, visible, figureContext, standings, pick);
        await checkGroups(as, visible, figureContext);
      }
      await checkForecast(crm, records, figureContext);
    }
    expect(ids.length).toBeGreaterThan(10);
    const { differences } = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }));
    expect(differences).toEqual([]);
  });
});

const NONE = "none";

/** The keys of a record in each grouping, with the amount that it counts. */
const recordGroupings = (
  standings: ReadonlyMap<string, OwnerUnits>,
): Readonly<Record<string, (record: OpportunityView) => CountedRecord[]>> => {
  const single = (readKey: (record: OpportunityView) => string | null | undefined) => (record: OpportunityView) =>
    [[readKey(record) || NONE, record.amount, record]] as CountedRecord[];
  const groupByUnit = (readUnit: (standing: OwnerUnits) => string | null) =>
    single(({ owner_id }) => readUnit(standings.get(owner_id ?? "") ?? { manager: null, team: null, region: null }));
  return {
    stage: single(({ stage_id }) => stage_id),
    owner: single(({ owner_id }) => owner_id),
    manager: groupByUnit(({ manager }) => manager),
    team: groupByUnit(({ team }) => team),
    region: groupByUnit(({ region }) => region),
    territory: single(({ territory_id }) => territory_id),
    type: single(({ type }) => type),
    campaign: single(({ source_campaign_id }) => source_campaign_id),
    source: single(({ lead_source_id }) => lead_source_id),
    reason: single(({ win_loss_reason_id }) => win_loss_reason_id),
    product: (record) => {
      const ofKey = Map.groupBy(record.products, ({ product_id, name }) => product_id ?? name?.toLowerCase() ?? "");
      const sums = [...ofKey].map(([key, lineItems]): CountedRecord => {
        const prices = lineItems.flatMap(({ total_price }) => total_price ?? []);
        return [key, prices.length === 0 ? null : prices.reduce((sum, price) => sum.plus(price), new Big(0)).toFixed(), record];
      });
      return sums.length > 0 ? sums : [[NONE, record.amount, record]];
    },
    competitor: (record) => {
      const names = new Set(record.competitors.map(({ competitor_name }) => competitor_name.trim().toLowerCase()));
      return [...(names.size > 0 ? names : [NONE])].map((key): CountedRecord => [key, record.amount, record]);
    },
  };
};

async function checkFigures(
  as: Client,
  records: readonly OpportunityView[],
  figureContext: FigureContext,
  standings: ReadonlyMap<string, OwnerUnits>,
  pick: <T>(from: readonly T[]) => T,
): Promise<void> {
  const days = records.map((record) => countedDay(record, figureContext));
  const all = [{}, { from: pick(days) }, { to: pick(days) }, { from: figureContext.today, to: figureContext.today }];
  // The whole range, and a random part of it.
  const ranges = isExhaustive ? all : [{}, pick(all.slice(1))];
  for (const range of ranges as readonly { from?: string; to?: string }[]) {
    const rangeRecords = records.filter((record) => {
      const day = countedDay(record, figureContext);
      return (range.from ?? "") <= day && day <= (range.to ?? "~");
    });
    for (const [group_by, countRecord] of Object.entries(recordGroupings(standings))) {
      const { data } = await as.getOpportunityStats({ group_by, ...range });
      const isText = group_by === "product" || group_by === "competitor";
      const rows = data.rows
        .map(({ label: _label, code: _code, key, ...rest }) => ({ key: isText ? key.toLowerCase() : key, ...rest }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      expect({ group_by, range, rows: rows }).toEqual({
        group_by,
        range,
        rows: buildRows(figureContext, rangeRecords.flatMap(countRecord)),
      });
      expect(data.totals).toMatchObject(
        buildRow(
          figureContext,
          "total",
          rangeRecords.map((record): CountedRecord => ["", record.amount, record]),
        ),
      );
    }
    for (const interval of ["month", "quarter", "year"]) {
      const { data } = await as.getOpportunityStats({ group_by: "period", interval, ...range });
      const toPeriod = (day: string) =>
        interval === "year" ? day.slice(0, 4) : interval === "month" ? day.slice(0, 7) : toQuarter(day);
      const countedRecords = rangeRecords.map(
        (record): CountedRecord => [toPeriod(countedDay(record, figureContext)), record.amount, record],
      );
      expect(data.rows.map(({ label: _label, code: _code, ...rest }) => rest)).toEqual(buildRows(figureContext, countedRecords));
    }
  }
  const { data: pipeline } = await as.getPipeline({});
  const openRecords = records.filter(({ is_closed }) => !is_closed);
  const { opens: _opens, ...totals } = pipeline.totals;
  expect(totals).toEqual(sumOpenRecords(figureContext, openRecords).shown);
  const pipelineGroups = { by_stage: pipeline.by_stage, by_owner: pipeline.by_owner, by_period: pipeline.by_period };
  for (const [name, readKey] of Object.entries({
    by_stage: ({ stage_id }: OpportunityView) => stage_id,
    by_owner: ({ owner_id }: OpportunityView) => owner_id ?? NONE,
    by_period: ({ close_date }: OpportunityView) => close_date?.slice(0, 7) ?? NONE,
  })) {
    const parts = [...Map.groupBy(openRecords, readKey)].map(([key, group]) => ({
      key,
      ...sumOpenRecords(figureContext, group).shown,
    }));
    const rest = pipelineGroups[name as keyof typeof pipelineGroups]
      .map(({ label: _label, code: _code, opens: _opens, ...row }) => row)
      .filter(({ count }) => count > 0);
    expect([name, rest.sort((a, b) => (a.key < b.key ? -1 : 1))]).toEqual([name, parts.sort((a, b) => (a.key < b.key ? -1 : 1))]);
  }
}

const toQuarter = (day: string): string => `${day.slice(0, 4)}-Q${Math.floor((Number(day.slice(5, 7)) + 2) / 3)}`;

async function checkForecast(crm: Client, records: readonly OpportunityView[], figureContext: FigureContext): Promise<void> {
  const { data } = await crm.getForecast({ months: 4 });
  const openRecords = records.filter(({ is_closed }) => !is_closed);
  const pipelineTotal = sumOpenRecords(figureContext, openRecords).exactValue;
  for (const { forecast_period, by_category, by_owner, ...month } of data.months) {
    const monthRecords = openRecords.filter(({ close_date }) => close_date?.startsWith(forecast_period.slice(0, 7)));
    const { exact } = sumOpenRecords(figureContext, monthRecords);
    expect(month).toMatchObject({
      expected_revenue: multiplySum(exact, "1", "USD"),
      best_case_revenue: multiplySum(exact, "1.2", "USD"),
      worst_case_revenue: multiplySum(exact, "0.8", "USD"),
    });
    if (!pipelineTotal.eq(0)) expect(month.pipeline_coverage_ratio).toBeCloseTo(Number(exact.div(pipelineTotal)), 3);
    expect(month.risk_factors.length).toBe(exact.lt(100_000) ? 1 : 0);
    const wonRecords = records.filter(
      ({ is_won, closed_date }) => is_won && closed_date?.startsWith(forecast_period.slice(0, 7)),
    );
    const value = buildRow(
      figureContext,
      "",
      wonRecords.map((record): CountedRecord => ["", record.amount, record]),
    );
    for (const category of by_category) {
      const categoryRecords = monthRecords.filter(({ forecast_category }) => forecast_category === category.forecast_category);
      expect(category).toMatchObject(
        category.forecast_category === "CLOSED"
          ? { count: wonRecords.length, value: value.won_value }
          : sumOpenRecords(figureContext, categoryRecords).shown,
      );
    }
    for (const owner of by_owner)
      expect(owner).toMatchObject(
        sumOpenRecords(
          figureContext,
          monthRecords.filter(({ owner_id }) => owner_id === owner.owner_id),
        ).shown,
      );
    expect(by_owner.reduce((sum, { count }) => sum + count, 0)).toBe(monthRecords.length);
  }
}
