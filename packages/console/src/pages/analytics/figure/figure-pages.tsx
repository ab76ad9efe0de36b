import type { Schemas } from "@crm/sdk/index.ts";
import type { ReactNode } from "react";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { FigureChart } from "../../../records/figures/figure-chart.tsx";
import { FigureTable, splitFigures } from "../../../records/figures/figure-table.tsx";
import { cardClass, FigureGrid } from "../../../records/figures/figure-tile.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { GroupSection } from "../../../records/figures/group-table.tsx";
import { chooseInterval } from "../../../records/figures/period-rules.ts";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { AnalyticsPage } from "./analytics-page.tsx";

interface PageChart {
  readonly title: string;
  /** Figures of one unit. */
  readonly figures: readonly string[];
  readonly by: "owner" | "period";
  readonly kind?: "bar" | "line" | "area";
}

interface FigurePageProps {
  readonly title: string;
  readonly path: string;
  readonly charts: readonly PageChart[];
}

/** Figures of a period with their comparison, their charts, and all of them by owner. */
function FigurePage({ title, path, charts }: FigurePageProps) {
  const address = useAnalyticsAddress();
  const { query } = address;
  const interval = chooseInterval(query);
  const answer = useFigures<Schemas.SalesAnalytics>(path, { ...query, interval });
  return (
    <AnalyticsPage title={title} bar={<FilterBar address={address} />} isLoading={answer.isPending}>
      <AnswerView answer={answer}>{(data) => <FigureView answer={data} charts={charts} interval={interval} />}</AnswerView>
    </AnalyticsPage>
  );
}

interface FigureViewProps extends Pick<FigurePageProps, "charts"> {
  readonly answer: Schemas.SalesAnalytics;
  readonly interval: ReturnType<typeof chooseInterval>;
  /** What the page shows between the charts and the tables. */
  readonly children?: ReactNode;
}

export function FigureView({ answer, charts, interval, children }: FigureViewProps) {
  const t = useText();
  const { currency, figures, compared, by_period, by_owner } = answer;
  const { first, more } = splitFigures(figures);
  return (
    <>
      <FigureGrid figures={first} currency={currency} compared={compared} />
      <div className={joinClasses("grid min-w-0 grid-cols-1 gap-4", charts.length > 1 && "desktop:grid-cols-2")}>
        {charts.map((chart) => {
          const shown = chart.figures.flatMap((name) => figures.find((figure) => figure.name === name) ?? []);
          return shown.length === 0 ? null : (
            <section key={chart.title} className={cardClass}>
              <FigureChart
                title={chart.title}
                figures={shown}
                by={chart.by === "owner" ? "owner" : interval}
                rows={chart.by === "owner" ? by_owner : by_period}
                kind={chart.kind ?? "bar"}
                currency={currency}
              />
            </section>
          );
        })}
      </div>
      {children}
      <FigureTable figures={more} currency={currency} compared={compared} />
      <GroupSection title={t("By owner")} by="owner" rows={by_owner} figures={figures} currency={currency} />
      <GroupSection title={t("By period")} by={interval} rows={by_period} figures={figures} currency={currency} />
    </>
  );
}

const salesCharts = (t: Translate): PageChart[] => [
  { title: t("How much was won?"), figures: ["bookings"], by: "period" },
  { title: t("Who won how much?"), figures: ["bookings"], by: "owner" },
  { title: t("How many were won and lost?"), figures: ["opportunities_won", "opportunities_lost"], by: "period" },
  { title: t("How large was the part that was won?"), figures: ["win_rate"], by: "period", kind: "line" },
];

export function SalesPage() {
  const t = useText();
  return <FigurePage title={t("Sales")} path="/analytics/sales" charts={salesCharts(t)} />;
}

const revenueCharts = (t: Translate): PageChart[] => [
  { title: t("How much was sold and paid?"), figures: ["revenue", "bookings"], by: "period" },
  { title: t("Who brought the revenue?"), figures: ["revenue"], by: "owner" },
];

export function RevenuePage() {
  const t = useText();
  return <FigurePage title={t("Revenue")} path="/analytics/revenue" charts={revenueCharts(t)} />;
}
