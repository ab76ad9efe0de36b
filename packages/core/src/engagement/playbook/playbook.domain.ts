import { domain } from "../../kernel/domain.ts";
import { PLAYBOOK, PLAYBOOK_PROGRESS, PLAYBOOK_STEP, playbookGrants } from "./playbook.kind.ts";

export const playbook = domain({
  name: "playbook",
  kinds: [PLAYBOOK, PLAYBOOK_STEP, PLAYBOOK_PROGRESS],
  layouts: { playbook: async () => (await import("./playbook.layout.ts")).playbook },
  grants: [playbookGrants],
  bulk: {
    playbook: {
      write: playbookGrants.write,
      remove: playbookGrants.write,
      load: async () => (await import("./playbook.ts")).Playbook,
    },
  },
});
