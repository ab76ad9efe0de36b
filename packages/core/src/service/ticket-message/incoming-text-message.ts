import type { DomainEvent } from "../../kernel/event.ts";
import { parse } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { InboundRule } from "../../messaging/message/inbound-routing.ts";
import { MessageLookup } from "../../messaging/message/message-lookup.ts";
import { Person } from "../../people/person/person.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Comments } from "../ticket/comment.entity.ts";
import { Comment } from "../ticket/comment.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { TICKET, TICKET_COMMENT } from "../ticket/ticket.kind.ts";
import { Ticket } from "../ticket/ticket.ts";
import { loadCurrentTicket } from "./mail-thread.ts";
import { TextThread } from "./text-thread.ts";

/**
 * Handles text messages to a number whose rule creates tickets. The first message of a conversation opens a ticket; later ones become comments
 * until it is closed. Ids are derived from the message's id, so a message has one effect, even if events repeat, are late or run in parallel
 * (docs/service/tickets.md, Text messages).
 */
export const onMessageReceived = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => ingestMessage(record_id)));

async function ingestMessage(id: string): Promise<void> {
  const message = await MessageLookup.load(id);
  // Mails become tickets with their files in incoming-mail.ts.
  if (message?.makes !== "ticket" || message.channel !== "sms") return;
  const recordIds = { ticket: derivedId(TICKET, idTime(id), id), comment: derivedId(TICKET_COMMENT, idTime(id), id) };
  const [existingTicket, existingComment] = await Promise.all([
    Records.load(Tickets, recordIds.ticket),
    Records.load(Comments, recordIds.comment),
  ]);
  if (existingTicket || existingComment) return;
  const thread = await TextThread.findThread(message.conversation_id);
  const ticket = thread && (await loadCurrentTicket(thread.ticket_id));
  if (ticket && ticket.status !== "CLOSED") return addComment(message, recordIds.comment, ticket, thread);
  await openTicket(message, recordIds.ticket, { thread, parent: ticket });
}

type Message = MessageLookup.Kept;

const readText = ({ body }: Message): string => body.trim() || "(No text)";

async function addComment(message: Message, id: string, ticket: TicketRecord, thread: TextThread.Thread): Promise<void> {
  const tx = transaction();
  const { person_id } = message;
  const commentInput = { body: readText(message), from: "REQUESTER", is_public: true, is_automatic: false, person_id } as const;
  const comment = Comment.build(ticket, commentInput, { id });
  await Comment.applyToTicket(tx, ticket, comment);
  tx.create(Comments, comment, () => new WriteConflict("The message was processed at the same time"));
  TextThread.remember(tx, message.conversation_id, ticket.id, thread);
  await tx.commit(undefined);
}

interface ThreadContext {
  thread: TextThread.Thread | undefined;
  /** The closed ticket to which the conversation belonged. */
  parent: TicketRecord | undefined;
}

const MAX_SUBJECT_LENGTH = 100;

async function openTicket(message: Message, id: string, { thread, parent }: ThreadContext): Promise<void> {
  const { owner_id, team_id } = await InboundRule.loadForMessage(message);
  const person = await Person.resolveMerged(message.person_id);
  const isThere = person !== undefined && !person.deleted_at;
  const description = readText(message);
  const [line = description] = description.split("\n");
  const input = parse(Ticket.Create, {
    ...{ subject: toSingleLine(line, MAX_SUBJECT_LENGTH) || "(No text)", description, channel: "SMS", team_id },
    ...(isThere ? { personal_key_id: person.id } : { requester: { phone: message.from_address } }),
    ...(owner_id === undefined ? {} : { assigned_to_id: owner_id }),
    parent_ticket_id: parent?.id ?? null,
  });
  const [ticket_number = ""] = await RecordNumbers.lease("T");
  await Ticket.createAndRoute(input, ticket_number, {
    id,
    isUnverified: true,
    addToTransaction: async (tx, ticket) => {
      TextThread.remember(tx, message.conversation_id, ticket.id, thread);
      return {};
    },
  });
}
