import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { SurveyRecord } from "./survey.entity.ts";
import { isLow } from "./survey.rules.ts";

/** Notifies the assignee about a low rating. The notification refers to the ticket. */

export const lowRatingNotification: NotificationType<SurveyRecord> = {
  recipient: () => null,
  successorId: (survey) => (isLow(survey) ? survey.ticket_id : null),
  title: ({ ticket_number, rating }) => `Rated ${rating} of 5 by the requester: ${ticket_number}`,
  body: ({ comments }) => comments?.slice(0, 500) ?? null,
};
