import type { Kind } from "../../api/kind.ts";
import type { FilterCondition, FilterOperator } from "../../ui/kit/filter-operators.ts";

/** What a list shows. A saved view holds it, and the address holds how the list differs from its view. */
export interface ListState {
  readonly conditions: readonly FilterCondition[];
  /** Conditions of the view that no filter chip can show, such as alternatives. They apply besides `conditions`. */
  readonly where?: unknown;
  /** With a minus: descending. */
  readonly sort: string | undefined;
  readonly search: string;
  /** Names of fields. Undefined: those that the user chose for the kind, or else those of its layout. */
  readonly columns: readonly string[] | undefined;
}

export const emptyState: ListState = { conditions: [], sort: undefined, search: "", columns: undefined };

/**
 * The address of a list, in the names of the API: `?view=viw_1&lead_status_id[in]=new,contacted&sort=-created_at&search=acme&fields=company,email`. What it
 * does not name is as in the view. `filters=none`, `sort=` and `search=` take away what the view has.
 */
interface ListAddress extends Partial<Omit<ListState, "where">> {
  /** The id of a saved view, or `all` for the list without one. */
  readonly view?: string;
}

export const ALL_RECORDS = "all";
const NONE = "none";

export function parseListAddress(parameters: Readonly<Record<string, unknown>>, kind: Pick<Kind, "filters">): ListAddress {
  const names = new Set(kind.filters.map(({ name }) => name));
  const conditions = Object.entries(parameters).flatMap(([parameter, value]): FilterCondition[] => {
    const [, name = parameter, operator = "eq"] = /^(.+)\[(\w+)\]$/.exec(parameter) ?? [];
    if (!names.has(name)) return [];
    return [{ field: name, operator: operator as FilterOperator, values: String(value).split(",") }];
  });
  const { view, filters, sort, search, fields } = parameters;
  return {
    ...(view === undefined ? {} : { view: String(view) }),
    ...(conditions.length > 0 || filters === NONE ? { conditions } : {}),
    ...(sort === undefined ? {} : { sort: String(sort) }),
    ...(search === undefined ? {} : { search: String(search) }),
    ...(fields === undefined ? {} : { columns: String(fields).split(",") }),
  };
}

/** Returns the parameters of a state, in the names of the API. */
export function formatConditions(conditions: readonly FilterCondition[]): Record<string, string> {
  const complete = conditions.filter(({ values }) => values.some((value) => value !== ""));
  return Object.fromEntries(
    complete.map(({ field, operator, values }) => [operator === "eq" ? field : `${field}[${operator}]`, values.join()]),
  );
}

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Returns what of a state differs from its view. Empty: nothing does. */
export function formatDifference(state: ListState, base: ListState): Record<string, string> {
  const [filters, baseFilters] = [formatConditions(state.conditions), formatConditions(base.conditions)];
  const isFiltered = Object.keys(filters).length > 0;
  return {
    ...(isSame(filters, baseFilters) ? {} : isFiltered ? filters : { filters: NONE }),
    ...(state.sort === base.sort ? {} : { sort: state.sort ?? "" }),
    ...(state.search === base.search ? {} : { search: state.search }),
    ...(state.columns === undefined || state.columns.join() === base.columns?.join() ? {} : { fields: state.columns.join() }),
  };
}

export const formatListAddress = (state: ListState, base: ListState, view: string | undefined): Record<string, string> => ({
  ...(view === undefined ? {} : { view }),
  ...formatDifference(state, base),
});

/** Returns the state of a list at an address. */
export const applyAddress = (address: ListAddress, base: ListState): ListState => ({
  ...base,
  conditions: address.conditions ?? base.conditions,
  sort: (address.sort ?? base.sort) || undefined,
  search: address.search ?? base.search,
  columns: address.columns ?? base.columns,
});
