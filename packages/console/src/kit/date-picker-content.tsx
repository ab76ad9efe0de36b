import { Calendar } from "react-aria-components/Calendar";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Popover } from "react-aria-components/Popover";
import { CalendarMonth } from "./calendar.tsx";
import { CalendarButton, DateInput } from "./date-input.tsx";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { groupClass } from "./field-classes.ts";
import { popoverClass } from "./popover.ts";

/** What stands in a picker of one date: label, typed date, messages and calendar. */
export function DatePickerContent({ label, help, error, note, isLabelHidden }: FieldProps) {
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
          <Calendar>
            <CalendarMonth />
          </Calendar>
        </Dialog>
      </Popover>
    </>
  );
}
