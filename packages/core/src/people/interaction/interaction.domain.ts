import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { COMMUNICATION_CHANNELS, COMMUNICATION_TYPES, INTERACTION_TYPES } from "./interaction.masters.ts";

export const INTERACTION = kind("interaction", "int", {
  path: "/interactions",
  load: () => import("./interaction.entity.ts"),
  display: { icon: "messages-square" },
});

export const interactionGrants = declarePermissions("interaction", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  delete: [...leaders, "SALES_REP", "SUPPORT_AGENT"],
});

export const interaction = domain({
  name: "interaction",
  kinds: [INTERACTION],
  grants: [interactionGrants],
  masters: [INTERACTION_TYPES, COMMUNICATION_CHANNELS, COMMUNICATION_TYPES],
  exports: { interactions: async () => (await import("./interaction.export.ts")).interactions },
  bulk: {
    interaction: {
      write: interactionGrants.write,
      remove: interactionGrants.delete,
      load: async () => (await import("./interaction.ts")).Interaction,
    },
  },
  features: { activities: [INTERACTION], notes: [INTERACTION], attachments: [INTERACTION] },
});
