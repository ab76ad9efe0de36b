import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { joinClasses } from "../kit/classes.ts";
import { popoverClass } from "../kit/popover.ts";
import type { EditStep } from "./grid-types.ts";

interface PopoverCellEditorProps {
  readonly label: string;
  /** The present value, which stays in the cell. */
  readonly value: ReactNode;
  readonly onCancel: () => void;
  /** The user pressed Enter, or went elsewhere. */
  readonly onSave?: () => void;
  /** Tab leaves the editor. Without it, Tab stays between its inputs. */
  readonly onTab?: (step: EditStep) => void;
  readonly children: ReactNode;
}

/** Inputs with a meaning of their own for Enter. */
const TAKES_ENTER = "textarea, button, [data-takes-enter] *";

const INPUTS = "input:not([type=hidden]), textarea, [role=spinbutton], button";

/** An input that is larger than its cell: it opens under it. Esc takes the change back. */
export function PopoverCellEditor({ label, value, onCancel, onSave, onTab, children }: PopoverCellEditorProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const { current } = content;
      if (current && !current.contains(document.activeElement)) current.querySelector<HTMLElement>(INPUTS)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = event.target as HTMLElement;
    // Calendars and lists that the input opens have keys of their own.
    if (!event.currentTarget.contains(target) || event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onCancel();
    else if (event.key === "Tab" && onTab) onTab(event.shiftKey ? -1 : 1);
    else if (event.key === "Enter" && onSave && !target.matches(TAKES_ENTER)) onSave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <span ref={anchor} className="flex h-full w-full min-w-0 items-center truncate px-2 ring-inside">
        {value}
      </span>
      <Popover
        triggerRef={anchor}
        isOpen
        onOpenChange={onSave ?? onCancel}
        offset={1}
        placement="bottom start"
        className={joinClasses(popoverClass, "w-(--trigger-width) min-w-menu max-w-full")}
      >
        <Dialog aria-label={label} className="outline-none">
          <div ref={content} role="presentation" data-editing onKeyDownCapture={onKeyDown}>
            {children}
          </div>
        </Dialog>
      </Popover>
    </>
  );
}
