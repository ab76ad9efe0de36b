import { chart } from "@crm/chart/chart.ts";
import type { ChartRow, ChartSpec, ChartTheme } from "@crm/chart/spec.ts";
import type { SvgNode } from "@crm/chart/svg.ts";
import type { OutputCell } from "../../lib/spreadsheet/table-writer.ts";
import { type CellType, type CellWriter, isNumericCell } from "./cell-text.rules.ts";
import type { Definition } from "./definition.ts";

/** The chart of a report as a document: which rows and columns of its table it shows. */

/** A column of a report's table. */
export interface TableColumn {
  readonly name: string;
  readonly label: string;
  readonly isGroup: boolean;
  readonly cell: CellType;
}

export interface ReportTable {
  readonly columns: readonly TableColumn[];
  /** The values of each row, with names in place of ids. */
  readonly rows: readonly (readonly OutputCell[])[];
}

/** Where and how a chart is drawn. */
interface ChartPlace {
  readonly title: string;
  /** In points. */
  readonly width: number;
  readonly direction: "ltr" | "rtl";
  readonly otherLabel: string;
}

/** The colors of the console's charts on a light surface (packages/console/src/theme.css), for paper. */
export const PAPER_THEME: ChartTheme = {
  text: "#1a1a1a",
  muted: "#666666",
  border: "#dddddd",
  surface: "#ffffff",
  series: ["#3b5bdb", "#0f8a7e", "#c2570c", "#a83e9b", "#857200", "#2f83c4"],
  other: "#8a8a94",
  font: "sans-serif",
  fontSize: 8.5,
};

const HEIGHT = 220;
/** The height of a line of charts with one line for each row. */
const LINE_HEIGHT = 20;
const MIN_HEIGHT = 60;
/** Rows of charts with one line for each row, and of all others: more would not be readable. */
const MAX_LINES = 30;
const MAX_MARKS = 400;

interface ReportChart {
  readonly picture: SvgNode;
  /** Rows that the chart shows, and rows that it could show. */
  readonly shown: number;
  readonly count: number;
}

/** Returns the chart of a report; undefined for one without groupings, numbers or rows. */
export function drawReportChart(
  definition: NonNullable<Definition["chart"]>,
  table: ReportTable,
  writer: CellWriter,
  place: ChartPlace,
): ReportChart | undefined {
  const data = buildChartData(definition, table, writer);
  const [first] = data?.types ?? [];
  if (!data || !first || data.rows.length === 0) return undefined;
  const isLying = definition.kind === "bar" && hasLongNames(data, place.width);
  const hasLines = isLying || definition.kind === "funnel";
  const rows = definition.kind === "donut" ? data.rows : data.rows.slice(0, hasLines ? MAX_LINES : MAX_MARKS);
  const spec: ChartSpec = {
    ...place,
    kind: definition.kind,
    category: CATEGORY,
    series: data.series,
    height: hasLines ? Math.max(MIN_HEIGHT, rows.length * LINE_HEIGHT) : HEIGHT,
    ...(isLying ? { orientation: "horizontal" } : {}),
    formatCategory: String,
    formatValue: (value) => writer.write(value, first),
    formatAxis: (value) => writer.writeAxis(value, first),
    formatShare: writer.writeShare,
  };
  return { picture: chart(spec, rows, PAPER_THEME), shown: rows.length, count: data.rows.length };
}

const CATEGORY = "category";

interface ChartData {
  readonly rows: readonly ChartRow[];
  readonly series: ChartSpec["series"];
  readonly types: readonly CellType[];
}

/**
 * Returns the rows and series. The category is the named grouping, followed by those that are neither category nor split, because a measure such as an
 * average cannot be added up over them. A split makes a series of each of its values for the first measure.
 */
function buildChartData(
  { category, split, series }: NonNullable<Definition["chart"]>,
  { columns, rows }: ReportTable,
  writer: CellWriter,
): ChartData | undefined {
  const indexed = columns.map((column, index) => ({ ...column, index }));
  const groups = indexed.filter(({ isGroup, name }) => isGroup && name !== split);
  const categories = groups.toSorted((a, b) => Number(b.name === category) - Number(a.name === category));
  const splitColumn = indexed.find(({ isGroup, name }) => isGroup && name === split);
  const numbers = indexed.filter(({ isGroup, cell }) => !isGroup && isNumericCell(cell));
  const measures = series ? series.flatMap((name) => numbers.filter((column) => column.name === name)) : numbers;
  const [first] = measures;
  if (categories.length === 0 || !first) return undefined;
  const writeCategory = (row: readonly OutputCell[]): string =>
    categories.map(({ index, cell }) => writer.write(row[index] ?? null, cell)).join(" · ");
  const readValue = (row: readonly OutputCell[], index: number): string | number | null => {
    const value = row[index] ?? null;
    return typeof value === "boolean" ? null : value;
  };
  if (!splitColumn) {
    const chartRows = rows.map((row) => ({
      [CATEGORY]: writeCategory(row),
      ...Object.fromEntries(measures.map(({ name, index }) => [`s:${name}`, readValue(row, index)])),
    }));
    const series = measures.map(({ name, label }) => ({ key: `s:${name}`, label }));
    return { rows: chartRows, series, types: measures.map(({ cell }) => cell) };
  }
  const keys = new Map<string, string>();
  const pivoted = new Map<string, Record<string, string | number | null>>();
  for (const row of rows) {
    const label = writer.write(row[splitColumn.index] ?? null, splitColumn.cell);
    const key = keys.get(label) ?? `s:${keys.size}`;
    keys.set(label, key);
    const name = writeCategory(row);
    // Two groups may have the same name: each keeps its value.
    let place = name;
    while (pivoted.get(place)?.[key] !== undefined) place += "\n";
    const chartRow = pivoted.get(place) ?? { [CATEGORY]: name };
    chartRow[key] = readValue(row, first.index);
    pivoted.set(place, chartRow);
  }
  return { rows: [...pivoted.values()], series: Array.from(keys, ([label, key]) => ({ key, label })), types: [first.cell] };
}

/** The mean width of a letter, as a part of the size of the font. */
const LETTER_WIDTH = 0.6;

/** Whether the names of standing bars would not fit below them. Bars below zero always stand. */
function hasLongNames({ rows, series }: ChartData, width: number): boolean {
  const [only, ...others] = series;
  if (!only || others.length > 0 || rows.some((row) => Number(row[only.key]) < 0)) return false;
  const longest = Math.max(...rows.map((row) => String(row[CATEGORY]).length));
  return longest * LETTER_WIDTH * PAPER_THEME.fontSize > width / rows.length;
}
