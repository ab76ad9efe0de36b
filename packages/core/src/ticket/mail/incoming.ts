import { ATTACHMENT } from "../../attachment/attachment.domain.ts";
import { Attachment } from "../../attachment/attachment.ts";
import { Throttle } from "../../auth/throttle.ts";
import { InboundMail } from "../../inbound-mail/inbound-mail.ts";
import { INTERACTION_TYPES } from "../../interaction/interaction.masters.ts";
import { Interaction } from "../../interaction/interaction.ts";
import { addressOf } from "../../invitation/recipients.ts";
import { may, runIn, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { parse } from "../../kernel/fn.ts";
import { derivedId, timeOf } from "../../kernel/id.ts";
import { Master } from "../../masters/master.ts";
import { InboundRule } from "../../message/inbound.ts";
import { wishIn } from "../../message/keywords.rules.ts";
import { Person } from "../../person/person.ts";
import { acting } from "../../sign-in/acting.ts";
import { Numbers } from "../../storage/table/number.ts";
import { Records } from "../../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { Directory } from "../../user/directory.ts";
import { Comments } from "../comment.entity.ts";
import { Comment } from "../comment.ts";
import { TICKET, TICKET_COMMENT, ticketGrants } from "../ticket.domain.ts";
import { type TicketRecord, Tickets } from "../ticket.entity.ts";
import { Ticket } from "../ticket.ts";
import { markBounced } from "./bounce.ts";
import { type Incoming, incomingOf, unreadOf } from "./incoming.rules.ts";
import { wordsIn } from "./letter.rules.ts";
import { candidatesOf, type Part, partOf, remember, type Sender, senderOf, standing } from "./thread.ts";

/**
 * What becomes of a mail that came in (docs/tickets.md, Mail). All of it is one transaction with the word that the mail is handled, and its
 * ids are made of the mail's: so it has one effect, whatever comes twice, late or at once, or is killed between.
 */
export const takeIn = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => retryOnConflict(() => handle(record_id)));

async function handle(id: string): Promise<void> {
  const record = await InboundMail.waiting(id);
  if (!record) return;
  const rule = await InboundRule.ruleOfMail(record.recipients);
  // It joins a conversation and makes no ticket: the domain of messages says that it is handled.
  if (rule && rule.makes !== "ticket") return;
  const mail = record.status === "TOO_LARGE" ? unreadOf(record) : incomingOf(record, (await InboundMail.open(record)).mail);
  if (mail.kind === "bounce") return markBounced(record, mail);
  const sender = await senderOf(mail);
  if (sender && (await answeredByStaff(record, mail, sender))) return;
  const found = sender && (await ticketOf(mail, sender));
  if (found && (isByProgram(mail) || !Comment.isOver(found.ticket, record.created_at)))
    return commented(record, mail, found.ticket, {
      from: "REQUESTER",
      part: found.part,
      writer: rule ? undefined : writerOf(mail, sender),
    });
  if (await isForNobody(mail)) return alone(record, "A program wrote it, and it is of no ticket");
  if (rule && wishIn(mail.text, useSettings().stop_words) !== undefined)
    return alone(record, "It says no more than a word to opt out, in again, or to ask who writes");
  await begun(record, mail, { parent: found?.ticket, rule, writer: rule ? undefined : writerOf(mail, sender) });
}

/** Who is known, and is who they say: what is a message of a conversation says so by itself. */
const writerOf = (mail: Incoming, sender: Sender | undefined): Sender["person"] =>
  mail.isProved && (mail.kind === "message" || mail.kind === "calendar") ? sender?.person : undefined;

/** That somebody wrote is told of them, and no word of what they wrote: that is of the ticket, and of who sees it. */
async function tell(tx: Transaction, writer: Sender["person"]): Promise<void> {
  if (!writer) return;
  const interaction_type_id = await Master.resolve(INTERACTION_TYPES, "email", "interaction_type_id", "email");
  const input = parse(Interaction.Input, { interaction_type_id, direction: "INBOUND", subject: "A mail to support" });
  Interaction.add(tx, await Interaction.prepare(input, Person.idsOf(writer)));
}

type Waiting = InboundMail.Record;

/** What no person has written starts no clock, and is not answered by a program. */
const isByProgram = ({ kind }: Incoming): boolean => kind === "auto_reply" || kind === "bulk";

/** Tickets that programs begin in a day, of one sender. */
const MOST_OF_PROGRAMS = 5;

/** What answers a mail of which nobody knows, and what a program sends over and over. */
async function isForNobody({ kind, in_reply_to, email }: Incoming): Promise<boolean> {
  if (kind !== "auto_reply") return false;
  if (in_reply_to.length > 0) return true;
  try {
    await Throttle.attempt("program", [`ticket of ${useTenant()} by ${addressOf(email ?? "")}`, MOST_OF_PROGRAMS]);
    return false;
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    return true;
  }
}

interface Found {
  ticket: TicketRecord;
  part: Part;
}

/** The first ticket that a mail may answer in which its sender takes part. */
async function ticketOf(mail: Incoming, sender: Sender): Promise<Found | undefined> {
  for (const id of await candidatesOf(mail, sender)) {
    const ticket = await standing(id);
    const part = ticket && (await partOf(ticket, sender));
    if (ticket && part) return { ticket, part };
  }
  return undefined;
}

/**
 * A user who writes to the address of a ticket that they see and may work on says what an agent says, as themselves; of what they have asked
 * themselves they are the requester.
 */
async function answeredByStaff(record: Waiting, mail: Incoming, sender: Sender): Promise<boolean> {
  if (isByProgram(mail)) return false;
  const [proved] = await InboundMail.provedBy(mail.recipients, []);
  const ticket = proved && (await standing(proved.id));
  const user = ticket && (await Directory.byEmail(sender.email));
  const context = user && (await acting(user, { request: record.id }));
  if (!ticket || !context || (await partOf(ticket, sender))?.isRequester) return false;
  return runIn(context, async () => {
    if (!may(ticketGrants.work) || !(await Records.sees(Tickets, ticket))) return false;
    await commented(record, mail, ticket, { from: "AGENT" });
    return true;
  });
}

type Speaker = { from: "AGENT" } | { from: "REQUESTER"; part: Part; writer: Sender["person"] };

async function commented(record: Waiting, mail: Incoming, ticket: TicketRecord, speaker: Speaker): Promise<void> {
  const tx = transaction();
  const attachment_ids = await attached(tx, record, mail, ticket);
  const part = speaker.from === "REQUESTER" ? speaker.part : undefined;
  const said = { body: mail.text, from: speaker.from, is_public: true, is_automatic: isByProgram(mail) };
  const own = { person_id: part?.person_id ?? null, inbound_mail_id: record.id, attachment_ids };
  const comment = Comment.born(ticket, { ...said, ...own }, { id: derivedId(TICKET_COMMENT, timeOf(record.id), record.id) });
  const isRequesters = part?.isRequester === true && !isByProgram(mail);
  await Comment.follow(tx, ticket, comment, isRequesters ? { mail: routeOf(mail, ticket.mail) } : {});
  tx.create(Comments, comment, () => new Moved("It was taken in a moment ago"));
  remember(tx, mail, ticket.id);
  if (speaker.from === "REQUESTER") await tell(tx, speaker.writer);
  await InboundMail.handled(tx, record, { ticket_id: ticket.id, comment_id: comment.id }).commit(undefined);
}

/** Where answers go from now on; whom the requester has written to before stays. */
function routeOf({ email, cc, message_id, isForged, kind }: Incoming, before: TicketRecord["mail"]): TicketRecord["mail"] {
  if (email === null) return before;
  const others = [...new Set([...cc, ...(before?.cc ?? [])])].filter((each) => each !== email).slice(0, 10);
  const is_answerable = before?.is_answerable ?? (!isForged && (kind === "message" || kind === "calendar"));
  return { email, cc: others, message_id, is_answerable };
}

/** Nothing comes of it. */
const alone = (record: Waiting, status_because: string): Promise<void> =>
  InboundMail.handled(transaction(), record, { status_because }).commit(undefined);

interface Beside {
  /** One that was closed too long ago, which it names. */
  parent: TicketRecord | undefined;
  rule: InboundRule.InboundRule | undefined;
  writer: Sender["person"];
}

/** A ticket of its own. */
async function begun(record: Waiting, mail: Incoming, { parent, rule, writer }: Beside): Promise<void> {
  const requester = mail.email === null ? {} : { requester: { name: mail.name, email: mail.email } };
  const about = { subject: mail.subject, description: mail.text, channel: "EMAIL" };
  const own = { team_id: rule?.team_id ?? null, ...(rule?.owner_id === undefined ? {} : { assigned_to_id: rule.owner_id }) };
  const input = parse(Ticket.Create, { ...about, ...requester, ...own, parent_ticket_id: parent?.id ?? null });
  const [ticket_number = ""] = await Numbers.lease("T");
  await Ticket.written(input, ticket_number, {
    id: derivedId(TICKET, timeOf(record.id), record.id),
    mail: routeOf(mail, null),
    isUnproved: true,
    isLimited: !mail.isProved,
    beside: async (tx, ticket) => {
      InboundMail.handled(tx, record, { ticket_id: ticket.id });
      remember(tx, mail, ticket.id);
      await tell(tx, writer);
      await attached(tx, record, mail, ticket);
      if (mail.isForged) warn(tx, record, ticket);
      else if (ticket.mail?.is_answerable && useSettings().support_mail) confirm(tx, record, ticket);
    },
  });
}

const FORGED = "The domain of the sender says that it has not sent this mail (DMARC): somebody else may have written it.";

/** Staff are told who may be at the other end. */
function warn(tx: Transaction, record: Waiting, ticket: TicketRecord): void {
  const said = { body: FORGED, from: "SYSTEM", is_public: false, is_automatic: true } as const;
  tx.create(Comments, Comment.born(ticket, said, { id: commentId(record, "forged") }));
}

/** The requester is told that the mail is here, and its number. */
function confirm(tx: Transaction, record: Waiting, ticket: TicketRecord): void {
  const body = wordsIn(useSettings().letterhead.language).received.replace("{number}", ticket.ticket_number);
  const said = { body, from: "SYSTEM", is_public: true, is_automatic: true } as const;
  tx.create(Comments, Comment.born(ticket, said, { id: commentId(record, "received") }));
}

const commentId = ({ id }: Waiting, what: string): string => derivedId(TICKET_COMMENT, timeOf(id), `${id}/${what}`);

/** Attaches its files to the ticket, and gives their ids. */
async function attached(tx: Transaction, { id }: Waiting, { files }: Incoming, ticket: TicketRecord): Promise<string[]> {
  const { personal_key_id } = ticket;
  const ids: string[] = [];
  for (const [at, { name, type, bytes }] of files.entries()) {
    const own = derivedId(ATTACHMENT, timeOf(id), `${id}/${at}`, personal_key_id ?? undefined);
    const about = { related_to_type: TICKET.name, related_to_id: ticket.id, personal_key_id };
    await Attachment.bring({ id: own, ...about, file_name: name, content_type: type, bytes }, tx);
    ids.push(own);
  }
  return ids;
}
