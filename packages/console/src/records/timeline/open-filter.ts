import type { Kind } from "../../api/kind.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";

/**
 * Returns the condition that leaves out records that are over: the other values of the field of the board. Undefined: the kind does not name
 * them, or the user filters by this field.
 */
export function findOpenFilter(
  { board, fields, filters, timeline }: Pick<Kind, "board" | "fields" | "filters" | "timeline">,
  conditions: readonly FilterCondition[],
): FilterCondition | undefined {
  const { ended = [] } = timeline ?? {};
  const own = filters.filter(({ field }) => field === board?.field);
  const filter = own.find(({ operators }) => operators.includes("in"));
  if (ended.length === 0 || !filter || conditions.some(({ field }) => own.some(({ name }) => name === field))) return undefined;
  const choices = fields.find(({ name }) => name === board?.field)?.choices ?? [];
  const open = choices.map(({ code }) => code).filter((code) => !ended.includes(code));
  return open.length === 0 ? undefined : { field: filter.name, operator: "in", values: open };
}
