import type { DomainEvent } from "../../kernel/event.ts";
import { parse } from "../../kernel/fn.ts";
import { derivedId, timeOf } from "../../kernel/id.ts";
import { InboundRule } from "../../message/inbound.ts";
import { KeptMessage } from "../../message/kept.ts";
import { Person } from "../../person/person.ts";
import { Numbers } from "../../storage/table/number.ts";
import { Records } from "../../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { Comments } from "../comment.entity.ts";
import { Comment } from "../comment.ts";
import { standing } from "../mail/thread.ts";
import { TICKET, TICKET_COMMENT } from "../ticket.domain.ts";
import { type TicketRecord, Tickets } from "../ticket.entity.ts";
import { Ticket } from "../ticket.ts";
import { TextThread } from "./thread.ts";

/**
 * A text message to a number whose rule makes tickets: the first of a conversation begins one, those that follow are said there until it is
 * closed. Ids are made of the message's, so it has one effect, whatever comes twice, late or at once (docs/tickets.md, Text messages).
 */
export const takeIn = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => retryOnConflict(() => handle(record_id)));

async function handle(id: string): Promise<void> {
  const message = await KeptMessage.load(id);
  // Mails make theirs as they came, with their files (mail/incoming.ts).
  if (message?.makes !== "ticket" || message.channel !== "sms") return;
  const own = { ticket: derivedId(TICKET, timeOf(id), id), comment: derivedId(TICKET_COMMENT, timeOf(id), id) };
  const [begun, said] = await Promise.all([Records.load(Tickets, own.ticket), Records.load(Comments, own.comment)]);
  if (begun || said) return;
  const thread = await TextThread.ofConversation(message.conversation_id);
  const ticket = thread && (await standing(thread.ticket_id));
  if (ticket && ticket.status !== "CLOSED") return commented(message, own.comment, ticket, thread);
  await begin(message, own.ticket, { thread, parent: ticket });
}

type Message = KeptMessage.Kept;

const textOf = ({ body }: Message): string => body.trim() || "(No text)";

async function commented(message: Message, id: string, ticket: TicketRecord, thread: TextThread.Thread): Promise<void> {
  const tx = transaction();
  const { person_id } = message;
  const said = { body: textOf(message), from: "REQUESTER", is_public: true, is_automatic: false, person_id } as const;
  const comment = Comment.born(ticket, said, { id });
  await Comment.follow(tx, ticket, comment);
  tx.create(Comments, comment, () => new Moved("It was taken in a moment ago"));
  TextThread.remember(tx, message.conversation_id, ticket.id, thread);
  await tx.commit(undefined);
}

interface Before {
  thread: TextThread.Thread | undefined;
  /** The closed ticket that the conversation was about. */
  parent: TicketRecord | undefined;
}

const MOST_SUBJECT = 100;

async function begin(message: Message, id: string, { thread, parent }: Before): Promise<void> {
  const { owner_id, team_id } = await InboundRule.ruleOf(message);
  const person = await Person.living(message.person_id);
  const isThere = person !== undefined && !person.deleted_at;
  const description = textOf(message);
  const [line = description] = description.split("\n");
  const input = parse(Ticket.Create, {
    ...{ subject: line.slice(0, MOST_SUBJECT).toWellFormed().trim() || "(No text)", description, channel: "SMS", team_id },
    ...(isThere ? { personal_key_id: person.id } : { requester: { phone: message.from_address } }),
    ...(owner_id === undefined ? {} : { assigned_to_id: owner_id }),
    parent_ticket_id: parent?.id ?? null,
  });
  const [ticket_number = ""] = await Numbers.lease("T");
  await Ticket.written(input, ticket_number, {
    id,
    isUnproved: true,
    beside: async (tx, ticket) => TextThread.remember(tx, message.conversation_id, ticket.id, thread),
  });
}
