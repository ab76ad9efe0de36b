import type { NotificationType } from "../notification/type.ts";
import type { OpportunityRecord } from "./doing.ts";

/** Whom a rule names is told by the automation itself, in the rule's words: no event tells of it. */
export const moved: NotificationType<OpportunityRecord> = {
  recipient: () => null,
  title: (opportunity) => opportunity.name,
  body: () => null,
};
