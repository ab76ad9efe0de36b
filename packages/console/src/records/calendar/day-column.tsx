import { memo, useEffect, useMemo, useState } from "react";
import { joinClasses } from "../../ui/kit/classes.ts";
import { PlacedBox } from "../../ui/kit/placed-box.tsx";
import { findToday, readWeekday } from "./calendar-days.ts";
import { readMinute } from "./calendar-entries.ts";
import type { EntryContext, RecordEntry } from "./entry.ts";
import { EntryBox, HiddenEntriesMenu } from "./entry-box.tsx";
import { hasSameItems, layoutDay, type TimedEntry } from "./entry-layout.ts";
import { formatDay } from "./entry-text.ts";
import type { WorkHours } from "./use-work-schedule.ts";

export const DAY_MINUTES = 24 * 60;
export const SLOT_MINUTES = 30;
const [LOW_MINUTES, HIGH_MINUTES] = [50, 75];
export const hourNumbers = Array.from({ length: 24 }, (_, hour) => hour);

interface DayColumnProps extends EntryContext {
  readonly day: string;
  readonly hours: readonly WorkHours[];
  readonly timed: readonly TimedEntry<RecordEntry>[];
  /** The entry of this day that is dragged. */
  readonly draggedId: string | undefined;
}

const columnProps = ["day", "hours", "draggedId", "kind", "reader", "canChange", "onChange", "moved"] as const;

/** Low entries have one line. High ones have room for a title of two lines above their time. */
export const readHeight = (minutes: number): { readonly isLow: boolean; readonly isHigh: boolean } => ({
  isLow: minutes < LOW_MINUTES,
  isHigh: minutes >= HIGH_MINUTES,
});

/** The hours of a day and the entries in them. After a drag, only the days that the entry has left and entered are drawn again. */
export const DayColumn = memo(
  DrawnDay,
  (before, after) =>
    columnProps.every((name) => before[name] === after[name]) &&
    hasSameItems(
      before.timed.map(({ entry }) => entry),
      after.timed.map(({ entry }) => entry),
    ),
);

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function DrawnDay({ day, hours, timed, draggedId, ...context }: DayColumnProps) {
  const { reader } = context;
  const now = useNow();
  const { placed, hidden } = useMemo(() => layoutDay(timed), [timed]);
  const isToday = day === findToday(reader.timeZone);
  const work = hours.filter(({ weekday }) => weekday === readWeekday(day));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups inputs; this names the day of its entries
    <div
      role="group"
      aria-label={formatDay(day, reader.locale, { dateStyle: "full" })}
      className="relative min-w-0 border-s border-border bg-off-hours"
    >
      {work.map(({ from, to }) => {
        const [start, end] = [readTime(from), readTime(to)];
        return <PlacedBox key={from} top={start / DAY_MINUTES} height={(end - start) / DAY_MINUTES} className="bg-surface" />;
      })}
      {hourNumbers.map((hour) => (
        <div key={hour} className="relative h-12 border-b border-border" />
      ))}
      {isToday ? (
        <PlacedBox
          top={readMinute(now, reader.timeZone) / DAY_MINUTES}
          height={0}
          className="pointer-events-none border-t-2 border-accent"
          data-now=""
        >
          {/* Entries lie over the line, and the dot over entries. */}
          <span className="absolute -start-1 -top-1 -mt-px z-1 size-dot rounded-full bg-accent" />
        </PlacedBox>
      ) : null}
      {placed.map(({ entry, start, end, lane, lanes }) => (
        <PlacedBox
          key={entry.id}
          top={start / DAY_MINUTES}
          height={(end - start) / DAY_MINUTES}
          start={lane / lanes}
          width={1 / lanes}
          className={joinClasses(readHeight(end - start).isLow ? "px-px" : "p-px", entry.id === draggedId && "opacity-50")}
        >
          <EntryBox
            {...context}
            now={now}
            entry={entry}
            {...readHeight(end - start)}
            handle={entry.lastDay === day && entry.fields.end ? "bottom" : undefined}
          />
        </PlacedBox>
      ))}
      {hidden.map(({ entries: hiddenEntries, start, lane, lanes }) => (
        <PlacedBox
          key={start}
          top={start / DAY_MINUTES}
          height={SLOT_MINUTES / DAY_MINUTES}
          start={lane / lanes}
          width={1 / lanes}
          className="px-px"
        >
          <HiddenEntriesMenu {...context} entries={hiddenEntries} />
        </PlacedBox>
      ))}
    </div>
  );
}

export function readTime(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
