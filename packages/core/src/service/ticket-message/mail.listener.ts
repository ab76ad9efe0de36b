import type { DomainEvent } from "../../kernel/ports.ts";
import { onSurveySent } from "../survey/mail.ts";
import { onCommentCreated } from "./comment-delivery.ts";

/** Handles comments and surveys that are sent to requesters. */
export const onOutboundEvent = (event: DomainEvent): Promise<void> =>
  event.type === "ticket_comment.created" ? onCommentCreated(event) : onSurveySent(event);
