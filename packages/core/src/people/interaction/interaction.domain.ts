import { domain } from "../../kernel/domain.ts";
import { INTERACTION, interactionGrants } from "./interaction.kind.ts";
import { COMMUNICATION_CHANNELS, COMMUNICATION_TYPES, INTERACTION_TYPES } from "./interaction.masters.ts";

export const interaction = domain({
  name: "interaction",
  kinds: [INTERACTION],
  layouts: { interaction: async () => (await import("./interaction.layout.ts")).interaction },
  grants: [interactionGrants],
  masters: [INTERACTION_TYPES, COMMUNICATION_CHANNELS, COMMUNICATION_TYPES],
  exports: {
    interactions: { read: interactionGrants.read, load: async () => (await import("./interaction.ts")).listDefinition },
  },
  bulk: {
    interaction: {
      write: interactionGrants.write,
      remove: interactionGrants.delete,
      load: async () => (await import("./interaction.ts")).Interaction,
    },
  },
  features: {
    activities: [INTERACTION],
    notes: [INTERACTION],
    comments: [INTERACTION],
    attachments: [INTERACTION],
    tags: [INTERACTION],
  },
});
