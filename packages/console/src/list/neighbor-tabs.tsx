import { listActivityPages } from "../activity/activity-pages.ts";
import { useText } from "../i18n/use-text.ts";
import { listInteractionPages } from "../interaction/interaction-pages.ts";
import { NavTabs } from "../kit/nav-tabs.tsx";
import { listOpportunityPages } from "../selling/selling-pages.ts";
import type { DisplayMode } from "./display.ts";

/** The tabs that are pages of a kind, by how the kind is shown. Displays without a tab stand by themselves. */
const pageTabs: Readonly<Record<string, Readonly<Partial<Record<DisplayMode, string>>>>> = {
  opportunity: { board: "pipeline" },
  activity: { list: "all", calendar: "calendar" },
  interaction: { list: "list" },
};

interface NeighborTabsProps {
  readonly kind: string;
  readonly mode: DisplayMode;
}

export const hasNeighborTabs = ({ kind, mode }: NeighborTabsProps): boolean => pageTabs[kind]?.[mode] !== undefined;

/** The neighboring pages of a list, a board or a calendar, as those pages show them. */
export function NeighborTabs({ kind, mode }: NeighborTabsProps) {
  const t = useText();
  const current = pageTabs[kind]?.[mode];
  const [label, pages] =
    kind === "activity"
      ? [t("Pages of activities"), listActivityPages(t)]
      : kind === "interaction"
        ? [t("Pages of interactions"), listInteractionPages(t)]
        : [t("Pages of opportunities"), listOpportunityPages(t)];
  return (
    <div className="shrink-0 border-b border-border px-4 tablet:px-6">
      <NavTabs label={label} tabs={pages.map((page) => ({ ...page, isCurrent: page.id === current }))} />
    </div>
  );
}
