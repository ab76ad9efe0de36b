import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const CUSTOM_ENTITY = kind("custom_entity", "cfe");
export const CUSTOM_FIELD = kind("custom_field", "cfd", {
  path: "/custom-fields",
  load: () => import("./custom-field.entity.ts"),
  display: { icon: "text-cursor-input", title: "{field_label}" },
});

export const customFieldGrants = declarePermissions("custom_field", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const customField = domain({
  name: "custom-field",
  kinds: [CUSTOM_ENTITY, CUSTOM_FIELD],
  grants: [customFieldGrants],
  subscribers: {
    "custom-fields": {
      events: ["custom_field.work_due"],
      isSliced: true,
      uses: ["domains"],
      table: walkTableUse,
      load: async () => (await import("./custom-field.ts")).onWork,
    },
  },
});
