import { parseAbsolute, type ZonedDateTime } from "@internationalized/date";
import { Calendar } from "react-aria-components/Calendar";
import { DatePicker } from "react-aria-components/DatePicker";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Popover } from "react-aria-components/Popover";
import { CalendarMonth } from "./calendar.tsx";
import { joinClasses } from "./classes.ts";
import { CalendarButton, DateInput } from "./date-input.tsx";
import { FieldLabel, FieldMessages, type FieldProps, fieldClass, groupClass } from "./field.tsx";
import { popoverClass } from "./popover.ts";

interface InstantFieldProps extends FieldProps {
  /** An RFC 3339 instant, or null. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  /** The IANA zone in which the user types it. */
  readonly timeZone: string;
  readonly isDisabled?: boolean;
}

function readInstant(value: string | null, timeZone: string): ZonedDateTime | null {
  if (value === null) return null;
  try {
    return parseAbsolute(value, timeZone);
  } catch {
    return null;
  }
}

/** A day and a time in a zone. */
export function InstantField({ label, help, error, note, value, onChange, timeZone, ...props }: InstantFieldProps) {
  return (
    <DatePicker<ZonedDateTime>
      {...props}
      granularity="minute"
      hideTimeZone
      value={readInstant(value, timeZone)}
      onChange={(date) => onChange(date === null ? null : date.toAbsoluteString())}
      isInvalid={error !== undefined}
      className={joinClasses(fieldClass, "w-field max-w-full")}
    >
      <FieldLabel label={label} note={note} />
      <Group className={groupClass}>
        <DateInput />
        <CalendarButton />
      </Group>
      <FieldMessages help={help} error={error} />
      <Popover offset={4} className={popoverClass}>
        <Dialog className="p-3 outline-none">
          <Calendar>
            <CalendarMonth />
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
