import { ArrowDown, ArrowRight, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { formatAmount, formatMoney } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { type Direction, describeChange, type FigureChange, type FigureValue, formatFigure } from "./figure-text.ts";
import type { Days } from "./period-rules.ts";
import { RowsLink } from "./rows-link.tsx";

const arrows: Readonly<Record<Direction, ReactNode>> = {
  up: <ArrowUp />,
  down: <ArrowDown />,
  level: <ArrowRight className="mirror" />,
};

interface FigureContentProps {
  readonly figure: FigureValue;
  /** In place of the label of the figure. */
  readonly title?: string | null;
  readonly currency: string;
  readonly compared: Days | null | undefined;
}

/** A figure with its label, how much it changed, and its value in the period before. */
export function FigureContent({ figure, title, currency, compared }: FigureContentProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const comparison = describeChange(figure, { compared, year: String(new Date().getFullYear()), currency, locale, t });
  const label = title ?? figure.label;
  return (
    <div className="flex min-w-0 flex-col">
      <span dir="auto" className="line-clamp-2 text-control text-text-muted wrap-anywhere" title={label}>
        {label}
      </span>
      <span className="text-title font-semibold tabular-nums wrap-break-word tablet:text-figure">
        <RowsLink
          label={label}
          requests={figure.opens}
          text={formatFigure(figure.value, { unit: figure.unit, currency, locale })}
        >
          <FigureNumber value={figure.value} unit={figure.unit} currency={currency} />
        </RowsLink>
      </span>
      {comparison?.change ? <ChangeText {...comparison.change} /> : null}
      {comparison ? (
        <span className="text-meta text-text-muted wrap-break-word">
          {t("{period}: {value}", { period: comparison.period, value: comparison.before })}
        </span>
      ) : null}
      {figure.unconverted.map(({ currency: code, value }) => (
        <span key={code} className="text-meta text-text-muted">
          {t("{amount} without an exchange rate", { amount: formatMoney(value, code, locale) })}
        </span>
      ))}
    </div>
  );
}

/** How much a figure changed. */
export const ChangeText = ({ direction, text }: FigureChange) => (
  <span className="flex items-start gap-1 text-meta font-medium">
    {arrows[direction]}
    <span className="min-w-0 wrap-anywhere in-[td]:whitespace-nowrap">{text}</span>
  </span>
);

/** A number in the size of a tile. The currency of an amount is smaller, so that the amount has room. */
export function FigureNumber({ value, unit, currency }: Pick<FigureValue, "value" | "unit"> & { readonly currency: string }) {
  const { locale } = useTextOptions();
  if (unit !== "money" || value === null) return formatFigure(value, { unit, currency, locale });
  return (
    <>
      <bdi>{formatAmount(String(value), currency, locale)}</bdi>{" "}
      <span className="text-body font-normal text-text-muted">{currency}</span>
    </>
  );
}

export const cardClass = "flex min-w-0 flex-col rounded-card border border-border bg-surface p-4";

/** The figures of a page, four in a row, and two on a phone. */
export function FigureGrid({ figures, currency, compared }: FigureGridProps) {
  const t = useText();
  return (
    <section
      aria-label={t("Figures")}
      className="flex min-w-0 flex-wrap gap-3 tablet:grid tablet:grid-cols-2 tablet:gap-4 desktop:grid-cols-4"
    >
      {figures.map((figure) => (
        <div key={figure.name} className={`${cardClass} tile-half py-3`}>
          <FigureContent figure={figure} currency={currency} compared={compared} />
        </div>
      ))}
    </section>
  );
}

interface FigureGridProps extends Pick<FigureContentProps, "currency" | "compared"> {
  readonly figures: readonly FigureValue[];
}
