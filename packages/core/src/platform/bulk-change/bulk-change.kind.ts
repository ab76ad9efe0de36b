import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const BULK_CHANGE = kind("bulk_change", "blk", {
  work: {},
  path: "/bulk-changes",
  isStandalone: true,
  load: () => import("./bulk-change.entity.ts"),
  display: { menu: "data", icon: "list-restart" },
});

export const bulkChangeGrants = declarePermissions("bulk_change", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
