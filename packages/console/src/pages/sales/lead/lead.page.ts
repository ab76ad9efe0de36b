import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const lead = definePage({
  kind: "lead",
  avatar: "round",
  isInFeed: true,
  creation: { ownerSetting: "new_lead_owner" },
  results: { convertLead: [["opportunity", "opportunity", "id"]] },
  dialogs: { convertLead: part(() => import("./convert-dialog.tsx"), "ConvertDialog") },
  record: {
    outcomes: [
      {
        name: "converted",
        links: ["converted_customer_id", "converted_contact_id", "converted_opportunity_id"],
        at: "converted_date",
      },
    ],
    hasOutcomeCards: true,
    frame: part(() => import("../opportunity/record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    tabs: { lists: ["activity", "note"], hasFiles: true },
  },
});
