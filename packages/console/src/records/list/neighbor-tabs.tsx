import { findPages } from "../../api/page-manifest.ts";
import { listNeighbors } from "../../frame/shell/page-tabs.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { NavTabs } from "../../ui/kit/nav-tabs.tsx";
import type { DisplayMode } from "../rows/display.ts";

interface NeighborTabsProps {
  readonly kind: string;
  readonly mode: DisplayMode;
}

/** The tab that is this display of a kind. */
const findTab = (kind: string, mode: DisplayMode): string | undefined => findPages(kind).neighbors?.displays[mode];

export const hasNeighborTabs = ({ kind, mode }: NeighborTabsProps): boolean => findTab(kind, mode) !== undefined;

/** Returns the displays that the switch offers: a display with a tab of its own does not stand in both. The list is where the others lead back to. */
export function listSwitchModes({ kind, mode }: NeighborTabsProps, modes: readonly DisplayMode[]): readonly DisplayMode[] {
  const left = modes.filter((other) => other === "list" || findTab(kind, other) === undefined);
  return left.length > 1 && left.includes(mode) ? left : [];
}

/** The neighboring pages of a list, a board or a calendar, as those pages show them. */
export function NeighborTabs({ kind, mode }: NeighborTabsProps) {
  const t = useText();
  return (
    <div className="shrink-0 border-b border-border px-4 tablet:px-6">
      <NavTabs {...listNeighbors(kind, findTab(kind, mode) ?? "", t)} />
    </div>
  );
}
