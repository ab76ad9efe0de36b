import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const presenceGrants = declarePermissions("presence", {
  read: everyone,
  write: everyone,
});
