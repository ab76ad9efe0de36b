import { useMemo } from "react";
import type { ListQuery } from "../../api/kind.ts";
import { useRecordList } from "../../api/records.ts";
import type { RowFields } from "../../api/row-fields.ts";
import type { Kind } from "../../api/schema.ts";
import { countRows } from "../../api/search-rules.ts";

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
  const { total, isLowerBound } = countRows(data?.pages ?? []);
  const { isIncomplete, isSearching } = list.search;
  const pendingCount = (isIncomplete ? isSearching : hasNextPage) ? Math.max(total - rows.length, 1) : 0;
  const rowCount = data ? rows.length + (isIncomplete ? Math.min(pendingCount, 1) : pendingCount) : PENDING_ROWS;
  return { list, rows, total, isLowerBound, rowCount, isWhole: list.isSuccess && !hasNextPage && !isIncomplete };
}
