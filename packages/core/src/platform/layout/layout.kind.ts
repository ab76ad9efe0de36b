import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const LAYOUT = kind("layout", "lay", { load: () => import("./layout.entity.ts") });

export const layoutGrants = declarePermissions("layout", {
  read: everyone,
  manage: ["ADMIN"],
});
