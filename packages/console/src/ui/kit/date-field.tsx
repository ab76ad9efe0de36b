import { type CalendarDate, parseDate } from "@internationalized/date";
import { DatePicker } from "react-aria-components/DatePicker";
import { joinClasses } from "./classes.ts";
import { DatePickerContent } from "./date-picker-content.tsx";
import type { FieldProps } from "./field.tsx";
import { fieldClass } from "./field-classes.ts";

export interface DateFieldProps extends FieldProps {
  /** A day as `2026-11-27`, or null. It has no time zone. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly min?: string;
  readonly max?: string;
  readonly name?: string;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean | undefined;
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
export function DateField({ label, help, error, note, isLabelHidden, value, onChange, min, max, ...props }: DateFieldProps) {
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
      <DatePickerContent {...{ label, help, error, note, isLabelHidden }} min={readDate(min)} max={readDate(max)} />
    </DatePicker>
  );
}
