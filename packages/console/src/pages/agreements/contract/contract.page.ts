import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const contract = definePage({
  kind: "contract",
  results: { convertContract: [["order", "order_id"]] },
  routes: {
    "contracts/amendments": part(() => import("./amendments-page.tsx"), "AmendmentsPage"),
    "contracts/renewals": part(() => import("./renewals-page.tsx"), "RenewalsPage"),
  },
  dialogs: {
    submitContract: part(() => import("../approval/submit-dialog.tsx"), "SubmitDialog"),
    signContract: part(() => import("./sign-dialog.tsx"), "SignDialog"),
  },
  record: {
    outcomes: [{ name: "converted", links: ["order_id"] }],
    timelineInstant: "status_changed_at",
    frame: part(() => import("./contract-parts.tsx"), "ContractParts"),
    isOverviewFirst: true,
    shows: { fields: ["deliverables"], lists: ["attachment", "signature_request"] },
  },
});
