import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";
import { walking } from "../kernel/uses.ts";

export const CUSTOM_ENTITY = kind("custom_entity", "cfe");
export const CUSTOM_FIELD = kind("custom_field", "cfd", {
  path: "/custom-fields",
  load: () => import("./custom-field.entity.ts"),
  shown: { icon: "text-cursor-input", title: "{field_label}" },
});

export const customFieldGrants = grants("custom_field", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const customField = domain({
  name: "custom-field",
  kinds: [CUSTOM_ENTITY, CUSTOM_FIELD],
  grants: [customFieldGrants],
  listens: {
    "custom-fields": {
      events: ["custom_field.work_due"],
      inTurns: true,
      uses: ["domains"],
      table: walking,
      load: async () => (await import("./custom-field.ts")).onWork,
    },
  },
});
