import type { DomainEvent } from "../../kernel/ports.ts";
import { onSurveySent } from "../survey/mail.ts";
import { onCommentCreated } from "./comment-delivery.ts";
import { onTicketCreated } from "./first-answer.ts";
import { onInboundMail } from "./incoming-mail.ts";

/** What begins a ticket, or says something about one, without anybody who asks for it. */
export const onInboundEvent = (event: DomainEvent): Promise<void> =>
  event.type === "ticket.created" ? onTicketCreated(event) : onInboundMail(event);

/** What requesters are written. */
export const onOutboundEvent = (event: DomainEvent): Promise<void> =>
  event.type === "ticket_comment.created" ? onCommentCreated(event) : onSurveySent(event);
