import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { OpportunityRecord } from "./action-context.ts";

/** Whom a rule names is told by the automation itself, in the rule's words: no event tells of it. */
export const stageMovedNotification: NotificationType<OpportunityRecord> = {
  recipient: () => null,
  title: (opportunity) => opportunity.name,
  body: () => null,
};
