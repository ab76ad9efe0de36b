import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { PlacedBox } from "../../../ui/kit/placed-box.tsx";
import { describeHours, type Hours, listBars, nameWeekday } from "./calendar-rules.ts";
import { weekdays } from "./sla-rules.ts";

/** The working hours of a week: a row for each day, from midnight to midnight. */
export function WeekBars({ hours }: { readonly hours: Hours }) {
  const { locale } = useTextOptions();
  const bars = listBars(hours);
  return (
    <div role="img" aria-label={describeHours(hours, locale)} className="flex min-w-0 flex-col gap-1">
      {weekdays.map((day) => (
        <div key={day} className="grid min-w-0 grid-cols-(--interval-columns) items-center gap-2">
          <span className="truncate text-meta text-text-muted">{nameWeekday(day, locale, "narrow")}</span>
          <span className="relative col-span-2 block h-2 overflow-hidden rounded-small bg-hover">
            {bars[day].map(({ start, length }) => (
              <PlacedBox key={start} top={0} height={1} start={start / 100} width={length / 100} className="bg-accent" />
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}
