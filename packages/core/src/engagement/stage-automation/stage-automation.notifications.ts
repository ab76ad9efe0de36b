import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { OpportunityRecord } from "./action-context.ts";

/** The automation itself delivers this notification, with the rule's message, so no event triggers it. */
export const stageMovedNotification: NotificationType<OpportunityRecord> = {
  recipient: () => null,
  title: (opportunity) => opportunity.name,
  body: () => null,
};
