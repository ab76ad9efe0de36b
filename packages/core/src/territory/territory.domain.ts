import { domain } from "../kernel/domain.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

export const territoryGrants = grants("territory", {
  read: everyone,
  assign: leaders,
});

export const territory = domain({
  name: "territory",
  kinds: [],
  grants: [territoryGrants],
});
