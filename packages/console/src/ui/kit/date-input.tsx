import { CalendarDays } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { DateInput as AriaDateInput, DateSegment } from "react-aria-components/DateField";

/**
 * The parts of a date. Each is typed, or changed by the arrow keys. They are one line of text: as items of a flex container, the hours and minutes would
 * change places in Arabic.
 */
export function DateInput({ slot }: { readonly slot?: "start" | "end" }) {
  return (
    <AriaDateInput slot={slot} className="block h-full min-w-0 content-center ps-2 whitespace-nowrap tabular-nums">
      {(segment) => (
        <DateSegment
          segment={segment}
          className="rounded-small px-px whitespace-pre text-input outline-none data-disabled:text-text-muted data-focused:bg-accent data-focused:text-on-accent data-placeholder:text-text-muted data-[type=literal]:px-0 data-[type=literal]:text-text-muted data-focused:data-placeholder:text-on-accent"
        />
      )}
    </AriaDateInput>
  );
}

export function CalendarButton() {
  return (
    <Button className="ms-auto flex h-full w-control shrink-0 items-center justify-center rounded-control text-text-muted focus-ring data-disabled:opacity-50 data-hovered:text-text">
      <CalendarDays />
    </Button>
  );
}
