import type { Schemas } from "@crm/sdk/index.ts";
import { useNavigate } from "@tanstack/react-router";
import { type Kind, useKind } from "../data/schema.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";
import { Chart } from "../kit/chart.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { useFigures } from "./analytics-data.ts";
import { AnalyticsPage } from "./analytics-page.tsx";
import { FigureError } from "./figure-error.tsx";
import { FigureView } from "./figure-pages.tsx";
import { cardClass } from "./figure-tile.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { chooseInterval } from "./period-rules.ts";
import { useRowAddresses } from "./rows-link.tsx";
import { useAnalyticsAddress } from "./use-analytics-address.ts";

/** Customers by risk, lifecycle stage and status, new ones, and how satisfied they are. */
export function CustomerPage() {
  const t = useText();
  const address = useAnalyticsAddress();
  const interval = chooseInterval(address.query);
  const { data: kind } = useKind("customer");
  const answer = useFigures<Schemas.CustomerHealthAnalytics>("/analytics/customer-health", { ...address.query, interval });
  const { data, error } = answer;
  return (
    <AnalyticsPage title={t("Customers")} bar={<FilterBar address={address} />} isLoading={answer.isPending}>
      {error ? <FigureError error={error} onRetry={() => void answer.refetch()} /> : null}
      {answer.isPending ? <Skeleton shape="block" /> : null}
      {data && !error ? (
        <>
          <FigureView
            answer={data}
            interval={interval}
            charts={[{ title: t("How many customers are new?"), figures: ["new_customers"], by: "period" }]}
          />
          <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-3">
            <GroupChart title={t("How many are at risk?")} field="risk_level" groups={data.by_risk_level} kind={kind} />
            <GroupChart
              title={t("Where are they in their lifecycle?")}
              field="lifecycle_stage"
              groups={data.by_lifecycle_stage}
              kind={kind}
            />
            <GroupChart title={t("Which status do they have?")} field="status" groups={data.by_status} kind={kind} />
          </div>
        </>
      ) : null}
    </AnalyticsPage>
  );
}

interface GroupChartProps {
  readonly title: string;
  readonly field: string;
  readonly groups: readonly Schemas.CustomerGroup[];
  readonly kind: Kind | undefined;
}

/** Customers by the choices of a field. A bar opens its customers. */
function GroupChart({ title, field: name, groups, kind }: GroupChartProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const findAddresses = useRowAddresses();
  const field = kind?.fields.find((candidate) => candidate.name === name);
  const nameChoice = (key: string): string => field?.choices?.find(({ code, id }) => code === key || id === key)?.name ?? key;
  const rows = groups.filter(({ count }) => count > 0);
  return (
    <section className={cardClass}>
      <Chart
        kind="bar"
        orientation="horizontal"
        title={title}
        category="label"
        categoryLabel={field?.label ?? title}
        rows={rows.map(({ key, count }) => ({ id: key, label: nameChoice(key), count }))}
        series={[{ key: "count", label: t("Customers") }]}
        formatCategory={String}
        formatValue={(value) => formatCount(Number(value), locale)}
        onOpen={({ id }) => {
          const [first] = findAddresses(groups.find(({ key }) => key === id)?.opens ?? []);
          if (first) void navigate({ to: first.href as never });
        }}
      />
    </section>
  );
}
