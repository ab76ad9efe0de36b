import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import type { TileData } from "../../../records/figures/analytics-data.ts";
import { formatFigure } from "../../../records/figures/figure-text.ts";
import { FigureNumber } from "../../../records/figures/figure-tile.tsx";
import { nameKey } from "../../../records/figures/period-rules.ts";
import type { RowRequest } from "../../../records/figures/row-links.ts";
import { RowsLink } from "../../../records/figures/rows-link.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";

type KpiValue = NonNullable<TileData["kpi"]>;

const statuses = (t: Translate): Readonly<Record<string, { readonly label: string; readonly hue: Hue }>> => ({
  ON_TRACK: { label: t("On track"), hue: "green" },
  AT_RISK: { label: t("At risk"), hue: "orange" },
  BEHIND: { label: t("Behind"), hue: "red" },
});

/** How a KPI stands, as a dot and a word. */
export function KpiStatus({ status }: { readonly status: KpiValue["status"] }) {
  const t = useText();
  const shown = status ? statuses(t)[status] : undefined;
  return shown ? <Tag label={shown.label} hue={shown.hue} hasDot /> : <Tag label={t("No target")} />;
}

interface KpiContentProps {
  readonly name: string;
  readonly kpi: KpiValue;
  readonly opens: readonly RowRequest[];
}

const MAX_PERCENT = 100;

/** A KPI with its target and how it stands. */
export function KpiContent({ name, kpi, opens }: KpiContentProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { unit, value, value_currency, target, percent, period, status } = kpi;
  const text = { unit, currency: value_currency, locale };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 flex-wrap items-center gap-2">
        <span dir="auto" className="min-w-0 flex-1 truncate text-control text-text-muted" title={name}>
          {name}
        </span>
        <KpiStatus status={status} />
      </div>
      <span className="text-title font-semibold tabular-nums wrap-anywhere tablet:text-figure">
        <RowsLink label={name} requests={opens} text={formatFigure(value, text)}>
          <FigureNumber value={value} unit={unit} currency={value_currency} />
        </RowsLink>
      </span>
      {percent === null ? null : (
        <ProgressBar label={name} value={Math.min(Math.max(Number(percent), 0), MAX_PERCENT)} max={MAX_PERCENT} />
      )}
      <span className="text-meta text-text-muted">
        {target === null
          ? nameKey(period, locale, t)
          : t("Target of {period}: {target}", { period: nameKey(period, locale, t), target: formatFigure(target, text) })}
      </span>
    </div>
  );
}
