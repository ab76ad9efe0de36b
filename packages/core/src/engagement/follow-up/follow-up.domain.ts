import { domain } from "../../kernel/domain.ts";

/** Tasks that come by themselves, for records of which nobody has done anything for a while (seed 002). */
export const followUp = domain({
  name: "follow_up",
  kinds: [],
  rules: { automatic_follow_up: async () => (await import("./follow-up.ts")).followUpRule },
});
