import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ListQuery } from "../data/kind.ts";
import { type ConsoleRecord, readRecords, useRecordList } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { countRows } from "../data/search-rules.ts";
import { useScope } from "../data/session.ts";
import { useTenant } from "../data/tenant.ts";
import { type CurrencySum, sumByCurrency } from "../fields/field-sum.ts";

/** Cards that are loaded at once. */
export const CARD_PAGE_SIZE = 50;
/** Rows of a column that are summed without showing them. A column with more says that its sum is not complete. */
const MAX_SUMMED_ROWS = 500;
const SUM_PAGE_SIZE = 100;

/** The cards of a column, as far as they are loaded, with their number and their sums. */
export function useColumn(kind: Kind, query: ListQuery, isEnabled: boolean) {
  const list = useRecordList(kind, query, { pageSize: CARD_PAGE_SIZE, isEnabled, hasNextActivity: true });
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const { total, isLowerBound } = countRows(list.data?.pages ?? []);
  const sums = useColumnSums(kind, query, rows, {
    isComplete: !list.hasNextPage && !isLowerBound,
    total: isLowerBound ? undefined : total,
  });
  return { list, rows, total, isLowerBound, sums };
}

export interface ColumnSums {
  readonly sums: readonly CurrencySum[];
  /** Whether all records of the column are in the sums. */
  readonly isComplete: boolean;
}

interface ColumnExtent {
  readonly isComplete: boolean;
  /** Undefined: the API does not know. */
  readonly total: number | undefined;
}

function useColumnSums(
  kind: Kind,
  query: ListQuery,
  rows: readonly ConsoleRecord[],
  { isComplete, total }: ColumnExtent,
): ColumnSums | undefined {
  const scope = useScope();
  const { settings } = useTenant();
  const field = kind.fields.find(({ name }) => name === kind.board?.sum);
  const isRead = field !== undefined && !isComplete && total !== undefined && total <= MAX_SUMMED_ROWS;
  const { data } = useQuery({
    // The number is in the key: after a move the rows are read again.
    queryKey: [...scope, "list", kind.kind, query, "sum", total],
    queryFn: ({ signal }) =>
      readAmounts(
        kind,
        query,
        [field?.name, field?.currency_field].filter((name) => name !== undefined),
        signal,
      ),
    enabled: isRead,
  });
  return useMemo(() => {
    if (!field) return undefined;
    const isWhole = isComplete || (isRead && data !== undefined);
    return { sums: sumByCurrency(isComplete ? rows : (data ?? rows), field, settings.currency), isComplete: isWhole };
  }, [field, isComplete, isRead, rows, data, settings.currency]);
}

async function readAmounts(
  { path }: Kind,
  query: ListQuery,
  fields: readonly string[],
  signal: AbortSignal,
): Promise<ConsoleRecord[]> {
  const rows: ConsoleRecord[] = [];
  let cursor: string | null | undefined;
  do {
    const parameters = { ...query, fields: fields.join(), limit: SUM_PAGE_SIZE, ...(cursor ? { cursor } : {}) };
    const { data, meta } = await readRecords({ path }, parameters, signal);
    rows.push(...data);
    cursor = meta.next_cursor as string | null | undefined;
  } while (cursor && rows.length < MAX_SUMMED_ROWS);
  return rows;
}
