import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const followGrants = declarePermissions("follow", {
  read: everyone,
  write: everyone,
});
