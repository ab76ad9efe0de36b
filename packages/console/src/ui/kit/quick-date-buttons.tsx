import { type CalendarDate, getLocalTimeZone, today } from "@internationalized/date";
import { useContext } from "react";
import { DatePickerStateContext } from "react-aria-components/DatePicker";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { describeQuickDate, quickDateNames, resolveQuickDate } from "./quick-dates.ts";

export interface QuickDateButtonsProps {
  readonly min?: CalendarDate | null | undefined;
  readonly max?: CalendarDate | null | undefined;
  /** The zone whose day is today. */
  readonly timeZone?: string | undefined;
}

/** Sets the date of the picker around it to a day that users choose often. */
export function QuickDateButtons({ min, max, timeZone = getLocalTimeZone() }: QuickDateButtonsProps) {
  const t = useText();
  const state = useContext(DatePickerStateContext);
  const days = quickDateNames
    .map((name) => ({ name, day: resolveQuickDate(name, today(timeZone)) }))
    .filter(({ day }) => (!min || day.compare(min) >= 0) && (!max || day.compare(max) <= 0));
  if (!state || days.length === 0) return null;
  return (
    <fieldset aria-label={t("Quick dates")} className="mb-3 flex w-0 min-w-full flex-wrap gap-1 border-0 p-0">
      {days.map(({ name, day }) => (
        <Button
          key={name}
          isSmall
          onPress={() => {
            state.setDateValue(day);
            state.setOpen(false);
          }}
        >
          {describeQuickDate(name, t)}
        </Button>
      ))}
    </fieldset>
  );
}
