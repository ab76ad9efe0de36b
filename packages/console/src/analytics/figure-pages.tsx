import type { Schemas } from "@crm/sdk/index.ts";
import { readErrors } from "../form/form-state.ts";
import { type Translate, useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { useFigures } from "./analytics-data.ts";
import { AnalyticsPage } from "./analytics-page.tsx";
import { useAnalyticsAddress } from "./analytics-query.ts";
import { FigureChart } from "./figure-chart.tsx";
import { createRowFinder } from "./figure-rows.ts";
import { cardClass, FigureGrid } from "./figure-tile.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { GroupTable } from "./group-table.tsx";
import { chooseInterval } from "./period-rules.ts";

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
      {answer.error ? <FigureError error={answer.error} onRetry={() => void answer.refetch()} /> : null}
      {answer.isPending ? <Skeleton shape="block" /> : null}
      {answer.data && !answer.error ? <FigureView answer={answer.data} charts={charts} interval={interval} /> : null}
    </AnalyticsPage>
  );
}

/** Why figures could not be read. */
export function FigureError({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const t = useText();
  const { fields, form } = readErrors(error, t);
  return (
    <Banner
      kind="danger"
      title={Object.values(fields)[0] ?? form ?? t("The figures could not be loaded")}
      action={<Button onPress={onRetry}>{t("Try again")}</Button>}
    />
  );
}

interface FigureViewProps extends Pick<FigurePageProps, "charts"> {
  readonly answer: Schemas.SalesAnalytics;
  readonly interval: ReturnType<typeof chooseInterval>;
}

export function FigureView({ answer, charts, interval }: FigureViewProps) {
  const t = useText();
  const { currency, figures, compared, by_period, by_owner } = answer;
  const days = { from: answer.from, to: answer.to };
  const opensOf = createRowFinder(answer);
  return (
    <>
      <FigureGrid figures={figures} currency={currency} compared={compared} opensOf={opensOf} />
      <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
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
                days={days}
                opensOf={opensOf}
              />
            </section>
          );
        })}
      </div>
      <GroupTable
        title={t("By owner")}
        by="owner"
        rows={by_owner}
        figures={figures}
        currency={currency}
        days={days}
        opensOf={opensOf}
      />
      <GroupTable
        title={t("By period")}
        by={interval}
        rows={by_period}
        figures={figures}
        currency={currency}
        days={days}
        opensOf={opensOf}
      />
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
