import { currencyDecimals } from "../../kernel/amount.ts";
import { isNumericType, parseSortableNumber } from "../../kernel/sort-key.ts";
import { daysBetween } from "../../kernel/time-zone.ts";
import { type FilterExpression, matchesExpression } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import {
  computePercent,
  divideExact,
  divideHalfUp,
  type ExactNumber,
  formatExact,
  multiplyExact,
  parseExact,
  roundExact,
  toNumber,
} from "./exact-number.rules.ts";
import type { PlannedMeasure } from "./plan.rules.ts";
import {
  type EvaluationContext,
  listValues,
  type ReportField,
  type ReportRow,
  readNumber,
  toExactSortText,
  toSortText,
} from "./report-field.rules.ts";

/**
 * Measures of a group. What rows contribute is added to a state; states of parts of the rows can be joined in any order, and have the
 * same result as one state of all rows. `distinct` and `median` need the values themselves, each with its number of occurrences.
 */
export interface MeasureState {
  /** Rows that fulfil the measure's condition and have a value. For a rate: rows of the part. */
  count: number;
  /** For a rate: rows of the whole. */
  over: number;
  sum: ExactNumber;
  /** Lowest and highest value. */
  low: ExactNumber | string | undefined;
  high: ExactNumber | string | undefined;
  /** For distinct and median: how often each value occurs, by text that sorts like the value. */
  values: Map<string, number> | undefined;
}

/** A state without the values: `distinct` is their number, and `middle` the one or two values in the middle of their order. */
export interface MeasureSummary extends Omit<MeasureState, "values"> {
  distinct: number;
  middle: readonly ExactNumber[];
}

/** What a measure shows: a number, an amount or a date; null if it has no value. */
export type MeasureValue = number | string | null;

export const createState = ({ do: type }: PlannedMeasure): MeasureState => ({
  count: 0,
  over: 0,
  sum: 0n,
  low: undefined,
  high: undefined,
  values: type === "distinct" || type === "median" ? new Map() : undefined,
});

/** What one row contributes to a measure, the same for each group that the row is in; undefined for nothing. */
export interface Contribution {
  readonly count: number;
  readonly over: number;
  readonly value: ExactNumber | string | undefined;
  /** For distinct and median. */
  readonly texts: readonly string[];
}

export type DayReader = (value: string) => string;

const NO_TEXTS: readonly string[] = [];
const ONE: Contribution = { count: 1, over: 0, value: undefined, texts: NO_TEXTS };

const matches = (row: ReportRow, condition: FilterExpression | undefined): boolean =>
  condition === undefined || matchesExpression(row.values as unknown as BaseRecord, condition);

/** Returns what a row contributes to a measure. */
export function readContribution(
  measure: PlannedMeasure,
  row: ReportRow,
  context: EvaluationContext,
  toDay: DayReader,
): Contribution | undefined {
  const { do: type, field, since, where, over } = measure;
  if (type === "formula") return undefined;
  if (type === "rate") {
    // The part is a part of the whole, so the rate is never above 100.
    if (!matches(row, over)) return undefined;
    return { count: matches(row, where) ? 1 : 0, over: 1, value: undefined, texts: NO_TEXTS };
  }
  if (!matches(row, where)) return undefined;
  if (!field) return ONE;
  if (type === "distinct") {
    const texts = listTexts(field, row, context);
    return texts.length === 0 ? undefined : { ...ONE, texts };
  }
  const value = since ? readDays(field, since, row, toDay) : readOrdered(field, row, context);
  if (value === undefined) return undefined;
  return { count: 1, over: 0, value, texts: type === "median" ? [toExactSortText(value as ExactNumber)] : NO_TEXTS };
}

/** Returns the values of a field as texts that sort like them. */
function listTexts(field: ReportField, row: ReportRow, context: EvaluationContext): string[] {
  if (!isNumericType(field.type)) return listValues(field, row).map((value) => toSortText(field.type, value));
  const exact = readNumber(field, row, context);
  return exact === undefined ? [] : [toExactSortText(exact)];
}

function readOrdered(field: ReportField, row: ReportRow, context: EvaluationContext): ExactNumber | string | undefined {
  if (isNumericType(field.type)) return readNumber(field, row, context);
  const [value] = listValues(field, row);
  return value === undefined ? undefined : String(value);
}

function readDays(field: ReportField, since: ReportField, row: ReportRow, toDay: DayReader): ExactNumber | undefined {
  const [until, from] = [listValues(field, row)[0], listValues(since, row)[0]];
  if (until === undefined || from === undefined) return undefined;
  return parseExact(daysBetween(toDay(String(from)), toDay(String(until))));
}

export function addContribution(state: MeasureState, { count, over, value, texts }: Contribution): void {
  state.count += count;
  state.over += over;
  if (typeof value === "bigint") state.sum += value;
  if (value !== undefined) widen(state, value, value);
  for (const text of texts) state.values?.set(text, (state.values.get(text) ?? 0) + 1);
}

/** Adds a state of further rows. */
export function joinStates(state: MeasureState, other: Omit<MeasureState, "values">): void {
  state.count += other.count;
  state.over += other.over;
  state.sum += other.sum;
  if (other.low !== undefined && other.high !== undefined) widen(state, other.low, other.high);
}

function widen(state: MeasureState, low: ExactNumber | string, high: ExactNumber | string): void {
  if (state.low === undefined || low < state.low) state.low = low;
  if (state.high === undefined || high > state.high) state.high = high;
}

/** Returns the positions of the values in the middle of `count` sorted values. */
export const middlePositions = (count: number): readonly number[] =>
  count === 0 ? [] : count % 2 === 1 ? [(count - 1) / 2] : [count / 2 - 1, count / 2];

export const parseExactSortText = (text: string): ExactNumber => parseExact(parseSortableNumber(text)) ?? 0n;

export function summarize({ values, ...state }: MeasureState, isMedian: boolean): MeasureSummary {
  if (!values || !isMedian) return { ...state, distinct: values?.size ?? 0, middle: [] };
  const positions = middlePositions(state.count);
  const middle: ExactNumber[] = [];
  let passed = 0;
  for (const [text, occurrences] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const position of positions)
      if (position >= passed && position < passed + occurrences) middle.push(parseExactSortText(text));
    passed += occurrences;
  }
  return { ...state, distinct: values.size, middle };
}

/** Decimal places of averages and medians of numbers, and of formulas. */
const RATIO_DECIMALS = 4;
/** Decimal places up to which sums of numbers are shown. */
const SUM_DECIMALS = 12;

/** Returns the values of all measures of a group. `totals` are the summaries of all rows. */
export function finishMeasures(
  measures: readonly PlannedMeasure[],
  summaries: readonly MeasureSummary[],
  totals: readonly MeasureSummary[],
  currency: string,
): MeasureValue[] {
  const places = currencyDecimals(currency);
  const values: MeasureValue[] = [];
  for (const [index, measure] of measures.entries()) {
    const [summary, total] = [summaries[index], totals[index]];
    if (measure.do === "formula") values.push(finishFormula(measure, values, places));
    else values.push(summary && total ? finishMeasure(measure, summary, total, places) : null);
  }
  return values;
}

function finishMeasure(measure: PlannedMeasure, summary: MeasureSummary, total: MeasureSummary, places: number): MeasureValue {
  const { count, over, sum, low, high, distinct, middle } = summary;
  const { type, field } = measure;
  const show = (exact: ExactNumber, decimals: number): MeasureValue =>
    type === "money" ? formatExact(exact, places) : toNumber(exact, decimals);
  const showOrdered = (value: ExactNumber | string | undefined): MeasureValue =>
    value === undefined ? null : typeof value === "bigint" ? show(value, SUM_DECIMALS) : value;
  switch (measure.do) {
    case "count":
      return count;
    case "distinct":
      return distinct;
    case "sum":
      return show(sum, SUM_DECIMALS);
    case "avg":
      return count === 0 ? null : show(divideHalfUp(sum, BigInt(count)), RATIO_DECIMALS);
    case "median":
      return middle.length === 0
        ? null
        : show(
            divideHalfUp(
              middle.reduce((all, value) => all + value, 0n),
              BigInt(middle.length),
            ),
            RATIO_DECIMALS,
          );
    case "min":
      return showOrdered(low);
    case "max":
      return showOrdered(high);
    case "share":
      return field ? computePercent(sum, total.sum) : computePercent(BigInt(count), BigInt(total.count));
    case "rate":
      return computePercent(BigInt(count), BigInt(over));
    case "formula":
      return null;
  }
}

/** Formulas compute with the values that the report shows. */
function finishFormula({ formula, type }: PlannedMeasure, earlier: readonly MeasureValue[], places: number): MeasureValue {
  if (!formula) return null;
  const [left, right] = [earlier[formula.left], earlier[formula.right]].map((value) =>
    value === null || value === undefined ? undefined : parseExact(value),
  );
  if (left === undefined || right === undefined) return null;
  const result = compute(left, formula.operation, right);
  if (result === undefined) return null;
  const decimals = type === "money" ? places : RATIO_DECIMALS;
  return type === "money" ? formatExact(result, decimals) : toNumber(roundExact(result, decimals), decimals);
}

function compute(left: ExactNumber, operation: "+" | "-" | "*" | "/", right: ExactNumber): ExactNumber | undefined {
  switch (operation) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return multiplyExact(left, right);
    case "/":
      return divideExact(left, right);
  }
}
