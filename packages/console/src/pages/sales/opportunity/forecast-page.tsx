import type { Schemas } from "@crm/sdk/index.ts";
import { lazy, Suspense, useState } from "react";
import { type Kind, useKind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useForecast } from "../../../records/figures/analytics-data.ts";
import { FigureError } from "../../../records/figures/figure-error.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { nameDays, resolveKey } from "../../../records/figures/period-rules.ts";
import { type AnalyticsAddress, useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { nameCategory } from "./category-name.ts";
import { DealTable } from "./deal-table.tsx";
import { useFigureRefresh, useStages } from "./forecast-data.ts";
import { buildRowQuery, type Category, categories, isCategory } from "./forecast-rules.ts";
import { ForecastTiles } from "./forecast-tiles.tsx";
import { SellingPage } from "./selling-page.tsx";
import { SubmissionDialog } from "./submission-dialog.tsx";

const TeamTable = lazy(() => import("./team-table.tsx").then(({ TeamTable: table }) => ({ default: table })));
const HelpLine = lazy(() => import("./help-line.tsx").then(({ HelpLine: line }) => ({ default: line })));
const ChangePanel = lazy(() => import("./change-panel.tsx").then(({ ChangePanel: panel }) => ({ default: panel })));
const ForecastView = lazy(() => import("./forecast-view.tsx").then(({ ForecastView: view }) => ({ default: view })));

const PATH = "/crm/opportunities/forecast";
const ALL = "all";
const DEALS = "deals";
/** The months of the quarter that has just ended can be chosen. */
const PAST_MONTHS = "3";

/** The meeting about the forecast: what a month will bring, what is missing, which deals are behind it, and what changed. */
export function ForecastPage() {
  const t = useText();
  const { locale } = useTextOptions();
  const { id, display_name, permissions } = useSession();
  const address = useAnalyticsAddress();
  const { parameters, filters, today, change } = address;
  const forecast = useForecast({ ...filters, past_months: PAST_MONTHS });
  const { data: kind } = useKind("opportunity");
  const stages = useStages();
  const refresh = useFigureRefresh();
  const [isSubmitting, setSubmitting] = useState(false);
  const months = forecast.data?.months ?? [];
  const keyOf = ({ forecast_period }: Schemas.ForecastMonth): string => forecast_period.slice(0, 7);
  const month =
    months.find((candidate) => keyOf(candidate) === parameters.month) ??
    months.find((candidate) => keyOf(candidate) === today.slice(0, 7)) ??
    months[0];
  const nameMonth = (key: string): string => nameDays(resolveKey(key), locale, t);
  /** For a field that has half of a phone. */
  const nameShort = (key: string): string =>
    dateFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(resolveKey(key).from));
  return (
    <SellingPage
      title={t("Forecast")}
      isLoading={forecast.isPending || !kind || stages.isPending}
      actions={
        permissions.includes("forecast:submit") ? (
          <Button variant="primary" isDisabled={!month} onPress={() => setSubmitting(true)}>
            {t("Submit my forecast")}
          </Button>
        ) : undefined
      }
      bar={
        <FilterBar address={address} hasPeriod={false} hasComparison={false}>
          <Select
            label={t("Month")}
            options={months.map((candidate) => ({ id: keyOf(candidate), label: nameShort(keyOf(candidate)) }))}
            value={month ? keyOf(month) : ""}
            onChange={(next) => change({ month: String(next) })}
          />
        </FilterBar>
      }
    >
      {forecast.error ? <FigureError error={forecast.error} onRetry={() => void forecast.refetch()} /> : null}
      {forecast.isPending ? <Skeleton shape="block" /> : null}
      {forecast.data && month && kind ? (
        <>
          <ForecastTiles
            currency={forecast.data.currency}
            month={month}
            target={forecast.data.targets.find(({ period }) => period === keyOf(month))?.target}
            hrefFor={(category) => `${PATH}?${new URLSearchParams({ ...withoutTab(parameters), category })}`}
          />
          <Suspense>
            <HelpLine month={month} monthName={nameMonth(keyOf(month))} currency={forecast.data.currency} filters={filters} />
          </Suspense>
          <ForecastTabs
            kind={kind}
            address={address}
            month={month}
            monthName={nameMonth(keyOf(month))}
            currency={forecast.data.currency}
            stages={stages.data ?? []}
            onChange={refresh}
          />
        </>
      ) : null}
      {isSubmitting && month ? (
        <SubmissionDialog
          period={keyOf(month)}
          periodName={nameMonth(keyOf(month))}
          owner={{ id, name: display_name }}
          isOwn
          onDone={refresh}
          onClose={() => setSubmitting(false)}
        />
      ) : null}
    </SellingPage>
  );
}

const withoutTab = ({ tab: _tab, ...parameters }: AnalyticsAddress["parameters"]): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

interface ForecastTabsProps {
  readonly kind: Kind;
  readonly address: AnalyticsAddress;
  readonly month: Schemas.ForecastMonth;
  readonly monthName: string;
  readonly currency: string;
  readonly stages: Parameters<typeof DealTable>[0]["stages"];
  readonly onChange: () => void;
}

/** The deals, the team, the changes and the coming months. Each reads its data when it is opened. */
function ForecastTabs({ kind, address, month, monthName, currency, stages, onChange }: ForecastTabsProps) {
  const t = useText();
  const { parameters, filters, today, change } = address;
  const tabs = [
    { id: DEALS, label: t("Deals"), content: () => <DealPanel {...{ kind, address, month, monthName, stages, onChange }} /> },
    { id: "team", label: t("Team"), content: () => <TeamTable {...{ month, monthName, currency, filters, onChange }} /> },
    {
      id: "changes",
      label: t("Since last week"),
      content: () => (
        <ChangePanel
          {...{ kind, today, filters, monthName }}
          request={month.opens[0]}
          month={resolveKey(month.forecast_period.slice(0, 7))}
        />
      ),
    },
    { id: "months", label: t("Coming months"), content: () => <ForecastView filters={filters} /> },
  ];
  const chosen = tabs.find(({ id }) => id === parameters.tab)?.id ?? DEALS;
  return (
    <Tabs
      label={t("Parts of the forecast")}
      selectedKey={chosen}
      onSelectionChange={(key) => change({ tab: key === DEALS ? undefined : String(key) })}
      tabs={tabs.map(({ content, ...tab }) => ({
        ...tab,
        content: (
          <Suspense fallback={<Skeleton shape="block" />}>
            <div className="flex min-w-0 flex-col gap-4">{tab.id === chosen ? content() : null}</div>
          </Suspense>
        ),
      }))}
    />
  );
}

/** The deals of a month, of one category or of all. */
function DealPanel({ kind, address, month, monthName, stages, onChange }: Omit<ForecastTabsProps, "currency">) {
  const t = useText();
  const { parameters, change } = address;
  const category: Category | undefined = isCategory(parameters.category) ? parameters.category : undefined;
  const opens = month.by_category.find(({ forecast_category }) => forecast_category === category)?.opens ?? month.opens;
  const query = buildRowQuery(opens[0]);
  return (
    <>
      <SegmentedControl
        label={t("Category")}
        value={category ?? ALL}
        onChange={(next) => change({ category: next === ALL ? undefined : next })}
        segments={[{ id: ALL, label: t("All open") }, ...categories.map((name) => ({ id: name, label: nameCategory(name, t) }))]}
      />
      {query ? (
        <DealTable
          kind={kind}
          query={query}
          stages={stages}
          emptyTitle={
            category
              ? t("No deal of {month} is in {category}", { month: monthName, category: nameCategory(category, t) })
              : t("No open deal should close in {month}", { month: monthName })
          }
          onChange={onChange}
        />
      ) : null}
    </>
  );
}
