import { domain } from "../../kernel/domain.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const territoryGrants = declarePermissions("territory", {
  read: everyone,
  assign: leaders,
});

export const territory = domain({
  name: "territory",
  kinds: [],
  grants: [territoryGrants],
});
