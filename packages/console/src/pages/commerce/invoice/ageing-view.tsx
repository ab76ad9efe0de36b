import type { Schemas } from "@crm/sdk/index.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { listPath, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY, formatAmount, formatDate } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { ListCard, ListCardRow } from "../../../records/record/list-card.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { type AgeingRow, buckets, groupByCurrency, nameBuckets, sumAgeingRows } from "../../accounts/customer/ageing-sums.ts";

type Ageing = Schemas.Ageing;

const AGEING_PATH = "/api/v1/invoices/ageing";

/** What customers owe, by how long it is overdue: a table for each currency, the largest sum first. */
export function AgeingView() {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const ageing = useInfiniteQuery({
    queryKey: [...scope, "list", "invoice", "ageing"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => (await read<Ageing>(AGEING_PATH, { cursor: pageParam })).data,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const pages = ageing.data?.pages ?? [];
  const groups = groupByCurrency(pages.flatMap(({ rows }) => rows));
  const [first] = pages;
  return (
    <div className="flex h-full min-w-0 flex-col gap-6 overflow-auto px-4 py-4 tablet:px-6" aria-busy={ageing.isPending}>
      {ageing.isPending ? <Skeleton shape="block" /> : null}
      {ageing.error ? (
        <Banner
          kind="danger"
          title={t("The list could not be loaded")}
          action={<Button onPress={() => void ageing.refetch()}>{t("Try again")}</Button>}
        />
      ) : null}
      {first && groups.length === 0 ? (
        <EmptyState kind="empty" title={t("Nothing is open")}>
          {t("Issued invoices stand here until they are paid or credited.")}
        </EmptyState>
      ) : null}
      {groups.map(({ currency, rows }) => (
        <CurrencyTable key={currency} currency={currency} rows={rows} />
      ))}
      {first ? (
        <p className="text-meta text-text-muted">
          {t("Days after the due date, counted on {day}.", { day: formatDate(first.day, locale) })}
        </p>
      ) : null}
      {ageing.hasNextPage ? (
        <span>
          <Button isPending={ageing.isFetchingNextPage} onPress={() => void ageing.fetchNextPage()}>
            {t("Show further customers")}
          </Button>
        </span>
      ) : null}
    </div>
  );
}

const isZero = (amount: string): boolean => /^[0.]*$/.test(amount);

function CurrencyTable({ currency, rows }: { readonly currency: string; readonly rows: readonly AgeingRow[] }) {
  const t = useText();
  const isPhone = useIsPhone();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const customers = kinds.find(({ kind }) => kind === "customer");
  const invoices = kinds.find(({ kind }) => kind === "invoice");
  const labels = nameBuckets(t);
  const formatOpen = (value: string): string => formatAmount(value, currency, locale, "exact");
  const nameCustomer = ({ customer_id, customer_name }: AgeingRow) =>
    customer_id === "" ? (
      t("All customers")
    ) : customers ? (
      <Link variant="title" href={recordPath(customers, customer_id)}>
        {customer_name ?? customers.label}
      </Link>
    ) : (
      customer_name
    );
  const listInvoices = ({ customer_id, invoice_count }: AgeingRow) =>
    customer_id !== "" && invoices ? (
      <Link variant="inline" href={`${listPath(invoices)}?${new URLSearchParams({ customer_id })}`}>
        {formatCount(invoice_count, locale)}
      </Link>
    ) : (
      formatCount(invoice_count, locale)
    );
  const columns: TableColumn<AgeingRow>[] = [
    { id: "customer", label: t("Customer"), render: nameCustomer },
    { id: "invoices", label: t("Invoices"), isNumeric: true, render: listInvoices },
    ...buckets.map((bucket) => ({
      id: bucket,
      label: labels[bucket],
      isNumeric: true,
      render: (row: AgeingRow) =>
        isZero(row[bucket]) ? (
          <span className="font-normal text-text-muted">{EMPTY}</span>
        ) : (
          <span className={bucket === "not_due" ? undefined : "text-danger"}>{formatOpen(row[bucket])}</span>
        ),
    })),
    { id: "open", label: t("Open amount"), isNumeric: true, render: (row) => formatOpen(row.open_amount) },
  ];
  const title = t("Open amounts in {currency}", { currency });
  if (isPhone)
    return (
      <ListCard title={title} count={rows.length} isPending={false} hasFailed={false}>
        {[...rows, sumAgeingRows(rows)].map((row) => (
          <ListCardRow
            key={row.customer_id}
            title={nameCustomer(row)}
            end={formatOpen(row.open_amount)}
            isSum={row.customer_id === ""}
            facts={buckets.flatMap((bucket) => (isZero(row[bucket]) ? [] : `${labels[bucket]}: ${formatOpen(row[bucket])}`))}
          />
        ))}
      </ListCard>
    );
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4">
      <h2 className="text-section font-semibold">{title}</h2>
      <Table
        label={title}
        columns={columns}
        rows={rows}
        getRowId={({ customer_id }) => customer_id}
        footRows={[sumAgeingRows(rows)]}
      />
    </section>
  );
}
