import { useEffect, useMemo, useRef } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import type { CalendarSpan } from "../rows/display.ts";
import { Agenda } from "./agenda.tsx";
import { readEntry } from "./calendar-entries.ts";
import type { RecordEntry } from "./entry.ts";
import { applyChange, type CalendarPlace, type EntryDrag, readChange, readPreset, type TimeFields } from "./entry-drag.ts";
import { withPreview } from "./entry-layout.ts";
import { MonthGrid } from "./month-grid.tsx";
import { type CalendarGridProps, TimeGrid } from "./time-grid.tsx";
import { useEntryDrag } from "./use-entry-drag.ts";
import type { WorkHours } from "./use-work-schedule.ts";

interface CalendarBodyProps extends Omit<CalendarGridProps, "handlersFor" | "onCreate"> {
  readonly span: CalendarSpan;
  readonly day: string;
  readonly fields: TimeFields;
  readonly hours: readonly WorkHours[];
  readonly isLoading: boolean;
  /** Undefined: the user may not create records. */
  readonly onCreate: ((from: CalendarPlace, to?: CalendarPlace) => void) | undefined;
}

/** The id of the entry that a drag creates. */
const NEW = "new";

/** The days and their entries. A drag that goes on draws this alone, without the page around it. */
export function CalendarBody({ span, day, fields, hours, isLoading, ...props }: CalendarBodyProps) {
  const { kind, reader, canChange, onChange, moved, entries, onCreate, createLabel } = props;
  const { timeZone } = reader;
  const frame = useRef<HTMLDivElement>(null);
  const onDrop = (drop: EntryDrag<RecordEntry>): void => {
    if (drop.mode === "create") onCreate?.(drop.from, drop.to);
    else if (drop.entry) onChange(drop.entry, readChange(drop, timeZone));
  };
  const { drag, handlersFor } = useEntryDrag({ entries, canCreate: onCreate !== undefined, canChange, onDrop });
  const preview = useMemo(
    () => drag && readPreview(kind, drag, { fields, timeZone, createLabel }),
    [kind, drag, fields, timeZone, createLabel],
  );
  // An entry that was moved out of the days that are shown leaves the focus in the calendar.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the entries have changed
  useEffect(() => {
    if (moved.current === undefined) return;
    moved.current = undefined;
    frame.current?.focus();
  }, [entries, moved]);
  const grid = { ...props, handlersFor };
  return (
    <div ref={frame} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
      {span === "month" ? (
        <MonthGrid {...grid} day={day} entries={withPreview(entries, preview)} />
      ) : span === "agenda" ? (
        <Agenda {...grid} />
      ) : (
        <TimeGrid key={span} {...grid} hours={hours} isLoading={isLoading} preview={preview} dragged={drag?.entry} />
      )}
    </div>
  );
}

/** The entry as it is after the drag that goes on, or the one that it creates. */
function readPreview(
  kind: Kind,
  drag: EntryDrag<RecordEntry>,
  { fields, timeZone, createLabel }: { readonly fields: TimeFields; readonly timeZone: string; readonly createLabel: string },
): RecordEntry | undefined {
  const record = drag.entry
    ? applyChange(drag.entry.record, readChange(drag, timeZone))
    : ({ id: NEW, name: createLabel, ...readPreset(fields, drag.from, drag.to, timeZone) } as ConsoleRecord);
  return readEntry(kind, record, timeZone);
}
