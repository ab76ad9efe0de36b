import { now, parseAbsolute, type ZonedDateTime } from "@internationalized/date";
import { DatePicker } from "react-aria-components/DatePicker";
import { joinClasses } from "./classes.ts";
import { DatePickerContent } from "./date-picker-content.tsx";
import type { FieldProps } from "./field.tsx";
import { fieldClass } from "./field-classes.ts";

interface InstantFieldProps extends FieldProps {
  /** An RFC 3339 instant, or null. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  /** The IANA zone in which the user types it. */
  readonly timeZone: string;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean | undefined;
}

function readInstant(value: string | null, timeZone: string): ZonedDateTime | null {
  if (value === null) return null;
  try {
    return parseAbsolute(value, timeZone);
  } catch {
    return null;
  }
}

const FIRST_HOUR = 9;

/** A day that is chosen before its time begins with the working day. */
const buildPlaceholder = (timeZone: string): ZonedDateTime =>
  now(timeZone).set({ hour: FIRST_HOUR, minute: 0, second: 0, millisecond: 0 });

/** A day and a time in a zone. */
export function InstantField({ label, help, error, note, value, onChange, timeZone, ...props }: InstantFieldProps) {
  return (
    <DatePicker<ZonedDateTime>
      {...props}
      granularity="minute"
      hideTimeZone
      // Without it, what is typed into an empty field has no zone, and is no instant.
      placeholderValue={buildPlaceholder(timeZone)}
      value={readInstant(value, timeZone)}
      onChange={(date) => onChange(date === null ? null : date.toAbsoluteString())}
      isInvalid={error !== undefined}
      className={joinClasses(fieldClass, "w-field max-w-full")}
    >
      <DatePickerContent {...{ label, help, error, note, timeZone }} />
    </DatePicker>
  );
}
