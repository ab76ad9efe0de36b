import { Calendar } from "react-aria-components/Calendar";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Popover } from "react-aria-components/Popover";
import { CalendarMonth } from "./calendar.tsx";
import { CalendarButton, DateInput } from "./date-input.tsx";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { groupClass } from "./field-classes.ts";
import { popoverClass } from "./popover.ts";
import { QuickDateButtons, type QuickDateButtonsProps } from "./quick-date-buttons.tsx";

interface DatePickerContentProps extends FieldProps, QuickDateButtonsProps {}

/** What stands in a picker of one date: label, typed date, messages, quick dates and calendar. */
export function DatePickerContent({ label, help, error, note, isLabelHidden, ...quickDates }: DatePickerContentProps) {
  return (
    <>
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <Group className={groupClass}>
        <DateInput />
        <CalendarButton />
      </Group>
      <FieldMessages help={help} error={error} />
      <Popover offset={4} className={popoverClass}>
        <Dialog className="p-3 outline-none">
          <QuickDateButtons {...quickDates} />
          <Calendar>
            <CalendarMonth />
          </Calendar>
        </Dialog>
      </Popover>
    </>
  );
}
