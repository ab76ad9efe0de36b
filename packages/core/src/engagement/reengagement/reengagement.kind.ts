import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const REENGAGEMENT_BATCH = kind("reengagement_batch", "reb", {
  work: {},
  shape: 2,
  path: "/reengagement/batches",
  load: () => import("./batch.entity.ts"),
  display: { menu: "marketing", icon: "refresh-ccw", title: "{batch_name}" },
});

export const REENGAGEMENT_MEMBER = kind("reengagement_member", "rem", {
  path: "/reengagement/members",
  load: () => import("./member.entity.ts"),
  display: { icon: "user-round-check" },
});

export const REENGAGEMENT_FILL = kind("reengagement_fill", "ref", {
  work: { namedBy: "batch_id" },
  path: "/reengagement/fills",
  load: () => import("./fill.entity.ts"),
  isStandalone: true,
});

export const reengagementGrants = declarePermissions(
  "reengagement",
  {
    read: everyone,
    write: [...leaders, "MARKETER", "SALES_REP"],
    assign: [...leaders, "MARKETER"],
  },
  { checkedByVerbs: ["assign"] },
);
