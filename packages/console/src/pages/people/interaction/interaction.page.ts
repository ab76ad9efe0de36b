import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const timeline = part(() => import("./interaction-timeline.tsx"), "InteractionTimeline");

export const interaction = definePage({
  kind: "interaction",
  routes: { "interactions/timeline": timeline, "advanced-features/activity-timeline": timeline },
  neighbors: {
    list: (t) => ({
      label: t("Pages of interactions"),
      pages: [
        { id: "list", label: t("List"), href: "/crm/interactions" },
        { id: "timeline", label: t("Timeline"), href: "/crm/interactions/timeline" },
        { id: "analysis", label: t("Analysis"), href: "/crm/interactions/analysis" },
      ],
    }),
    displays: { list: "list" },
  },
});
