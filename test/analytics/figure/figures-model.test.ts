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
import { type PlainScope, plainFigures, type World } from "./plain-figures.ts";

/** Each figure equals a plain computation over all records, and opens the records behind it, for each role. */

const OPERATIONS = resolveTestSize("CRM_FIGURE_OPERATIONS", 70, 220);
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
  /** Tickets that the reader does not see by now, although they count for an agent whom the reader sees, and their surveys. */
  readonly hidden: ReadonlySet<string>;
  readonly #lists = new Map<string, Promise<string[]>>();

  constructor({ token }: Reader, hidden: ReadonlySet<string>) {
    this.#token = token;
    this.hidden = hidden;
  }

  static async create(reader: Reader, { tickets, surveys }: World): Promise<RowLists> {
    const { data: listed } = await reader.client.listTickets({ limit: 100 });
    const { data: listedSurveys } = await reader.client.listTicketSurveys({ limit: 100 });
    const seen = new Set([...listed, ...listedSurveys].map(({ id }) => id));
    return new RowLists(reader, new Set([...tickets, ...surveys].flatMap(({ id }) => (seen.has(id) ? [] : [id]))));
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
    } as never);
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
  return Promise.all(
    chunk(tiles, 24).map(async (part) => (await client.createDashboard({ name: "All", tiles: part } as never)).data.id),
  );
}

interface Filter {
  range: DayRange;
  parameters: Record<string, string>;
  owns: (owner: string | null) => boolean;
}

/** Compares all numbers of a reader's dashboards with plain computations. Returns how many numbers there were. */
async function checkReader(
  reader: Reader,
  world: World,
  dashboards: readonly string[],
  { range, parameters, owns }: Filter,
): Promise<number> {
  const isSeen = (owner: string | null): boolean => reader.sees(owner) && owns(owner);
  const lists = await RowLists.create(reader, world);
  let numbers = 0;
  const check = async (name: string, scope: PlainScope, value: unknown, opens: readonly Request[]): Promise<void> => {
    const plain = plainFigures[name as FigureName];
    const where = [reader.role, parameters, name, scope.from, scope.to];
    expect([...where, value]).toEqual([...where, plain.value(world, scope)]);
    const rows = plain.rows(world, scope).filter((id) => !lists.hidden.has(id));
    expect([...where, await lists.listIds(opens)]).toEqual([...where, [...new Set(rows)].sort()]);
    numbers++;
  };
  const answers = await Promise.all(
    dashboards.map((id) =>
      reader.client.getDashboardData({ id, ...range, ...parameters, compare_to: "previous_period" } as never),
    ),
  );
  const buckets = new Map(listBuckets(range, "week").map(({ key, from, to }) => [key, { from, to }]));
  for (const tile of answers.flatMap(({ data }) => data.tiles)) {
    expect(tile.error).toBeNull();
    for (const { name, value, previous, opens, previous_opens } of tile.figures) {
      await check(name, { ...range, owns: isSeen }, value, opens);
      if (findFigure(name as FigureName).time === "period")
        await check(name, { ...findComparedRange(range, "previous_period"), owns: isSeen }, previous, previous_opens);
    }
    for (const { key, values, opens } of tile.rows)
      for (const [name, value] of Object.entries(values)) {
        const days = buckets.get(key) ?? range;
        const isRow = buckets.has(key) ? isSeen : (owner: string | null): boolean => isSeen(owner) && (owner ?? "none") === key;
        await check(name, { ...days, owns: isRow }, value, opens[name] ?? []);
      }
  }
  return numbers;
}

it("has a plain computation of each figure", () => {
  expect(Object.keys(plainFigures).sort()).toEqual([...figureNames].sort());
});

describe.each(chosenZones)("figures around a change of the clock in %s", (zone, start) => {
  it("equal plain computations over what each role sees, and open the records behind them", async () => {
    clock.ms = Math.max(Date.parse(start), clock.ms + DAY_MS);
    const first = addDays(new Date(clock.ms).toISOString().slice(0, 10), 1);
    const world = await FigureWorld.create(app, zone, clock, createTestRandom(`Figures in ${zone}`));
    const t0 = process.cpuUsage().user;
    await world.run(OPERATIONS);
    const t1 = process.cpuUsage().user;
    const records = await world.load();
    const t2 = process.cpuUsage().user;
    if (process.env.DEBUG_WORLD) console.log(world.done, world.refused);
    const readers = await world.signIn();
    let numbers = 0;
    for (const reader of readers) {
      const dashboards = await createDashboards(reader);
      const range = { from: addDays(first, world.pick([0, 1, 2])), to: addDays(records.context.today, -world.pick([0, 1])) };
      const filters = [
        { parameters: { owner: "me" }, owns: (owner) => owner === reader.id },
        { parameters: { owner: "none" }, owns: (owner) => owner === null },
        { parameters: { team: world.team }, owns: (owner) => owner !== null && world.members.includes(owner) },
      ];
      for (const filter of [{ parameters: {}, owns: () => true }, ...(isExhaustive ? filters : [world.pick(filters)])])
        numbers += await checkReader(reader, records, dashboards, { range, ...filter } as Filter);
    }
    console.log("CPU ms", (t1 - t0) / 1000, (t2 - t1) / 1000, (process.cpuUsage().user - t2) / 1000, numbers);
    expect(numbers).toBeGreaterThan(readers.length * 50);
  });
});
