import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { read } from "../../../api/client.ts";
import type { ListQuery } from "../../../api/kind.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useSortedList } from "../../../records/rows/use-list-sorts.ts";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn, TableSort } from "../../../ui/kit/table.tsx";
import { countCycleDays, nameCompetitor } from "./closed-rules.ts";
import { DealTitle } from "./deal-title.tsx";

/** As many records as one request reads. */
const PAGE_SIZE = 20;
const SHOWN = rowFields<Schemas.OpportunityRow>()(
  "name",
  "customer_id",
  "owner_id",
  "amount",
  "closed_date",
  "created_day",
  "win_loss_reason_id",
  "has_competition",
);
type Row = ListRow<(typeof SHOWN)[number]>;

interface ClosedTableProps {
  readonly kind: Kind;
  readonly query: ListQuery;
  readonly isWon: boolean;
}

/** The opportunities that ended, the latest first. */
export function ClosedTable({ kind, query, isWon }: ClosedTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const [sort, setSort] = useState<TableSort>({ column: "closed_date", direction: "descending" });
  const order = { sort: sort.column, order: sort.direction === "descending" ? "desc" : "asc" };
  const { list, droppedSort, checkSort } = useSortedList(kind, { ...query, ...order }, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const competitors = useCompetitors(isWon ? [] : rows);
  const field = (name: string) => kind.fields.find((candidate) => candidate.name === name);
  const cycle = (row: Row): string => {
    const days = countCycleDays(row.created_day, row.closed_date);
    return days === undefined ? EMPTY : numberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }).format(days);
  };
  const plain = (name: string, isNumeric = false): TableColumn<Row>[] => {
    const shown = field(name);
    if (!shown?.visible) return [];
    const render = (row: Row) => <FieldValue record={row} field={shown} isCell />;
    return [{ id: name, label: shown.label, isNumeric, isSortable: checkSort(name) === true, render }];
  };
  const amount = field("amount");
  const columns: TableColumn<Row>[] = [
    {
      id: "name",
      label: field("name")?.label ?? "",
      isSortable: checkSort("name") === true,
      render: (row) => <DealTitle kind={kind} row={row} />,
    },
    ...plain("owner_id"),
    ...plain("amount", true),
    ...plain("closed_date"),
    { id: "cycle", label: t("Cycle"), isNumeric: true, render: cycle },
    ...plain("win_loss_reason_id"),
    ...(isWon ? [] : [{ id: "competitor", label: t("Competitor"), render: (row: Row) => competitors.get(row.id) ?? EMPTY }]),
  ];
  const title = isWon ? t("Won opportunities") : t("Lost opportunities");
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  if (list.isPending)
    return (
      <div aria-busy="true">
        <Skeleton shape="block" />
      </div>
    );
  if (rows.length === 0 && !list.search.isIncomplete)
    return (
      <EmptyState kind="nothing-found" title={isWon ? t("Nothing was won in these days") : t("Nothing was lost in these days")}>
        {t("Choose other days or another owner.")}
      </EmptyState>
    );
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-body font-semibold">{t("Deals")}</h2>
      <RowList
        label={title}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1">
                <DealTitle kind={kind} row={row} />
              </span>
              <span className="tabular-nums">{amount ? <FieldValue record={row} field={amount} isCell /> : null}</span>
            </span>
            <span className="flex flex-wrap items-center gap-2 text-meta text-text-muted">
              {plain("closed_date").map(({ render }) => render(row))}
              <span>{cycle(row)}</span>
              {plain("win_loss_reason_id").map(({ render }) => render(row))}
            </span>
          </>
        )}
        pages={list}
        sort={droppedSort === undefined ? sort : undefined}
        onSort={setSort}
      />
    </section>
  );
}

/** Reads to whom opportunities were lost. Rows do not have it, so those with competition are read, as many at once as one request takes. */
function useCompetitors(rows: readonly Row[]): ReadonlyMap<string, string> {
  const scope = useScope();
  const ids = rows.filter(({ has_competition }) => has_competition === true).map(({ id }) => id);
  const { data } = useQuery({
    queryKey: [...scope, "list", "opportunity", "competitors", ids],
    enabled: ids.length > 0,
    placeholderData: (before) => before,
    queryFn: async () => {
      const records = await Promise.all(ids.map((id) => read<ConsoleRecord>(`/api/v1/opportunities/${id}`)));
      return new Map(
        records.flatMap(({ data: record }) => {
          const name = nameCompetitor(record);
          return name === undefined ? [] : [[record.id, name] as const];
        }),
      );
    },
  });
  return data ?? new Map();
}
