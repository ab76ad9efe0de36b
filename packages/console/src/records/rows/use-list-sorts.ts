import { ApiError } from "@crm/sdk/index.ts";
import { useEffect, useState } from "react";
import type { Kind, ListQuery } from "../../api/kind.ts";
import { type ListOptions, useRecordList } from "../../api/records.ts";
import { countRows, type RowCount } from "../../api/search-rules.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { useCandidateCount } from "./candidate-count.ts";
import {
  checkSort,
  isLimitedSort,
  listFilterQuery,
  MAX_SORTED_RECORDS,
  needsCandidates,
  parseSorts,
  type SortLimit,
} from "./sort-rules.ts";

/** Says in one sentence why a list cannot be sorted by a field now. */
export function describeSortLimit(limit: SortLimit, t: Translate): string {
  if (limit === "change-time") return t("Filter by the last change to sort by this.");
  if (limit === "filters") return t("With these filters, the list cannot be sorted by this.");
  return t("Filter to fewer than {count} records to sort by this.", { count: formatCount(MAX_SORTED_RECORDS) });
}

/** Says that a list is not in the order that a view or a link names. */
export function describeDroppedSort(
  { fields }: Pick<Kind, "fields">,
  name: string,
  check: boolean | SortLimit,
  t: Translate,
): string {
  const field = fields.find((candidate) => candidate.name === name)?.label ?? name;
  if (check === "change-time") return describeSortLimit(check, t);
  return check === "filters"
    ? t("With these filters, the list cannot be sorted by “{field}”. It is in its default order.", { field })
    : t("Too many records to sort by “{field}”. The list is in its default order.", { field });
}

/** The filters with which the API refused to sort, and the field. */
interface RefusedSort {
  readonly filters: string;
  readonly name: string;
}

/** Returns the field that may be the reason of a refusal: of several, the first that needs few records. */
const readName = (kind: Kind, { sort }: ListQuery): string | undefined => {
  const names = typeof sort === "string" ? parseSorts(sort).map(({ column }) => column) : [];
  return names.find((name) => isLimitedSort(kind, name)) ?? names[0];
};

/** Whether an error of a list says that its order needs fewer records. */
export const isSortRefusal = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status === 400 &&
  error.details.some(({ field }) => /^(?:sort|updated_at)(?:\[|$)/.test(field));

/**
 * The query of a list, without an order that the API refuses. The order of a saved view or a link may need fewer records than there are: the list is then
 * in its default order, and says so.
 */
export function useAcceptedSort(kind: Kind, query: ListQuery) {
  const [refused, setRefused] = useState<RefusedSort>();
  const filters = JSON.stringify(listFilterQuery(query));
  const name = readName(kind, query);
  const isRefused = refused?.filters === filters;
  const isDropped = name !== undefined && isRefused && (name === refused.name || isLimitedSort(kind, name));
  return {
    query: isDropped ? listFilterQuery(query) : query,
    /** The field by which the list should be sorted and is not. */
    droppedSort: isDropped ? name : undefined,
    isRefused,
    refuse: (): void => {
      if (name !== undefined) setRefused({ filters, name });
    },
  };
}

export type AcceptedSort = ReturnType<typeof useAcceptedSort>;

interface SortedList {
  readonly query: ListQuery;
  readonly count: RowCount | undefined;
  readonly isRefused: boolean;
}

/** Returns a function that says whether the list can be sorted by a field now, or why not. */
export function useSortCheck(kind: Kind, { query, count, isRefused }: SortedList): (name: string) => boolean | SortLimit {
  const candidates = useCandidateCount(kind, query, needsCandidates(kind, { query, count }));
  return (name) => checkSort(kind, name, { query, count, candidates, isRefused });
}

/** Calls back when the API refuses the order of a list. */
export function useSortRefusal(error: unknown, refuse: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the error
  useEffect(() => {
    if (isSortRefusal(error)) refuse();
  }, [error]);
}

/** The rows of a table that is sorted by its heads, by which of them it can be sorted, and by which it should be and is not. */
export function useSortedList<Name extends string>(kind: Kind, wanted: ListQuery, options: ListOptions<Name>) {
  const { query, droppedSort, isRefused, refuse } = useAcceptedSort(kind, wanted);
  const list = useRecordList(kind, query, options);
  useSortRefusal(list.error, refuse);
  const count = list.data && !list.isPlaceholderData ? countRows(list.data.pages) : undefined;
  return { list, droppedSort, checkSort: useSortCheck(kind, { query, count, isRefused }) };
}
