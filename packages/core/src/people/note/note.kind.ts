import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const NOTE = kind("note", "not", {
  path: "/notes",
  load: () => import("./note.entity.ts"),
  display: { menu: "activity", icon: "sticky-note", title: "{title}" },
});

export const noteGrants = declarePermissions("note", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
