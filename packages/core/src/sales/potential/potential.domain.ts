import { domain } from "../../kernel/domain.ts";
import { POTENTIAL, potentialGrants } from "./potential.kind.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";

export const potential = domain({
  name: "potential",
  kinds: [POTENTIAL],
  layouts: { potential: async () => (await import("./potential.layout.ts")).potential },
  grants: [potentialGrants],
  masters: [POTENTIAL_STATUSES, POTENTIAL_STAGES],
  imports: { potentials: async () => (await import("./potential.import.ts")).potentials },
  exports: { potentials: { read: potentialGrants.read, load: async () => (await import("./potential.ts")).listDefinition } },
  bulk: {
    potential: {
      write: potentialGrants.write,
      remove: potentialGrants.delete,
      load: async () => (await import("./potential.ts")).Potential,
    },
  },
  features: {
    custom_fields: [POTENTIAL],
    activities: [POTENTIAL],
    notes: [POTENTIAL],
    comments: [POTENTIAL],
    attachments: [POTENTIAL],
    tags: [POTENTIAL],
  },
});
