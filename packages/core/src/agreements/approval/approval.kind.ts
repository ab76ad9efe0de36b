import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const APPROVAL = kind("approval", "apv", {
  path: "/approvals",
  load: () => import("./approval.entity.ts"),
  display: { menu: "agreements", icon: "stamp", title: "{title}" },
});

/** Every role may decide: the record names the approver, and only that approver can answer. */
export const approvalGrants = declarePermissions("approval", { read: everyone, decide: everyone });
