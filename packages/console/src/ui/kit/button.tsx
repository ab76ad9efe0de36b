import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { Link as AriaLink } from "react-aria-components/Link";
import { joinClasses } from "./classes.ts";
import { Spinner } from "./spinner.tsx";

/** A view has at most one primary button. `danger` is for what cannot be undone. */
export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

interface ButtonProps extends Omit<AriaButtonProps, "children" | "className" | "style"> {
  readonly variant?: ButtonVariant;
  /** Smaller, for tool bars and cells. */
  readonly isSmall?: boolean;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

const BASE =
  "inline-flex max-w-full min-w-target shrink-0 cursor-default items-center justify-center gap-2 rounded-control border text-control font-medium whitespace-nowrap " +
  "transition-colors focus-ring select-none data-disabled:opacity-50";

export const buttonVariants: Readonly<Record<ButtonVariant, string>> = {
  primary: "border-transparent bg-accent text-on-accent data-hovered:bg-accent-hover data-pressed:bg-accent-hover",
  secondary:
    "border-border-control bg-raised text-text data-hovered:bg-hover data-pressed:border-border-strong data-pressed:bg-hover",
  quiet: "border-transparent text-text data-hovered:bg-hover data-pressed:bg-border",
  danger: "border-transparent bg-danger text-on-danger data-hovered:bg-danger-hover data-pressed:bg-danger-hover",
};

export function Button({ variant = "secondary", isSmall = false, icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton
      {...props}
      className={joinClasses(
        BASE,
        buttonVariants[variant],
        isSmall ? "h-control-small px-2 pointer-coarse:px-4" : "h-control px-3 pointer-coarse:px-4",
      )}
    >
      {({ isPending }) => (
        <>
          {isPending || icon ? (
            <span aria-hidden="true" className="inline-flex items-center text-baseline">
              {isPending ? <Spinner /> : icon}
            </span>
          ) : null}
          <span dir="auto" className="truncate">
            {children}
          </span>
        </>
      )}
    </AriaButton>
  );
}

interface ButtonLinkProps {
  readonly href: string;
  /** Names what it does where the words on it say less. */
  readonly "aria-label"?: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** A link among small buttons that looks like one of them, such as one that calls a number. */
export function ButtonLink({ icon, children, ...props }: ButtonLinkProps) {
  return (
    <AriaLink {...props} className={joinClasses(BASE, buttonVariants.secondary, "h-control-small px-2")}>
      <span aria-hidden="true" className="inline-flex items-center text-baseline">
        {icon}
      </span>
      <span dir="auto" className="truncate">
        {children}
      </span>
    </AriaLink>
  );
}
