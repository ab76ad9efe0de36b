import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { read } from "../../../api/client.ts";
import { type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { nameRecord } from "../../../api/title.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY, formatDate, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { subtractAmounts } from "../amendment/amendment-rules.ts";
import { formatDifference } from "../amendment/difference-text.ts";
import { listContractPages } from "../contract-template/contract-pages.ts";
import { RenewalActions } from "./renewal-actions.tsx";
import { type DueRenewal, isInView, type RenewalView, renewalViews, sumMonths, sumValues } from "./renewal-rules.ts";

const DAYS = 90;
/** Contracts in force, those first that end first. */
const LATER_PATH = "/crm/contracts?status=ACTIVE&sort=end_date";
const PAGE_SIZE = 100;

/** Pages that are read for the figures. The list reads only contracts that are due, so few organizations have more. */
const MAX_PAGES = 20;

/** Contracts in force whose day of notice comes within ninety days, or has passed. All are read, because the figures are of all. */
function useDueRenewals(owner: string | undefined) {
  const scope = useScope();
  const list = useInfiniteQuery({
    queryKey: [...scope, "list", "contract", "renewals", owner],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<DueRenewal[]>("/api/v1/contracts/renewals", {
        days: DAYS,
        limit: PAGE_SIZE,
        expand: "labels,customer",
        ...(owner === undefined ? {} : { owner }),
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
  const { hasNextPage, isFetching, error, fetchNextPage } = list;
  const pages = list.data?.pages.length ?? 0;
  const isReading = hasNextPage && error === null && pages < MAX_PAGES;
  useEffect(() => {
    if (isReading && !isFetching) void fetchNextPage();
  }, [isReading, isFetching, fetchNextPage]);
  return { ...list, isReading };
}

interface RenewalSearch {
  /** What the table shows: `30`, `risk`, or a month. */
  readonly view?: string;
  readonly owner?: string;
}

/** Which contracts are due for renewal, what they are worth, and what can be done about each. The address holds the chosen figure. */
export function RenewalsPage() {
  const t = useText();
  const navigate = useNavigate();
  const { view = String(DAYS), owner } = useSearch({ strict: false }) as RenewalSearch;
  const { data: kind } = useKind("contract");
  const list = useDueRenewals(owner);
  const change = (next: RenewalSearch): void =>
    void navigate({ to: ".", search: (search: RenewalSearch) => ({ ...search, ...next }), replace: true });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <PageFrame
      title={t("Renewals")}
      isLoading={!kind || list.isPending || list.isReading}
      pages={listContractPages("renewals", t)}
      bar={
        <SegmentedControl
          label={t("Owner")}
          segments={[
            { id: "all", label: t("All contracts") },
            { id: "me", label: t("My contracts") },
          ]}
          value={owner ?? "all"}
          onChange={(id) =>
            void navigate({
              to: ".",
              search: ({ owner: _before, ...search }: Readonly<Record<string, string>>) =>
                id === "all" ? search : { ...search, owner: id },
              replace: true,
            })
          }
        />
      }
    >
      {!kind || list.isPending ? <Skeleton shape="block" /> : null}
      {list.error ? <LoadError query={list} text={t("The list could not be loaded")} /> : null}
      {kind && list.isSuccess && rows.length === 0 ? (
        <EmptyState
          kind="empty"
          title={t("No contract is due within {count} days", { count: DAYS })}
          action={<Button onPress={() => void navigate({ to: LATER_PATH })}>{t("Show contracts that end later")}</Button>}
        >
          {t("Contracts in force appear here before their day of notice.")}
        </EmptyState>
      ) : null}
      {kind && rows.length > 0 ? (
        <>
          {list.isReading ? (
            <Skeleton shape="block" />
          ) : (
            <ViewTiles rows={rows} view={view} onChoose={(next) => change({ view: next })} />
          )}
          {list.hasNextPage && !list.isReading ? (
            <Banner
              kind="info"
              title={t("The figures are of the first {count} contracts", { count: formatCount(rows.length) })}
              action={
                <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
                  {t("Show more")}
                </Button>
              }
            />
          ) : null}
          {list.isReading ? null : <MonthChart rows={rows} onChoose={(month) => change({ view: month })} />}
          <RenewalTable key={view} kind={kind} rows={rows.filter((row) => isInView(row, view))} title={nameView(view, t)} />
        </>
      ) : null}
    </PageFrame>
  );
}

function nameView(view: string, t: Translate): string {
  if (view === "risk") return t("At risk");
  if (/^\d{4}-\d{2}$/.test(view)) return nameMonth(view);
  return t("Due within {count} days", { count: view });
}

const nameMonth = (month: string): string =>
  dateFormat(document.documentElement.lang, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

interface ViewTilesProps {
  readonly rows: readonly DueRenewal[];
  readonly view: string;
  readonly onChoose: (view: RenewalView) => void;
}

/** The figures of the page. Each opens its contracts in the table. */
function ViewTiles({ rows, view, onChoose }: ViewTilesProps) {
  const t = useText();
  const { locale } = useTextOptions();
  return (
    <section aria-label={t("Figures")} className="grid min-w-0 grid-cols-2 gap-4 desktop:grid-cols-4">
      {renewalViews.map((id) => {
        const found = rows.filter((row) => isInView(row, id));
        return (
          <div
            key={id}
            data-current={view === id || undefined}
            className="flex min-w-0 flex-col rounded-card border border-border bg-surface px-4 py-3 data-current:border-accent"
          >
            <span className="text-control text-text-muted">{nameView(id, t)}</span>
            <span className="text-title font-semibold tabular-nums">
              <Link variant="heading" aria-label={`${nameView(id, t)}: ${found.length}`} onPress={() => onChoose(id)}>
                {formatCount(found.length, locale)}
              </Link>
            </span>
            <span className="text-meta wrap-anywhere text-text-muted">
              {sumValues(found)
                .map(({ amount, currency }) => formatMoney(amount, currency, locale))
                .join(" · ") || EMPTY}
            </span>
          </div>
        );
      })}
    </section>
  );
}

/** The values by the month of the day of notice, in the currency of most contracts. */
function MonthChart({ rows, onChoose }: { readonly rows: readonly DueRenewal[]; readonly onChoose: (month: string) => void }) {
  const t = useText();
  const { locale } = useTextOptions();
  const [main, ...others] = sumValues(rows);
  if (!main) return null;
  const months = sumMonths(rows, main.currency);
  return (
    <section className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4">
      <Chart
        kind="bar"
        title={t("What is due by month of notice ({currency})", { currency: main.currency })}
        category="label"
        categoryLabel={t("Month")}
        rows={months.map(({ id, value }) => ({ id, label: nameMonth(id), value }))}
        series={[{ key: "value", label: t("Contract value") }]}
        formatCategory={String}
        formatValue={(value) => formatMoney(String(value), main.currency, locale)}
        onOpen={({ id }) => onChoose(String(id))}
      />
      {others.length === 0 ? null : (
        <p className="text-meta text-text-muted">{t("Contracts in other currencies are not in this chart.")}</p>
      )}
    </section>
  );
}

interface RenewalTableProps {
  readonly kind: Kind;
  readonly rows: readonly DueRenewal[];
  readonly title: string;
}

/** The contracts of a figure, with what follows their term. */
function RenewalTable({ kind, rows, title }: RenewalTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const [shown, setShown] = useState(PAGE_SIZE);
  const money = (value: string, { currency }: DueRenewal): string => formatMoney(value, currency, locale);
  const name = (row: DueRenewal) => (
    <Link variant="title" href={`${recordPath(kind, row.id)}`}>
      {row.title}
    </Link>
  );
  const notice = (row: DueRenewal) => (
    <span className={row.days_left < 0 && row.renewal_outcome === null ? "text-danger" : ""}>
      {formatDate(row.notice_date, locale)}
      <span className="block text-meta text-text-muted">
        {row.days_left < 0
          ? t("{count, plural, one {# day ago} other {# days ago}}", { count: -row.days_left })
          : row.days_left === 0
            ? t("today")
            : t("{count, plural, one {in # day} other {in # days}}", { count: row.days_left })}
      </span>
    </span>
  );
  const price = (row: DueRenewal): string => {
    const change = subtractAmounts(row.next_value, row.contract_value);
    if (change === undefined || /^-?0*(\.0*)?$/.test(change)) return t("Same price");
    return formatDifference(change, row.currency, locale);
  };
  const owner = (row: DueRenewal) => {
    const person = nameRecord({ ...row.expanded?.owner_id });
    return person === "" ? EMPTY : <Avatar name={person} hasName />;
  };
  const columns: TableColumn<DueRenewal>[] = [
    {
      id: "contract",
      label: kind.label,
      render: (row) => (
        <>
          {name(row)}
          <span dir="auto" className="block text-meta text-text-muted">
            {nameRecord({ ...row.expanded?.customer_id })}
          </span>
        </>
      ),
    },
    { id: "notice", label: t("Day of notice"), render: notice },
    { id: "kind", label: t("Renewal"), render: (row) => (row.auto_renew ? t("Automatic") : t("By hand")) },
    { id: "state", label: t("State"), render: (row) => <RenewalState row={row} /> },
    {
      id: "value",
      label: t("Value and price change"),
      isNumeric: true,
      render: (row) => (
        <>
          {money(row.contract_value, row)}
          <span className="block text-meta text-text-muted">{price(row)}</span>
        </>
      ),
    },
    { id: "owner", label: t("Owner"), render: owner },
    { id: "actions", label: t("Actions"), isForActions: true, render: (row) => <RenewalActions kind={kind} row={row} /> },
  ];
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{title}</h2>
      {rows.length === 0 ? <p className="text-control text-text-muted">{t("No contracts here")}</p> : null}
      <RowList
        label={title}
        columns={columns}
        rows={rows.slice(0, shown)}
        pages={{
          hasNextPage: rows.length > shown,
          isFetchingNextPage: false,
          fetchNextPage: () => setShown(shown + PAGE_SIZE),
        }}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span dir="auto" className="min-w-0 flex-1 wrap-anywhere">
                {name(row)}
              </span>
              <span className="shrink-0 tabular-nums">{money(row.contract_value, row)}</span>
            </span>
            <span className="flex flex-wrap items-center gap-2">
              <RenewalState row={row} />
              {notice(row)}
            </span>
            <RenewalActions kind={kind} row={row} />
          </>
        )}
      />
    </section>
  );
}

/** What has been decided about the end of the term. */
export function RenewalState({
  row,
}: {
  readonly row: Pick<DueRenewal, "renewal_outcome" | "next_end_date" | "termination_date" | "auto_renew">;
}) {
  const t = useText();
  const { locale } = useTextOptions();
  if (row.termination_date !== null)
    return <Tag hasDot hue="red" label={t("Ends on {date}", { date: formatDate(row.termination_date, locale) })} />;
  if (row.renewal_outcome === "RENEW")
    return <Tag hasDot hue="green" label={t("Renewed until {date}", { date: formatDate(row.next_end_date, locale) })} />;
  if (row.renewal_outcome === "PROPOSE") return <Tag hasDot hue="orange" label={t("Waits for a person")} />;
  return <Tag hasDot hue="gray" label={row.auto_renew ? t("Renews itself") : t("Not decided")} />;
}
