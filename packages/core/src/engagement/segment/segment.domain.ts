import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { SEGMENT, SEGMENT_BUILD, segmentGrants } from "./segment.kind.ts";

export const segment = domain({
  name: "segment",
  kinds: [SEGMENT, SEGMENT_BUILD],
  grants: [segmentGrants],
  subscribers: {
    "segment-members": {
      basis: "release",
      events: [
        "customer.created",
        "customer.updated",
        "customer.deleted",
        "customer.restored",
        "customer.removed",
        "interaction.created",
        "interaction.updated",
        "interaction.deleted",
        "interaction.restored",
      ],
      uses: ["objects:records:get"],
      table: [{ actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] }],
      load: async () => (await import("./segment.listener.ts")).onMemberEvent,
    },
    "segment-builds": {
      basis: "release",
      events: [
        "segment.created",
        "segment.updated",
        "segment.deleted",
        "segment_build.work_due",
        "custom_field.updated",
        "custom_field.deleted",
        "custom_field.restored",
      ],
      isSliced: true,
      table: [...walkTableUse, { actions: ["Query"] }],
      load: async () => (await import("./segment.listener.ts")).onBuildEvent,
    },
  },
});
