import { currencyDecimals } from "../../kernel/amount.ts";
import { isNumericType } from "../../kernel/sort-key.ts";
import { formatExact } from "./exact-number.rules.ts";
import type { DayReader } from "./measure.rules.ts";
import { toPeriod } from "./period.rules.ts";
import type { PlannedGroup } from "./plan.rules.ts";
import {
  type EvaluationContext,
  listValues,
  type ReportRow,
  readNumber,
  toExactSortText,
  toFieldSortText,
  toSortText,
} from "./report-field.rules.ts";

/** The groups of a row. */

/** The value of a grouping; null if the row has none. */
export type KeyValue = string | number | boolean | null;

export interface KeyPart {
  readonly value: KeyValue;
  /** Text that sorts like the value; null sorts last. */
  readonly sort: string;
}

export interface GroupKey {
  readonly values: readonly KeyValue[];
  /** The sort texts of the groupings. */
  readonly parts: readonly string[];
  /** Text that identifies the group, and sorts by the groupings in their order. */
  readonly text: string;
}

const NULL_PART: KeyPart = { value: null, sort: "1" };
const SEPARATOR = "\u0000";

/** Texts may contain the separator, so it is escaped in a way that keeps the order. */
const escapeSeparator = (text: string): string => text.replaceAll("\u0001", "\u0001\u0002").replaceAll(SEPARATOR, "\u0001\u0001");

/** The key of the totals sorts before all groups, whose parts begin with 0 or 1. */
export const TOTALS_KEY: GroupKey = { values: [], parts: [], text: "" };

/** Lists the groups of a row: the combinations of its values. A row counts in each value of a list, such as its tags. */
export const listGroupKeys = (
  groups: readonly PlannedGroup[],
  row: ReportRow,
  context: EvaluationContext,
  toDay: DayReader,
): GroupKey[] => combineParts(groups.map((group) => listParts(group, row, context, toDay)));

/** Combines the values that a row has in each grouping. */
export function combineParts(partsByGroup: readonly (readonly KeyPart[])[]): GroupKey[] {
  let keys: { values: KeyValue[]; parts: string[] }[] = [{ values: [], parts: [] }];
  for (const parts of partsByGroup)
    keys = keys.flatMap((key) =>
      parts.map(({ value, sort }) => ({ values: [...key.values, value], parts: [...key.parts, sort] })),
    );
  return keys.map((key) => ({ ...key, text: joinParts(key.parts) }));
}

const joinParts = (parts: readonly string[]): string => parts.map(escapeSeparator).join(SEPARATOR);

/** Whether groups are shown in another order than that of their keys. Keys leave out positions, which may change while a report runs. */
export const hasPositions = (groups: readonly PlannedGroup[]): boolean =>
  groups.some(({ field }) => field.positions !== undefined);

/** Returns the key of a group with the positions of its master data. */
export function addPositions(groups: readonly PlannedGroup[], key: GroupKey): GroupKey {
  if (!hasPositions(groups)) return key;
  const parts = key.parts.map((part, index) => {
    const [field, value] = [groups[index]?.field, key.values[index] ?? null];
    return value === null || field?.positions === undefined ? part : `0${toFieldSortText(field, value)}`;
  });
  return { ...key, parts, text: joinParts(parts) };
}

/** Lists the values of a row in a grouping. */
export function listParts(group: PlannedGroup, row: ReportRow, context: EvaluationContext, toDay: DayReader): readonly KeyPart[] {
  const { field, by, buckets } = group;
  if (isNumericType(field.type)) {
    const exact = readNumber(field, row, context);
    if (exact === undefined) return [NULL_PART];
    if (buckets) {
      const position = buckets.findLastIndex(({ from }) => from === undefined || exact >= from);
      return [{ value: buckets[position]?.label ?? null, sort: `0${String(position).padStart(3, "0")}` }];
    }
    if (field.type !== "money") return [{ value: Number(row.values[field.name]), sort: `0${toExactSortText(exact)}` }];
    const amount = formatExact(exact, currencyDecimals(context.currency));
    return [{ value: amount, sort: `0${toSortText("money", amount)}` }];
  }
  const values = listValues(field, row);
  if (values.length === 0) return [NULL_PART];
  if (by) {
    const period = toPeriod(toDay(String(values[0])), by);
    return [{ value: period, sort: `0${period}` }];
  }
  return values.map((value) => ({
    value: typeof value === "boolean" ? value : String(value),
    sort: `0${toSortText(field.type, value)}`,
  }));
}
