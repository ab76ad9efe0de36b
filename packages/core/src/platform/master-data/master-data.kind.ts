import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const MASTER = kind("master", "mst", { load: () => import("./master.entity.ts") });
export const MASTER_KIND = kind("master_kind", "knd");

export const masterGrants = declarePermissions("master", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});
