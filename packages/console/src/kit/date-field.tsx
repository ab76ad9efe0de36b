import { type CalendarDate, parseDate } from "@internationalized/date";
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

export interface DateFieldProps extends FieldProps {
  /** A day as `2026-11-27`, or null. It has no time zone. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly min?: string;
  readonly max?: string;
  readonly name?: string;
  readonly isDisabled?: boolean;
  readonly isReadOnly?: boolean;
}

/** Returns the day of a text as the API has it, or null for what is no day. */
export function readDate(value: string | null | undefined): CalendarDate | null {
  if (!value) return null;
  try {
    return parseDate(value);
  } catch {
    return null;
  }
}

/** A day. It is typed in the order of the locale, or picked. */
export function DateField({ label, help, error, note, value, onChange, min, max, ...props }: DateFieldProps) {
  return (
    <DatePicker
      {...props}
      value={readDate(value)}
      minValue={readDate(min)}
      maxValue={readDate(max)}
      onChange={(date) => onChange(date?.toString() ?? null)}
      isInvalid={error !== undefined}
      className={joinClasses(fieldClass, "max-w-full w-field-short")}
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
