import type { ReactElement, ReactNode } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { joinClasses } from "./classes.ts";
import { popoverClass } from "./popover.ts";

interface PopoverPanelProps {
  readonly label: string;
  /** The button that opens the panel. */
  readonly trigger: ReactElement;
  /** The content. It gets what closes the panel. */
  readonly children: (close: () => void) => ReactNode;
}

/** A list with buttons that hangs on a button of the top bar. */
export function PopoverPanel({ label, trigger, children }: PopoverPanelProps) {
  return (
    <DialogTrigger>
      {trigger}
      <Popover offset={4} placement="bottom end" className={joinClasses(popoverClass, "flex w-drawer max-w-full flex-col")}>
        <Dialog aria-label={label} className="flex max-h-full min-h-0 flex-col outline-none">
          {({ close }) => children(close)}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
