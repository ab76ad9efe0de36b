import { useMemo } from "react";
import type { ListQuery } from "../data/kind.ts";
import { useRecordList } from "../data/records.ts";
import type { RowFields } from "../data/row-fields.ts";
import type { Kind } from "../data/schema.ts";

/** What a list shows. The same source is the same query, so several components can read it. */
export interface ListSource<Name extends string = string> {
  readonly kind: Kind;
  readonly query: ListQuery;
  /** The fields that are shown. */
  readonly shown: RowFields<Name>;
  readonly isEnabled: boolean;
}

/** Rows in the place of those that load. */
const PENDING_ROWS = 12;

/** The rows of a list and their number. A component that uses it is drawn again with each page that arrives. */
export function useListRows<Name extends string>({ kind, query, shown, isEnabled }: ListSource<Name>) {
  const list = useRecordList(kind, query, { shown, isEnabled });
  const { data, hasNextPage } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  // The counter of the API follows a write within moments, so it may not count a new record yet.
  const counted = data?.pages[0]?.meta.total ?? 0;
  const total = data && !hasNextPage ? rows.length : Math.max(counted, rows.length);
  // Totals of some filters are lower bounds, and a page may have fewer rows than it could.
  const rowCount = !data ? PENDING_ROWS : hasNextPage ? Math.max(total, rows.length + 1) : rows.length;
  return { list, rows, total, rowCount, isWhole: list.isSuccess && !hasNextPage };
}
