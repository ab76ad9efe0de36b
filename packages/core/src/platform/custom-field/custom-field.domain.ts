import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { CUSTOM_ENTITY, CUSTOM_FIELD, customFieldGrants } from "./custom-field.kind.ts";

export const customField = domain({
  name: "custom-field",
  kinds: [CUSTOM_ENTITY, CUSTOM_FIELD],
  grants: [customFieldGrants],
  subscribers: {
    "custom-fields": {
      basis: "release",
      events: ["custom_field.work_due"],
      isSliced: true,
      uses: ["domains"],
      table: walkTableUse,
      load: async () => (await import("./custom-field.ts")).onWork,
    },
  },
});
