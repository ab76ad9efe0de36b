import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const tagGrants = declarePermissions("tag", {
  read: everyone,
  rename: ["ADMIN", "DIRECTOR"],
});
