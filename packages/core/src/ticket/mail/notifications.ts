import type { NotificationType } from "../../notification/type.ts";
import type { CommentRecord } from "../comment.entity.ts";

/** What the assignee of a ticket is told of its mails. */
export const bounced: NotificationType<CommentRecord> = {
  recipient: () => null,
  became: ({ delivery, ticket_id }) => (delivery?.status === "BOUNCED" ? ticket_id : null),
  title: ({ delivery }) => `An answer could not be delivered to ${delivery?.to ?? "the requester"}`,
  body: ({ delivery }) => delivery?.because ?? null,
};
