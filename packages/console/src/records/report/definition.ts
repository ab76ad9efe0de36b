import type { Schemas } from "@crm/sdk/index.ts";

/** What a report shows, as the API stores it (docs/analytics/reports.md). */
export type Definition = Schemas.Definition;
export type Grouping = NonNullable<Definition["group_by"]>[number];
export type Measure = NonNullable<Definition["measures"]>[number];
export type MeasureType = Measure["do"];
export type Period = NonNullable<Grouping["by"]>;
export type RelatedCondition = NonNullable<Definition["with"]>[number];
export type ReportChart = NonNullable<Definition["chart"]>;
export type ChartKind = ReportChart["kind"];

export const measureTypes = [
  "count",
  "sum",
  "avg",
  "median",
  "min",
  "max",
  "distinct",
  "share",
  "rate",
  "formula",
] as const satisfies readonly MeasureType[];
export const periods = ["day", "week", "month", "quarter", "year"] as const satisfies readonly Period[];
export const chartKinds = ["bar", "stacked", "line", "area", "funnel", "donut"] as const satisfies readonly ChartKind[];
export const operations = ["+", "-", "*", "/"] as const;

export const MAX_GROUPS = 3;
export const MAX_MEASURES = 20;
export const MAX_WITH = 3;
export const MAX_SORTS = 5;
export const MAX_LIMIT = 1_000_000;

/** A row of a result, by the names of its columns. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** The name of the column of a grouping. */
export const groupName = ({ field, by }: Grouping): string => (by ? `${field}.${by}` : field);

/** Measures that take a field. `share` may have one. */
export const takesField = (type: MeasureType): boolean => type !== "count" && type !== "rate" && type !== "formula";

const PAIR = /^(\S+)\s+-\s+(\S+)$/;

/** Stands for the date of a pair that the user has not chosen yet. */
export const OPEN = "?";

/** Writes the two dates between which a measure counts days. */
export const joinDates = (until: string, since: string): string => `${until || OPEN} - ${since || OPEN}`;

/** Reads the field of a measure: one, or the two dates between which it counts days. */
export function readMeasureField(text: string | undefined): { readonly field: string; readonly since?: string } {
  const [, until, since] = PAIR.exec(text?.trim() ?? "") ?? [];
  return until === undefined || since === undefined ? { field: text ?? "" } : { field: until, since };
}

/** The parts of a definition that a report stores as they are. */
const partNames = ["columns", "where", "with", "group_by", "measures", "sort", "limit", "chart"] as const;

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : typeof value === "object" && Object.keys(value).length === 0);

/** Returns the definition in these values, without its empty parts. */
export const readDefinition = (values: ResultRow): Definition =>
  Object.fromEntries(partNames.flatMap((name) => (isEmpty(values[name]) ? [] : [[name, values[name]]]))) as Definition;

/** Whether a measure has what its type needs. */
export function isCompleteMeasure({ do: type, field, where, of }: Measure): boolean {
  if (type === "formula") return of !== undefined && of[0] !== "" && of[2] !== "";
  if (type === "rate") return where !== undefined;
  const { field: until, since } = readMeasureField(field);
  return !takesField(type) || (type === "share" && field === undefined) || (until !== "" && until !== OPEN && since !== OPEN);
}

/** A definition that can be evaluated, and the positions that its entries have in that of the user. */
interface CompletePart {
  readonly definition: Definition;
  readonly positions: Readonly<Record<string, readonly number[]>>;
}

/** Leaves out what the user has begun and not finished. */
export function omitIncomplete(definition: Definition): CompletePart {
  const { group_by = [], measures = [], with: related = [], sort = [], columns = [], chart, ...others } = definition;
  const keep = <T>(entries: readonly T[], isComplete: (entry: T) => boolean): [T[], number[]] => {
    const positions = entries.flatMap((entry, index) => (isComplete(entry) ? [index] : []));
    return [positions.map((index) => entries[index] as T), positions];
  };
  const [groups, groupPositions] = keep(group_by, ({ field }) => field !== "");
  const known = new Set<string>();
  const [kept, measurePositions] = keep(measures, (measure) => {
    const isComplete = isCompleteMeasure(measure) && (!measure.of || (known.has(measure.of[0]) && known.has(measure.of[2])));
    if (isComplete) known.add(measure.as);
    return isComplete;
  });
  const [tabs, tabPositions] = keep(related, ({ tab }) => tab !== "");
  const names = new Set([...groups.map(groupName), ...kept.map(({ as }) => as)]);
  const isGrouped = names.size > 0;
  const [sorts, sortPositions] = keep(sort, ({ by }) => (isGrouped ? names.has(by) : by !== ""));
  const shown = chart && omitUnknown(chart, names);
  return {
    definition: readDefinition({
      ...others,
      columns: isGrouped ? [] : columns,
      group_by: groups,
      measures: kept,
      with: tabs,
      sort: sorts,
      ...(isGrouped && shown ? { chart: shown } : {}),
    }),
    positions: { group_by: groupPositions, measures: measurePositions, with: tabPositions, sort: sortPositions },
  };
}

/** Leaves groupings and measures out of a chart that the report no longer has. */
function omitUnknown({ kind, category, split, series }: ReportChart, names: ReadonlySet<string>): ReportChart {
  const known = series?.filter((name) => names.has(name));
  return {
    kind,
    ...(category !== undefined && names.has(category) ? { category } : {}),
    ...(split !== undefined && names.has(split) ? { split } : {}),
    ...(known && known.length > 0 ? { series: known } : {}),
  };
}

/** Returns the errors of a preview by the paths of the user's definition: `measures[2].field` for `definition.measures[0].field`. */
export function placeErrors(
  errors: Readonly<Record<string, string>>,
  positions: CompletePart["positions"] = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(errors).map(([path, message]) => {
      const place = path
        .replace(/^definition\./, "")
        .replace(/^(\w+)\[(\d+)\]/, (_, name: string, index: string) => `${name}[${positions[name]?.[Number(index)] ?? index}]`);
      return [place, message];
    }),
  );
}

/** Whether there is something to show. */
export const isShowable = ({ columns = [], group_by = [], measures = [] }: Definition): boolean =>
  columns.length + group_by.length + measures.length > 0;

const toName = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .replace(/_+$/, "")
    .slice(0, 60);

/** Returns the name that a measure has unless the user gives another one: `sum_amount`. */
function suggestName({ do: type, field }: Measure): string {
  const { field: until, since } = readMeasureField(field);
  return toName([type, since === undefined ? until : `days_${until}`].join(" ")) || type;
}

/** Whether a measure has the name that it was given without the user. */
export const hasSuggestedName = (measure: Measure): boolean =>
  measure.as.replace(/_\d+$/, "") === suggestName(measure).replace(/_\d+$/, "");

/** Returns a name that no other column has. */
export function findFreeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Returns the text as a name of a measure; undefined if nothing of it can be in one. */
export const parseName = (text: string): string | undefined => toName(text) || undefined;

type MeasureParts = Pick<Definition, "measures" | "sort" | "chart">;

/** Changes a measure. A new name is followed by formulas, the order and the chart. */
export function changeMeasure({ measures = [], sort = [], chart }: MeasureParts, index: number, next: Measure): MeasureParts {
  const before = measures[index];
  const others = measures.flatMap(({ as }, position) => (position === index ? [] : [as]));
  const wanted = before && hasSuggestedName(before) && next.as === before.as ? suggestName(next) : next.as;
  const name = findFreeName(wanted, others);
  const rename = (known: string): string => (known === before?.as ? name : known);
  return {
    measures: measures.map((measure, position) => {
      if (position === index) return { ...next, as: name };
      const { of } = measure;
      return of ? { ...measure, of: [rename(of[0]), of[1], rename(of[2])] } : measure;
    }),
    sort: sort.map(({ by, order }) => ({ by: rename(by), order })),
    ...(chart ? { chart: { ...chart, ...(chart.series ? { series: chart.series.map(rename) } : {}) } } : {}),
  };
}

/** Removes a measure, and what of the order and the chart names it. */
export function removeMeasure({ measures = [], sort = [], chart }: MeasureParts, index: number): MeasureParts {
  const name = measures[index]?.as;
  return {
    measures: measures.filter((_, position) => position !== index),
    sort: sort.filter(({ by }) => by !== name),
    ...(chart
      ? { chart: { ...chart, ...(chart.series ? { series: chart.series.filter((known) => known !== name) } : {}) } }
      : {}),
  };
}
