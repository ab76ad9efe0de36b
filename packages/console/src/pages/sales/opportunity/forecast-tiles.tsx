import type { Schemas } from "@crm/sdk/index.ts";
import { useSession } from "../../../api/session.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatFigure } from "../../../records/figures/figure-text.ts";
import { cardClass, FigureNumber } from "../../../records/figures/figure-tile.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { nameCategory } from "./category-name.ts";
import {
  addUpCategories,
  type Category,
  categories,
  computePercent,
  isNegative,
  isZero,
  subtractAmounts,
} from "./forecast-rules.ts";

interface ForecastTilesProps {
  readonly currency: string;
  readonly month: Schemas.ForecastMonth;
  readonly target: string | undefined;
  /** The address of the deals behind a category. */
  readonly hrefFor: (category: Category) => string;
}

const TARGETS = "/crm/analytics/targets";
const WHOLE = 100;

/** The sums of a month by category, with links to their deals, and what is missing to the target. */
export function ForecastTiles({ currency, month, target, hrefFor }: ForecastTilesProps) {
  const t = useText();
  const { locale } = useTextOptions();
  return (
    <section aria-label={t("Figures")} className="grid min-w-0 grid-cols-2 gap-4 desktop:grid-cols-6">
      {categories.map((category) => {
        const sum = month.by_category.find(({ forecast_category }) => forecast_category === category);
        const label = nameCategory(category, t);
        return (
          <div key={category} className={`${cardClass} py-3`}>
            <span className="truncate text-control text-text-muted" title={label}>
              {label}
            </span>
            <span className="text-title font-semibold tabular-nums wrap-anywhere tablet:text-figure">
              <Link variant="heading" href={hrefFor(category)} aria-label={t("{category}: show the deals", { category: label })}>
                <FigureNumber value={sum?.value ?? "0"} unit="money" currency={currency} />
              </Link>
            </span>
            <span className="text-meta text-text-muted">
              {t("{count, plural, one {# deal} other {# deals}}", { count: sum?.count ?? 0 })}
            </span>
            {sum?.unconverted.map(({ currency: code, value }) => (
              <span key={code} className="text-meta text-text-muted">
                {t("{amount} without an exchange rate", { amount: formatMoney(value, code, locale) })}
              </span>
            ))}
          </div>
        );
      })}
      <div className={`${cardClass} col-span-2 gap-1 py-3`}>
        <Gap currency={currency} month={month} target={target} />
      </div>
    </section>
  );
}

/** What is missing to the target, and how far each category would lead. */
function Gap({ currency, month, target }: Omit<ForecastTilesProps, "hrefFor">) {
  const t = useText();
  const { locale } = useTextOptions();
  const { permissions } = useSession();
  const sums = addUpCategories(month.by_category);
  const label = t("Gap to target");
  if (target === undefined)
    return (
      <>
        <span className="text-control text-text-muted">{label}</span>
        <span className="text-control">{t("This month has no target.")}</span>
        {permissions.includes("target:write") ? (
          <span className="text-control">
            <Link variant="action" href={TARGETS}>
              {t("Set a target")}
            </Link>
          </span>
        ) : null}
      </>
    );
  const gap = subtractAmounts(target, sums.CLOSED);
  const isReached = isNegative(gap) || isZero(gap);
  const percents = (["CLOSED", "COMMIT", "BEST_CASE"] as const).map((category) => ({
    category,
    percent: computePercent(sums[category], target) ?? 0,
  }));
  const won = percents[0]?.percent ?? 0;
  const share = (percent: number): string => formatFigure(percent, { unit: "percent", currency, locale });
  return (
    <>
      <span className="truncate text-control text-text-muted">{isReached ? t("Above the target") : label}</span>
      <span className="text-title font-semibold tabular-nums wrap-anywhere tablet:text-figure">
        <FigureNumber value={isReached ? gap.replace("-", "") : gap} unit="money" currency={currency} />
      </span>
      <ProgressBar label={t("Won of the target")} value={Math.min(Math.max(won, 0), WHOLE)} max={WHOLE} />
      <span className="text-meta text-text-muted">
        {t("Target {target}: {won} won, {commit} with commit, {best} with best case", {
          target: formatMoney(target, currency, locale),
          won: share(won),
          commit: share(percents[1]?.percent ?? 0),
          best: share(percents[2]?.percent ?? 0),
        })}
      </span>
    </>
  );
}
