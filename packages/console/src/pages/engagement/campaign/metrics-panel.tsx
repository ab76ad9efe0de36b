import { parseDate } from "@internationalized/date";
import { FileUp, Plus } from "lucide-react";
import { useState } from "react";
import { listActionFields } from "../../../api/action-fields.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useTenant } from "../../../api/tenant.ts";
import { EMPTY, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { findAction, useChannelNames, useMetricSummary } from "./campaign-data.ts";
import type { MetricSummary } from "./campaign-types.ts";
import { MetricImportDialog } from "./metric-import-dialog.tsx";
import { MetricList } from "./metric-list.tsx";
import { type ChannelRow, chooseGroup, fillGaps, listChannelRows } from "./metric-rows.ts";
import { formatRate } from "./performance-data.ts";

interface MetricsPanelProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const RANGES: Readonly<Record<string, number | undefined>> = { month: 30, quarter: 90, all: undefined };

/** The daily metrics of a campaign: clicks and cost over the days, and the figures of each channel. */
export function MetricsPanel({ kind, record }: MetricsPanelProps) {
  const t = useText();
  const { organizationZone } = useTenant();
  const [range, setRange] = useState("quarter");
  const [dialog, setDialog] = useState<"row" | "file">();
  const days = RANGES[range];
  const today = readDay(new Date().toISOString(), organizationZone);
  const from =
    days === undefined
      ? undefined
      : parseDate(today)
          .subtract({ days: days - 1 })
          .toString();
  const group = chooseGroup(days);
  const byTime = useMetricSummary(record.id, { groupBy: group, from });
  const byChannel = useMetricSummary(record.id, { groupBy: "channel", from });
  const rowAction = findAction(kind, "createCampaignMetric");
  const importAction = findAction(kind, "importCampaignMetrics");
  const error = byTime.error ?? byChannel.error;
  const hasRows = (byChannel.data?.groups.length ?? 0) > 0;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <div className="flex flex-wrap items-end gap-4">
        <div className="w-full min-w-field-short tablet:w-auto">
          <Select
            label={t("Days")}
            options={[
              { id: "month", label: t("Last {days} days", { days: 30 }) },
              { id: "quarter", label: t("Last {days} days", { days: 90 }) },
              { id: "all", label: t("All days") },
            ]}
            value={range}
            onChange={(key) => setRange(String(key))}
          />
        </div>
        <span className="ms-auto flex flex-wrap gap-2">
          {importAction ? (
            <Button icon={<FileUp />} onPress={() => setDialog("file")}>
              {t("Import a file")}
            </Button>
          ) : null}
          {rowAction ? (
            <Button icon={<Plus />} onPress={() => setDialog("row")}>
              {t("Enter a day")}
            </Button>
          ) : null}
        </span>
      </div>
      {error ? (
        <LoadError
          query={[byTime, byChannel]}
          text={t("The figures could not be loaded")}
          reason={readErrors(error, t).fields.from && t("There are too many days. Choose fewer.")}
        />
      ) : null}
      {byTime.isPending || byChannel.isPending ? <Skeleton shape="block" /> : null}
      {byChannel.isSuccess && !hasRows ? (
        <EmptyState kind={days === undefined ? "empty" : "nothing-found"} title={t("No metrics on these days")}>
          {t("Import the export of an advertising platform, or enter the figures of a day.")}
        </EmptyState>
      ) : null}
      {hasRows && byTime.data && byChannel.data ? (
        <>
          <DayCharts kind={kind} byTime={byTime.data} byChannel={byChannel.data} group={group} />
          <ChannelTable kind={kind} summary={byChannel.data} />
          <MetricList kind={kind} record={record} from={from} />
        </>
      ) : null}
      {dialog === "row" && rowAction ? (
        <ActionDialog
          kind={kind}
          record={record}
          action={{ ...rowAction, title: t("Enter a day"), fields: listActionFields(rowAction, ["source"]) }}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
      {dialog === "file" && importAction ? (
        <MetricImportDialog kind={kind} record={record} action={importAction} onClose={() => setDialog(undefined)} />
      ) : null}
    </div>
  );
}

interface DayChartsProps {
  readonly kind: Kind;
  readonly byTime: MetricSummary;
  readonly byChannel: MetricSummary;
  readonly group: "day" | "week";
}

/** Clicks and cost have units of their own, so each has a chart. */
function DayCharts({ kind, byTime, byChannel, group }: DayChartsProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const rows = fillGaps(byTime.groups, group).map((row) => ({ ...row }));
  const channels = listChannelRows(byChannel, useChannelNames(kind));
  const common = {
    category: "day",
    categoryLabel: group === "day" ? t("Day") : t("Week of"),
    rows,
    // The labels of an axis are short.
    formatCategory: (day: unknown) =>
      dateFormat(locale, {
        ...(group === "day" ? ({ month: "short", day: "numeric" } as const) : ({ dateStyle: "short" } as const)),
        timeZone: "UTC",
      }).format(new Date(`${day}T00:00:00Z`)),
  };
  return (
    <div className="grid min-w-0 grid-cols-1 gap-4 tablet:grid-cols-2">
      <section className="min-w-0 rounded-card border border-border bg-surface p-4">
        <Chart
          {...common}
          kind="line"
          title={group === "day" ? t("How many clicks a day?") : t("How many clicks a week?")}
          series={[{ key: "clicks", label: t("Clicks") }]}
          formatValue={(value) => formatCount(Number(value), locale)}
        />
      </section>
      <section className="min-w-0 rounded-card border border-border bg-surface p-4">
        <Chart
          kind="bar"
          orientation="horizontal"
          title={t("What did each channel cost?")}
          category="name"
          categoryLabel={t("Channel")}
          rows={channels.map(({ name, cost }) => ({ name, cost }))}
          series={[{ key: "cost", label: t("Cost") }]}
          formatCategory={String}
          formatValue={(value) => formatMoney(String(value), byChannel.currency, locale)}
        />
      </section>
    </div>
  );
}

interface ChannelTableProps {
  readonly kind: Kind;
  readonly summary: MetricSummary;
}

function ChannelTable({ kind, summary }: ChannelTableProps) {
  const t = useText();
  const nameChannel = useChannelNames(kind);
  const { locale } = useTextOptions();
  const money = (amount: string | null): string => (amount === null ? EMPTY : formatMoney(amount, summary.currency, locale));
  const count = (value: number | null): string => (value === null ? EMPTY : formatCount(value, locale));
  const columns: TableColumn<ChannelRow>[] = [
    { id: "channel", label: t("Channel"), render: ({ name }) => name },
    { id: "impressions", label: t("Impressions"), isNumeric: true, render: ({ impressions }) => count(impressions) },
    { id: "clicks", label: t("Clicks"), isNumeric: true, render: ({ clicks }) => count(clicks) },
    {
      id: "ctr",
      label: t("Click-through rate"),
      isNumeric: true,
      render: ({ click_through_rate }) => formatRate(click_through_rate, locale),
    },
    { id: "cpc", label: t("Cost per click"), isNumeric: true, render: ({ cost_per_click }) => money(cost_per_click) },
    { id: "cost", label: t("Cost"), isNumeric: true, render: ({ cost }) => money(cost) },
    { id: "conversions", label: t("Conversions"), isNumeric: true, render: ({ conversions }) => count(conversions) },
    { id: "revenue", label: t("Revenue"), isNumeric: true, render: ({ revenue }) => money(revenue) },
    { id: "roi", label: t("ROI"), isNumeric: true, render: ({ roi }) => formatRate(roi, locale) },
  ];
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("By channel")}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table
          label={t("Metrics by channel")}
          columns={columns}
          rows={listChannelRows(summary, nameChannel)}
          footRows={[{ ...summary.totals, id: "total", name: t("Total") }]}
          getRowId={({ id }) => id}
        />
      </div>
    </section>
  );
}
