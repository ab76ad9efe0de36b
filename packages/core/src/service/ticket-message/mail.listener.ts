import type { DomainEvent } from "../../kernel/ports.ts";
import { onSurveySent } from "../survey/mail.ts";
import { onNoteMentioned } from "../ticket/note-mention.listener.ts";
import { onCommentCreated } from "./comment-delivery.ts";

/** Handles comments and surveys that are sent to requesters, and notes that mention colleagues. */
export const onOutboundEvent = (event: DomainEvent): Promise<void> => {
  if (event.type === "ticket_comment.mentioned") return onNoteMentioned(event);
  return event.type === "ticket_comment.created" ? onCommentCreated(event) : onSurveySent(event);
};
