import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { InboundMail } from "../../messaging/inbound-mail/inbound-mail.ts";
import { listCustomers } from "../../people/person/customers.ts";
import { Person, type Resolution } from "../../people/person/person.ts";
import { toResolutionInput } from "../../people/person/point-attachment.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { getAll } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import type { IncomingMail } from "./incoming-mail.rules.ts";

/** Which ticket a mail answers, and whether its sender may say something there. */

export interface Sender {
  email: string;
  /** Who is known by the address. */
  person: Resolution["person"] | undefined;
}

/** Undefined where the address is none, or its domain says that it has not sent the mail. */
export async function resolveSender({ email, isForged }: IncomingMail): Promise<Sender | undefined> {
  if (email === null || isForged) return undefined;
  const { isExisting: found, person } = await Person.resolve({ ...toResolutionInput({ email }), unproved: true });
  return { email, person: found ? person : undefined };
}

/** As whom somebody takes part in a ticket. */
export interface Participation {
  isRequester: boolean;
  person_id: string | null;
}

/**
 * The requester by any address of theirs, whom they have written to beside us, and whoever is, or stands for, the same customer; undefined
 * for everybody else, whatever they can prove to have seen.
 */
export async function findParticipation(ticket: TicketRecord, { email, person }: Sender): Promise<Participation | undefined> {
  const own = normalizeAddress(email);
  const isOwn = (each: string): boolean => normalizeAddress(each) === own;
  const requester = ticket.personal_key_id === null ? undefined : await Person.resolveMerged(ticket.personal_key_id);
  if (requester && !requester.deleted_at && (requester.id === person?.id || requester.emails.some(isOwn)))
    return { isRequester: true, person_id: ticket.personal_key_id };
  const other = { isRequester: false, person_id: person?.id ?? null };
  if (ticket.mail?.cc.some(isOwn)) return other;
  if (!person || ticket.customer_id === null || ticket.customer_id === undefined) return undefined;
  const { ownCustomerIds: customers, contactCustomerIds: places } = await listCustomers(Person.listIds(person));
  return [...customers, ...places].includes(ticket.customer_id) ? other : undefined;
}

/** The live ticket that an id leads to: of one that was merged, whatever goes on in its place. */
export async function loadCurrentTicket(id: string): Promise<TicketRecord | undefined> {
  const ticket = await Records.load(Tickets, id, { live: true });
  return ticket?.merged_into_id ? loadCurrentTicket(ticket.merged_into_id) : ticket;
}

/** Mails that a mail names and that are looked up, the newest first. */
const MAX_REFERENCES = 20;
/** Seconds for which it is known which ticket a mail of somebody became. */
const RETENTION_SECONDS = 400 * 24 * 60 * 60;

/** By its sender too: nobody else's mail joins by an id that they made up. */
const mailKey = (message_id: string, email: string): Key => ({
  pk: tenantKey(useTenant(), "TICKETMAIL", hashTexts("ticket-mail", message_id, normalizeAddress(email))),
  sk: "ticket",
});

/** Joins the transaction in which a mail became part of a ticket. */
export function rememberMail(tx: Transaction, { message_id, email }: IncomingMail, ticket: string): void {
  if (message_id !== null && email !== null)
    tx.put({ ...mailKey(message_id, email), ticket, ttl: Clock.toEpochSeconds(Clock.now()) + RETENTION_SECONDS });
}

/** Tickets that a mail may answer, as it proves and then as its sender's earlier mails say, each once. */
export async function listCandidates(mail: IncomingMail, { email }: Sender): Promise<string[]> {
  const proved = await InboundMail.findThreads(mail.recipients, mail.in_reply_to);
  const items = await getAll(mail.in_reply_to.slice(0, MAX_REFERENCES).map((each) => mailKey(each, email)));
  const now = Clock.toEpochSeconds(Clock.now());
  const named = items.flatMap((item) => (item && Number(item.ttl) > now ? [String(item.ticket)] : []));
  return [...new Set([...proved.map(({ id }) => id), ...named])];
}
