import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IntervalBar } from "../../../ui/kit/interval-bar.tsx";
import { formatRate } from "../campaign/performance-data.ts";
import { findScale, placeInterval, type TestInterval } from "../email-send/ab-test-rules.ts";

interface IntervalListProps {
  readonly intervals: readonly TestInterval[];
  /** In percent. */
  readonly level: number;
  readonly winner: string | null;
}

/** The rate of each variant as a point on its interval, all on one scale. Intervals that are far apart differ for a reason. */
export function IntervalList({ intervals, level, winner }: IntervalListProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const max = findScale(intervals);
  const share = (value: number | null): string => formatRate(value === null ? null : String(value * 100), locale);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <ul className="flex min-w-0 flex-col gap-3">
        {intervals.map((interval) => {
          const place = placeInterval(interval, max);
          const range = t("from {low} to {high}", { low: share(interval.low), high: share(interval.high) });
          return (
            <li key={interval.id} className="grid min-w-0 grid-cols-(--interval-columns) items-center gap-x-3 text-control">
              <span className="font-semibold">{interval.id}</span>
              {place === undefined ? <span /> : <IntervalBar {...place} isChosen={interval.id === winner} />}
              <span className="flex flex-col text-end tabular-nums">
                <span className="font-medium">{share(interval.rate)}</span>
                <span className="text-meta text-text-muted">{place === undefined ? t("no mails yet") : range}</span>
              </span>
            </li>
          );
        })}
      </ul>
      <p className="text-meta text-text-muted">
        {t("The bar shows where the rate lies with {level} confidence. The scale ends at {max}.", {
          level: formatRate(String(level), locale),
          max: share(max),
        })}
      </p>
    </div>
  );
}
