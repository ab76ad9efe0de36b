import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";
import { walking } from "../kernel/uses.ts";

export const SEGMENT = kind("segment", "seg", {
  path: "/customers/segments",
  load: () => import("./segment.entity.ts"),
  shown: { icon: "chart-pie" },
});
export const SEGMENT_BUILD = kind("segment_build", "sgb", { derived: true, load: () => import("./segment.entity.ts") });

export const segmentGrants = grants("segment", {
  read: everyone,
  write: [...leaders, "MARKETER"],
});

export const segment = domain({
  name: "segment",
  kinds: [SEGMENT, SEGMENT_BUILD],
  grants: [segmentGrants],
  listens: {
    "segment-members": {
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
      table: [{ actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] }],
      load: async () => (await import("./segment.listener.ts")).evaluate,
    },
    "segment-builds": {
      events: [
        "segment.created",
        "segment.updated",
        "segment.deleted",
        "segment_build.work_due",
        "custom_field.updated",
        "custom_field.deleted",
        "custom_field.restored",
      ],
      inTurns: true,
      table: [...walking, { actions: ["Query"] }],
      load: async () => (await import("./segment.listener.ts")).build,
    },
  },
});
