import { domain } from "../../kernel/domain.ts";

/** Automatic follow-ups: tasks for the owners of records that have had no activity for some days. */
export const followUp = domain({
  name: "follow_up",
  kinds: [],
  rules: { automatic_follow_up: async () => (await import("./follow-up.ts")).followUpRule },
});
