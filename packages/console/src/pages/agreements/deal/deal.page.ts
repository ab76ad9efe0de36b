import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const deal = definePage({
  kind: "deal",
  record: {
    frame: part(() => import("../../sales/opportunity/record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    shows: { fields: ["items"], lists: ["order"] },
  },
});
