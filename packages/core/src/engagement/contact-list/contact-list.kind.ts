import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CONTACT_LIST = kind("contact_list", "ctl", {
  path: "/contacts/lists",
  load: () => import("./contact-list.entity.ts"),
  display: { menu: "marketing", icon: "list-checks" },
});
export const CONTACT_LIST_BUILD = kind("contact_list_build", "clb", {
  derived: true,
  load: () => import("./contact-list.entity.ts"),
});

export const contactListGrants = declarePermissions("contact_list", {
  read: everyone,
  write: [...leaders, "MARKETER"],
});
