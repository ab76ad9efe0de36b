import type { ReactElement, ReactNode } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { type Placement, Popover } from "react-aria-components/Popover";
import { joinClasses } from "./classes.ts";
import { popoverClass } from "./popover.ts";

interface PanelProps {
  readonly label: string;
  /** The button that opens the panel. */
  readonly trigger: ReactElement;
  readonly placement?: Placement;
  readonly children: ReactNode;
}

/** A few controls under a button, such as the settings of a list. */
export function Panel({ label, trigger, placement = "bottom end", children }: PanelProps) {
  return (
    <DialogTrigger>
      {trigger}
      <Popover offset={4} placement={placement} className={joinClasses(popoverClass, "w-menu max-w-full")}>
        <Dialog aria-label={label} className="flex flex-col outline-none">
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
