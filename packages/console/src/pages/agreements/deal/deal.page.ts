import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const deal = definePage({
  kind: "deal",
  results: { convertDeal: [["order", "order_id"]] },
  record: {
    outcomes: [{ name: "converted", links: ["order_id"] }],
    timelineInstant: "status_changed_at",
    frame: part(() => import("../../sales/opportunity/record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    tabs: {
      parts: { items: ["name", "quantity", "unit_price", "discount_percent", "total_price"] },
      lists: ["order", "activity"],
    },
  },
});
