import { isNumericType, toSortableNumber } from "../../kernel/sort-key.ts";
import { addPositions, type GroupKey, type KeyValue, listGroupKeys, TOTALS_KEY } from "./group-key.rules.ts";
import {
  addContribution,
  type Contribution,
  createState,
  type DayReader,
  finishMeasures,
  type MeasureState,
  type MeasureSummary,
  type MeasureValue,
  readContribution,
  summarize,
} from "./measure.rules.ts";
import { createDayReader } from "./period.rules.ts";
import type { PlannedSort, ReportPlan } from "./plan.rules.ts";
import {
  type EvaluationContext,
  listValues,
  type ReportField,
  type ReportRow,
  readNumber,
  toExactSortText,
  toFieldSortText,
} from "./report-field.rules.ts";

/**
 * The evaluation of reports: a fold over rows. It does no I/O, and holds one state for each group, or one result row for each row of a
 * report without groups.
 */

/** A row of a result, by the names of its columns. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** A row of a result with the texts by which it is sorted: one for each order of the report, null without a value. */
export interface SortableRow {
  readonly row: ResultRow;
  readonly sorts: readonly (string | null)[];
  /** Decides the order of equal rows: the groups, or the id of the record. */
  readonly key: string;
}

export interface ReportResult {
  readonly rows: readonly ResultRow[];
  /** The measures over all rows; null for a report without measures. */
  readonly totals: ResultRow | null;
  /** Rows before the limit. */
  readonly count: number;
}

/** A group with its states. */
interface GroupState {
  readonly key: GroupKey;
  readonly states: MeasureState[];
}

/** Collects rows of a report with groups or measures. */
export class GroupFold {
  readonly #plan: ReportPlan;
  readonly #context: EvaluationContext;
  readonly #toDay: DayReader;
  readonly groups = new Map<string, GroupState>();
  /** States and values that are held. */
  size = 0;

  constructor(plan: ReportPlan, context: EvaluationContext) {
    this.#plan = plan;
    this.#context = context;
    this.#toDay = createDayReader(context.timezone);
  }

  add(row: ReportRow): void {
    const { groups, measures } = this.#plan;
    const contributions = measures.map((measure) => readContribution(measure, row, this.#context, this.#toDay));
    this.addTo(groups.length === 0 ? [] : listGroupKeys(groups, row, this.#context, this.#toDay), contributions);
  }

  /** Adds a row whose groups and contributions are known. */
  addTo(keys: readonly GroupKey[], contributions: readonly (Contribution | undefined)[]): void {
    this.#addToGroup(TOTALS_KEY, contributions);
    for (const key of keys) this.#addToGroup(key, contributions);
  }

  #addToGroup(key: GroupKey, contributions: readonly (Contribution | undefined)[]): void {
    const { states } = this.#group(key);
    for (const [index, contribution] of contributions.entries()) {
      const state = states[index];
      if (!state || !contribution) continue;
      const before = state.values?.size ?? 0;
      addContribution(state, contribution);
      this.size += (state.values?.size ?? 0) - before;
    }
  }

  #group(key: GroupKey): GroupState {
    const found = this.groups.get(key.text);
    if (found) return found;
    const group: GroupState = { key, states: this.#plan.measures.map(createState) };
    this.groups.set(key.text, group);
    this.size += 1 + group.states.length;
    return group;
  }

  /** Yields the groups in their order, the totals first. */
  *sorted(): Generator<GroupState> {
    if (!this.groups.has(TOTALS_KEY.text)) this.#group(TOTALS_KEY);
    const keys = [...this.groups.keys()].sort((a, b) => (a < b ? -1 : 1));
    for (const key of keys) yield this.groups.get(key) as GroupState;
  }

  /** Finishes the report; `plan` may have the positions of its groups, which the fold does not need. */
  finish(plan = this.#plan): ReportResult {
    const rows: SortableRow[] = [];
    let totals: readonly MeasureSummary[] = [];
    for (const { key, states } of this.sorted()) {
      const summaries = states.map((state, index) => summarize(state, this.#plan.measures[index]?.do === "median"));
      if (key.text === TOTALS_KEY.text) totals = summaries;
      else rows.push(buildGroupRow(plan, { key, summaries }, totals, this.#context.currency));
    }
    return finishGroups(plan, rows, buildTotals(plan, totals, this.#context.currency));
  }
}

/** A group with the summaries of its measures. */
interface SummarizedGroup {
  readonly key: Pick<GroupKey, "values" | "parts" | "text">;
  readonly summaries: readonly MeasureSummary[];
}

/** Builds the row of a group. */
export function buildGroupRow(
  plan: ReportPlan,
  { key: groupKey, summaries }: SummarizedGroup,
  totals: readonly MeasureSummary[],
  currency: string,
): SortableRow {
  const key = addPositions(plan.groups, groupKey);
  const values = finishMeasures(plan.measures, summaries, totals, currency);
  const row = Object.fromEntries([
    ...plan.groups.map(({ name }, index): [string, KeyValue] => [name, key.values[index] ?? null]),
    ...plan.measures.map(({ as }, index): [string, MeasureValue] => [as, values[index] ?? null]),
  ]);
  const sorts = plan.sort.map(({ group, measure }) => {
    if (group !== undefined) return key.parts[group]?.startsWith("0") ? (key.parts[group] as string) : null;
    const value = values[measure ?? 0] ?? null;
    if (value === null) return null;
    const type = plan.measures[measure ?? 0]?.type;
    return type === "date" || type === "instant" ? String(value) : (toSortableNumber(String(value)) ?? null);
  });
  return { row, sorts, key: key.text };
}

export function buildTotals(plan: ReportPlan, totals: readonly MeasureSummary[], currency: string): ResultRow | null {
  if (plan.measures.length === 0) return null;
  const values = finishMeasures(plan.measures, totals, totals, currency);
  return Object.fromEntries(plan.measures.map(({ as }, index) => [as, values[index] ?? null]));
}

function finishGroups(plan: ReportPlan, rows: SortableRow[], totals: ResultRow | null): ReportResult {
  // Without groupings, the totals are the one row of the report.
  if (plan.groups.length === 0) return { rows: totals ? [totals] : [], totals, count: totals ? 1 : 0 };
  return { ...sortRows(plan, rows), totals };
}

/** Sorts the rows of a result and applies its limit. */
export function sortRows(
  { sort, limit }: Pick<ReportPlan, "sort" | "limit">,
  rows: SortableRow[],
): Pick<ReportResult, "rows" | "count"> {
  const sorted = rows.sort(createRowOrder(sort));
  return { rows: sorted.slice(0, limit).map(({ row }) => row), count: rows.length };
}

/** Returns the order of result rows: by the orders of the report, rows without a value last, equal rows by their key. */
export const createRowOrder =
  (sort: readonly PlannedSort[]) =>
  (a: SortableRow, b: SortableRow): number => {
    for (const [index, { order }] of sort.entries()) {
      const [left = null, right = null] = [a.sorts[index], b.sorts[index]];
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right === (order === "asc") ? -1 : 1;
    }
    return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  };

/** Builds the result row of a record, for a report without groups. Amounts stay in their own currency. */
export function buildRecordRow(plan: ReportPlan, row: ReportRow, context: EvaluationContext): SortableRow {
  const columns = (plan.columns ?? []).map(({ name }): [string, unknown] => [name, row.values[name] ?? null]);
  const sorts = plan.sort.map(({ field }) => (field ? readSortText(field, row, context) : null));
  return { row: { id: row.id, ...Object.fromEntries(columns) }, sorts, key: row.id };
}

/** Returns the text by which a row is sorted by a field; null without a value. */
export function readSortText(field: ReportField, row: ReportRow, context: EvaluationContext): string | null {
  if (isNumericType(field.type)) {
    const exact = readNumber(field, row, context);
    return exact === undefined ? null : toExactSortText(exact);
  }
  const [value] = listValues(field, row);
  return value === undefined ? null : toFieldSortText(field, value);
}

/** Evaluates a report over rows that are all in memory. */
export function evaluateReport(plan: ReportPlan, rows: Iterable<ReportRow>, context: EvaluationContext): ReportResult {
  if (plan.columns) {
    const records = Array.from(rows, (row) => buildRecordRow(plan, row, context));
    return { ...sortRows(plan, records), totals: null };
  }
  const fold = new GroupFold(plan, context);
  for (const row of rows) fold.add(row);
  return fold.finish();
}
