import { formatMoney } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { numberFormat } from "../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Chart } from "../../ui/kit/chart.tsx";
import { type Bridge, type BridgePart, type BridgeStep, listBridgeSteps } from "./bridge-rules.ts";
import { nameDays } from "./period-rules.ts";

const namePart = (part: BridgePart, t: Translate): string =>
  ({
    opening: t("Opening"),
    new: t("New"),
    increased: t("Increased"),
    moved_in: t("Moved in"),
    decreased: t("Decreased"),
    moved_out: t("Moved out"),
    won: t("Won"),
    lost: t("Lost"),
    corrected: t("Corrected"),
    closing: t("Closing"),
  })[part];

/** How the pipeline came from its opening to its closing amount. */
export function BridgeChart({ bridge }: { readonly bridge: Bridge }) {
  const t = useText();
  const { locale } = useTextOptions();
  const steps = listBridgeSteps(bridge);
  const amount = (value: number | string): string => formatMoney(String(value), bridge.currency, locale);
  const signed = ({ value, change }: BridgeStep): string => (change === undefined ? value : change);
  return (
    <>
      <Chart
        kind="waterfall"
        title={t("How did the pipeline change?")}
        category="label"
        categoryLabel={t("Change")}
        rows={steps.map((step) => ({
          label: namePart(step.part, t),
          amount: signed(step),
        }))}
        series={[{ key: "amount", label: t("Amount") }]}
        formatCategory={String}
        formatValue={amount}
        formatAxis={(value) => numberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(value)}
      />
      <p className="text-meta text-text-muted">
        {t("{days}, at the exchange rates of the last day", { days: nameDays(bridge, locale, t) })}
      </p>
    </>
  );
}
