import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { crm } from "../../api/client.ts";
import type { Field, ListQuery } from "../../api/kind.ts";
import { type ConsoleRecord, readRecords, useRecordList } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { countRows } from "../../api/search-rules.ts";
import { useScope } from "../../api/session.ts";
import { useTenant } from "../../api/tenant.ts";
import { type CurrencySum, sumByCurrency } from "../../input/fields/field-sum.ts";
import { REPORTS_PATH } from "../report/report-data.ts";
import { type ColumnReport, readReportSum } from "./board-total.ts";

/** Cards that are loaded at once. */
export const CARD_PAGE_SIZE = 50;
/** Rows of a column that are summed without showing them. A report sums a column with more. */
const MAX_SUMMED_ROWS = 500;
const SUM_PAGE_SIZE = 100;

/** The cards of a column, as far as they are loaded, with their number and their sums. `where` has its conditions as a report takes them. */
export function useColumn(kind: Kind, query: ListQuery, where: unknown, isEnabled: boolean) {
  const list = useRecordList(kind, query, { pageSize: CARD_PAGE_SIZE, isEnabled, hasNextActivity: true });
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const { total, isLowerBound } = countRows(list.data?.pages ?? []);
  const sums = useColumnSums(kind, query, rows, {
    where,
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
  readonly where: unknown;
  readonly isComplete: boolean;
  /** Undefined: the API does not know. */
  readonly total: number | undefined;
}

function useColumnSums(
  kind: Kind,
  query: ListQuery,
  rows: readonly ConsoleRecord[],
  { where, isComplete, total }: ColumnExtent,
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
  const isLong = field !== undefined && where !== undefined && !isComplete && total !== undefined && total > MAX_SUMMED_ROWS;
  const report = useQuery({
    queryKey: [...scope, "list", kind.kind, where, "sum", total],
    queryFn: ({ signal }) => (field ? readSum(kind, field, { where, currency: settings.currency }, signal) : null),
    enabled: isLong,
    retry: false,
  });
  return useMemo(() => {
    if (!field) return undefined;
    if (isLong && report.data) return { sums: [report.data], isComplete: true };
    const isWhole = isComplete || (isRead && data !== undefined);
    return { sums: sumByCurrency(isComplete ? rows : (data ?? rows), field, settings.currency), isComplete: isWhole };
  }, [field, isComplete, isRead, isLong, report.data, rows, data, settings.currency]);
}

/** Reads the sum of a column by a report. Null if it is not exact, or if amounts of other currencies are in it. */
async function readSum(
  { kind }: Kind,
  field: Field,
  { where, currency }: { readonly where: unknown; readonly currency: string },
  signal: AbortSignal,
): Promise<CurrencySum | null> {
  const group_by = field.currency_field ? [{ field: field.currency_field }] : [];
  const measures = [{ as: "total", do: "sum", field: field.name }];
  const body = { definition: { kind, where, group_by, measures } };
  const preview = await crm.request<ColumnReport>("POST", `${REPORTS_PATH}/preview`, { body, signal });
  return readReportSum(preview, field, currency);
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
