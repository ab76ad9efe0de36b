import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { joinClasses } from "./classes.ts";

interface NavGroupProps {
  readonly title: string;
  /** Undefined: the group does not fold. */
  readonly onFold?: (() => void) | undefined;
  readonly isFolded?: boolean;
  /** Shows the entries alone. */
  readonly isCollapsed?: boolean;
  readonly isHidden?: boolean;
  readonly children: ReactNode;
}

const titleClass = "px-2 pb-1 text-meta font-medium text-text-muted";

/** Entries of the main menu under a title, which folds them. */
export function NavGroup({ title, onFold, isFolded = false, isCollapsed = false, isHidden = false, children }: NavGroupProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of links, no fieldset, and no landmark as a section is
    <div role="group" aria-label={title} className={joinClasses("flex flex-col gap-px", isHidden && "invisible")}>
      {isCollapsed ? null : onFold === undefined ? (
        <h2 className={titleClass}>{title}</h2>
      ) : (
        <h2 className="flex text-meta">
          <AriaButton
            aria-expanded={!isFolded}
            onPress={onFold}
            className="flex min-h-target flex-1 cursor-default items-center gap-1 rounded-control px-2 font-medium text-text-muted transition-colors focus-ring data-hovered:text-text"
          >
            <span dir="auto" className="truncate" title={title}>
              {title}
            </span>
            {isFolded ? <ChevronRight className="mirror" /> : <ChevronDown />}
          </AriaButton>
        </h2>
      )}
      {children}
    </div>
  );
}
