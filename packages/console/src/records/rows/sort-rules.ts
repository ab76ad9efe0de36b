import type { Kind, ListQuery } from "../../api/kind.ts";
import type { RowCount } from "../../api/search-rules.ts";
import type { GridSort } from "../../ui/grid/grid-types.ts";

/** By which fields a list can be sorted now. An order without an index works for a limited number of records. */

/** Reads the sorts of a list: `company,-budget`. */
export const parseSorts = (sort: string | undefined): GridSort[] =>
  (sort ?? "")
    .split(",")
    .filter((name) => name !== "")
    .map((name) => ({ column: name.replace(/^-/, ""), direction: name.startsWith("-") ? "descending" : "ascending" }));

export const formatSorts = (sorts: readonly GridSort[]): string | undefined =>
  sorts.map(({ column, direction }) => (direction === "descending" ? `-${column}` : column)).join() || undefined;

/** Records that the API sorts without an index. */
export const MAX_SORTED_RECORDS = 1000;
/** The API sorts by it only what changed within a time. */
const CHANGE_TIME = "updated_at";

type SortKind = Pick<Kind, "sorts" | "indexed_sorts" | "filters">;

const ORDER_PARAMETERS: ReadonlySet<string> = new Set(["sort", "order"]);

/** Returns the part of a list's query that says which records it has: the list in its default order. */
export const listFilterQuery = (query: ListQuery): ListQuery =>
  Object.fromEntries(Object.entries(query).filter(([name]) => !ORDER_PARAMETERS.has(name)));

/** Reads the name of a filter and its operator. */
export const parseParameter = (parameter: string): { readonly name: string; readonly operator: string } => {
  const [, name = parameter, operator = "eq"] = /^(.+)\[(\w+)\]$/.exec(parameter) ?? [];
  return { name, operator };
};

/** Returns queries that each have all records of a list, and that the API counts without reading them: all records, and each filter with an index. */
export function listCandidateQueries({ filters }: Pick<Kind, "filters">, query: ListQuery): ListQuery[] {
  const isCounted = (parameter: string): boolean => {
    const { name, operator } = parseParameter(parameter);
    const isIndexed = filters.some((filter) => filter.name === name && filter.indexed === true);
    return isIndexed && (operator === "eq" || operator === "in");
  };
  return [{}, ...Object.entries(query).flatMap(([name, value]) => (isCounted(name) ? [{ [name]: value }] : []))];
}

/** Returns the smallest count. One that is a lower bound says less than any exact one. */
export function chooseCandidates(counts: readonly RowCount[]): RowCount | undefined {
  const exact = counts.filter(({ isLowerBound }) => !isLowerBound);
  return (exact.length > 0 ? exact : counts).toSorted((a, b) => a.total - b.total)[0];
}

interface SortedList {
  /** The filters of the list, with or without its order. */
  readonly query: ListQuery;
  /** Undefined: the list is not loaded. */
  readonly count: RowCount | undefined;
  /** The records that the API looks at. Undefined: not known. */
  readonly candidates: RowCount | undefined;
  /** Whether the API has refused to sort with these filters. */
  readonly isRefused: boolean;
}

/** Why a list cannot be sorted by a field: too many rows, filters that leave too many records to look at, or no filter by the time of the change. */
export type SortLimit = "too-many" | "filters" | "change-time";

/** Whether the number of records that the API looks at decides about sorting, and is not that of the list. */
export function needsCandidates(kind: Pick<Kind, "filters">, { query, count }: Pick<SortedList, "query" | "count">): boolean {
  if (count === undefined || count.total > MAX_SORTED_RECORDS || query.search !== undefined) return false;
  const filterCount = Object.keys(listFilterQuery(query)).length;
  // Of one filter with an index, the API looks at the records that match.
  return filterCount > 1 || (filterCount === 1 && listCandidateQueries(kind, query).length === 1);
}

/** Whether an order depends on how many records there are. */
export const isLimitedSort = ({ sorts, indexed_sorts }: Pick<SortKind, "sorts" | "indexed_sorts">, name: string): boolean =>
  sorts.includes(name) && (name === CHANGE_TIME || !indexed_sorts.includes(name));

const hasChangeTime = (query: ListQuery): boolean =>
  Object.keys(query).some((parameter) => {
    const { name, operator } = parseParameter(parameter);
    return name === CHANGE_TIME && ["eq", "gt", "gte"].includes(operator);
  });

/** Returns whether a list can be sorted by a field now: `true`, `false` while that is not known, or why not. */
export function checkSort(kind: SortKind, name: string, list: SortedList): boolean | SortLimit {
  const { query, count, candidates } = list;
  if (!isLimitedSort(kind, name)) return kind.sorts.includes(name);
  if (name === CHANGE_TIME) return hasChangeTime(query) ? true : "change-time";
  if (count === undefined) return false;
  if (count.total > MAX_SORTED_RECORDS || (count.isLowerBound && count.total === MAX_SORTED_RECORDS)) return "too-many";
  if (list.isRefused) return Object.keys(listFilterQuery(query)).length === 0 ? "too-many" : "filters";
  // A lower bound says nothing here: of records that the user sees by others, the API counts those that it has shown. If it refuses, the list says so.
  if (!needsCandidates(kind, { query, count })) return true;
  if (candidates === undefined) return false;
  return candidates.total > MAX_SORTED_RECORDS ? "filters" : true;
}
