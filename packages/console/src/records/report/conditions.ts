import type { Kind } from "../../api/kind.ts";
import { parseViewQuery } from "../../input/filters/view-query.ts";
import { type FilterCondition, takesSeveral } from "../../ui/kit/filter-operators.ts";
import { addOpenConditions } from "../rows/open-records.ts";

/** The conditions of reports as filters. */

type Where = Readonly<Record<string, unknown>>;

/** Returns the filters that conditions consist of; undefined for alternatives, which filters cannot show. */
export function readConditions(where: unknown, source: Pick<Kind, "filters">): readonly FilterCondition[] | undefined {
  if (where === undefined) return [];
  const state = parseViewQuery({ where }, source);
  return state.where === undefined ? state.conditions : undefined;
}

/**
 * Returns filters as the conditions of a report; undefined without any. Each field stands by itself, and not in `and`, because the API finds rows by the
 * conditions on the kind's own fields only where no condition on a related record is joined to them.
 */
export function buildConditions(conditions: readonly FilterCondition[]): Where | undefined {
  const where: Record<string, Record<string, unknown>> = {};
  const repeated: Where[] = [];
  for (const { field, operator, values } of conditions) {
    if (!values.some((value) => value !== "")) continue;
    const value = takesSeveral(operator) ? values : operator === "is_null" ? values[0] === "true" : values.join();
    const known = where[field];
    if (known?.[operator] !== undefined) repeated.push({ [field]: { [operator]: value } });
    else where[field] = { ...known, [operator]: value };
  }
  const all = repeated.length === 0 ? where : { ...where, and: repeated };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Returns the change of conditions that a new grouping brings: by the field of the board, a report begins with open records, as the board does. */
export function changeConditions(
  source: Pick<Kind, "board" | "filters">,
  where: unknown,
  {
    before = [],
    after,
  }: { readonly before?: readonly { readonly field: string }[]; readonly after: readonly { readonly field: string }[] },
): { readonly where?: Where | undefined } {
  const isBoardField = ({ field }: { readonly field: string }): boolean => field === source.board?.field;
  const conditions = readConditions(where, source);
  if (conditions === undefined || before.some(isBoardField) || !after.some(isBoardField)) return {};
  const next = addOpenConditions(source, conditions);
  return next.length === conditions.length ? {} : { where: buildConditions(next) };
}
