import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const EXPORT = kind("export", "exp", {
  path: "/exports",
  load: () => import("./export.entity.ts"),
  shown: { icon: "file-down" },
});

export const exportGrants = grants("export", {
  read: everyone,
  write: everyone,
});

export const exports = domain({
  name: "export",
  kinds: [EXPORT],
  grants: [exportGrants],
  listens: {
    export: {
      events: ["export.continue_requested", "export.attention_due"],
      isLong: true,
      uses: ["domains", "seal", "objects:exports", "objects:audit:get"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
          on: ["table", "by_time", "by_owner", "by_status", "by_related", "by_class", "by_outcome"],
        },
      ],
      load: async () => (await import("../jobs/export/work.ts")).onContinueRequested,
    },
  },
});
