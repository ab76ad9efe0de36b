import * as z from "zod";
import { type Owners, useContext } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, month, oneOf } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Counter } from "../../storage/read/counter.ts";
import { NONE } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { LEAD_SOURCES, PRODUCT_LINES } from "./lead.masters.ts";
import {
  addMonths,
  addTotals,
  convertedScope,
  countMonths,
  createdScope,
  type Dimension,
  dimensions,
  type LeadTotals,
  type Month,
  type MonthFigure,
  NO_TOTALS,
  ownedScope,
  parseFigures,
  presentTotals,
} from "./summary.rules.ts";

/** Numbers of leads and conversions, from counters. No lead is read. */
export const MAX_MONTHS = 36;
/** The most rows of a response. The totals contain all leads. */
const MAX_ROWS = 500;
const DEFAULT_MONTHS = 12;

const grouping = oneOf(["period", "converted_month", ...dimensions]);
type Grouping = z.output<typeof grouping>;
const isDimension = (group: Grouping): group is Dimension => dimensions.some((dimension) => dimension === group);

const Query = z.strictObject({
  by: grouping
    .optional()
    .describe(
      "Grouping of the rows; defaults to `period`, the months in which leads were created. With `converted_month`, the rows are the " +
        "months in which leads were converted; leads that were not converted are not counted",
    ),
  from: month()
    .optional()
    .describe(`First month of creation or conversion; defaults to ${DEFAULT_MONTHS} months up to and including the last one`),
  to: month().optional().describe(`Last month; defaults to this month. The range is at most ${MAX_MONTHS} months`),
});

const figures = {
  leads: z.number().int(),
  converted: z.number().int().describe("Number of these leads that were converted, regardless of the conversion date"),
  conversion_rate: z.number().describe("Percentage of converted leads, with two decimals; 0 without leads"),
  average_days_to_convert: z
    .number()
    .nullable()
    .describe("From creation to conversion, with one decimal; null without conversions"),
};

export const Row = z.object({
  key: z.string().describe("The month, the line, or the id of the source or owner; `none` for leads without one"),
  label: z.string().nullable().describe("Name of the source, the owner or the product line"),
  ...figures,
});

export const Info = z.object({
  by: grouping,
  from: z.string(),
  to: z.string(),
  rows: z
    .array(Row)
    .describe(`Months in order, including those without leads; other rows only with leads, most first, at most ${MAX_ROWS}`),
  totals: z.object(figures).describe("Totals of all rows, including those beyond the maximum"),
  as_of: instant().nullable().describe("Time up to which changes are counted; null if there are none"),
});

export const read = fn(Query, async ({ by: grouping = "period", from: first, to: last }): Promise<z.output<typeof Info>> => {
  const to = last ?? today().slice(0, 7);
  const from = first ?? addMonths(to, 1 - DEFAULT_MONTHS);
  const months = listMonths(from, to);
  const visible = await useContext().visibleOwners();
  const [counters, all] = await Promise.all([
    grouping === "converted_month" ? readConvertedCounters(from, to, visible) : readCreatedCounters(grouping, from, to, visible),
    Counter.read("lead", Counter.ownerScopes(visible)),
  ]);
  const dimension = isDimension(grouping) ? grouping : "owner";
  const figures = counters
    .flatMap((counter) => parseFigures(counter, dimension))
    .filter(({ month }) => from <= month && month <= to);
  const groups = isDimension(grouping) ? groupByValue(figures) : groupByMonth(figures, months);
  const firstGroups = groups.slice(0, MAX_ROWS);
  const labels = await resolveLabels(
    grouping,
    firstGroups.map(([key]) => key),
  );
  const instants = [...counters.map(({ as_of }) => String(as_of)), ...(all.as_of ? [all.as_of] : [])];
  return {
    by: grouping,
    from,
    to,
    rows: firstGroups.map(([key, numbers]) => ({ key, label: labels.get(key) ?? null, ...presentTotals(numbers) })),
    totals: presentTotals(groups.map(([, numbers]) => numbers).reduce(addTotals, NO_TOTALS)),
    as_of: instants.sort().at(-1) ?? null,
  };
});

function listMonths(from: Month, to: Month): Month[] {
  const count = countMonths(from, to);
  if (count < 1) throw invalid("from", "Must not be later than `to`");
  if (count > MAX_MONTHS) throw invalid("from", `The range must be at most ${MAX_MONTHS} months`);
  return Array.from({ length: count }, (_, index) => addMonths(from, index));
}

const toYear = (month: Month): string => month.slice(0, 4);

const listYears = (from: Month, to: Month): string[] =>
  Array.from({ length: Number(toYear(to)) - Number(toYear(from)) + 1 }, (_, index) => toYear(addMonths(from, index * 12)));

/**
 * Reads the counters of the years that the months are in, at most four, strongly consistent: one item for each source and line of a year.
 * By owner, and for callers who see only some owners, one item for each owner and month.
 */
async function readCreatedCounters(group: Grouping, from: Month, to: Month, visible: Owners): Promise<Item[]> {
  if (visible === "all") {
    const scope = group === "owner" ? ownedScope : createdScope;
    return Counter.readRange("lead", scope(toYear(from), ""), scope(toYear(to), "~"));
  }
  const items = listYears(from, to).flatMap((year) =>
    [...visible].map((owner) => Counter.readRange("lead", ownedScope(year, owner, ""), ownedScope(year, owner, "~"))),
  );
  return (await Promise.all(items)).flat();
}

/** Reads the counters of conversions in the years that the months are in, strongly consistent: one item for each owner and year. */
const readConvertedCounters = (from: Month, to: Month, visible: Owners): Promise<Item[]> =>
  visible === "all"
    ? Counter.readRange("lead", convertedScope(toYear(from), ""), convertedScope(toYear(to), "~"))
    : Counter.readConsistent(
        "lead",
        listYears(from, to).flatMap((year) => [...visible].map((owner) => convertedScope(year, owner))),
      );

type SummaryRows = [key: string, numbers: LeadTotals][];

const sumFigures = (figures: readonly MonthFigure[]): LeadTotals =>
  figures.map(({ numbers }) => numbers).reduce(addTotals, NO_TOTALS);

function groupByMonth(figures: readonly MonthFigure[], months: readonly Month[]): SummaryRows {
  const byMonth = Map.groupBy(figures, ({ month }) => month);
  return months.map((month) => [month, sumFigures(byMonth.get(month) ?? [])]);
}

function groupByValue(figures: readonly MonthFigure[]): SummaryRows {
  const rows = [...Map.groupBy(figures, ({ value }) => value)].map(([value, ofValue]): SummaryRows[number] => [
    value,
    sumFigures(ofValue),
  ]);
  return rows
    .filter(([, { leads }]) => leads > 0)
    .sort(([a, leftTotals], [b, rightTotals]) => rightTotals.leads - leftTotals.leads || (a < b ? -1 : 1));
}

async function resolveLabels(group: Grouping, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (group === "source") return Master.loadLabels(LEAD_SOURCES);
  if (group === "product_line") return Master.loadLabels(PRODUCT_LINES, "code");
  if (group === "owner") return Directory.loadNames(keys.filter((key) => key !== NONE));
  return new Map();
}

export * as Summary from "./summary.ts";
