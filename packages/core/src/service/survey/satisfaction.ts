import * as z from "zod";
import { useContext } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date, instant, oneOf } from "../../kernel/schema.ts";
import { addDays, daysBetween, listDays } from "../../kernel/time-zone.ts";
import { TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Counter } from "../../storage/read/counter.ts";
import { NONE } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { TICKET_SURVEY } from "../ticket/ticket.kind.ts";
import { type Cell, type CellGroup, cellRange, parseCells, Tally, totalCellRange } from "./satisfaction.rules.ts";

/** The satisfaction of requesters. CSAT and NPS come from counters, so no survey is read. */

export const groups = ["agent", "team", "category", "day", "month"] as const;
type Group = (typeof groups)[number];

/** Limits of a report: days, rows in the response, and counters that are read. */
const [MAX_DAYS, MAX_ROWS, MAX_COUNTERS] = [366, 500, 20_000];
const DEFAULT_DAYS = 30;

const Query = z.strictObject({
  from: date().optional().describe(`First day in the tenant's time zone. Default: ${DEFAULT_DAYS} days before \`to\``),
  to: date().optional().describe(`Last day. Default: today. The range can have at most ${MAX_DAYS} days`),
  by: oneOf(groups).optional().describe("Default: by agent, as assigned at the resolution"),
});

const count = () => z.number().int();
const decimal = () => z.string().nullable();

const numberFields = {
  answers: count(),
  ratings: z.array(count()).length(5).describe("Number of ratings of 1, 2, 3, 4 and 5"),
  mean: decimal().describe("Mean rating with four decimals"),
  csat: decimal().describe("Share of ratings of 4 and 5, from 0 to 1, with four decimals"),
  nps_answers: count(),
  nps: count()
    .nullable()
    .describe("Percentage of promoters (9, 10) minus percentage of detractors (0 to 6); null if there are no answers"),
};

export const Row = z
  .object({
    key: z.string().describe("Id or period; `none` for tickets without one"),
    label: z.string().nullable(),
    ...numberFields,
  })
  .meta({ id: "SatisfactionGroup" });

export const Info = z.object({
  by: oneOf(groups),
  from: date(),
  to: date(),
  rows: z.array(Row).describe(`Periods in chronological order, other rows by number of answers; at most ${MAX_ROWS}`),
  totals: z.object(numberFields),
  as_of: instant().nullable().describe("Answers up to this time are counted"),
});

export const read = fn(Query, async ({ by = "agent", ...requestedPeriod }): Promise<z.output<typeof Info>> => {
  const { from, to } = resolvePeriod(requestedPeriod);
  const [total, ofGroup] = await Promise.all([
    loadCells("all", from, to),
    by === "day" || by === "month" ? undefined : loadCells(by, from, to),
  ]);
  const tallies = sumTallies((ofGroup ?? total).cells, by);
  const labels = await loadLabels(by, [...tallies.keys()]);
  const rows = [...tallies].map(([key, tally]) => ({ key, label: labels.get(key) ?? null, ...presentTally(tally) }));
  const isPeriod = ofGroup === undefined;
  rows.sort((row, b) => (isPeriod ? 0 : b.answers - row.answers) || (row.key < b.key ? -1 : 1));
  return {
    ...{ by, from, to, rows: rows.slice(0, MAX_ROWS) },
    totals: presentTally(total.cells.reduce((sum, { tally }) => sum.join(tally), new Tally())),
    as_of: total.as_of,
  };
});

function resolvePeriod({
  to = today(),
  from = addDays(to, 1 - DEFAULT_DAYS),
}: {
  from?: string | undefined;
  to?: string | undefined;
}) {
  if (to < from) throw invalid("to", "Must not be before from");
  if (daysBetween(from, to) >= MAX_DAYS) throw invalid("to", `Must be at most ${MAX_DAYS} days, counted from \`from\``);
  return { from, to };
}

interface CellResult {
  cells: Cell[];
  as_of: string | null;
}

/** Loads the counts of the agents whose tickets the caller can see. A caller who can see all tickets reads the totals instead. */
async function loadCells(group: CellGroup, from: string, to: string): Promise<CellResult> {
  const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
  const owners = await useContext().visibleOwners();
  const isWhole = owners === "all" && group !== "agent";
  // A caller who cannot see all tickets reads the counters of all agents, and those of other agents are dropped.
  const apart = group === "all" ? "agent" : group;
  const ranges = isWhole ? listMonths(first, last).map((month) => totalCellRange(group, month)) : [cellRange(apart, first, last)];
  const items = await readCounters(ranges);
  // Answers without an agent are dropped: the counters do not say whether the caller can see their tickets through a team or customer.
  const isSeen = (agent: string): boolean => owners === "all" || (agent !== NONE && owners.has(agent));
  const isMeant = ({ agent, day }: Cell): boolean => day >= from && day <= to && isSeen(agent);
  const instants = items.flatMap(({ as_of }) => (as_of ? [String(as_of)] : []));
  return { cells: items.flatMap(parseCells).filter(isMeant), as_of: instants.sort().at(-1) ?? null };
}

/** Lists the months from the first to the last, at most thirteen. */
const listMonths = (first: string, last: string): string[] => [
  ...new Set(listDays(`${first}-01`, `${last}-01`).map((day) => day.slice(0, 7))),
];

async function readCounters(ranges: readonly (readonly [string, string])[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const [from, to] of ranges)
    for await (const item of Counter.iterateRange(TICKET_SURVEY.name, from, to, { ConsistentRead: true })) {
      if (items.length >= MAX_COUNTERS)
        throw ruleViolation("Too many counters for one response: request fewer days", [
          { field: "from", message: "Must be later" },
        ]);
      items.push(item);
    }
  return items;
}

function sumTallies(cells: readonly Cell[], group: Group): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const findKey = ({ value, day }: Cell): string => (group === "day" ? day : group === "month" ? day.slice(0, 7) : value);
  for (const cell of cells) tallies.set(findKey(cell), (tallies.get(findKey(cell)) ?? new Tally()).join(cell.tally));
  return tallies;
}

const presentTally = (tally: Tally): z.output<z.ZodObject<typeof numberFields>> => ({
  answers: tally.answers,
  ratings: tally.ratings,
  mean: tally.mean,
  csat: tally.csat,
  nps_answers: tally.npsAnswers,
  nps: tally.nps,
});

async function loadLabels(group: Group, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (group === "agent") return Directory.loadNames(keys);
  if (group === "team") return Directory.loadTeamNames(keys);
  if (group !== "category") return new Map(keys.map((key) => [key, key]));
  const { byId } = await loadValues(TICKET_CATEGORIES);
  return new Map(keys.flatMap((key) => (byId.has(key) ? [[key, byId.get(key)?.name ?? key] as const] : [])));
}

export * as Satisfaction from "./satisfaction.ts";
