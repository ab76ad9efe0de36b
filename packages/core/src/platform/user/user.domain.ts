import { domain } from "../../kernel/domain.ts";
import { AVAILABILITY, availabilityGrants, TEAM, teamGrants, USER, userGrants } from "./user.kind.ts";

export const user = domain({
  name: "user",
  kinds: [USER, TEAM, AVAILABILITY],
  grants: [userGrants, availabilityGrants, teamGrants],
  authorities: {
    reader: { rights: "reader", basis: "request" },
  },
  bulk: {
    team: { write: teamGrants.manage, remove: teamGrants.manage, load: async () => (await import("./team.ts")).Team },
  },
  exports: {
    users: { read: userGrants.read, load: async () => (await import("./user.export.ts")).users },
    teams: { read: teamGrants.read, load: async () => (await import("./team.ts")).listDefinition },
  },
});
