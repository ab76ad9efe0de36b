import type { Kind } from "../../../api/kind.ts";
import { ALL_RECORDS, formatConditions } from "../../../input/filters/list-address.ts";
import { resolveKey } from "../../../records/figures/period-rules.ts";
import { readConditions } from "../../../records/report/conditions.ts";
import { type Definition, type Grouping, groupName, type ResultRow } from "../../../records/report/definition.ts";
import { parseBucket } from "../../../records/report/result-text.ts";
import type { FilterCondition, FilterOperator } from "../../../ui/kit/filter-operators.ts";

/** The list of the records behind a group, as far as filters of lists can say it. */

interface ListOptions {
  /** Whether days of instants are the same for lists, which take the reader's time zone, and for groups, which take the tenant's. */
  readonly isSameZone: boolean;
}

/** Returns the filters of a group; undefined if the list has none for it. */
function listGroupConditions(
  grouping: Grouping,
  value: unknown,
  source: Pick<Kind, "fields" | "filters">,
  { isSameZone }: ListOptions,
): FilterCondition[] | undefined {
  const { field: name, by, buckets } = grouping;
  const filter = source.filters.find((candidate) => candidate.name === name);
  const field = source.fields.find((candidate) => candidate.name === name);
  if (!filter || !field || name.includes(".")) return undefined;
  const build = (operator: FilterOperator, text: string): FilterCondition[] | undefined =>
    filter.operators.includes(operator) && !text.includes(",") ? [{ field: name, operator, values: [text] }] : undefined;
  if (value === null || value === undefined) return build("is_null", "true");
  const text = String(value);
  if (by) {
    const { from, to } = resolveKey(text);
    return field.type === "instant" && !isSameZone ? undefined : build("eq", from === to ? from : `${from}/${to}`);
  }
  // Groups have converted amounts, and lists compare those of the records.
  if (field.type === "money") return undefined;
  if (buckets) {
    const { from, to } = parseBucket(text);
    const limits = [from === undefined ? [] : build("gte", from), to === undefined ? [] : build("lt", to)];
    return limits.every((limit) => limit !== undefined) ? limits.flat() : undefined;
  }
  if (filter.operators.includes("has")) return build("has", text);
  const choice = field.choices?.find(({ id, code }) => id === text || code === text);
  return choice ? (build("in", choice.code) ?? build("eq", choice.code)) : build("eq", text);
}

/**
 * Returns the search of the address of the list that has the records behind these values of groupings; undefined if filters cannot say which they
 * are: for conditions on related records, alternatives, and converted amounts.
 */
export function buildRowsSearch(
  definition: Definition,
  source: Pick<Kind, "fields" | "filters">,
  values: ResultRow,
  options: ListOptions,
): Readonly<Record<string, string>> | undefined {
  const { where, with: related = [], group_by = [] } = definition;
  const conditions = readConditions(where, source);
  if (!conditions || related.length > 0 || conditions.some(({ field }) => field.includes("."))) return undefined;
  const groups = group_by.flatMap((grouping) => (groupName(grouping) in values ? [grouping] : []));
  const added = groups.map((grouping) => listGroupConditions(grouping, values[groupName(grouping)], source, options));
  if (!added.every((condition) => condition !== undefined)) return undefined;
  const all = [...conditions, ...added.flat()];
  const search = formatConditions(all);
  // The address of a list has one value for each field and operator.
  if (Object.keys(search).length !== all.length) return undefined;
  return { view: ALL_RECORDS, ...(all.length === 0 ? { filters: "none" } : {}), ...search };
}
