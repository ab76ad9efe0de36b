import { endOfMonth, startOfMonth, startOfWeek, today } from "@internationalized/date";
import { DateRangePicker } from "react-aria-components/DateRangePicker";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { useLocale } from "react-aria-components/I18nProvider";
import { Popover } from "react-aria-components/Popover";
import { RangeCalendar } from "react-aria-components/RangeCalendar";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { CalendarMonth } from "./calendar.tsx";
import { joinClasses } from "./classes.ts";
import { type DateFieldProps, readDate } from "./date-field.tsx";
import { CalendarButton, DateInput } from "./date-input.tsx";
import { FieldLabel, FieldMessages } from "./field.tsx";
import { fieldClass, groupClass } from "./field-classes.ts";
import { popoverClass } from "./popover.ts";

/** Two days, the last one included. */
export interface DayRange {
  readonly start: string;
  readonly end: string;
}

interface DateRangeProps extends Omit<DateFieldProps, "value" | "onChange" | "name"> {
  readonly value: DayRange | null;
  readonly onChange: (value: DayRange | null) => void;
  /** The zone of the user, which says what day it is. */
  readonly timeZone: string;
}

/** The days from one to another, with the usual ranges at hand. */
export function DateRange({ label, help, error, note, value, onChange, min, max, timeZone, ...props }: DateRangeProps) {
  const [start, end] = [readDate(value?.start), readDate(value?.end)];
  return (
    <DateRangePicker
      {...props}
      value={start && end ? { start, end } : null}
      minValue={readDate(min)}
      maxValue={readDate(max)}
      onChange={(range) => onChange(range && { start: range.start.toString(), end: range.end.toString() })}
      isInvalid={error !== undefined}
      className={joinClasses(fieldClass, "w-fit max-w-full")}
    >
      <FieldLabel label={label} note={note} />
      <Group className={groupClass}>
        <DateInput slot="start" />
        <span aria-hidden="true" className="ps-2 text-text-muted">
          –
        </span>
        <DateInput slot="end" />
        <CalendarButton />
      </Group>
      <FieldMessages help={help} error={error} />
      <Popover offset={4} className={popoverClass}>
        <Dialog className="flex flex-wrap gap-3 p-3 outline-none">
          {({ close }) => (
            <>
              <RangePresets
                timeZone={timeZone}
                onChoose={(range) => {
                  onChange(range);
                  close();
                }}
              />
              <RangeCalendar>
                <CalendarMonth isRange />
              </RangeCalendar>
            </>
          )}
        </Dialog>
      </Popover>
    </DateRangePicker>
  );
}

interface RangePresetsProps {
  readonly timeZone: string;
  readonly onChoose: (range: DayRange) => void;
}

function RangePresets({ timeZone, onChoose }: RangePresetsProps) {
  const t = useText();
  const { locale } = useLocale();
  const day = today(timeZone);
  const week = startOfWeek(day, locale);
  const month = startOfMonth(day);
  const lastMonth = month.subtract({ months: 1 });
  const presets = [
    { label: t("Today"), start: day, end: day },
    { label: t("This week"), start: week, end: week.add({ days: 6 }) },
    { label: t("Last 7 days"), start: day.subtract({ days: 6 }), end: day },
    { label: t("This month"), start: month, end: endOfMonth(day) },
    { label: t("Last month"), start: lastMonth, end: endOfMonth(lastMonth) },
    { label: t("This year"), start: day.set({ month: 1, day: 1 }), end: day.set({ month: 12, day: 31 }) },
  ];
  return (
    <div className="flex flex-wrap items-start gap-1 tablet:flex-col">
      {presets.map(({ label, start, end }) => (
        <Button key={label} isSmall variant="quiet" onPress={() => onChoose({ start: start.toString(), end: end.toString() })}>
          {label}
        </Button>
      ))}
    </div>
  );
}
