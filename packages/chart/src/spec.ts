/** What a chart shows. It is plain data and functions that write, so that servers draw the same chart as browsers. */
export interface ChartSpec {
  /** In a `waterfall`, the first and the last value are wholes, and those between them are changes. */
  readonly kind: "bar" | "stacked" | "line" | "area" | "funnel" | "donut" | "waterfall";
  /** The question that the chart answers, or what it found. */
  readonly title: string;
  /** The column with the names of the categories. */
  readonly category: string;
  /** The columns with values. Funnels and donuts take the first. */
  readonly series: readonly ChartSeries[];
  readonly width: number;
  readonly height: number;
  readonly direction: "ltr" | "rtl";
  /** Bars lie when the names of the categories are long. */
  readonly orientation?: "vertical" | "horizontal";
  readonly formatCategory: (value: ChartValue) => string;
  /** Writes a value in full. */
  readonly formatValue: (value: number | string) => string;
  /** Writes a value of the axis, such as `20k`. */
  readonly formatAxis: (value: number) => string;
  /** Writes a part of a whole, such as `62 %`. */
  readonly formatShare: (share: number) => string;
  /** The name of all series or parts after the sixth, or after the third of a donut. */
  readonly otherLabel: string;
}

interface ChartSeries {
  readonly key: string;
  readonly label: string;
}

type ChartValue = string | number | null | undefined;
export type ChartRow = Readonly<Record<string, ChartValue>>;

/** The colors and the font: variables of CSS in the console, fixed values in a document. */
export interface ChartTheme {
  readonly text: string;
  readonly muted: string;
  readonly border: string;
  readonly surface: string;
  /** Six colors. */
  readonly series: readonly string[];
  readonly other: string;
  readonly font: string;
  readonly fontSize: number;
}

/** A series with its values and color. */
export interface DrawnSeries {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  /** A value for each row, null where there is none. */
  readonly values: readonly (number | null)[];
}

export const MAX_SERIES = 6;

/** Amounts are decimal strings. A picture has no more digits than a number. */
const readValue = (value: ChartValue): number | null => {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

const addValues = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);

/** Returns the series of a chart with their colors. Those after the sixth are one series, "Other". */
export function readSeries(spec: ChartSpec, rows: readonly ChartRow[], theme: ChartTheme): DrawnSeries[] {
  const all = spec.series.map(({ key, label }, index) => ({
    key,
    label,
    color: theme.series[index] ?? theme.other,
    values: rows.map((row) => readValue(row[key])),
  }));
  if (all.length <= MAX_SERIES) return all;
  const rest = all.slice(MAX_SERIES);
  const values = rows.map((_, index) => addValues(rest.map((series) => series.values[index] ?? null)));
  return [...all.slice(0, MAX_SERIES), { key: "other", label: spec.otherLabel, color: theme.other, values }];
}
