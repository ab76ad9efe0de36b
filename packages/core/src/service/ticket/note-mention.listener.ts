import type { DomainEvent } from "../../kernel/event.ts";
import { deliverMentions } from "../../people/comment/comment-notice.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Records } from "../../storage/write/records.ts";
import { Comments } from "./comment.entity.ts";

/** Notifies the users whom an internal note mentions, as a comment does (docs/people/comments.md). */
export async function onNoteMentioned({ record_id }: DomainEvent): Promise<void> {
  const note = await Records.load(Comments, record_id, { live: true });
  if (note && !Notification.isPast(Date.parse(note.created_at))) await deliverMentions(note, note.ticket_id);
}
