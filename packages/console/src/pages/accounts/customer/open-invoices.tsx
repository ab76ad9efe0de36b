import type { Schemas } from "@crm/sdk/index.ts";
import { type ConsoleRecord, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, listPath, recordPath, useKind } from "../../../api/schema.ts";
import { EMPTY, formatDate, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { countDays } from "./financial-rules.ts";

interface OpenInvoicesProps {
  readonly customer: string;
  /** The day from which days are counted. Undefined while it loads. */
  readonly day: string | undefined;
}

const PAGE_SIZE = 25;
const SHOWN = rowFields<Schemas.InvoiceRow>()(
  "invoice_number",
  "invoice_date",
  "due_date",
  "total",
  "open_amount",
  "payment_state",
  "currency",
);
type Row = ListRow<(typeof SHOWN)[number]>;

/** The invoices that a customer has not paid in full, with how long each is overdue. */
export function OpenInvoices(props: OpenInvoicesProps) {
  const t = useText();
  const { data: kind } = useKind("invoice");
  return (
    <section aria-label={t("Open invoices")} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Open invoices")}</h2>
      {kind ? <InvoiceRows kind={kind} {...props} /> : <Skeleton shape="block" />}
    </section>
  );
}

function InvoiceRows({ kind, customer, day }: OpenInvoicesProps & { readonly kind: Kind }) {
  const t = useText();
  const { locale } = useTextOptions();
  const query = { customer_id: customer, "payment_state[in]": "UNPAID,PARTLY_PAID" };
  const list = useRecordList(kind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const money = (row: ConsoleRecord, name: string): string =>
    formatMoney(String(row[name] ?? ""), String(row.currency ?? ""), locale, "exact");
  const date = (value: unknown): string => (typeof value === "string" ? formatDate(value, locale) : EMPTY);
  const lateness = ({ due_date }: Row) => {
    const days = day !== undefined && typeof due_date === "string" ? countDays(due_date, day) : 0;
    return days > 0 ? (
      <span className="text-danger">{t("{count, plural, one {# day} other {# days}}", { count: days })}</span>
    ) : (
      <span className="text-text-muted">{t("Not due")}</span>
    );
  };
  const title = (row: Row) => (
    <Link variant="title" href={recordPath(kind, row.id)}>
      {String(row.invoice_number ?? kind.label)}
    </Link>
  );
  const labelOf = (name: string): string => kind.fields.find((field) => field.name === name)?.label ?? name;
  const columns: TableColumn<Row>[] = [
    { id: "number", label: kind.label, render: title },
    { id: "date", label: labelOf("invoice_date"), render: (row) => date(row.invoice_date) },
    { id: "due", label: labelOf("due_date"), render: (row) => date(row.due_date) },
    { id: "late", label: t("Overdue for"), render: lateness },
    { id: "total", label: labelOf("total"), isNumeric: true, render: (row) => money(row, "total") },
    { id: "open", label: labelOf("open_amount"), isNumeric: true, render: (row) => money(row, "open_amount") },
  ];
  if (list.isPending) return <Skeleton shape="block" />;
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  return (
    <>
      {rows.length === 0 && !list.search.isIncomplete ? (
        <p className="text-control text-text-muted">{t("All issued invoices are paid or credited.")}</p>
      ) : null}
      <RowList
        label={t("Open invoices")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1">{title(row)}</span>
              <span className="tabular-nums">{money(row, "open_amount")}</span>
            </span>
            <span className="flex flex-wrap gap-2 text-meta text-text-muted">
              {date(row.due_date)} {lateness(row)}
            </span>
          </>
        )}
        pages={list}
      />
      <span className="text-control print:hidden">
        <Link href={`${listPath(kind)}?${new URLSearchParams({ customer_id: customer })}`}>{t("Show all invoices")}</Link>
      </span>
    </>
  );
}
