import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const territoryGrants = declarePermissions("territory", {
  read: everyone,
  assign: leaders,
});
