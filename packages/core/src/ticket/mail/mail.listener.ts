import type { DomainEvent } from "../../kernel/ports.ts";
import { tell } from "../survey/mail.ts";
import { answer } from "./first-answer.ts";
import { takeIn } from "./incoming.ts";
import { sendOut } from "./outgoing.ts";

/** What begins a ticket, or says something about one, without anybody who asks for it. */
export const begin = (event: DomainEvent): Promise<void> => (event.type === "ticket.created" ? answer(event) : takeIn(event));

/** What requesters are written. */
export const write = (event: DomainEvent): Promise<void> =>
  event.type === "ticket_comment.created" ? sendOut(event) : tell(event);
