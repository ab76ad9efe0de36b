import type { ReactNode } from "react";
import { Link as AriaLink, type LinkProps as AriaLinkProps } from "react-aria-components/Link";
import { joinClasses } from "./classes.ts";

interface LinkProps extends Omit<AriaLinkProps, "children" | "className" | "style"> {
  /**
   * `inline` stands in a text, `value` by itself, `title` names a record, `heading` has the weight of the heading around it, `card` makes the whole card
   * around it a link, `card-muted` one that is over, `muted` is of less weight than its surroundings, `action` stands among buttons and is as high as they
   * are.
   */
  readonly variant?: "inline" | "value" | "title" | "heading" | "card" | "card-muted" | "muted" | "action";
  readonly children: ReactNode;
}

/** A link by itself is as large as a target must be. */
const TARGET = "inline-block min-h-target min-w-target max-w-full content-center";

const variants = {
  inline: "text-accent-text underline decoration-from-font underline-offset-2",
  action: "inline-block min-h-control min-w-control content-center text-control text-accent-text hover:underline",
  value: "inline-flex min-h-target min-w-target max-w-full items-center text-accent-text hover:underline",
  title: `${TARGET} font-medium text-text hover:text-accent-text hover:underline`,
  heading: `${TARGET} text-text hover:text-accent-text hover:underline`,
  card: "font-medium text-text after:absolute after:inset-0",
  "card-muted": "text-text-muted after:absolute after:inset-0",
  muted: `${TARGET} text-text-muted hover:text-text hover:underline`,
};

/** What stands beside other texts, and keeps its distance from them also where its target is that of a finger. */
const reachingVariants: ReadonlySet<keyof typeof variants> = new Set(["title", "heading", "muted"]);

interface CellLinkProps {
  readonly variant: "value" | "title";
  readonly href: string;
  readonly target?: string;
  readonly rel?: string;
  readonly children: ReactNode;
}

/**
 * A link in a cell of a grid. It is the browser's own, because a list draws many while it scrolls, and the tab key passes it: the arrows and Enter of the
 * grid reach it. `useLinkNavigation` opens it without a reload.
 */
export function CellLink({ variant, children, ...props }: CellLinkProps) {
  return (
    <a
      {...props}
      tabIndex={-1}
      className={joinClasses(
        "rounded-small focus-ring",
        variants[variant],
        variant === "title" && "text-own-direction truncate align-top",
      )}
    >
      {children}
    </a>
  );
}

export function Link({ variant = "inline", children, ...props }: LinkProps) {
  return (
    <AriaLink
      {...props}
      className={joinClasses(
        "rounded-small wrap-anywhere focus-ring data-disabled:opacity-50",
        variants[variant],
        reachingVariants.has(variant) && "reaching-target",
      )}
    >
      {children}
    </AriaLink>
  );
}
