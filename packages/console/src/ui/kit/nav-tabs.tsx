import { type ReactNode, useLayoutEffect, useRef } from "react";
import { Link } from "react-aria-components/Link";
import { joinClasses } from "./classes.ts";
import { followTab } from "./follow-tab.ts";
import { buildMoveProps } from "./move-props.ts";
import { Tooltip } from "./tooltip.tsx";
import { useCut } from "./use-cut.ts";
import { useIsPhone } from "./use-media.ts";

interface NavTab {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly icon?: ReactNode;
  readonly isCurrent: boolean;
  /** Whether the user can move the tab. */
  readonly isMovable?: boolean;
  /** What stands beside the name of the current tab, such as a menu. */
  readonly action?: ReactNode;
}

interface NavTabsProps {
  readonly label: string;
  readonly tabs: readonly NavTab[];
  /** Moves a tab by a number of places: by dragging, or by Alt and an arrow. */
  readonly onMove?: (id: string, places: number) => void;
  /** Says how a tab is moved. */
  readonly hint?: string;
}

/** Pages, one of them open. Each tab is a link, so that it can be opened in another window. Many tabs scroll in their own frame. */
export function NavTabs({ label, tabs, onMove, hint }: NavTabsProps) {
  const frame = useRef<HTMLElement>(null);
  const current = tabs.find(({ isCurrent }) => isCurrent)?.id;
  const isPhone = useIsPhone();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the current tab, also when the window becomes narrow
  useLayoutEffect(() => followTab(frame.current, "[data-current]"), [current, isPhone, tabs.length]);
  useCut(frame, tabs.length);
  const ids = tabs.map(({ id }) => id);
  return (
    <nav ref={frame} aria-label={label} className="flex min-w-0 gap-4 overflow-x-auto overflow-y-hidden pt-1 data-cut:fade-end">
      {tabs.map((tab) => (
        <span
          key={tab.id}
          data-current={tab.isCurrent || undefined}
          {...(tab.isMovable && onMove ? buildMoveProps({ id: tab.id, ids, isVertical: false, onMove }) : {})}
          className="relative flex h-control max-w-full shrink-0 items-center gap-1"
        >
          <Tooltip text={tab.isMovable && hint !== undefined ? `${tab.label} · ${hint}` : tab.label}>
            <Link
              href={tab.href}
              aria-current={tab.isCurrent ? "page" : undefined}
              className={joinClasses(
                "flex h-full max-w-menu min-w-target items-center justify-center gap-1 rounded-small text-control font-medium transition-colors focus-ring data-focus-visible:ring-inside data-hovered:text-text",
                tab.isCurrent ? "text-text" : "text-text-muted",
              )}
            >
              {tab.icon}
              <span dir="auto" data-tooltip={tab.label} className="truncate">
                {tab.label}
              </span>
            </Link>
          </Tooltip>
          {tab.action}
          {tab.isCurrent ? <span aria-hidden="true" className="absolute inset-x-0 bottom-0 border-b-2 border-accent" /> : null}
        </span>
      ))}
    </nav>
  );
}
