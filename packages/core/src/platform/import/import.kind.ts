import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const IMPORT = kind("import", "imp", {
  work: {},
  path: "/imports",
  load: () => import("./import.entity.ts"),
  shape: 2,
  display: { menu: "data", icon: "file-up" },
});

export const importGrants = declarePermissions(
  "import",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "USER"],
    historic: leaders,
  },
  { checkedByVerbs: ["historic"] },
);
