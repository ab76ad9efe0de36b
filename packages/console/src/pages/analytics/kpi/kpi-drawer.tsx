import { formatDate } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFigureNames } from "../../../records/figures/figure-names.ts";
import { formatAxisValue, formatFigure } from "../../../records/figures/figure-text.ts";
import { nameKey } from "../../../records/figures/period-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Chart } from "../../../ui/kit/chart.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { KpiContent } from "./kpi-content.tsx";
import type { Kpi } from "./kpi-value.ts";

interface KpiDrawerProps {
  readonly kpi: Kpi;
  readonly onClose: () => void;
}

/** A KPI with its trend. */
export function KpiDrawer({ kpi, onClose }: KpiDrawerProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { label } = useFigureNames()({ name: kpi.figure, label: kpi.label });
  const { name, description, unit, value_currency, trend, expected, gap, from, to } = kpi;
  const text = { unit, currency: value_currency, locale };
  const hasTargets = trend.some(({ target }) => target !== null);
  const facts = [
    { label: t("Figure"), text: label },
    { label: t("Days"), text: `${formatDate(from, locale)} – ${formatDate(to, locale)}` },
    { label: t("Expected by today"), text: formatFigure(expected, text) },
    { label: t("Missing"), text: formatFigure(gap, text) },
  ];
  return (
    <Drawer title={name} isOpen onOpenChange={onClose}>
      <div className="flex min-w-0 flex-col gap-6">
        <KpiContent name={label} kpi={kpi} opens={kpi.opens} />
        {description ? <p className="text-control text-text-muted">{description}</p> : null}
        <dl className="grid min-w-0 grid-cols-(--preview-field-columns) gap-x-4 gap-y-2 text-control">
          {facts.map((fact) => (
            <div key={fact.label} className="contents">
              <dt className="wrap-anywhere text-text-muted">{fact.label}</dt>
              <dd className="min-w-0 wrap-anywhere tabular-nums">{fact.text}</dd>
            </div>
          ))}
        </dl>
        {trend.length > 1 ? (
          <Chart
            kind="line"
            title={t("How did it develop?")}
            category="label"
            categoryLabel={t("Period")}
            rows={trend.map(({ period, value, target }) => ({ label: nameKey(period, locale, t), value, target }))}
            series={[{ key: "value", label: t("Value") }, ...(hasTargets ? [{ key: "target", label: t("Target") }] : [])]}
            formatCategory={String}
            formatValue={(value) => formatFigure(value, text)}
            formatAxis={(value) => formatAxisValue(value, text)}
          />
        ) : null}
      </div>
    </Drawer>
  );
}
