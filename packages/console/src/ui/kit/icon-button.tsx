import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { Link as AriaLink } from "react-aria-components/Link";
import { type ButtonVariant, buttonVariants } from "./button.tsx";
import { joinClasses } from "./classes.ts";
import { Spinner } from "./spinner.tsx";
import { Tooltip } from "./tooltip.tsx";

interface IconButtonProps extends Omit<AriaButtonProps, "children" | "className" | "style" | "aria-label"> {
  /** Names the action, for screen readers and as tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly variant?: ButtonVariant;
  readonly isSmall?: boolean;
  /** The key that does the same. */
  readonly shortcut?: string;
}

const lookOf = (variant: ButtonVariant, isSmall: boolean): string =>
  joinClasses(
    "inline-flex shrink-0 cursor-default items-center justify-center rounded-control border text-control text-baseline transition-colors focus-ring data-disabled:opacity-50",
    buttonVariants[variant],
    variant === "quiet" && "text-text-muted data-hovered:text-text",
    isSmall ? "size-control-small" : "size-control",
  );

interface IconLinkProps {
  /** Says where it leads, for screen readers and as tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly href: string;
  readonly isSmall?: boolean;
}

/** A link that looks like an icon button, such as one that calls a number. */
export function IconLink({ label, icon, href, isSmall = false }: IconLinkProps) {
  return (
    <Tooltip text={label}>
      <AriaLink href={href} aria-label={label} className={lookOf("quiet", isSmall)}>
        {icon}
      </AriaLink>
    </Tooltip>
  );
}

export function IconButton({ label, icon, variant = "quiet", isSmall = false, shortcut, ...props }: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <AriaButton {...props} aria-label={label} className={lookOf(variant, isSmall)}>
        {({ isPending }) => (isPending ? <Spinner /> : icon)}
      </AriaButton>
    </Tooltip>
  );
}
