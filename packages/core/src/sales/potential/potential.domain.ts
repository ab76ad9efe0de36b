import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";

export const POTENTIAL = kind("potential", "pot", {
  path: "/potentials",
  load: () => import("./potential.entity.ts"),
  display: { icon: "sprout", board: "stage", title: "{potential_number}" },
});

export const potentialGrants = declarePermissions(
  "potential",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
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
  features: { custom_fields: [POTENTIAL], activities: [POTENTIAL], notes: [POTENTIAL], attachments: [POTENTIAL] },
});
