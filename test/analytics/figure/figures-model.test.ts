import { listBuckets } from "@crm/core/analytics/figure/bucket.rules.ts";
import { findComparedRange } from "@crm/core/analytics/figure/comparison.rules.ts";
import { type FigureName, figureNames, findFigure } from "@crm/core/analytics/figure/figure-registry.ts";
import type { DayRange } from "@crm/core/kernel/period.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize, sample } from "../../support/sample.ts";
import { FigureWorld, type Reader } from "./figure-world.ts";
import { type PlainScope, plainFigures, sumRecords, type World } from "./plain-figures.ts";

/** Each figure equals a plain computation over all records, and opens the records behind it, for each role. */

const OPERATIONS = resolveTestSize("CRM_FIGURE_OPERATIONS", 28, 220);
const DAY_MS = 24 * 60 * 60 * 1000;

/** Two days before a change of the clock, by one hour or by half an hour. */
const zones = [
  ["America/New_York", "2027-03-12T20:00:00.000Z"],
  ["Europe/Berlin", "2027-10-29T20:00:00.000Z"],
  ["Australia/Lord_Howe", "2027-04-01T20:00:00.000Z"],
] as const;
const chosenZones = isExhaustive ? zones : zones.filter((_, index) => index === Number(sample) % zones.length);

const clock = { ms: Date.parse("2027-03-01T00:00:00.000Z") };
let app: App;
beforeAll(async () => {
  app = await startTestApp({ time: () => clock.ms++ });
});
afterAll(() => app.stop());

const place = { x: 0, y: 0, width: 3, height: 1 } as const;
const chunk = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));

type Request = { path: string; body: unknown };
type Answer = { data: { id: string }[]; meta: { total: number } };

/** Lists the ids behind numbers. Each request is sent once. */
class RowLists {
  readonly #token: string;
  /** Tickets, interactions and activities that the reader does not see, although they count for a user whom the reader sees, and surveys. */
  readonly hidden: ReadonlySet<string>;
  readonly #lists = new Map<string, Promise<string[]>>();

  constructor({ token }: Reader, hidden: ReadonlySet<string>) {
    this.#token = token;
    this.hidden = hidden;
  }

  static async create(reader: Reader, { tickets, surveys, outcomes, interactions, activities }: World): Promise<RowLists> {
    const { data: listed } = await reader.client.listTickets({ limit: 100 });
    const { data: listedSurveys } = await reader.client.listTicketSurveys({ limit: 100 });
    const { data: listedViolations } = await reader.client.listSlaViolations({ limit: 100 });
    const { data: listedInteractions } = await reader.client.listInteractions({ limit: 100 });
    const { data: listedActivities } = await reader.client.listActivities({ limit: 100 });
    const lists = [listed, listedSurveys, listedViolations, listedInteractions, listedActivities];
    const seen = new Set(lists.flatMap((records) => records.map(({ id }) => id)));
    return new RowLists(
      reader,
      new Set(
        [...tickets, ...surveys, ...outcomes, ...interactions, ...activities].flatMap(({ id }) => (seen.has(id) ? [] : [id])),
      ),
    );
  }

  async listIds(requests: readonly Request[]): Promise<string[]> {
    return (await Promise.all(requests.map((request) => this.#list(request)))).flat().sort();
  }

  #list(request: Request): Promise<string[]> {
    const key = JSON.stringify(request);
    const known = this.#lists.get(key) ?? this.#send(request);
    this.#lists.set(key, known);
    return known;
  }

  async #send({ path, body }: Request): Promise<string[]> {
    const { status, body: text } = await inProcessTransport(
      app,
      this.#token,
    )({
      ...{ method: "POST", path: `/api/v1${path}`, query: "", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ ...(body as object), limit: 100 }),
    });
    expect([path, body, status, text]).toEqual([path, body, 200, text]);
    const { data, meta } = JSON.parse(text) as Answer;
    expect([path, body, meta.total]).toEqual([path, body, data.length]);
    return data.map(({ id }) => id);
  }
}

/** Returns the dashboards that show all figures which a reader may read: each alone, by owner, and by week. */
async function createDashboards({ client }: Reader): Promise<string[]> {
  const names = (await client.listFigures({})).data.figures.map(({ name }) => name as FigureName);
  const listTables = (group: "owner" | "period", by: string) =>
    chunk(
      names.filter((name) => findFigure(name).groups.includes(group)),
      10,
    ).map((figures) => ({ type: "table", figures, by, limit: 50 }));
  const tiles = [
    ...names.map((figure) => ({ type: "figure", figure })),
    ...listTables("owner", "owner"),
    ...listTables("period", "week"),
  ].map((tile) => ({ ...tile, ...place }));
  return Promise.all(chunk(tiles, 24).map(async (part) => (await client.createDashboard({ name: "All", tiles: part })).data.id));
}

/** The owners and the days of the records that a request counts. */
interface Filter {
  range: DayRange;
  parameters: Record<string, string>;
  owns: (owner: string | null) => boolean;
}

type Values = Record<string, string | number | null>;
interface Figures {
  figures: readonly {
    name: string;
    value: string | number | null;
    previous: string | number | null;
    opens: Request[];
    previous_opens: Request[];
  }[];
  rows: readonly { key: string; values: Values; opens: Record<string, Request[]> }[];
}

/** Compares numbers that a reader gets with plain computations, and the records that they open with those behind them. */
class Checker {
  readonly #reader: Reader;
  readonly #world: World;
  readonly #lists: RowLists;
  numbers = 0;

  constructor(reader: Reader, world: World, lists: RowLists) {
    this.#reader = reader;
    this.#world = world;
    this.#lists = lists;
  }

  static create = async (reader: Reader, world: World): Promise<Checker> =>
    new Checker(reader, world, await RowLists.create(reader, world));

  async #check(name: string, scope: PlainScope, value: unknown, opens: readonly Request[], parameters: object): Promise<void> {
    const plain = plainFigures[name as FigureName];
    const where = [this.#reader.role, parameters, name, scope.from, scope.to];
    expect([...where, value]).toEqual([...where, plain.value(this.#world, scope)]);
    const rows = plain.rows(this.#world, scope).filter((id) => !this.#lists.hidden.has(id));
    expect([...where, await this.#lists.listIds(opens)]).toEqual([...where, [...new Set(rows)].sort()]);
    this.numbers++;
  }

  /** Compares figures, those of the period before, and those of each owner or week. */
  async checkFigures({ figures, rows }: Figures, { range, parameters, owns }: Filter): Promise<void> {
    const isSeen = (owner: string | null): boolean => this.#reader.sees(owner) && owns(owner);
    const seesAll = this.#reader.sees("another user");
    const before = findComparedRange(range, "previous_period");
    for (const { name, value, previous, opens, previous_opens } of figures) {
      await this.#check(name, { ...range, owns: isSeen, seesAll }, value, opens, parameters);
      if (findFigure(name as FigureName).time === "period")
        await this.#check(name, { ...before, owns: isSeen, seesAll }, previous, previous_opens, parameters);
    }
    const buckets = new Map(listBuckets(range, "week").map(({ key, from, to }) => [key, { from, to }]));
    for (const { key, values, opens } of rows)
      for (const [name, value] of Object.entries(values)) {
        const ofOwner = (owner: string | null): boolean => isSeen(owner) && (owner ?? "none") === key;
        const scope = { ...(buckets.get(key) ?? range), owns: buckets.has(key) ? isSeen : ofOwner, seesAll };
        await this.#check(name, scope, value, opens[name] ?? [], parameters);
      }
  }

  /** Compares all groups of an answer, at any depth, with the records that they open. */
  async checkGroups(answer: unknown): Promise<void> {
    if (typeof answer !== "object" || answer === null) return;
    const { opens, count, created, leads, value, weighted, expected_revenue } = answer as Record<string, unknown>;
    if (Array.isArray(opens) && !("name" in answer)) {
      const ids = await this.#lists.listIds(opens);
      const number = count ?? created ?? leads;
      if (number !== undefined) expect([opens, number]).toEqual([opens, ids.length]);
      const sums = sumRecords(this.#world, ids);
      if (value !== undefined) expect([opens, value]).toEqual([opens, sums.value]);
      // What was won is weighted at its whole amount.
      const isOpen = JSON.stringify(opens).includes('"is_closed":false');
      if (weighted !== undefined) expect([opens, weighted]).toEqual([opens, isOpen ? sums.weighted : sums.value]);
      if (expected_revenue !== undefined) expect([opens, expected_revenue]).toEqual([opens, sums.weighted]);
      this.numbers++;
    }
    for (const part of Object.values(answer)) await this.checkGroups(part);
  }
}

/** Reads what a reader's dashboard and the analytics answer for a filter, and checks all numbers of it. */
async function checkReads(checker: Checker, { client }: Reader, filter: Filter): Promise<void> {
  const query = { ...filter.range, ...filter.parameters, compare_to: "previous_period" } as const;
  const { data: sales } = await client.getSalesAnalytics({ ...query, interval: "week" });
  const { data: revenue } = await client.getRevenueAnalytics({ ...query, interval: "week" });
  const { data: rates } = await client.getConversionRates({ ...query, interval: "week" });
  const { data: customers } = await client.getCustomerHealthAnalytics({ ...query, interval: "week" });
  for (const answer of [sales, revenue, rates, customers])
    await checker.checkFigures({ figures: answer.figures, rows: [...answer.by_period, ...answer.by_owner] } as Figures, filter);
  const { data: team } = await client.getTeamPerformance(query);
  await checker.checkFigures({ figures: team.figures, rows: team.by_owner } as Figures, filter);
  const { data: pipeline } = await client.getPipelineAnalytics(query);
  const { data: overview } = await client.getAnalyticsDashboard(query);
  for (const { figures } of [pipeline, overview]) await checker.checkFigures({ figures, rows: [] } as Figures, filter);
  const { data: forecast } = await client.getForecastAnalytics({ months: 4, ...filter.parameters });
  const groups = [customers.by_risk_level, customers.by_lifecycle_stage, customers.by_status, rates.leads, rates.by_stage];
  await checker.checkGroups([...groups, pipeline.by_stage, pipeline.by_owner, pipeline.by_month, overview.stages, forecast]);
}

type Dashboard = Awaited<ReturnType<Reader["client"]["getDefaultDashboardData"]>>["data"];

async function checkTiles(checker: Checker, { tiles }: Dashboard, filter: Filter): Promise<void> {
  for (const tile of tiles) {
    expect(tile.error).toBeNull();
    await checker.checkFigures(tile as Figures, filter);
    await checker.checkGroups(tile.stages);
  }
}

it("has a plain computation of each figure", () => {
  expect(Object.keys(plainFigures).sort()).toEqual([...figureNames].sort());
});

describe.each(chosenZones)("figures around a change of the clock in %s", (zone, start) => {
  it("equal plain computations over what each role sees, and open the records behind them", async () => {
    clock.ms = Math.max(Date.parse(start), clock.ms + DAY_MS);
    const first = addDays(new Date(clock.ms).toISOString().slice(0, 10), 1);
    const world = await FigureWorld.create(app, zone, clock, createTestRandom(`Figures in ${zone}`));
    await world.run(OPERATIONS);
    const records = await world.load();
    const readers = await world.signIn();
    // The reads that are not those of the role's dashboard.
    const chosen = isExhaustive ? readers : [world.pick(readers)];
    for (const reader of readers) {
      const to = addDays(records.context.today, -world.pick([0, 1]));
      const [from = to] = [addDays(first, world.pick([0, 1, 2])), to].sort();
      const range = { from, to };
      const everyone: Filter = { range, parameters: {}, owns: () => true };
      const narrowed: Filter[] = [
        { range, parameters: { owner: "me" }, owns: (owner) => owner === reader.id },
        { range, parameters: { owner: "none" }, owns: (owner) => owner === null },
        { range, parameters: { team: world.team }, owns: (owner) => owner !== null && world.members.includes(owner) },
      ];
      const checker = await Checker.create(reader, records);
      const query = { ...range, compare_to: "previous_period" } as const;
      await checkTiles(checker, (await reader.client.getDefaultDashboardData(query)).data, everyone);
      if (chosen.includes(reader)) {
        const dashboards = await createDashboards(reader);
        for (const filter of isExhaustive ? [everyone, ...narrowed] : [world.pick([everyone, ...narrowed])]) {
          await checkReads(checker, reader, filter);
          for (const id of dashboards)
            await checkTiles(
              checker,
              (await reader.client.getDashboardData({ id, ...query, ...filter.parameters })).data,
              filter,
            );
        }
      }
      expect(checker.numbers).toBeGreaterThan(8);
    }
  });
});
