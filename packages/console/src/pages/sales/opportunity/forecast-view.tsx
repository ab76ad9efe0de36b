import type { Schemas } from "@crm/sdk/index.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY, formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useForecast } from "../../../records/figures/analytics-data.ts";
import { FigureError } from "../../../records/figures/figure-error.tsx";
import { formatFigure } from "../../../records/figures/figure-text.ts";
import { cardClass } from "../../../records/figures/figure-tile.tsx";
import { nameKey } from "../../../records/figures/period-rules.ts";
import { useRowAddresses } from "../../../records/figures/rows-link.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Chart } from "../../../ui/kit/chart.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";

type Month = Schemas.ForecastAnalytics["months"][number];
type Filters = Partial<Record<"owner" | "team" | "territory", string>>;

/** What is expected of the coming months, beside what is won and the target. */
export function ForecastView({ filters }: { readonly filters: Filters }) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const findAddresses = useRowAddresses();
  const { data, error, refetch } = useForecast(filters);
  if (error) return <FigureError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton shape="block" />;
  const { currency, months, targets } = data;
  const money = (value: string | number | null | undefined): string =>
    value === null || value === undefined ? EMPTY : formatMoney(String(value), currency, locale);
  const keyOf = ({ forecast_period }: Month): string => forecast_period.slice(0, 7);
  const categoryOf = ({ by_category }: Month, name: string): string =>
    by_category.find(({ forecast_category }) => forecast_category === name)?.value ?? "0";
  const targetOf = (month: Month) => targets.find(({ period }) => period === keyOf(month));
  const categories = [
    { key: "CLOSED", label: t("Won") },
    { key: "COMMIT", label: t("Commit") },
    { key: "BEST_CASE", label: t("Best case") },
    { key: "PIPELINE", label: t("Pipeline") },
  ];
  const columns: TableColumn<Month>[] = [
    { id: "month", label: t("Month"), render: (month) => nameKey(keyOf(month), locale, t) },
    ...categories.map(
      ({ key, label }): TableColumn<Month> => ({
        id: key,
        label,
        isNumeric: true,
        render: (month) => money(categoryOf(month, key)),
      }),
    ),
    { id: "expected", label: t("Expected"), isNumeric: true, render: ({ expected_revenue }) => money(expected_revenue) },
    { id: "target", label: t("Target"), isNumeric: true, render: (month) => money(targetOf(month)?.target) },
    {
      id: "attained",
      label: t("Attained"),
      isNumeric: true,
      render: (month) => formatFigure(targetOf(month)?.percent, { unit: "percent", currency, locale }),
    },
  ];
  const title = t("What will the coming months bring?");
  return (
    <>
      <section className={cardClass}>
        <Chart
          kind="stacked"
          title={title}
          category="label"
          categoryLabel={t("Month")}
          rows={months.map((month) => ({
            id: keyOf(month),
            label: nameKey(keyOf(month), locale, t),
            ...Object.fromEntries(categories.map(({ key }) => [key, categoryOf(month, key)])),
          }))}
          series={categories}
          formatCategory={String}
          formatValue={money}
          onOpen={({ id }, category) => {
            const month = months.find((candidate) => keyOf(candidate) === id);
            const group = month?.by_category.find(({ forecast_category }) => forecast_category === category);
            const [first] = findAddresses(group?.opens ?? []);
            if (first) void navigate({ to: first.href });
          }}
        />
      </section>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={title} columns={columns} rows={months} getRowId={keyOf} />
      </div>
    </>
  );
}
