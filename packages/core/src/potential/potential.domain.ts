import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";

export const POTENTIAL = kind("potential", "pot", {
  path: "/potentials",
  load: () => import("./potential.entity.ts"),
  shown: { icon: "sprout", board: "stage", title: "{potential_number}" },
});

export const potentialGrants = grants(
  "potential",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
  },
  { asked: ["assign"] },
);

export const potential = domain({
  name: "potential",
  kinds: [POTENTIAL],
  grants: [potentialGrants],
  masters: [POTENTIAL_STATUSES, POTENTIAL_STAGES],
  imports: { potentials: async () => (await import("./potential.import.ts")).potentials },
  exports: { potentials: async () => (await import("./potential.export.ts")).potentials },
  bulk: {
    potential: {
      write: potentialGrants.write,
      remove: potentialGrants.delete,
      load: async () => (await import("./potential.ts")).Potential,
    },
  },
  takes: { custom_fields: [POTENTIAL], activities: [POTENTIAL], notes: [POTENTIAL], attachments: [POTENTIAL] },
});
