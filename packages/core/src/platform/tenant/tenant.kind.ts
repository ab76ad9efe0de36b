import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const TENANT = kind("tenant", "ten", {
  path: "/tenant",
  load: () => import("./tenant.entity.ts"),
  display: { icon: "landmark" },
});

export const tenantGrants = declarePermissions("tenant", {
  read: everyone,
  manage: ["ADMIN"],
});
