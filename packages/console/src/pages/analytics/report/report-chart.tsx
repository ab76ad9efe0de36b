import type { Kind } from "../../../api/kind.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import type { ChartTable } from "../../../records/report/chart-rows.ts";
import type { Definition } from "../../../records/report/definition.ts";
import { formatResultValue, type ValueNames } from "../../../records/report/result-text.ts";
import { formatPercent } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Chart } from "../../../ui/kit/chart.tsx";
import { useRowsAddress } from "./use-rows-address.ts";

interface ReportChartViewProps {
  readonly title: string;
  readonly table: ChartTable;
  readonly definition: Definition;
  readonly source: Kind;
  readonly names: ValueNames;
}

/** The picture of a report. A mark opens the records behind it, where a list can have them. */
export function ReportChartView({ title, table, definition, source, names }: ReportChartViewProps) {
  const t = useText();
  const navigate = useNavigate();
  const options = useTextOptions();
  const findAddress = useRowsAddress(definition, source);
  const { kind, category, split, categories, series, cells, omitted } = table;
  const labels = new Map<string, number>();
  /** Two records may have the same name. */
  const nameOnce = (text: string): string => {
    const count = (labels.get(text) ?? 0) + 1;
    labels.set(text, count);
    return count === 1 ? text : `${text} (${count})`;
  };
  const rows = categories.map((key, index) => ({
    position: index,
    category: nameOnce(formatResultValue(category, { [category.key]: key }, names, options)),
    ...Object.fromEntries(series.map((entry, place) => [entry.key, cells[index]?.[place] ?? null])),
  }));
  const [first] = series;
  if (!first) return null;
  const isPercent = first.measure.value.type === "percent";
  const open = (position: number, seriesKey: string): string | undefined => {
    const entry = series.find(({ key }) => key === seriesKey);
    if (split && !entry) return undefined;
    const values = { [category.key]: categories[position] ?? null };
    return findAddress(split && entry ? { ...values, [split.key]: entry.value ?? null } : values);
  };
  const canOpen = open(0, first.key) !== undefined;
  const isPeriod = category.value.type === "period";
  return (
    <>
      <Chart
        isFullHeight
        kind={kind}
        title={title}
        orientation={!isPeriod && (kind === "bar" || kind === "stacked") ? "horizontal" : "vertical"}
        category="category"
        categoryLabel={category.label}
        rows={rows}
        series={series.map(({ key, measure, value }) => ({
          key,
          label: split ? formatResultValue(split, { [split.key]: value }, names, options) : measure.label,
        }))}
        formatCategory={(value) => String(value ?? "")}
        formatValue={(value) => formatResultValue(first.measure, { [first.measure.key]: value }, names, options)}
        {...(isPercent
          ? {
              formatAxis: (value: number) => formatPercent(value, options.locale, 1),
            }
          : {})}
        {...(canOpen
          ? {
              onOpen: ({ position }, seriesKey) => {
                const address = open(Number(position), seriesKey);
                if (address !== undefined) void navigate({ href: address });
              },
            }
          : {})}
      />
      {omitted > 0 ? (
        <p className="text-meta text-text-muted">
          {t("The chart shows the first {count} groups. {omitted, plural, one {# more is} other {# more are}} in the table.", {
            count: categories.length,
            omitted,
          })}
        </p>
      ) : null}
    </>
  );
}
