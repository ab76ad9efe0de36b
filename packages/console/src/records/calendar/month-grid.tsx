import { memo, type PointerEvent, useRef, useState } from "react";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { GridBox, PlacedBox } from "../../ui/kit/placed-box.tsx";
import { useHeight } from "../../ui/kit/use-height.ts";
import { addDays, findToday } from "./calendar-days.ts";
import { isLong } from "./calendar-entries.ts";
import type { EntryContext } from "./entry.ts";
import { EntryBox, HiddenEntriesMenu } from "./entry-box.tsx";
import type { CalendarPlace } from "./entry-drag.ts";
import { hasSameItems, layoutBars, listDuring } from "./entry-layout.ts";
import { formatDay } from "./entry-text.ts";
import { SlotButton } from "./slot-button.tsx";
import { type CalendarGridProps, countWeeks, isForward, isSameMonth, locateColumn, TODAY_CLASS } from "./time-grid.tsx";

const WEEK_DAYS = 7;
/** Heights of the number of a day and of an entry, with the space below, in pixels. */
const [NUMBER_HEIGHT, ENTRY_HEIGHT] = [29, 25];

interface MonthGridProps extends CalendarGridProps {
  /** The day whose month is shown. */
  readonly day: string;
}

/** The weeks of a month. */
export function MonthGrid(props: MonthGridProps) {
  const { days, day, entries, kind, reader, canChange, onChange, moved, onOpenDay, handlersFor } = props;
  const frame = useRef<HTMLDivElement>(null);
  const height = useHeight(frame);
  const weeks = Array.from({ length: countWeeks(days) }, (_, week) => days.slice(week * WEEK_DAYS, (week + 1) * WEEK_DAYS));
  // One lane is for "+n".
  const lanes = Math.max(1, Math.floor((height / Math.max(1, weeks.length) - NUMBER_HEIGHT) / ENTRY_HEIGHT) - 1);
  const locate = (event: PointerEvent<HTMLElement>): CalendarPlace => {
    const { top, height: size } = event.currentTarget.getBoundingClientRect();
    const week = Math.min(weeks.length - 1, Math.max(0, Math.floor(((event.clientY - top) / size) * weeks.length)));
    return { day: weeks[week]?.[locateColumn(event, WEEK_DAYS)] ?? "" };
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <div aria-hidden="true" className="grid shrink-0 grid-cols-7 border-b border-border">
        {(weeks[0] ?? []).map((day) => (
          <span key={day} className="truncate border-s border-border px-2 py-1 text-meta font-medium text-text-muted">
            {formatDay(day, reader.locale, { weekday: "short" })}
          </span>
        ))}
      </div>
      <div ref={frame} {...handlersFor(locate)} className="relative flex min-h-0 flex-1 flex-col">
        {weeks.map((week) => (
          <MonthWeek
            key={week[0]}
            {...{ day, week, lanes, kind, reader, canChange, onChange, moved, onOpenDay }}
            entries={listDuring(entries, week)}
          />
        ))}
        <DaySlot {...props} weekCount={weeks.length} />
      </div>
    </div>
  );
}

interface MonthWeekProps extends EntryContext, Pick<MonthGridProps, "day" | "entries" | "onOpenDay"> {
  readonly week: readonly string[];
  readonly lanes: number;
}

const weekProps = ["day", "lanes", "kind", "reader", "canChange", "onChange", "moved", "onOpenDay"] as const;

/** A week of the month. While an entry is dragged, only the weeks that it leaves and enters are drawn again. */
const MonthWeek = memo(
  DrawnWeek,
  (before, after) =>
    weekProps.every((name) => before[name] === after[name]) &&
    hasSameItems(before.week, after.week) &&
    hasSameItems(before.entries, after.entries),
);

function DrawnWeek({ week, lanes: maxLanes, day, onOpenDay, entries, ...context }: MonthWeekProps) {
  const { reader } = context;
  const today = findToday(reader.timeZone);
  const { bars, hidden, lanes } = layoutBars(entries, week, maxLanes);
  return (
    <div className="relative min-h-0 flex-1 border-b border-border">
      <div className="absolute inset-0 grid grid-cols-7">
        {week.map((weekDay) => (
          <div key={weekDay} className={joinClasses("border-s border-border", !isSameMonth(weekDay, day) && "bg-hover")} />
        ))}
      </div>
      <div className="relative grid auto-rows-min grid-cols-7 gap-y-px">
        {week.map((weekDay, index) => (
          <GridBox key={weekDay} column={index + 1} columns={1} row={1} className="flex min-w-0" data-no-drag="">
            <Button
              isSmall
              variant="quiet"
              excludeFromTabOrder
              aria-label={formatDay(weekDay, reader.locale, { dateStyle: "full" })}
              aria-current={weekDay === today ? "date" : undefined}
              onPress={() => onOpenDay(weekDay)}
            >
              <span
                className={
                  weekDay === today ? TODAY_CLASS : joinClasses("tabular-nums", !isSameMonth(weekDay, day) && "text-text-muted")
                }
              >
                {formatDay(weekDay, reader.locale, { day: "numeric" })}
              </span>
            </Button>
          </GridBox>
        ))}
        {bars.map(({ entry, first, count, lane }) => (
          <GridBox key={entry.id} column={first + 1} columns={count} row={lane + 2} className="min-w-0 px-px">
            <EntryBox
              {...context}
              entry={entry}
              isLow
              handle={isLong(entry) && !entry.time && entry.fields.end ? "end" : undefined}
            />
          </GridBox>
        ))}
        {hidden.map((hiddenEntries, index) =>
          hiddenEntries.length === 0 ? null : (
            <GridBox key={week[index]} column={index + 1} columns={1} row={lanes + 2} className="px-px">
              <HiddenEntriesMenu {...context} entries={hiddenEntries} />
            </GridBox>
          ),
        )}
      </div>
    </div>
  );
}

const arrowDays = (key: string): number =>
  key === "ArrowUp" ? -WEEK_DAYS : key === "ArrowDown" ? WEEK_DAYS : isForward(key) ? 1 : -1;

/** The day that the keyboard is at. */
function DaySlot({
  days,
  day,
  weekCount,
  reader,
  onCreate,
  onLeave,
  createLabel,
}: MonthGridProps & { readonly weekCount: number }) {
  const [chosen, setChosen] = useState(day);
  if (!onCreate) return null;
  const current = days.includes(chosen) ? chosen : day;
  const index = Math.max(0, days.indexOf(current));
  const move = (key: string): void => {
    const next = addDays(current, arrowDays(key));
    setChosen(next);
    if (!days.includes(next)) onLeave(next);
  };
  return (
    <PlacedBox
      top={Math.floor(index / WEEK_DAYS) / weekCount}
      height={1 / weekCount}
      start={(index % WEEK_DAYS) / WEEK_DAYS}
      width={1 / WEEK_DAYS}
      className="pointer-events-none p-1"
    >
      <SlotButton
        label={`${createLabel}, ${formatDay(current, reader.locale, { dateStyle: "full" })}`}
        onCreate={() => onCreate({ day: current })}
        onArrow={move}
      />
    </PlacedBox>
  );
}
