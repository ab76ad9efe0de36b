import { domain } from "../../kernel/domain.ts";
import { AVAILABILITY, availabilityGrants, TEAM, teamGrants, USER, userGrants } from "./user.kind.ts";

export const user = domain({
  name: "user",
  kinds: [USER, TEAM, AVAILABILITY],
  personalData: {
    user: async () => (await import("./user.personal-data.ts")).user,
    team: async () => (await import("./team.personal-data.ts")).team,
    availability: async () => (await import("./availability.personal-data.ts")).availability,
  },
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
