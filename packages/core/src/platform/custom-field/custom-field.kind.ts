import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const CUSTOM_ENTITY = kind("custom_entity", "cfe");
export const CUSTOM_FIELD = kind("custom_field", "cfd", {
  path: "/custom-fields",
  load: () => import("./custom-field.entity.ts"),
  display: { menu: "settings", icon: "text-cursor-input", title: "{field_label}" },
});

export const customFieldGrants = declarePermissions("custom_field", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});
