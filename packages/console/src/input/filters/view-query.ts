import type { Kind, ListQuery } from "../../api/kind.ts";
import { type FilterCondition, type FilterOperator, takesSeveral } from "../../ui/kit/filter-operators.ts";
import { emptyState, formatConditions, type ListState } from "./list-address.ts";

/** The body of `POST /{kind}/query` that a view holds. */
export interface ViewQuery {
  readonly where?: unknown;
  readonly search?: string | null;
  readonly sort?: string | null;
  readonly order?: "asc" | "desc" | null;
  readonly fields?: string | null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads conditions that all apply. Returns undefined for alternatives, and for fields that the list does not know. */
function readConditions(where: unknown, names: ReadonlySet<string>): FilterCondition[] | undefined {
  if (!isObject(where)) return undefined;
  const parts = Object.entries(where).map(([name, value]) => {
    if (name !== "and") return names.has(name) ? readField(name, value) : undefined;
    if (!Array.isArray(value)) return undefined;
    const joined = value.map((part) => readConditions(part, names));
    return joined.every((part) => part !== undefined) ? joined.flat() : undefined;
  });
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** A single value means `eq`, a list means `in`, and null means `is_null`. */
export function readField(field: string, value: unknown): FilterCondition[] {
  if (value === null) return [{ field, operator: "is_null", values: ["true"] }];
  if (Array.isArray(value)) return [{ field, operator: "in", values: value.map(String) }];
  if (!isObject(value)) return [{ field, operator: "eq", values: [String(value)] }];
  return Object.entries(value).map(([operator, operand]) => ({
    field,
    operator: operator as FilterOperator,
    values: [operand].flat().map(String),
  }));
}

/** Address and chips hold one condition for each field and operator. */
const isDistinct = (conditions: readonly FilterCondition[]): boolean =>
  Object.keys(formatConditions(conditions)).length === conditions.length;

function parseSort({ sort, order }: ViewQuery): string | undefined {
  if (!sort) return undefined;
  const isReversed = sort.startsWith("-");
  return order === "desc" && !isReversed ? `-${sort}` : sort;
}

export function parseViewQuery(query: ViewQuery, kind: Pick<Kind, "filters">): ListState {
  const names = new Set(kind.filters.map(({ name }) => name));
  const conditions = query.where ? readConditions(query.where, names) : [];
  const isShown = conditions !== undefined && isDistinct(conditions);
  const columns = query.fields?.split(",").map((name) => name.trim());
  return {
    ...emptyState,
    conditions: isShown ? conditions : [],
    ...(isShown ? {} : { where: query.where }),
    sort: parseSort(query),
    search: query.search ?? "",
    columns: columns && columns.length > 0 ? columns : undefined,
  };
}

/** Returns the conditions of a list as one object: all of them apply. */
export function buildWhere({ conditions, where }: Pick<ListState, "conditions" | "where">): unknown {
  const complete = conditions.filter(({ values }) => values.some((value) => value !== ""));
  const parts = complete.map(({ field, operator, values }) => ({
    [field]: { [operator]: takesSeveral(operator) ? values : values.join() },
  }));
  const all = where === undefined ? parts : [where, ...parts];
  if (all.length < 2) return all[0];
  return { and: all };
}

/** Returns the query of a view that shows this state with these columns. */
export function buildViewQuery(state: ListState, columns: readonly string[]): ViewQuery {
  const where = buildWhere(state);
  return {
    ...(where === undefined ? {} : { where }),
    ...(state.search === "" ? {} : { search: state.search }),
    ...(state.sort === undefined ? {} : readOrder(state.sort)),
    fields: columns.join(),
  };
}

/** The name of an order alone is ascending in the console. The API has another default for some, so requests name the direction. */
const readOrder = (sort: string): { readonly sort: string; readonly order: "asc" | "desc" } =>
  sort.startsWith("-") ? { sort: sort.slice(1), order: "desc" } : { sort, order: "asc" };

/** Returns the query of the list, in the names of the API. Alternatives are in `where`. */
export const buildListQuery = (state: ListState): ListQuery => ({
  ...formatConditions(state.conditions),
  ...(state.search === "" ? {} : { search: state.search }),
  ...(state.sort === undefined ? {} : readOrder(state.sort)),
  ...(state.where === undefined ? {} : { where: state.where }),
});
