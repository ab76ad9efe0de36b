import { useInfiniteQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { fillPath } from "../../../api/record-template.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Field, Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatMoney, formatValue, readPart } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";

interface OrderLedgerProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** The ledger in the schema of orders. */
  readonly tab: Kind["tabs"][number];
}

const PAGE_SIZE = 50;
/** The sums of an order above its ledger. */
const SUMS = ["due", "credited", "paid", "refunded", "balance"];

/** The entries of an order's account, and what they add up to. */
export function OrderLedger({ kind, record, tab }: OrderLedgerProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const list = useInfiniteQuery({
    queryKey: [...scope, "related", kind.kind, tab.name, record.id, "pages"],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<ConsoleRecord[]>(fillPath(tab.path, record), {
        limit: PAGE_SIZE,
        expand: "labels",
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
  const rows = (list.data?.pages.flatMap(({ data }) => data) ?? []).map((row) => readPart(record, row) as ConsoleRecord);
  const fields = (tab.fields ?? []) as Field[];
  const sums = SUMS.flatMap((name) => kind.fields.find((field) => field.name === name && record[name] != null) ?? []);
  const columns = fields.map(
    (field): TableColumn<ConsoleRecord> => ({
      id: field.name,
      label: field.label,
      isNumeric: field.type === "money",
      render: (row) =>
        field.type === "money" ? (
          formatMoney(String(row[field.name] ?? ""), String(record.currency), options.locale, "exact")
        ) : (
          <FieldValue record={row} field={field} isCell />
        ),
    }),
  );
  if (list.isPending) return <Skeleton shape="block" />;
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  return (
    <section aria-label={tab.label} className="flex min-w-0 flex-col gap-4">
      <dl className="flex flex-wrap gap-x-8 gap-y-3">
        {sums.map((field) => (
          <div key={field.name} className="flex flex-col">
            <dt className="text-control text-text-muted">{field.label}</dt>
            <dd className="text-section font-semibold tabular-nums">
              {formatValue(record, { ...field, format: "exact" }, options)}
            </dd>
          </div>
        ))}
      </dl>
      {rows.length === 0 ? (
        <EmptyState kind="empty" title={t("Nothing is booked yet")}>
          {t("The ledger begins when the order is confirmed.")}
        </EmptyState>
      ) : null}
      <RowList
        label={tab.label}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(row) => (
          <>
            {fields.slice(0, 3).map((field) => (
              <span key={field.name} className="flex min-w-0 justify-between gap-2">
                <span className="text-text-muted">{field.label}</span>
                {field.type === "money" ? (
                  formatMoney(String(row[field.name] ?? ""), String(record.currency), options.locale, "exact")
                ) : (
                  <FieldValue record={row} field={field} isCell />
                )}
              </span>
            ))}
          </>
        )}
      />
    </section>
  );
}
