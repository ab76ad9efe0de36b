import { memo, type PointerEvent, type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import { dateFormat } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { GridBox, PlacedBox } from "../../ui/kit/placed-box.tsx";
import { addDays, countDays, findToday, readWeekday } from "./calendar-days.ts";
import { isLong, isOnDay, readMinute } from "./calendar-entries.ts";
import { DAY_MINUTES, DayColumn, hourNumbers, readHeight, readTime, SLOT_MINUTES } from "./day-column.tsx";
import { EarlierRow } from "./earlier-row.tsx";
import type { EntryContext, RecordEntry } from "./entry.ts";
import { EntryBox, HiddenEntriesMenu } from "./entry-box.tsx";
import type { CalendarPlace } from "./entry-drag.ts";
import { chooseFirstHour, layoutBars, listTimed, snapMinute, type TimedEntry, withPreview } from "./entry-layout.ts";
import { formatDay } from "./entry-text.ts";
import { SlotButton } from "./slot-button.tsx";
import type { useEntryDrag } from "./use-entry-drag.ts";
import { STANDARD_HOURS, type WorkHours } from "./use-work-schedule.ts";

export interface CalendarGridProps extends EntryContext {
  readonly days: readonly string[];
  readonly entries: readonly RecordEntry[];
  readonly handlersFor: ReturnType<typeof useEntryDrag<RecordEntry>>["handlersFor"];
  /** Undefined: the user may not create records. */
  readonly onCreate: ((place: CalendarPlace) => void) | undefined;
  /** Shows another day. The keyboard leaves the days that are shown. */
  readonly onLeave: (day: string) => void;
  readonly onOpenDay: (day: string) => void;
  readonly createLabel: string;
}

interface TimeGridProps extends CalendarGridProps {
  readonly hours: readonly WorkHours[];
  /** Whether the entries or the hours are still read. */
  readonly isLoading: boolean;
  /** The entry as it is after the drag that goes on. */
  readonly preview: RecordEntry | undefined;
  /** The entry that is dragged, as it is before. */
  readonly dragged: RecordEntry | undefined;
}

/** The rows of entries of whole days. The last one is for "+n" where they are not enough. */
const MAX_BAR_ROWS = 2;

/** Returns the day under the pointer. Days stand from the start to the end of the line. */
export function locateColumn(event: PointerEvent<HTMLElement>, count: number): number {
  const frame = event.currentTarget.getBoundingClientRect();
  const part = (event.clientX - frame.left) / frame.width;
  const fromStart = getComputedStyle(event.currentTarget).direction === "rtl" ? 1 - part : part;
  return Math.min(count - 1, Math.max(0, Math.floor(fromStart * count)));
}

/** Days beside each other, with their hours. */
export function TimeGrid(props: TimeGridProps) {
  const {
    days,
    entries,
    hours,
    isLoading,
    preview,
    dragged,
    kind,
    reader,
    canChange,
    onChange,
    moved,
    handlersFor,
    onCreate,
    onLeave,
    createLabel,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const timed = useMemo(() => days.map((day) => listTimed(entries, day, reader.timeZone)), [days, entries, reader.timeZone]);
  /** Where the calendar opened, until its entries are there. Undefined: it stays where it is. */
  const opened = useRef<number | undefined>(0);
  // Other days keep the hours that the user has scrolled to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens
  useLayoutEffect(() => {
    const { current } = scroller;
    if (!current || !body.current || current.scrollTop !== opened.current) return;
    const hourHeight = body.current.offsetHeight / hourNumbers.length;
    const shownHours = (current.clientHeight - body.current.offsetTop) / hourHeight;
    const first = chooseFirstHour(shownHours, {
      work: readWorkSpan(hours, days),
      starts: timed.flatMap((list) => list.map(({ start }) => start)),
      now: days.includes(findToday(reader.timeZone)) ? readMinute(Date.now(), reader.timeZone) : undefined,
    });
    current.scrollTop = hourHeight * first;
    opened.current = isLoading ? current.scrollTop : undefined;
  }, [isLoading]);
  const columns = days.length === 1 ? "grid-cols-1" : "grid-cols-7";
  const locate = (event: PointerEvent<HTMLElement>): CalendarPlace => {
    const frame = event.currentTarget.getBoundingClientRect();
    return { day: days[locateColumn(event, days.length)] ?? "", minute: snapMinute((event.clientY - frame.top) / frame.height) };
  };
  const context = { kind, reader, canChange, onChange, moved };
  return (
    <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto bg-surface [overflow-anchor:none]">
      <div className="sticky top-0 z-2 border-b border-border bg-surface">
        <TimeGridHead {...props} columns={columns} timed={timed} scroller={scroller} body={body} />
      </div>
      <div ref={body} className="flex">
        <HourLabels locale={reader.locale} />
        <div {...handlersFor(locate)} className={joinClasses("relative grid min-w-0 flex-1", columns)}>
          {days.map((day, index) => (
            <DayColumn
              key={day}
              {...context}
              day={day}
              hours={hours}
              timed={timed[index] ?? []}
              draggedId={dragged && isOnDay(dragged, day) ? dragged.id : undefined}
            />
          ))}
          {preview && !isLong(preview) ? <EntryPreview {...context} days={days} entry={preview} /> : null}
          <TimeSlot {...{ days, reader, onCreate, onLeave, createLabel }} />
        </div>
      </div>
    </div>
  );
}

interface EntryPreviewProps extends EntryContext {
  readonly days: readonly string[];
  readonly entry: RecordEntry;
}

/** The entry that is dragged, over the others. They stay where they are until it is dropped, so that a move of the pointer draws this alone. */
function EntryPreview({ days, entry, ...context }: EntryPreviewProps) {
  return (
    <div inert className="pointer-events-none absolute inset-0">
      {days.map((day, index) =>
        listTimed([entry], day, context.reader.timeZone).map(({ start, end }) => (
          <PlacedBox
            key={day}
            top={start / DAY_MINUTES}
            height={(end - start) / DAY_MINUTES}
            start={index / days.length}
            width={1 / days.length}
            className="p-px"
          >
            <EntryBox {...context} entry={entry} {...readHeight(end - start)} />
          </PlacedBox>
        )),
      )}
    </div>
  );
}

const HourLabels = memo(function DrawnLabels({ locale }: { readonly locale: string }) {
  return (
    <div aria-hidden="true" className="w-hours shrink-0">
      {hourNumbers.map((hour) => (
        <div key={hour} className="relative h-12 pe-2 text-end text-meta tabular-nums text-text-muted">
          {formatHour(hour, locale)}
        </div>
      ))}
    </div>
  );
});

/** The number of the present day is a filled round. */
export const TODAY_CLASS =
  "inline-flex size-target items-center justify-center rounded-full bg-accent font-semibold tabular-nums text-on-accent pointer-coarse:size-8";

const formatHour = (hour: number, locale: string): string =>
  dateFormat(locale, { hour: "numeric", timeZone: "UTC" }).format(new Date(Date.UTC(2026, 0, 1, hour)));

interface TimeGridHeadProps extends TimeGridProps {
  readonly columns: string;
  /** The entries between the hours of each day. */
  readonly timed: readonly (readonly TimedEntry<RecordEntry>[])[];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly body: RefObject<HTMLElement | null>;
}

/** The names of the days, the entries of whole days, and how many entries begin above the hours that are in view. */
function TimeGridHead(props: TimeGridHeadProps) {
  const { days, entries, reader, handlersFor, onOpenDay, columns, timed, scroller, body, preview } = props;
  const t = useText();
  const long = withPreview(entries, preview).filter(isLong);
  const all = layoutBars(long, days, MAX_BAR_ROWS);
  const { bars, hidden, lanes } = all.hidden.some(({ length }) => length > 0) ? layoutBars(long, days, MAX_BAR_ROWS - 1) : all;
  const locate = (event: PointerEvent<HTMLElement>): CalendarPlace => ({ day: days[locateColumn(event, days.length)] ?? "" });
  return (
    <div className="flex">
      <span className="flex w-hours shrink-0 flex-col ps-4 pe-2 text-end text-meta text-text-muted tablet:ps-6">
        <span className="h-8 shrink-0" />
        <span className="min-h-target content-center">{t("All day")}</span>
      </span>
      <div className="relative flex min-w-0 flex-1 flex-col">
        <div aria-hidden="true" className={joinClasses("absolute inset-0 grid", columns)}>
          {days.map((day) => (
            <span key={day} className="border-s border-border" />
          ))}
        </div>
        <DayNames days={days} reader={reader} onOpenDay={onOpenDay} columns={columns} />
        <div {...handlersFor(locate)} className={joinClasses("relative grid min-h-bars auto-rows-min gap-y-1 pb-1", columns)}>
          {bars.map(({ entry, first, count, lane }) => (
            <GridBox key={entry.id} column={first + 1} columns={count} row={lane + 1} className="min-w-0 px-px">
              <EntryBox {...props} entry={entry} isLow handle={entry.time ? undefined : "end"} />
            </GridBox>
          ))}
          {hidden.map((hiddenEntries, index) =>
            hiddenEntries.length === 0 ? null : (
              <GridBox key={days[index]} column={index + 1} columns={1} row={lanes + 1} className="px-px">
                <HiddenEntriesMenu {...props} entries={hiddenEntries} />
              </GridBox>
            ),
          )}
        </div>
        <EarlierRow days={timed} scroller={scroller} body={body} columns={columns} />
      </div>
    </div>
  );
}

const DayNames = memo(function DrawnNames({
  days,
  reader,
  onOpenDay,
  columns,
}: Pick<TimeGridHeadProps, "days" | "reader" | "onOpenDay" | "columns">) {
  const today = findToday(reader.timeZone);
  return (
    <div className={joinClasses("relative grid", columns)}>
      {days.map((day) => (
        <span key={day} className="flex h-8 min-w-0 items-center justify-center">
          <Button isSmall variant="quiet" onPress={() => onOpenDay(day)} aria-current={day === today ? "date" : undefined}>
            <span className="flex items-center gap-1">
              {formatDay(day, reader.locale, { weekday: "short" })}
              <span className={day === today ? TODAY_CLASS : "tabular-nums"}>
                {formatDay(day, reader.locale, { day: "numeric" })}
              </span>
            </span>
          </Button>
        </span>
      ))}
    </div>
  );
});

/** Returns the minutes of the day between which a user works on these days, or else on others. */
function readWorkSpan(hours: readonly WorkHours[], days: readonly string[]): readonly [start: number, end: number] {
  const weekdays = days.map(readWeekday) as readonly string[];
  const own = hours.filter(({ weekday }) => weekdays.includes(weekday));
  const spans = own.length > 0 ? own : hours.length > 0 ? hours : STANDARD_HOURS;
  return [Math.min(...spans.map(({ from }) => readTime(from))), Math.max(...spans.map(({ to }) => readTime(to)))];
}

/** Where the keyboard is between the hours. */
const TimeSlot = memo(DrawnSlot);

function DrawnSlot({
  days,
  reader,
  onCreate,
  onLeave,
  createLabel,
}: Pick<TimeGridProps, "days" | "reader" | "onCreate" | "onLeave" | "createLabel">) {
  const [minute, setMinute] = useState(9 * 60);
  const [chosen, setChosen] = useState<string>();
  if (!onCreate) return null;
  const today = findToday(reader.timeZone);
  const day = [chosen, today, days[0] ?? ""].find((candidate) => candidate !== undefined && days.includes(candidate)) ?? "";
  const index = Math.max(0, days.indexOf(day));
  const move = (key: string): void => {
    if (key === "ArrowUp" || key === "ArrowDown") {
      setMinute(Math.min(DAY_MINUTES - SLOT_MINUTES, Math.max(0, minute + (key === "ArrowUp" ? -SLOT_MINUTES : SLOT_MINUTES))));
      return;
    }
    const next = addDays(day, isForward(key) ? 1 : -1);
    setChosen(next);
    if (!days.includes(next)) onLeave(next);
  };
  return (
    <PlacedBox
      top={minute / DAY_MINUTES}
      height={SLOT_MINUTES / DAY_MINUTES}
      start={index / days.length}
      width={1 / days.length}
      className="pointer-events-none"
      data-no-drag=""
    >
      <SlotButton
        label={`${createLabel}, ${formatDay(day, reader.locale, { dateStyle: "full" })}, ${formatMinute(minute, reader.locale)}`}
        onCreate={() => onCreate({ day, minute })}
        onArrow={move}
      />
    </PlacedBox>
  );
}

const formatMinute = (minute: number, locale: string): string =>
  dateFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(new Date(minute * 60_000));

/** Whether an arrow points along the line. */
export const isForward = (key: string): boolean => (key === "ArrowRight") === (document.documentElement.dir !== "rtl");

export const isSameMonth = (day: string, other: string): boolean => day.slice(0, 7) === other.slice(0, 7);
export const countWeeks = (days: readonly string[]): number => Math.ceil((countDays(days[0] ?? "", days.at(-1) ?? "") + 1) / 7);
