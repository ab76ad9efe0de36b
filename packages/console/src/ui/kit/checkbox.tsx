import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from "react-aria-components/Checkbox";
import { joinClasses } from "./classes.ts";

interface CheckboxProps extends Omit<AriaCheckboxProps, "children" | "className" | "style" | "isInvalid" | "validate"> {
  readonly children?: ReactNode;
  readonly help?: string;
  readonly error?: string;
}

const boxClass =
  "flex size-icon shrink-0 items-center justify-center rounded-small border text-on-accent transition-colors focus-ring";

const boxColor = (isFilled: boolean, isInvalid: boolean): string => {
  if (isFilled) return isInvalid ? "border-danger bg-danger" : "border-accent bg-accent";
  return isInvalid ? "border-danger bg-surface" : "border-border-strong bg-surface group-data-hovered:border-text-muted";
};

/** Yes or no, or one of several. A choice that acts at once is a `Switch`. */
export function Checkbox({ children, help, error, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox
      {...props}
      isInvalid={error !== undefined}
      className={joinClasses(
        "group flex min-h-target min-w-target cursor-default gap-2 text-control text-text data-disabled:opacity-50",
        children === undefined && "justify-center",
        help === undefined && error === undefined ? "items-center" : "items-start",
      )}
    >
      {({ isSelected, isIndeterminate, isInvalid, isFocusVisible }) => (
        <>
          <span className="flex h-tag shrink-0 items-center">
            <span
              data-focus-visible={isFocusVisible || undefined}
              className={joinClasses(boxClass, boxColor(isSelected || isIndeterminate, isInvalid))}
            >
              {isIndeterminate ? <Minus /> : isSelected ? <Check /> : null}
            </span>
          </span>
          {children === undefined ? null : (
            <span className="flex min-w-0 flex-col">
              <span className="wrap-anywhere">{children}</span>
              {help === undefined ? null : <span className="text-meta text-text-muted">{help}</span>}
              {error === undefined ? null : <span className="text-meta text-danger">{error}</span>}
            </span>
          )}
        </>
      )}
    </AriaCheckbox>
  );
}
