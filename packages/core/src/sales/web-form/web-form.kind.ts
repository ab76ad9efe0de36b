import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const FORM = kind("form", "frm", {
  path: "/forms",
  shape: 2,
  load: () => import("./form.entity.ts"),
  display: { menu: "marketing", icon: "clipboard-list" },
});

export const formGrants = declarePermissions("form", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR", "MARKETER"],
});
