import { addDecimals, isDecimal } from "../../ui/kit/decimal.ts";
import { addDays, formatKey, resolveKey } from "../figures/period-rules.ts";
import type { ChartKind, Definition, Period, ReportChart, ResultRow } from "./definition.ts";
import type { ResultColumn } from "./report-columns.ts";

/** The rows of a chart, and the cells of a table with two groupings, made from the rows of a result. */

/** Categories that a picture has room for. Periods stand closer. */
const MAX_CATEGORIES = 12;
const MAX_PERIODS = 120;

/** Returns the period after another one. */
const nextPeriod = (value: string, by: Period): string => formatKey(addDays(resolveKey(value).to, 1), by);

/** Lists the periods in order, with those between them that have no records. Too many stay as they are. */
export function fillPeriods(values: readonly string[], by: Period): string[] {
  const sorted = [...new Set(values)].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return sorted;
  const filled = [first];
  while ((filled.at(-1) ?? last) < last && filled.length < MAX_PERIODS) filled.push(nextPeriod(filled.at(-1) ?? last, by));
  return filled.at(-1) === last ? filled : sorted;
}

type Cell = string | number | null;

/** Adds the values of rows that share a cell. Only counts and sums can be added: other values of several rows have no common one. */
export function joinValues(values: readonly unknown[], isAdditive: boolean): Cell {
  const known = values.filter((value): value is string | number => typeof value === "string" || typeof value === "number");
  if (known.length < 2) return known[0] ?? null;
  if (!isAdditive) return null;
  const texts = known.map(String);
  if (!texts.every(isDecimal)) return null;
  const sum = addDecimals(texts);
  return typeof known[0] === "number" ? Number(sum) : sum;
}

/** A value of a grouping; rows without one have null. */
type Key = string | number | boolean | null;
const readKey = (row: ResultRow, name: string): Key => (row[name] ?? null) as Key;

/** What a chart shows: a row for each value of a grouping, and a series for each measure, or for each value of a second grouping. */
export interface ChartTable {
  readonly kind: ChartKind;
  readonly category: ResultColumn;
  readonly split: ResultColumn | undefined;
  readonly categories: readonly Key[];
  readonly series: readonly { readonly key: string; readonly measure: ResultColumn; readonly value: Key | undefined }[];
  /** By category, then by series. */
  readonly cells: readonly (readonly Cell[])[];
  /** Categories that the picture leaves out. */
  readonly omitted: number;
}

/** The measures that a chart can draw: numbers. */
export const listDrawable = (columns: readonly ResultColumn[]): ResultColumn[] =>
  columns.filter(({ role, value }) => role === "measure" && value.type !== "date" && value.type !== "instant");

/** The chart of a report that has none yet: a line over time, else bars. */
export function suggestChart({ group_by = [], measures = [] }: Definition): ReportChart | undefined {
  const [first] = group_by;
  if (!first || measures.length === 0) return undefined;
  return { kind: first.by ? "line" : "bar" };
}

const isPeriod = ({ value }: ResultColumn): boolean => value.type === "period";

/** Lists the values of a grouping in the order of the rows. Periods are in their order, also those without records. */
function listKeys(rows: readonly ResultRow[], column: ResultColumn): Key[] {
  const keys = [...new Set(rows.map((row) => readKey(row, column.key)))];
  if (column.value.type !== "period") return keys;
  const days = keys.filter((key): key is string => typeof key === "string");
  return fillPeriods(days, column.value.by);
}

/** Returns the chart of a result; undefined if the report has no grouping or nothing to draw. */
export function buildChartTable(
  chart: ReportChart,
  definition: Definition,
  columns: readonly ResultColumn[],
  rows: readonly ResultRow[],
): ChartTable | undefined {
  const groups = columns.filter(({ role }) => role === "group");
  const category = groups.find(({ key }) => key === chart.category) ?? groups[0];
  const drawable = listDrawable(columns);
  const chosen = drawable.filter(({ key }) => chart.series?.includes(key));
  const [measure] = chosen.length > 0 ? chosen : drawable;
  // One axis has one unit.
  const measures = chosen.length > 0 ? chosen.filter(({ value }) => value.type === measure?.value.type) : drawable.slice(0, 1);
  if (!category || !measure || definition.group_by === undefined) return undefined;
  const isWhole = chart.kind === "funnel" || chart.kind === "donut";
  const split = isWhole
    ? undefined
    : (groups.find(({ key }) => key === chart.split && key !== category.key) ??
      (chart.kind === "stacked" ? groups.find(({ key }) => key !== category.key) : undefined));
  const all = listKeys(rows, category);
  const categories = all.slice(0, isPeriod(category) ? MAX_PERIODS : MAX_CATEGORIES);
  const series = split
    ? rankKeys(rows, split, measure).map((value, index) => ({ key: `s${index}`, measure, value }))
    : (isWhole ? [measure] : measures).map((column, index) => ({ key: `s${index}`, measure: column, value: undefined }));
  const byCategory = Map.groupBy(rows, (row) => readKey(row, category.key));
  const cells = categories.map((key) => {
    const own = byCategory.get(key) ?? [];
    return series.map(({ measure: column, value }) => {
      const matching = split ? own.filter((row) => readKey(row, split.key) === value) : own;
      const cell = joinValues(
        matching.map((row) => row[column.key]),
        column.isAdditive,
      );
      // A period or a pair without records has none of what is counted.
      return cell === null && matching.length === 0 && column.isAdditive ? 0 : cell;
    });
  });
  return { kind: chart.kind, category, split, categories, series, cells, omitted: all.length - categories.length };
}

/** Lists the values of the second grouping: periods in their order, others by what they sum up to, because a picture joins those after the sixth. */
function rankKeys(rows: readonly ResultRow[], split: ResultColumn, measure: ResultColumn): Key[] {
  const keys = listKeys(rows, split);
  if (isPeriod(split) || !measure.isAdditive) return keys;
  const sums = Map.groupBy(rows, (row) => readKey(row, split.key));
  const size = (key: Key): number => (sums.get(key) ?? []).reduce((sum, row) => sum + (Number(row[measure.key] ?? 0) || 0), 0);
  return keys.sort((a, b) => size(b) - size(a));
}

/** Columns that a table with two groupings has at most. */
const MAX_CROSS_COLUMNS = 24;

interface CrossTable {
  readonly rowKeys: readonly Key[];
  readonly columnKeys: readonly Key[];
  readonly cell: (row: Key, column: Key) => Cell;
  /** The sum of a row; null for measures that cannot be added. */
  readonly rowTotal: (row: Key) => Cell;
}

/** Whether a report can be read as a table with one grouping in the rows and one in the columns. */
export const canCross = ({ group_by = [], measures = [] }: Definition): boolean => group_by.length === 2 && measures.length > 0;

/** Returns a table with the first grouping in its rows and the second one in its columns; undefined if it had too many columns. */
export function buildCrossTable(
  rows: readonly ResultRow[],
  [down, across]: readonly [ResultColumn, ResultColumn],
  measure: ResultColumn,
): CrossTable | undefined {
  const order = (keys: Key[], { value }: ResultColumn): Key[] =>
    value.type === "period" ? keys.sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1)) : keys;
  const columnKeys = order([...new Set(rows.map((row) => readKey(row, across.key)))], across);
  if (columnKeys.length > MAX_CROSS_COLUMNS) return undefined;
  const byRow = Map.groupBy(rows, (row) => readKey(row, down.key));
  const value = (row: ResultRow | undefined): Cell => (row ? joinValues([row[measure.key]], false) : null);
  return {
    rowKeys: [...byRow.keys()],
    columnKeys,
    cell: (row, column) => value(byRow.get(row)?.find((candidate) => readKey(candidate, across.key) === column)),
    rowTotal: (row) =>
      measure.isAdditive
        ? joinValues(
            (byRow.get(row) ?? []).map((candidate) => candidate[measure.key]),
            true,
          )
        : null,
  };
}
