import type { Schemas } from "@crm/sdk/index.ts";
import { formatDate, formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { BridgeChart } from "../../../records/figures/bridge-chart.tsx";
import { cardClass, FigureGrid } from "../../../records/figures/figure-tile.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { nameKey } from "../../../records/figures/period-rules.ts";
import { RowsLink } from "../../../records/figures/rows-link.tsx";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { ForecastView } from "../../sales/opportunity/forecast-view.tsx";
import { AnalyticsPage } from "./analytics-page.tsx";
import { StageFunnel } from "./stage-funnel.tsx";

/** What is open now, how it came to be so, and what is expected of it. */
export function PipelinePage() {
  const t = useText();
  const address = useAnalyticsAddress();
  const { compare_to: _comparison, from, to, ...filters } = address.query;
  const answer = useFigures<Schemas.PipelineAnalytics>("/analytics/pipeline", { from, to, ...filters });
  return (
    <AnalyticsPage title={t("Pipeline")} bar={<FilterBar address={address} hasComparison={false} />} isLoading={answer.isPending}>
      <AnswerView answer={answer}>{(data) => <PipelineView pipeline={data} />}</AnswerView>
      <ForecastView filters={filters} />
    </AnalyticsPage>
  );
}

interface PipelineViewProps {
  readonly pipeline: Schemas.PipelineAnalytics;
}

function PipelineView({ pipeline }: PipelineViewProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { currency, figures, by_stage, by_owner, by_month, bridge, from } = pipeline;
  const columns = (label: string, nameOf: (group: Schemas.OpenPipelineGroup) => string) =>
    [
      { id: "label", label, render: nameOf },
      {
        id: "count",
        label: t("Count"),
        isNumeric: true,
        render: (group) => (
          <RowsLink label={`${nameOf(group)}, ${t("Count")}`} requests={group.opens}>
            {formatCount(group.count, locale)}
          </RowsLink>
        ),
      },
      { id: "value", label: t("Value"), isNumeric: true, render: ({ value }) => formatMoney(value, currency, locale) },
      {
        id: "weighted",
        label: t("Weighted value"),
        isNumeric: true,
        render: ({ weighted }) => formatMoney(weighted, currency, locale),
      },
    ] satisfies TableColumn<Schemas.OpenPipelineGroup>[];
  return (
    <>
      <FigureGrid figures={figures} currency={currency} compared={null} />
      <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
        <section className={cardClass}>
          <StageFunnel title={t("What is open, by stage?")} stages={by_stage} currency={currency} />
        </section>
        <section className={cardClass}>
          {bridge ? (
            <BridgeChart bridge={bridge} />
          ) : (
            <div className="flex min-w-0 flex-col gap-3">
              <h2 className="text-body font-semibold">{t("How did the pipeline change?")}</h2>
              <EmptyState kind="empty" title={t("No daily snapshot before {day}", { day: formatDate(from, locale) })}>
                {t("The pipeline is stored each night. Choose later days to see how it changed.")}
              </EmptyState>
            </div>
          )}
        </section>
      </div>
      <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
        <GroupSection
          title={t("By owner")}
          groups={by_owner}
          columns={columns(t("Owner"), ({ key, label }) => label ?? (key === "none" ? t("No owner") : t("Former user")))}
        />
        <GroupSection
          title={t("By month of the expected close")}
          groups={by_month}
          columns={columns(t("Month"), ({ key }) => (key === "none" ? t("No month") : nameKey(key, locale, t)))}
        />
      </div>
    </>
  );
}

interface GroupSectionProps {
  readonly title: string;
  readonly groups: readonly Schemas.OpenPipelineGroup[];
  readonly columns: readonly TableColumn<Schemas.OpenPipelineGroup>[];
}

function GroupSection({ title, groups, columns }: GroupSectionProps) {
  if (groups.length === 0) return null;
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-body font-semibold">{title}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={title} columns={columns} rows={groups} getRowId={({ key }) => key} />
      </div>
    </section>
  );
}
