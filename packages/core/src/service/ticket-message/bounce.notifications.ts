import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { CommentRecord } from "../ticket/comment.entity.ts";

/** Notifies the assignee of a ticket that an answer bounced. */
export const bounceNotification: NotificationType<CommentRecord> = {
  recipient: () => null,
  successorId: ({ delivery, ticket_id }) => (delivery?.status === "BOUNCED" ? ticket_id : null),
  title: ({ delivery }) => `An answer could not be delivered to ${delivery?.to ?? "the requester"}`,
  body: ({ delivery }) => delivery?.because ?? null,
};
