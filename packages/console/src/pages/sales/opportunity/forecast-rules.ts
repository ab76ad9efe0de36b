import type { ListQuery } from "../../../api/kind.ts";
import type { RowRequest } from "../../../records/figures/row-links.ts";
import { formatRowAddress } from "../../../records/figures/row-links.ts";
import { addDecimals, type Decimal, isDecimal } from "../../../ui/kit/decimal.ts";

/** The rules of the forecast meeting (docs/sales/pipeline.md, "Forecast"). Amounts are decimal strings. */

/** From what is sure to what is not. */
export const categories = ["CLOSED", "COMMIT", "BEST_CASE", "PIPELINE"] as const;
export type Category = (typeof categories)[number];

export const isCategory = (text: string | undefined): text is Category => categories.some((category) => category === text);

const readDecimal = (value: string | null | undefined): Decimal =>
  value !== null && value !== undefined && isDecimal(value) ? value : "0";

export const sumAmounts = (values: readonly (string | null | undefined)[]): Decimal => addDecimals(values.map(readDecimal));

const negate = (value: Decimal): Decimal => (value.startsWith("-") ? value.slice(1) : `-${value}`) as Decimal;

/** Returns a − b, exactly. */
export const subtractAmounts = (a: string, b: string): Decimal => addDecimals([readDecimal(a), negate(readDecimal(b))]);

export const isNegative = (value: string): boolean => value.startsWith("-") && /[1-9]/.test(value);
export const isZero = (value: string): boolean => !/[1-9]/.test(value);

const toInteger = (value: string, decimals: number): bigint => {
  const [whole = "0", fraction = ""] = readDecimal(value).split(".");
  return BigInt(`${whole}${fraction.padEnd(decimals, "0")}`);
};

/** Returns a ÷ b in whole percent, cut off. Undefined if b is 0. */
export function computePercent(a: string, b: string): number | undefined {
  const decimals = Math.max(...[a, b].map((value) => value.split(".")[1]?.length ?? 0));
  const whole = toInteger(b, decimals);
  return whole === 0n ? undefined : Number((toInteger(a, decimals) * 100n) / whole);
}

interface CategorySum {
  readonly forecast_category: string;
  readonly value: string;
}

/** What is won, and what would be with each further category: won, won + commit, won + commit + best case. */
export function addUpCategories(sums: readonly CategorySum[]): Readonly<Record<Category, Decimal>> {
  const readValue = (category: Category): string =>
    sums.find(({ forecast_category }) => forecast_category === category)?.value ?? "0";
  const upTo = (last: Category): Decimal => sumAmounts(categories.slice(0, categories.indexOf(last) + 1).map(readValue));
  return Object.fromEntries(categories.map((category) => [category, upTo(category)])) as Record<Category, Decimal>;
}

/** Returns the query of the list that a request names. Undefined if its conditions have no address. */
export function buildRowQuery(request: RowRequest | undefined): ListQuery | undefined {
  const address = request && formatRowAddress(request);
  if (address === undefined) return undefined;
  const { view: _view, ...query } = Object.fromEntries(new URLSearchParams(address.split("?")[1]));
  return query;
}

/** Returns the owners that a request leaves, as the filter of a list. None: all. */
export const readOwnerQuery = (request: RowRequest | undefined): ListQuery =>
  Object.fromEntries(Object.entries(buildRowQuery(request) ?? {}).filter(([name]) => /^owner(?:_id)?(?:\[|$)/.test(name)));

/** A stage as the API lists it. */
export interface Stage {
  readonly id: string;
  readonly code?: string | null;
  readonly name: string;
  readonly sequence: number;
  readonly forecast_category: string;
  readonly is_closed: boolean;
}

/**
 * Returns the stages that give a deal another category, the next one first. A deal goes forward one stage at a time, so a further category is offered only
 * if the next stage has it; back it goes to the last stage of each category.
 */
export function listCategoryStages(stages: readonly Stage[], current: string): Stage[] {
  const open = stages.filter(({ is_closed }) => !is_closed).sort((a, b) => a.sequence - b.sequence);
  const place = open.findIndex(({ id }) => id === current);
  const stage = open[place];
  if (!stage) return [];
  const next = open[place + 1];
  const back = open
    .slice(0, place)
    .reverse()
    .filter(
      ({ forecast_category }, index, earlier) =>
        forecast_category !== stage.forecast_category &&
        earlier.findIndex((other) => other.forecast_category === forecast_category) === index,
    );
  return [...(next ? [next] : []), ...back];
}

/** The close dates that a meeting often chooses, after today. Days are written as `2026-11-27`. */
export function listCloseDates(
  today: string,
): { readonly id: "week" | "month" | "next_month" | "quarter"; readonly day: string }[] {
  const [year = 0, month = 0, day = 0] = today.split("-").map(Number);
  const format = (date: Date): string => date.toISOString().slice(0, 10);
  const lastDay = (index: number): string => format(new Date(Date.UTC(year, index, 0)));
  const dates = [
    { id: "week" as const, day: format(new Date(Date.UTC(year, month - 1, day + 7))) },
    { id: "month" as const, day: lastDay(month) },
    { id: "next_month" as const, day: lastDay(month + 1) },
    { id: "quarter" as const, day: lastDay(Math.ceil(month / 3) * 3) },
  ];
  return dates.filter(({ day: end }, index) => dates.findIndex((other) => other.day === end) === index);
}

interface Expectation {
  readonly commit: string | null;
  readonly best_case: string | null;
  readonly override_commit: string | null;
  readonly override_best_case: string | null;
}

/** Returns the larger of two amounts. */
const findLarger = (a: string, b: string): Decimal => (isNegative(subtractAmounts(a, b)) ? readDecimal(b) : readDecimal(a));

interface OwnerMonth {
  readonly target: string | undefined;
  readonly won: string;
  /** What counts of the submission. */
  readonly commit: string | null;
}

/**
 * Returns what is missing to the target: with what is won, as in the tile of the month, and with the commit. A commit covers what is won already, so one that
 * is below it is overtaken and counts as much as what is won.
 */
export const computeGaps = ({ target, won, commit }: OwnerMonth) =>
  target === undefined
    ? undefined
    : { won: subtractAmounts(target, won), commit: subtractAmounts(target, findLarger(commit ?? won, won)) };

/** What counts of a submission: the amounts of the manager, or else those of the owner. */
export const readExpectation = (submitted: Expectation | null | undefined) => ({
  commit: submitted?.override_commit ?? submitted?.commit ?? null,
  best_case: submitted?.override_best_case ?? submitted?.best_case ?? null,
});
