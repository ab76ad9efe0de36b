import * as z from "zod";
import { type Owners, useContext } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { instant, month, oneOf } from "../kernel/schema.ts";
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
  createdScope,
  type Dimension,
  dimensions,
  type Figure,
  figuresIn,
  figuresOf,
  type Month,
  monthAfter,
  monthsBetween,
  nothingCounted,
  ownedScope,
} from "./summary.rules.ts";

/** How many leads there were and how many became customers, from counters: no lead is read. */
export const MOST_MONTHS = 36;
/** Rows of an answer; the totals are of all. */
const MOST_ROWS = 500;
const USUAL_MONTHS = 12;

const by = oneOf(["period", "converted_month", ...dimensions]);
type By = z.output<typeof by>;
const isDimension = (by: By): by is Dimension => dimensions.some((dimension) => dimension === by);

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
    by === "converted_month" ? conversionsOf(from, to, visible) : countersOf(by, from, to, visible),
    Counter.read("lead", Counter.scopesOf(visible)),
  ]);
  const dimension = isDimension(by) ? by : "owner";
  const figures = counters
    .flatMap((counter) => figuresIn(counter, dimension))
    .filter(({ month }) => from <= month && month <= to);
  const counted = isDimension(by) ? byValue(figures) : byMonth(figures, months);
  const shown = counted.slice(0, MOST_ROWS);
  const labels = await labelsOf(
    by,
    shown.map(([key]) => key),
  );
  const instants = [...counters.map(({ as_of }) => String(as_of)), ...(all.as_of ? [all.as_of] : [])];
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

const yearsOf = (from: Month, to: Month): string[] =>
  Array.from({ length: Number(yearOf(to)) - Number(yearOf(from)) + 1 }, (_, at) => yearOf(monthAfter(from, at * 12)));

/**
 * The counters of the years of the months, four years at most, strongly consistent: an item for each source and line of a year, by owner and
 * for who sees the leads of some one for each owner and month.
 */
async function countersOf(by: By, from: Month, to: Month, visible: Owners): Promise<Item[]> {
  if (visible === "all") {
    const scope = by === "owner" ? ownedScope : createdScope;
    return Counter.between("lead", scope(yearOf(from), ""), scope(yearOf(to), "~"));
  }
  const items = yearsOf(from, to).flatMap((year) =>
    [...visible].map((owner) => Counter.between("lead", ownedScope(year, owner, ""), ownedScope(year, owner, "~"))),
  );
  return (await Promise.all(items)).flat();
}

/** The counters of what was converted in the years of the months, strongly consistent: an item for each owner and year. */
const conversionsOf = (from: Month, to: Month, visible: Owners): Promise<Item[]> =>
  visible === "all"
    ? Counter.between("lead", convertedScope(yearOf(from), ""), convertedScope(yearOf(to), "~"))
    : Counter.now(
        "lead",
        yearsOf(from, to).flatMap((year) => [...visible].map((owner) => convertedScope(year, owner))),
      );

type Rows = [key: string, numbers: Counted][];

const sumOf = (figures: readonly Figure[]): Counted => figures.map(({ numbers }) => numbers).reduce(added, nothingCounted);

function byMonth(figures: readonly Figure[], months: readonly Month[]): Rows {
  const byMonth = Map.groupBy(figures, ({ month }) => month);
  return months.map((month) => [month, sumOf(byMonth.get(month) ?? [])]);
}

function byValue(figures: readonly Figure[]): Rows {
  const rows = [...Map.groupBy(figures, ({ value }) => value)].map(([value, ofValue]): Rows[number] => [value, sumOf(ofValue)]);
  return rows.filter(([, { leads }]) => leads > 0).sort(([a, one], [b, other]) => other.leads - one.leads || (a < b ? -1 : 1));
}

async function labelsOf(by: By, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (by === "source") return Master.labelsOf(LEAD_SOURCES);
  if (by === "product_line") return Master.labelsOf(PRODUCT_LINES, "code");
  if (by === "owner") return Directory.namesOf(keys.filter((key) => key !== NONE));
  return new Map();
}

export * as Summary from "./summary.ts";
