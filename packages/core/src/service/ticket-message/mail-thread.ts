import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { InboundMail } from "../../messaging/inbound-mail/inbound-mail.ts";
import { listCustomers } from "../../people/person/customers.ts";
import { Person, type Resolution } from "../../people/person/person.ts";
import { toResolutionInput } from "../../people/person/point-attachment.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { readItems } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import type { IncomingMail } from "./incoming-mail.rules.ts";

/** Finds the ticket that a mail answers, and whether the sender may add to it. */

export interface Sender {
  email: string;
  /** The person known by this address. */
  person: Resolution["person"] | undefined;
}

/** Returns the sender; undefined if there is no valid address or the DMARC check failed. */
export async function resolveSender({ email, isForged }: IncomingMail): Promise<Sender | undefined> {
  if (email === null || isForged) return undefined;
  const { isExisting, person } = await Person.resolve({ ...toResolutionInput({ email }), unproved: true });
  return { email, person: isExisting ? person : undefined };
}

/** The role of a sender in a ticket. */
export interface Participation {
  isRequester: boolean;
  person_id: string | null;
}

/**
 * Returns the sender's role in a ticket: the requester with any of their addresses, a CC recipient, the requester of a ticket that was merged into it, or
 * a person who is the ticket's customer or one of its contacts. Undefined for everyone else, even if they know ids of the ticket's mails.
 */
export async function findParticipation(ticket: TicketRecord, { email, person }: Sender): Promise<Participation | undefined> {
  const address = normalizeAddress(email);
  const isOwn = (candidate: string): boolean => normalizeAddress(candidate) === address;
  const requester = ticket.personal_key_id === null ? undefined : await Person.resolveMerged(ticket.personal_key_id);
  if (requester && !requester.deleted_at && (requester.id === person?.id || requester.emails.some(isOwn)))
    return { isRequester: true, person_id: ticket.personal_key_id };
  const participation = { isRequester: false, person_id: person?.id ?? null };
  if (ticket.mail?.cc.some(isOwn)) return participation;
  if (person && (await isRequesterOfMerged(ticket, person))) return participation;
  if (!person || ticket.customer_id === null || ticket.customer_id === undefined) return undefined;
  const { ownCustomerIds, contactCustomerIds } = await listCustomers(Person.listIds(person));
  return [...ownCustomerIds, ...contactCustomerIds].includes(ticket.customer_id) ? participation : undefined;
}

/** Returns whether the person asked in a ticket that was merged into this one. */
async function isRequesterOfMerged({ merged_ids }: TicketRecord, person: NonNullable<Sender["person"]>): Promise<boolean> {
  const merged = merged_ids.length === 0 ? [] : await Records.loadMany(Tickets, merged_ids);
  const ids = Person.listIds(person);
  return merged.some((ticket) => ticket?.personal_key_id && ids.includes(ticket.personal_key_id));
}

/** Returns the live ticket, or the one that it was merged into. */
export async function loadCurrentTicket(id: string): Promise<TicketRecord | undefined> {
  const ticket = await Records.load(Tickets, id, { live: true });
  return ticket?.merged_into_id ? loadCurrentTicket(ticket.merged_into_id) : ticket;
}

/** Maximum number of referenced mails that are looked up, newest first. */
const MAX_REFERENCES = 20;
/** Seconds for which the ticket of a sender's mail is remembered. */
const RETENTION_SECONDS = 400 * 24 * 60 * 60;

/** The key contains the sender, so that mails of other senders cannot join the ticket by inventing an id. */
const mailKey = (message_id: string, email: string): Key => ({
  pk: tenantKey(useTenant(), "TICKETMAIL", hashTexts("ticket-mail", message_id, normalizeAddress(email))),
  sk: "ticket",
});

/** Remembers the mail's ticket, and the form or list that sent it, in the transaction that adds the mail to the ticket. */
export function rememberMail(tx: Transaction, { message_id, email, fromEmail }: IncomingMail, ticket: string): void {
  const ttl = Clock.toEpochSeconds(Clock.now()) + RETENTION_SECONDS;
  if (message_id !== null && email !== null) tx.put({ ...mailKey(message_id, email), ticket, ttl });
  if (fromEmail !== null && fromEmail !== email) tx.put({ ...mailKey(ticket, fromEmail), ticket, ttl });
}

/**
 * Returns whether the address in From may speak for the writer in this ticket: it is the writer's, or it sent a mail of the ticket before. Everyone can
 * write any address into Reply-To.
 */
export async function canSpeak({ email, fromEmail }: IncomingMail, ticket: string): Promise<boolean> {
  if (fromEmail === null || fromEmail === email) return true;
  const [item] = await readItems([mailKey(ticket, fromEmail)]);
  return item !== undefined && Number(item.ttl) > Clock.toEpochSeconds(Clock.now());
}

/** Maximum number of ticket numbers of a subject that are looked up. */
const MAX_NUMBERS = 3;

/**
 * Returns the tickets that a mail may answer, each once: first those that signed addresses and ids prove, then those of the sender's earlier
 * mails, then those whose number stands in the subject.
 */
export async function listCandidates(mail: IncomingMail, { email }: Sender): Promise<string[]> {
  const threads = await InboundMail.findThreads(mail.recipients, mail.in_reply_to);
  const items = await readItems(mail.in_reply_to.slice(0, MAX_REFERENCES).map((messageId) => mailKey(messageId, email)));
  const now = Clock.toEpochSeconds(Clock.now());
  const ticketIds = items.flatMap((item) => (item && Number(item.ttl) > now ? [String(item.ticket)] : []));
  const numbers = [...new Set(mail.subject.toUpperCase().match(/\bT-\d{4}-\d{6,}\b/g) ?? [])].slice(0, MAX_NUMBERS);
  const numberedIds = await Promise.all(numbers.map((number) => findIdByNumber(Tickets, "ticket_number", number)));
  return [...new Set([...threads.map(({ id }) => id), ...ticketIds, ...numberedIds.filter((id) => id !== undefined)])];
}
