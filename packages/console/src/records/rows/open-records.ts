import type { Kind } from "../../api/kind.ts";
import { readField } from "../../input/filters/view-query.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";

type OpenKind = Pick<Kind, "board" | "filters">;

/** The filters of a list that are about the field of its board. */
export const listBoardFilters = ({ board, filters }: OpenKind) => filters.filter(({ field }) => field === board?.field);

/**
 * Adds the condition of the records whose value of the board's field counts, unless the conditions name one of its fields. The others are over, such as
 * converted leads, and their value says only where they stood before.
 */
export function addOpenConditions(
  { board, filters }: OpenKind,
  conditions: readonly FilterCondition[],
): readonly FilterCondition[] {
  const added = Object.entries(board?.open ?? {}).flatMap(([field, tests]) => {
    const name = filters.find((filter) => filter.field === field)?.name;
    return name === undefined ? [] : readField(name, tests);
  });
  const isNamed = conditions.some(({ field }) => added.some((condition) => condition.field === field));
  return isNamed ? conditions : [...conditions, ...added];
}

/** The conditions of a list. A filter on the field of the board is about open records. */
export function restrictConditions(kind: OpenKind, conditions: readonly FilterCondition[]): readonly FilterCondition[] {
  const names = listBoardFilters(kind).map(({ name }) => name);
  const isAboutBoard = conditions.some(({ field, values }) => names.includes(field) && values.some((value) => value !== ""));
  return isAboutBoard ? addOpenConditions(kind, conditions) : conditions;
}
