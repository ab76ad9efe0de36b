import * as z from "zod";
import { type Owners, useContext } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { instant, month } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { Counter } from "../storage/read/counter.ts";
import { NONE } from "../storage/table/collection.ts";
import type { Item } from "../storage/table/item.ts";
import { Directory } from "../user/directory.ts";
import { LEAD_SOURCES, PRODUCT_LINES } from "./lead.masters.ts";
import {
  added,
  type Counted,
  convertedScope,
  countedIn,
  type Dimension,
  dimensions,
  figuresOf,
  type Month,
  monthAfter,
  monthsBetween,
  nothingCounted,
  ownedScope,
  placeOf,
  summaryScope,
} from "./summary.rules.ts";

/** How many leads there were and how many became customers, from counters: no lead is read. */
export const MOST_MONTHS = 36;
/** Rows of an answer; the totals are of all. */
const MOST_ROWS = 500;
const USUAL_MONTHS = 12;

const by = z.enum(["period", "converted_month", ...dimensions]);

const Query = z.strictObject({
  by: by
    .optional()
    .describe(
      "What the rows are: `period`, that is the months in which leads were created, unless told otherwise. With `converted_month`, the " +
        "months in which they were converted: of leads that were not, nothing counts",
    ),
  from: month()
    .optional()
    .describe(
      `The first month in which leads were created, or converted: ${USUAL_MONTHS} months to the last, that one included, unless told`,
    ),
  to: month().optional().describe(`The last one, this month unless told otherwise; ${MOST_MONTHS} months together at most`),
});

const figures = {
  leads: z.number().int(),
  converted: z.number().int().describe("Of these leads, whenever it was"),
  conversion_rate: z.number().describe("Converted ones in percent, with two decimals; 0 without leads"),
  average_days_to_convert: z.number().nullable().describe("From creation to conversion, with one decimal; null without any"),
};

export const Row = z.object({
  key: z.string().describe("The month, the line, or the id of the source or owner; `none` for leads without one"),
  label: z.string().nullable().describe("Name of the source, the owner or the product line"),
  ...figures,
});

export const Info = z.object({
  by,
  from: z.string(),
  to: z.string(),
  rows: z
    .array(Row)
    .describe(`Months in their order, without leads too; of the others those with leads, most first, ${MOST_ROWS} at most`),
  totals: z.object(figures).describe("Of all rows, those past the bound too"),
  as_of: instant().nullable().describe("Up to when changes are counted; null where there are none"),
});

export const read = fn(Query, async ({ by = "period", from: first, to: last }): Promise<z.output<typeof Info>> => {
  const to = last ?? today().slice(0, 7);
  const from = first ?? monthAfter(to, 1 - USUAL_MONTHS);
  const months = monthsOf(from, to);
  const visible = await useContext().visible();
  const [counters, all] = await Promise.all([
    by === "converted_month"
      ? conversionsOf(from, to, visible)
      : countersOf(by === "period" ? "product_line" : by, from, to, visible),
    Counter.read("lead", Counter.scopesOf(visible)),
  ]);
  const counted = by === "period" || by === "converted_month" ? byMonth(counters, months) : byValue(counters, months);
  const shown = counted.slice(0, MOST_ROWS);
  const labels = await labelsOf(
    by,
    shown.map(([key]) => key),
  );
  const instants = [...counters.map((counter) => counter.as_of), ...(all.as_of ? [all.as_of] : [])];
  return {
    by,
    from,
    to,
    rows: shown.map(([key, numbers]) => ({ key, label: labels.get(key) ?? null, ...figuresOf(numbers) })),
    totals: figuresOf(counted.map(([, numbers]) => numbers).reduce(added, nothingCounted)),
    as_of: instants.sort().at(-1) ?? null,
  };
});

function monthsOf(from: Month, to: Month): Month[] {
  const count = monthsBetween(from, to);
  if (count < 1) throw invalid("from", "Later than `to`");
  if (count > MOST_MONTHS) throw invalid("from", `At most ${MOST_MONTHS} months`);
  return Array.from({ length: count }, (_, at) => monthAfter(from, at));
}

const yearOf = (month: Month): string => month.slice(0, 4);

/** A counter of what the caller sees, with the value that it is of. */
type Place = Item & { year: string; value: string; as_of: string };

/**
 * The counters of every value in the years of the months, strongly consistent: four items a value at most. Who sees the leads
 * of some owners has those of each source and line of these.
 */
async function countersOf(by: Dimension, from: Month, to: Month, visible: Owners): Promise<Place[]> {
  const [first, last] = [yearOf(from), yearOf(to)];
  const ranges: (readonly [from: string, to: string])[] =
    visible === "all"
      ? [[summaryScope(by, first, ""), summaryScope(by, last, "~")]]
      : [...visible].map((owner) => [ownedScope(owner, first), ownedScope(owner, last, "~")] as const);
  const items = await Promise.all(ranges.map((range) => Counter.between("lead", ...range)));
  return placesOf(items.flat(), by);
}

/** The counters of what was converted in the years of the months, strongly consistent: an item for each owner and year. */
async function conversionsOf(from: Month, to: Month, visible: Owners): Promise<Place[]> {
  const [first, last] = [Number(yearOf(from)), Number(yearOf(to))];
  const years = Array.from({ length: last - first + 1 }, (_, at) => yearOf(monthAfter(from, at * 12)));
  const items =
    visible === "all"
      ? Counter.between("lead", convertedScope(yearOf(from), ""), convertedScope(yearOf(to), "~"))
      : Counter.now(
          "lead",
          years.flatMap((year) => [...visible].map((owner) => convertedScope(year, owner))),
        );
  return placesOf(await items, "owner");
}

const placesOf = (counters: readonly Item[], by: Dimension): Place[] =>
  counters.map((item) => ({ ...item, ...placeOf(String(item.sk), by), as_of: String(item.as_of) }));

type Rows = [key: string, numbers: Counted][];

const byMonth = (counters: readonly Place[], months: readonly Month[]): Rows =>
  months.map((month) => [
    month,
    counters
      .filter(({ year }) => year === yearOf(month))
      .map((counter) => countedIn(counter, month))
      .reduce(added, nothingCounted),
  ]);

function byValue(counters: readonly Place[], months: readonly Month[]): Rows {
  const values = Map.groupBy(counters, ({ value }) => value);
  const rows = [...values].map(([value, ofValue]): Rows[number] => [
    value,
    byMonth(ofValue, months)
      .map(([, numbers]) => numbers)
      .reduce(added, nothingCounted),
  ]);
  return rows.filter(([, { leads }]) => leads > 0).sort(([a, one], [b, other]) => other.leads - one.leads || (a < b ? -1 : 1));
}

async function labelsOf(by: z.output<typeof Info>["by"], keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (by === "source") return Master.labelsOf(LEAD_SOURCES);
  if (by === "product_line") return Master.labelsOf(PRODUCT_LINES, "code");
  if (by === "owner") return Directory.namesOf(keys.filter((key) => key !== NONE));
  return new Map();
}

export * as Summary from "./summary.ts";
