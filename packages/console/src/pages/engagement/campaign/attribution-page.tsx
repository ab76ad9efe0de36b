import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { findToday } from "../../../records/calendar/calendar-days.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { DateRange } from "../../../ui/kit/date-range.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import {
  type ConversionQuery,
  describeModel,
  type Group,
  groups,
  type Model,
  models,
  nameGroup,
  nameModel,
  type Report,
  type ReportQuery,
  useAttribution,
} from "./attribution-data.ts";
import { ConversionDrawer } from "./attribution-drawer.tsx";
import { formatRate } from "./performance-data.ts";

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Reads the report that the address names. */
function useReportQuery(): ReportQuery {
  const { timeZone } = useTextOptions();
  const { model, group_by, from, to } = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const last = to ?? findToday(timeZone);
  return {
    model: models.find((name) => name === model) ?? "LINEAR",
    group_by: groups.find((name) => name === group_by) ?? "campaign",
    from: from ?? addDays(last, 1 - DEFAULT_DAYS),
    to: last,
  };
}

/** Which campaigns, channels and sources brought the revenue, by one of five models. The address holds the model, the group and the period. */
export function AttributionPage() {
  const t = useText();
  const navigate = useNavigate();
  const { timeZone } = useTextOptions();
  const query = useReportQuery();
  const report = useAttribution(query);
  const change = (next: Partial<ReportQuery>): void =>
    void navigate({ to: "/crm/campaigns/attribution", search: { ...query, ...next }, replace: true });
  return (
    <PageFrame
      title={t("Attribution")}
      isLoading={report.isPending}
      actions={
        <Link variant="action" href="/crm/campaigns">
          {t("All campaigns")}
        </Link>
      }
      bar={
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-full min-w-field-short tablet:w-fit">
            <Select
              label={t("Model")}
              options={models.map((id) => ({ id, label: nameModel(id, t) }))}
              value={query.model}
              onChange={(model) => change({ model: model as Model })}
            />
          </div>
          <div className="w-full min-w-field-short tablet:w-fit">
            <Select
              label={t("Group by")}
              options={groups.map((id) => ({ id, label: nameGroup(id, t) }))}
              value={query.group_by}
              onChange={(group) => change({ group_by: group as Group })}
            />
          </div>
          <DateRange
            label={t("Period")}
            value={{ start: query.from, end: query.to }}
            onChange={(range) => {
              if (range) change({ from: range.start, to: range.end });
            }}
            timeZone={timeZone}
          />
        </div>
      }
    >
      <p className="text-control text-text-muted">{describeModel(query.model, t)}</p>
      {report.isPending ? <Skeleton shape="block" /> : null}
      {report.error ? (
        <LoadError query={report} text={t("The figures could not be loaded")} reason={readErrors(report.error, t).fields.from} />
      ) : null}
      {report.data && !report.error ? <ReportView report={report.data} /> : null}
    </PageFrame>
  );
}

/** A row of the table: of the report, or one of its sums. */
interface ShownRow extends Omit<Report["total"], "share"> {
  readonly id: string;
  readonly label: string;
  readonly share: string | null;
  /** The sales behind the row; undefined if they cannot be listed. */
  readonly sales?: ConversionQuery;
}

function listRows(report: Report, t: Translate): ShownRow[] {
  const { rows, other, unattributed, group_by, from, to } = report;
  const days = { from, to };
  const named = rows.map(({ key, name, ...figures }): ShownRow => {
    const fallback =
      key === null ? t("Touches without a name") : group_by === "campaign" ? t("A campaign that you do not see") : key;
    const sales = key === null || figures.conversions === 0 ? {} : { sales: { ...days, group_by, key } };
    return { ...figures, id: key ?? "none", label: name ?? fallback, ...sales };
  });
  const hasOther = other.conversions > 0 || Boolean(other.new_leads);
  return [
    ...named,
    ...(hasOther ? [{ ...other, id: "other", label: t("Others") }] : []),
    ...(unattributed.conversions > 0
      ? [
          {
            ...unattributed,
            id: "unattributed",
            label: t("Without a touch"),
            sales: { ...days, is_attributed: "false" as const },
          },
        ]
      : []),
  ];
}

/** Bars of the chart. The table has all rows. */
const MAX_BARS = 10;

function ReportView({ report }: { readonly report: Report }) {
  const t = useText();
  const { locale } = useTextOptions();
  const [opened, setOpened] = useState<ShownRow>();
  const { currency, group_by, from, to, total } = report;
  const rows = listRows(report, t);
  const money = (amount: string | null): string => (amount === null ? EMPTY : formatMoney(amount, currency, locale));
  const count = (value: number | null): string => (value === null ? EMPTY : formatCount(value, locale));
  const sum: ShownRow = { ...total, id: "total", label: t("Total"), ...(total.conversions > 0 ? { sales: { from, to } } : {}) };
  const columns: TableColumn<ShownRow>[] = [
    {
      id: "label",
      label: nameGroup(group_by, t),
      render: (row) =>
        row.sales ? (
          <Link variant="title" onPress={() => setOpened(row)}>
            {row.label}
          </Link>
        ) : (
          row.label
        ),
    },
    { id: "revenue", label: t("Revenue"), isNumeric: true, render: ({ revenue }) => money(revenue) },
    { id: "share", label: t("Share"), isNumeric: true, render: ({ share }) => formatRate(share, locale) },
    { id: "sales", label: t("Attributed sales"), isNumeric: true, render: ({ conversions }) => count(conversions) },
    ...(group_by === "channel"
      ? []
      : ([
          { id: "pipeline", label: t("Open pipeline"), isNumeric: true, render: ({ pipeline_value }) => money(pipeline_value) },
          { id: "leads", label: t("New leads"), isNumeric: true, render: ({ new_leads }) => count(new_leads) },
        ] satisfies TableColumn<ShownRow>[])),
  ];
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {report.is_recomputing ? (
        <Banner kind="info" title={t("Sales are being computed again. The figures are complete in a moment")} />
      ) : null}
      {rows.length === 0 ? (
        <EmptyState kind="nothing-found" title={t("No sales and no leads in this period")}>
          {t("Choose a longer period to see what brought the revenue.")}
        </EmptyState>
      ) : (
        <>
          <section className="flex min-w-0 flex-col rounded-card border border-border bg-surface p-4">
            <Chart
              kind="bar"
              orientation="horizontal"
              title={t("What brought the revenue?")}
              category="label"
              categoryLabel={nameGroup(group_by, t)}
              rows={rows.slice(0, MAX_BARS).map(({ id, label, revenue }) => ({ id, label, revenue }))}
              series={[{ key: "revenue", label: t("Revenue") }]}
              formatCategory={String}
              formatValue={(value) => formatMoney(String(value), currency, locale)}
              onOpen={({ id }) => {
                const row = rows.find((entry) => entry.id === id);
                if (row?.sales) setOpened(row);
              }}
            />
          </section>
          <div className="rounded-card border border-border bg-surface px-4 py-2">
            <Table
              label={t("What brought the revenue?")}
              columns={columns}
              rows={rows}
              footRows={[sum]}
              getRowId={({ id }) => id}
            />
          </div>
        </>
      )}
      {report.unconverted.map(({ currency: code, revenue }) => (
        <p key={code} className="text-meta text-text-muted">
          {t("{amount} have no exchange rate and are in none of these figures.", { amount: formatMoney(revenue, code, locale) })}
        </p>
      ))}
      {opened?.sales ? (
        <ConversionDrawer title={opened.label} query={opened.sales} model={report.model} onClose={() => setOpened(undefined)} />
      ) : null}
    </div>
  );
}
