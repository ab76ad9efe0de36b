import { domain } from "../../kernel/domain.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const tagGrants = declarePermissions("tag", {
  read: everyone,
  rename: ["ADMIN", "DIRECTOR"],
});

export const tag = domain({ name: "tag", kinds: [], grants: [tagGrants] });
