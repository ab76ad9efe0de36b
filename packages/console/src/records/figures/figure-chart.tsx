import { useNavigate } from "../../api/use-navigate.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Chart } from "../../ui/kit/chart.tsx";
import { type FigureValue, formatAxisValue, formatFigure, type Unit, type Value } from "./figure-text.ts";
import { type Interval, nameKey } from "./period-rules.ts";
import type { RowRequest } from "./row-links.ts";
import { useRowAddresses } from "./rows-link.tsx";

/** A row of an answer: an owner, or a part of the period. */
export interface GroupRow {
  readonly key: string;
  readonly label: string | null;
  readonly values: Readonly<Record<string, Value>>;
  /** The requests of the rows behind each value. */
  readonly opens: Readonly<Record<string, readonly RowRequest[]>>;
}

export type Division = "owner" | Interval;

/** Names a row of an answer. */
export function useRowName(by: Division): (row: Pick<GroupRow, "key" | "label">) => string {
  const t = useText();
  const { locale } = useTextOptions();
  return ({ key, label }) =>
    by !== "owner" ? nameKey(key, locale, t) : (label ?? (key === "none" ? t("No owner") : t("Former user")));
}

interface FigureChartProps {
  readonly title: string;
  /** The figure that is shown, or several of the same unit. */
  readonly figures: readonly Pick<FigureValue, "name" | "label" | "unit">[];
  readonly by: Division;
  readonly rows: readonly GroupRow[];
  readonly kind?: "bar" | "line" | "area";
  readonly currency: string;
}

/** Owners of a chart. The table has all of them. */
const MAX_OWNERS = 10;

const isNothing = (value: Value): boolean => value === null || value === undefined || Number(value) === 0;

/** A figure by owner or by part of the period. A mark opens the rows behind it. */
export function FigureChart({ title, figures, by, rows, kind = "bar", currency }: FigureChartProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const nameRow = useRowName(by);
  const findAddresses = useRowAddresses();
  const [unit]: readonly Unit[] = figures.map((figure) => figure.unit);
  const shown = by === "owner" ? rows.slice(0, MAX_OWNERS) : rows;
  const hasValues = shown.some(({ values }) => figures.some(({ name }) => !isNothing(values[name])));
  const open = (key: string, figure: string): void => {
    const [first] = findAddresses(shown.find((row) => row.key === key)?.opens[figure] ?? []);
    if (first) void navigate({ to: first.href });
  };
  return (
    <Chart
      kind={kind}
      title={title}
      {...(by === "owner" ? { orientation: "horizontal" as const } : {})}
      category="label"
      categoryLabel={by === "owner" ? t("Owner") : t("Period")}
      rows={(hasValues ? shown : []).map((row) => ({
        id: row.key,
        label: nameRow(row),
        ...Object.fromEntries(figures.map(({ name }) => [name, row.values[name] ?? null])),
      }))}
      series={figures.map(({ name, label }) => ({ key: name, label }))}
      formatCategory={String}
      formatValue={(value) => formatFigure(value, { unit: unit ?? "count", currency, locale })}
      formatAxis={(value) => formatAxisValue(value, { unit: unit ?? "count", locale })}
      onOpen={(row, series) => open(String(row.id), series)}
    />
  );
}
