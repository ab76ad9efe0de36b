import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY, formatAmount, formatDate, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { cardClass } from "../../../records/figures/figure-tile.tsx";
import { nameKey } from "../../../records/figures/period-rules.ts";
import { TableSection } from "../../../records/figures/table-section.tsx";
import { RelatedTable } from "../../../records/record/related-tab.tsx";
import { usePreview } from "../../../records/report/report-data.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Chart } from "../../../ui/kit/chart.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { formatShortAmount, isDecimal } from "../../../ui/kit/decimal.ts";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table } from "../../../ui/kit/table.tsx";
import { type AgeingRow, buckets, nameBuckets } from "./ageing-sums.ts";
import { FigureCard } from "./figure-card.tsx";
import { buildOrderReport, type Customer360, listPeriodSums, type OrderPeriod, orderBalances } from "./financial-rules.ts";
import { HealthSection } from "./health-section.tsx";
import { OpenInvoices } from "./open-invoices.tsx";

const ORDER_COLUMNS = rowFields<Schemas.OrderRow>()("order_date", "status", "payment_state", "total", "balance", "next_due_date");
const PAYMENT_COLUMNS = rowFields<Schemas.PaymentRow>()("status", "paid_date", "due_date", "refunded_amount");

interface FinancialsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const isZero = (amount: string): boolean => !/[1-9]/.test(amount);

/** What a customer is worth, what it owes, and how it is doing. */
export function FinancialsTab({ kind, record }: FinancialsProps) {
  const t = useText();
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const canSee = (name: string): boolean => kinds.some((summary) => summary.kind === name);
  const answer = useQuery({
    queryKey: [...scope, "financials", "customer", "order", "payment", "invoice", record.id],
    queryFn: async () => (await read<Customer360>(`${kind.path}/${record.id}/360`)).data,
  });
  const ageing = useQuery({
    queryKey: [...scope, "ageing", "invoice", "payment", record.id],
    queryFn: async () => (await read<Schemas.Ageing>(`${kind.path}/${record.id}/ageing`)).data,
    enabled: canSee("invoice"),
  });
  return (
    <div className="flex min-w-0 flex-col gap-6" aria-busy={answer.isPending}>
      {answer.error ? <LoadError query={answer} text={t("The figures could not be loaded")} /> : null}
      {answer.isPending ? <Skeleton shape="block" /> : null}
      {/* The other parts load at the same time, and stand in their places once the figures are there. */}
      <div className={joinClasses("flex min-w-0 flex-col gap-6", answer.isPending && "invisible")}>
        {answer.data ? <Figures data={answer.data} record={record} /> : null}
        {canSee("order") ? <OrderChart customer={record.id} /> : null}
        {ageing.data && ageing.data.rows.length > 0 ? <AgeingTable {...ageing.data} /> : null}
        {canSee("invoice") ? <OpenInvoices customer={record.id} day={ageing.data?.day} /> : null}
        {canSee("order") ? (
          <TitledPart title={t("Orders")}>
            <RelatedTable kind={kind} record={record} list="order" columns={ORDER_COLUMNS} />
          </TitledPart>
        ) : null}
        {canSee("payment") ? (
          <TitledPart title={t("Payments")}>
            <RelatedTable kind={kind} record={record} list="payment" columns={PAYMENT_COLUMNS} />
          </TitledPart>
        ) : null}
        {answer.data ? <HealthSection kind={kind} record={record} data={answer.data} /> : null}
      </div>
    </div>
  );
}

const formatOrdered = (total: string, locale: string): string => (isDecimal(total) ? formatShortAmount(total, locale, 2) : total);

function TitledPart({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Figures({ data, record }: { readonly data: Customer360; readonly record: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const { lifetime_value_metrics, financials } = data;
  const { currency } = lifetime_value_metrics;
  const money = (value: string, code = currency): string => formatMoney(value, code, locale, "exact");
  const [own, ...others] = orderBalances(financials.amounts, currency);
  const isOwn = own?.currency === currency;
  const further = isOwn ? others : financials.amounts;
  const notesFor = (name: "lifetime_value" | "open_balance" | "overdue_balance"): string[] =>
    further.filter((amount) => !isZero(amount[name])).map((amount) => money(amount[name], amount.currency));
  const open = isOwn ? own.open_balance : "0";
  const overdue = isOwn ? own.overdue_balance : "0";
  const day = (value: string | null): string => (value === null ? EMPTY : formatDate(value, locale));
  const limit = record.credit_limit as string | null;
  return (
    <section aria-label={t("Figures")} className="grid min-w-0 grid-cols-1 gap-4 tablet:grid-cols-2 desktop:grid-cols-4">
      <FigureCard
        label={t("Lifetime value")}
        value={money(lifetime_value_metrics.total_revenue)}
        notes={[
          ...notesFor("lifetime_value"),
          t("{count, plural, one {# paid order} other {# paid orders}}", { count: lifetime_value_metrics.total_orders }),
          ...(lifetime_value_metrics.average_order_value === null
            ? []
            : [t("{amount} on average", { amount: money(lifetime_value_metrics.average_order_value) })]),
        ]}
      />
      <FigureCard
        label={t("Open balance")}
        value={money(open)}
        notes={[...notesFor("open_balance"), t("Still owed for all orders")]}
      />
      <FigureCard
        label={t("Overdue")}
        value={money(overdue)}
        isBad={!isZero(overdue)}
        notes={[...notesFor("overdue_balance"), t("Of the newest 100 orders that you see")]}
      />
      <FigureCard
        label={t("Credit limit")}
        value={limit === null ? EMPTY : money(limit, String(record.currency ?? currency))}
        notes={record.payment_terms ? [t("Terms: {terms}", { terms: String(record.payment_terms) })] : []}
      />
      <FigureCard label={t("First sale")} value={day(lifetime_value_metrics.customer_since)} />
      <FigureCard label={t("Last sale")} value={day(lifetime_value_metrics.last_order)} />
      <FigureCard label={t("Open opportunities")} value={formatCount(data.active_opportunities.length, locale)} />
      <FigureCard label={t("Contracts")} value={formatCount(data.contracts.length, locale)} notes={[t("That have not ended")]} />
    </section>
  );
}

function OrderChart({ customer }: { readonly customer: string }) {
  const t = useText();
  const { locale, currency } = useTextOptions();
  const [by, setBy] = useState<OrderPeriod>("month");
  const preview = usePreview("order", buildOrderReport(customer, by), true);
  // Roles without reports see the other figures.
  if (preview.error) return null;
  const rows = listPeriodSums((preview.data?.rows ?? []) as Readonly<Record<string, unknown>>[], by);
  return (
    <section className={`${cardClass} gap-3`} aria-busy={preview.isPending}>
      <SegmentedControl
        label={t("Period")}
        segments={[
          { id: "month", label: t("By month") },
          { id: "year", label: t("By year") },
        ]}
        value={by}
        onChange={(next) => setBy(next as OrderPeriod)}
      />
      <Chart
        kind="bar"
        title={t("How much did the customer order, in {currency}?", { currency })}
        category="id"
        categoryLabel={by === "month" ? t("Month") : t("Year")}
        rows={rows}
        isLoading={preview.isPending}
        series={[{ key: "total", label: t("Ordered") }]}
        formatCategory={(key) => nameKey(String(key), locale, t)}
        formatValue={(value) => formatOrdered(String(value), locale)}
      />
    </section>
  );
}

function AgeingTable({ rows, day }: Schemas.Ageing) {
  const t = useText();
  const { locale } = useTextOptions();
  const labels = nameBuckets(t);
  const amount = (row: AgeingRow, name: (typeof buckets)[number] | "open_amount"): ReactNode =>
    isZero(row[name]) ? (
      <span className="text-text-muted">{EMPTY}</span>
    ) : (
      <span className={name === "not_due" || name === "open_amount" ? undefined : "text-danger"}>
        {formatAmount(row[name], row.currency, locale, "exact")}
      </span>
    );
  return (
    <TableSection title={t("Open amounts by days after the due date, on {day}", { day: formatDate(day, locale) })}>
      <Table
        label={t("Open amounts")}
        rows={rows}
        getRowId={({ currency }) => currency}
        columns={[
          { id: "currency", label: t("Currency"), render: ({ currency }) => currency },
          {
            id: "count",
            label: t("Invoices"),
            isNumeric: true,
            render: ({ invoice_count }) => formatCount(invoice_count, locale),
          },
          ...buckets.map((bucket) => ({
            id: bucket,
            label: labels[bucket],
            isNumeric: true,
            render: (row: AgeingRow) => amount(row, bucket),
          })),
          { id: "open", label: t("Open amount"), isNumeric: true, render: (row) => amount(row, "open_amount") },
        ]}
      />
    </TableSection>
  );
}
