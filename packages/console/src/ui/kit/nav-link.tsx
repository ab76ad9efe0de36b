import type { ReactNode } from "react";
import { Link as AriaLink } from "react-aria-components/Link";
import { joinClasses } from "./classes.ts";
import { Tooltip } from "./tooltip.tsx";

interface NavLinkProps {
  readonly href: string;
  readonly label: string;
  readonly icon: ReactNode;
  /** Whether it leads to the page that is open. */
  readonly isCurrent?: boolean;
  /** Whether it leads to the record that is open, while the list of its kind is the current entry. */
  readonly isOpen?: boolean;
  /** Shows the icon alone, with the label as tooltip. */
  readonly isCollapsed?: boolean;
}

/** An entry of the main menu. */
export function NavLink({ href, label, icon, isCurrent = false, isOpen = false, isCollapsed = false }: NavLinkProps) {
  const link = (
    <AriaLink
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      aria-label={isCollapsed ? label : undefined}
      className={joinClasses(
        "flex h-control-small shrink-0 scroll-my-12 items-center gap-2 rounded-control px-2 text-control transition-colors focus-ring",
        isCurrent
          ? "bg-hover font-medium text-text"
          : joinClasses(isOpen ? "font-medium text-text" : "text-text-muted", "data-hovered:bg-hover data-hovered:text-text"),
        isCollapsed && "justify-center",
      )}
    >
      <span className="shrink-0">{icon}</span>
      {isCollapsed ? null : (
        <span dir="auto" className="truncate">
          {label}
        </span>
      )}
    </AriaLink>
  );
  return isCollapsed ? <Tooltip text={label}>{link}</Tooltip> : link;
}
