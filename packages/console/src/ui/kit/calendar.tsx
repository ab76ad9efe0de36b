import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "react-aria-components/Button";
import {
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
} from "react-aria-components/Calendar";

const stepClass =
  "flex size-control items-center justify-center rounded-control text-text-muted focus-ring data-disabled:opacity-50 data-hovered:bg-hover data-hovered:text-text";

/** The inside of a calendar of one month. */
export function CalendarMonth({ isRange = false }: { readonly isRange?: boolean }) {
  return (
    <>
      <header className="flex items-center gap-2 pb-1">
        <Button slot="previous" className={stepClass}>
          <ChevronLeft className="mirror" />
        </Button>
        <CalendarHeading className="flex-1 text-center text-control font-semibold" />
        <Button slot="next" className={stepClass}>
          <ChevronRight className="mirror" />
        </Button>
      </header>
      <CalendarGrid weekdayStyle="short">
        <CalendarGridHeader>
          {(day) => <CalendarHeaderCell className="h-target text-meta font-medium text-text-muted">{day}</CalendarHeaderCell>}
        </CalendarGridHeader>
        <CalendarGridBody>
          {(date) => (
            <CalendarCell
              date={date}
              className={`flex size-control cursor-default items-center justify-center rounded-control border border-transparent text-control tabular-nums focus-ring data-disabled:text-text-muted data-disabled:opacity-50 data-hovered:bg-hover data-outside-month:hidden data-today:border-border-strong data-unavailable:line-through ${
                isRange
                  ? "data-selected:rounded-none data-selected:bg-accent-subtle data-selection-end:rounded-e-control data-selection-end:bg-accent data-selection-end:text-on-accent data-selection-start:rounded-s-control data-selection-start:bg-accent data-selection-start:text-on-accent"
                  : "data-selected:bg-accent data-selected:text-on-accent"
              }`}
            />
          )}
        </CalendarGridBody>
      </CalendarGrid>
    </>
  );
}
