import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { Opportunity } from "../../sales/opportunity/opportunity.ts";

type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

/** The workflow of the automation delivers this notification, with the rule's message, so no event triggers it. */
export const stageMovedNotification: NotificationType<OpportunityRecord> = {
  recipient: () => null,
  title: (opportunity) => opportunity.name,
  body: () => null,
};
