import { useState } from "react";
import { EMPTY, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FigureTiles } from "../../../ui/kit/figure-tiles.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { type CampaignFigures, formatRate, usePerformance } from "./performance-data.ts";
import { formatTracked, formatTrackedRate } from "./tracked-figure.ts";

interface Figure {
  readonly label: string;
  readonly value: string;
}

/** The figures of a campaign: money, the way of its members, and what its channels report. */
export function PerformancePanel({ id }: { readonly id: string }) {
  const t = useText();
  const performance = usePerformance(id);
  const [scope, setScope] = useState("total");
  if (performance.isPending) return <Skeleton shape="block" />;
  if (performance.error) return <LoadError query={performance} text={t("The figures could not be loaded")} />;
  const { own, total, campaign_count, is_complete, currency } = performance.data;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {campaign_count > 1 ? (
        <SegmentedControl
          label={t("Which campaigns")}
          segments={[
            { id: "total", label: t("With the campaigns below") },
            { id: "own", label: t("This campaign") },
          ]}
          value={scope}
          onChange={setScope}
        />
      ) : null}
      {is_complete ? null : (
        <Banner kind="info" title={t("More than 200 campaigns are below this one. The sums leave the others out")} />
      )}
      <CampaignTiles figures={scope === "own" ? own : total} currency={currency} />
      <MemberFunnel figures={scope === "own" ? own : total} />
      <ChannelFigures figures={scope === "own" ? own : total} currency={currency} />
    </div>
  );
}

function CampaignTiles({ figures, currency }: { readonly figures: CampaignFigures; readonly currency: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const money = (amount: string | null): string => (amount === null ? EMPTY : formatMoney(amount, currency, locale));
  const tiles: readonly Figure[] = [
    { label: t("Revenue"), value: money(figures.revenue_generated) },
    { label: t("Cost"), value: money(figures.actual_cost) },
    { label: t("ROI"), value: formatRate(figures.roi, locale) },
    { label: t("Open pipeline"), value: money(figures.pipeline_value) },
    { label: t("Leads"), value: formatCount(figures.leads_generated, locale) },
    { label: t("Opportunities"), value: formatCount(figures.opportunities_generated, locale) },
    { label: t("Response rate"), value: formatRate(figures.response_rate, locale) },
    { label: t("Conversion rate"), value: formatRate(figures.conversion_rate, locale) },
  ];
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <FigureTiles label={t("Figures")} tiles={tiles} />
      {figures.unconverted.map(({ currency: code, revenue }) => (
        <p key={code} className="text-meta text-text-muted">
          {t("{amount} have no exchange rate and are in none of these figures.", { amount: formatMoney(revenue, code, locale) })}
        </p>
      ))}
    </section>
  );
}

const listSteps = (figures: CampaignFigures, t: Translate) => [
  { step: t("Added"), members: figures.member_count },
  { step: t("Sent"), members: figures.sent_count },
  { step: t("Opened"), members: figures.opened_count },
  { step: t("Clicked"), members: figures.clicked_count },
  { step: t("Responded"), members: figures.response_count },
  { step: t("Converted"), members: figures.converted_count },
];

function MemberFunnel({ figures }: { readonly figures: CampaignFigures }) {
  const t = useText();
  const { locale } = useTextOptions();
  if (figures.member_count === 0)
    return (
      <EmptyState kind="empty" title={t("No members yet")}>
        {t("Add leads, contacts or a segment to see here how they respond.")}
      </EmptyState>
    );
  const lost = t("{bounced} bounced, {left} opted out", {
    bounced: formatCount(figures.bounced_count, locale),
    left: formatCount(figures.opted_out_count, locale),
  });
  return (
    <section className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4">
      <Chart
        kind="funnel"
        title={t("How far did the members get?")}
        category="step"
        categoryLabel={t("Step")}
        series={[{ key: "members", label: t("Members") }]}
        rows={listSteps(figures, t).flatMap(({ step, members }) => (members === null ? [] : [{ step, members }]))}
        formatCategory={String}
        formatValue={(value) => formatCount(Number(value), locale)}
      />
      <p className="text-meta text-text-muted">{lost}</p>
      {figures.opened_count === null ? (
        <p className="text-meta text-text-muted">{t("Opened and clicked: not tracked")}</p>
      ) : figures.tracked_count > 0 && figures.tracked_count < figures.sent_count ? (
        <p className="text-meta text-text-muted">
          {t("Opens and clicks are tracked for {tracked} of {sent} members.", {
            tracked: formatCount(figures.tracked_count, locale),
            sent: formatCount(figures.sent_count, locale),
          })}
        </p>
      ) : null}
    </section>
  );
}

function ChannelFigures({ figures, currency }: { readonly figures: CampaignFigures; readonly currency: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const money = (amount: string | null): string => (amount === null ? EMPTY : formatMoney(amount, currency, locale));
  const rows: Figure[] = [
    { label: t("Impressions"), value: formatCount(figures.impressions, locale) },
    { label: t("Clicks"), value: formatTracked(figures.clicks, locale, t) },
    { label: t("Click-through rate"), value: formatTrackedRate(figures.clicks, figures.click_through_rate, locale, t) },
    { label: t("Cost per click"), value: money(figures.cost_per_click) },
    { label: t("Conversions"), value: formatCount(figures.conversions, locale) },
    { label: t("Conversions per click"), value: formatRate(figures.click_conversion_rate, locale) },
    { label: t("Revenue reported by platforms"), value: money(figures.reported_revenue) },
  ];
  const columns: TableColumn<Figure>[] = [
    { id: "label", label: t("Figure"), render: ({ label }) => label },
    { id: "value", label: t("Value"), isNumeric: true, render: ({ value }) => value },
  ];
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Daily metrics")}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={t("Daily metrics")} columns={columns} rows={rows} getRowId={({ label }) => label} />
      </div>
    </section>
  );
}
