import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const approval = definePage({
  kind: "approval",
  routes: {
    approvals: part(() => import("./approvals-page.tsx"), "ApprovalsPage"),
  },
  record: { frame: part(() => import("./approval-parts.tsx"), "ApprovalParts"), hasNoPath: true },
});
