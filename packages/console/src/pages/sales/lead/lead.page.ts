import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const lead = definePage({
  kind: "lead",
  dialogs: { convertLead: part(() => import("./convert-dialog.tsx"), "ConvertDialog") },
  record: {
    frame: part(() => import("../opportunity/record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    shows: { lists: ["attachment"] },
  },
});
