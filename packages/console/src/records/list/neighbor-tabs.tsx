import { listActivityPages } from "../../frame/shell/activity-pages.ts";
import { listCampaignPages } from "../../frame/shell/campaign-pages.ts";
import { listInteractionPages } from "../../frame/shell/interaction-pages.ts";
import { markCurrent } from "../../frame/shell/page-tabs.ts";
import { listOpportunityPages } from "../../frame/shell/selling-pages.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { NavTabs } from "../../ui/kit/nav-tabs.tsx";
import type { DisplayMode } from "../rows/display.ts";

/** The tabs that are pages of a kind, by how the kind is shown. Displays without a tab stand by themselves. */
const pageTabs: Readonly<Record<string, Readonly<Partial<Record<DisplayMode, string>>>>> = {
  opportunity: { list: "list", board: "pipeline" },
  activity: { list: "all", calendar: "calendar" },
  campaign: { list: "campaigns", performance: "performance" },
  campaign_template: { list: "templates" },
  interaction: { list: "list" },
};

interface NeighborTabsProps {
  readonly kind: string;
  readonly mode: DisplayMode;
}

export const hasNeighborTabs = ({ kind, mode }: NeighborTabsProps): boolean => pageTabs[kind]?.[mode] !== undefined;

/** Returns the displays that the switch offers: a display with a tab of its own does not stand in both. The list is where the others lead back to. */
export function listSwitchModes({ kind, mode }: NeighborTabsProps, modes: readonly DisplayMode[]): readonly DisplayMode[] {
  const left = modes.filter((other) => other === "list" || pageTabs[kind]?.[other] === undefined);
  return left.length > 1 && left.includes(mode) ? left : [];
}

/** Returns the pages beside a kind with the current one among them. */
function listNeighbors(kind: string, current: string, t: Translate): ReturnType<typeof listCampaignPages> {
  switch (kind) {
    case "activity":
      return { label: t("Pages of activities"), tabs: markCurrent(listActivityPages(t), current) };
    case "interaction":
      return listInteractionPages(current, t);
    case "opportunity":
      return { label: t("Pages of opportunities"), tabs: markCurrent(listOpportunityPages(t), current) };
    default:
      return listCampaignPages(current, t);
  }
}

/** The neighboring pages of a list, a board or a calendar, as those pages show them. */
export function NeighborTabs({ kind, mode }: NeighborTabsProps) {
  const t = useText();
  const { label, tabs } = listNeighbors(kind, pageTabs[kind]?.[mode] ?? "", t);
  return (
    <div className="shrink-0 border-b border-border px-4 tablet:px-6">
      <NavTabs label={label} tabs={tabs} />
    </div>
  );
}
