import type { DomainEvent } from "../../kernel/ports.ts";
import { onSurveySent } from "../survey/mail.ts";
import { onCommentCreated } from "./comment-delivery.ts";
import { onTicketCreated } from "./first-answer.ts";
import { onInboundMail } from "./incoming-mail.ts";

/** Handles incoming mails, and new tickets that may get an automatic answer. */
export const onInboundEvent = (event: DomainEvent): Promise<void> =>
  event.type === "ticket.created" ? onTicketCreated(event) : onInboundMail(event);

/** Handles comments and surveys that are sent to requesters. */
export const onOutboundEvent = (event: DomainEvent): Promise<void> =>
  event.type === "ticket_comment.created" ? onCommentCreated(event) : onSurveySent(event);
