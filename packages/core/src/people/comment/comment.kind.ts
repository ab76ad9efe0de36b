import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const COMMENT = kind("comment", "cmt", {
  path: "/comments",
  load: () => import("./comment.entity.ts"),
  display: { icon: "message-square", title: "{excerpt}" },
});

export const commentGrants = declarePermissions("comment", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const feedGrants = declarePermissions("feed", { read: everyone });
