import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

export const IMPORT = kind("import", "imp", {
  path: "/imports",
  load: () => import("./import.entity.ts"),
  shown: { icon: "file-up" },
});

export const importGrants = grants(
  "import",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "USER"],
    historic: leaders,
  },
  { asked: ["historic"] },
);

export const imports = domain({
  name: "import",
  kinds: [IMPORT],
  grants: [importGrants],
  listens: {
    import: {
      events: ["import.continue_requested", "import.attention_due"],
      isLong: true,
      uses: ["domains", "secrets", "seal", "objects:uploads:get", "objects:imports"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
          // Who has changed what it brought in.
          on: ["table", "by_time", "by_related"],
        },
        // How far the stream is behind.
        { actions: ["Query"], within: "watermark" },
      ],
      load: async () => (await import("../jobs/import/work.ts")).onContinueRequested,
    },
  },
});
