import type { Kind } from "../data/schema.ts";
import type { FilterCondition, FilterOperator } from "../kit/filter-operators.ts";

/** The state of a list in its address, in the names of the API: `?lead_status_id[in]=new,contacted&sort=-created_at&search=acme`. */
export interface ListAddress {
  readonly conditions: readonly FilterCondition[];
  /** With a minus: descending. */
  readonly sort: string | undefined;
  readonly search: string;
}

export function parseListAddress(parameters: Readonly<Record<string, unknown>>, kind: Kind): ListAddress {
  const names = new Set(kind.filters.map(({ name }) => name));
  const conditions = Object.entries(parameters).flatMap(([parameter, value]): FilterCondition[] => {
    const [, name = parameter, operator = "eq"] = /^(.+)\[(\w+)\]$/.exec(parameter) ?? [];
    if (!names.has(name)) return [];
    return [{ field: name, operator: operator as FilterOperator, values: String(value).split(",") }];
  });
  const { sort, search = "" } = parameters;
  return { conditions, sort: typeof sort === "string" ? sort : undefined, search: String(search) };
}

export function formatListAddress({ conditions, sort, search }: ListAddress): Record<string, string> {
  const filters = conditions
    .filter(({ values }) => values.some((value) => value !== ""))
    .map(({ field, operator, values }) => [operator === "eq" ? field : `${field}[${operator}]`, values.join()]);
  return Object.fromEntries([
    ...filters,
    ...(sort === undefined ? [] : [["sort", sort]]),
    ...(search === "" ? [] : [["search", search]]),
  ]);
}
