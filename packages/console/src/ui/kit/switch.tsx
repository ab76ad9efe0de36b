import type { ReactNode } from "react";
import { Switch as AriaSwitch, type SwitchProps as AriaSwitchProps } from "react-aria-components/Switch";
import { joinClasses } from "./classes.ts";

interface SwitchProps extends Omit<AriaSwitchProps, "children" | "className" | "style"> {
  readonly children: ReactNode;
  readonly help?: string;
}

/** A choice that acts at once. */
export function Switch({ children, help, ...props }: SwitchProps) {
  return (
    <AriaSwitch
      {...props}
      className="group flex min-h-target cursor-default items-start gap-2 text-control text-text data-disabled:opacity-50"
    >
      {({ isSelected, isFocusVisible }) => (
        <>
          <span className="flex h-tag shrink-0 items-center">
            <span
              data-focus-visible={isFocusVisible || undefined}
              className={joinClasses(
                "flex h-icon w-8 items-center rounded-full border px-px transition-colors focus-ring",
                isSelected ? "justify-end border-accent bg-accent" : "justify-start border-border-strong bg-surface",
              )}
            >
              <span className={joinClasses("size-3 rounded-full", isSelected ? "bg-on-accent" : "bg-border-strong")} />
            </span>
          </span>
          <span className="flex min-w-0 flex-col">
            <span className="wrap-anywhere">{children}</span>
            {help === undefined ? null : <span className="text-meta text-text-muted">{help}</span>}
          </span>
        </>
      )}
    </AriaSwitch>
  );
}
