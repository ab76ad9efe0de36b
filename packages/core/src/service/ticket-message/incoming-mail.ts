import { hasPermission, runIn, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { parse } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { findKeyword } from "../../messaging/channel-provider/opt-out-keywords.rules.ts";
import { InboundMail } from "../../messaging/inbound-mail/inbound-mail.ts";
import { InboundRule } from "../../messaging/message/inbound-routing.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { Attachment } from "../../people/attachment/attachment.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { Person } from "../../people/person/person.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Comments } from "../ticket/comment.entity.ts";
import { Comment } from "../ticket/comment.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { TICKET, TICKET_COMMENT, ticketGrants } from "../ticket/ticket.kind.ts";
import { Ticket } from "../ticket/ticket.ts";
import { type IncomingMail, toIncomingMail, toUnreadMail } from "./incoming-mail.rules.ts";
import { recordBounce } from "./mail-bounce.ts";
import { translationsFor } from "./mail-i18n.ts";
import {
  canSpeak,
  findParticipation,
  listCandidates,
  loadCurrentTicket,
  type Participation,
  rememberMail,
  resolveSender,
  type Sender,
} from "./mail-thread.ts";

/**
 * Creates a ticket or a comment from an incoming mail (docs/service/tickets.md, Mail). One transaction writes everything and marks the mail as
 * handled, and ids are derived from the mail's id. So a mail has one effect, even if events repeat, are late or run in parallel, or a worker is
 * killed.
 */
export const onInboundMail = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => ingestMail(record_id)));

async function ingestMail(id: string): Promise<void> {
  const record = await InboundMail.loadWaiting(id);
  if (!record) return;
  const rule = await InboundRule.loadForMail(record.recipients);
  // The mail belongs to a conversation and creates no ticket. The message domain marks it as handled.
  if (rule && rule.target !== "ticket") return;
  const mail =
    record.status === "TOO_LARGE" ? toUnreadMail(record) : toIncomingMail(record, (await InboundMail.open(record)).mail);
  if (mail.kind === "bounce") return recordBounce(record, mail);
  const sender = await resolveSender(mail);
  if (sender && (await answerAsStaff(record, mail, sender))) return;
  const match = sender && (await findTicket(mail, sender));
  if (match && (isAutomated(mail) || !Comment.isTooLateToReopen(match.ticket, record.created_at)))
    return addComment(record, mail, match.ticket, {
      from: "REQUESTER",
      part: match.part,
      writer: rule ? undefined : findWriter(mail, sender),
    });
  if (await isIgnorable(mail)) return closeWithoutTicket(record, "Automated email that belongs to no ticket");
  if (rule && findKeyword(mail.text, useSettings().stop_words) !== undefined)
    return closeWithoutTicket(record, "Contains only a keyword to opt out, opt in or ask for the sender");
  await openTicket(record, mail, { parent: match?.ticket, rule, writer: rule ? undefined : findWriter(mail, sender) });
}

/** Returns the known and authenticated sender, for whom an interaction is recorded. Messages of a conversation record their own. */
const findWriter = (mail: IncomingMail, sender: Sender | undefined): Sender["person"] =>
  mail.isAuthenticated && (mail.kind === "message" || mail.kind === "calendar") ? sender?.person : undefined;

/** Records an interaction for the person, without the text of the mail, which only users who see the ticket may read. */
async function recordInteraction(tx: Transaction, writer: Sender["person"]): Promise<void> {
  if (!writer) return;
  const interaction_type_id = await Master.resolve(INTERACTION_TYPES, "email", "interaction_type_id", "email");
  const input = parse(Interaction.Input, { interaction_type_id, direction: "INBOUND", subject: "Email to support" });
  Interaction.add(tx, await Interaction.prepare(input, Person.listIds(writer)));
}

type WaitingMail = InboundMail.Record;

/** Mails that no person wrote start no clock and get no automatic answer. */
const isAutomated = ({ kind }: IncomingMail): boolean => kind === "auto_reply" || kind === "bulk";

/** Maximum number of tickets per day that automatic mails of one sender create. */
const MAX_AUTOMATED_TICKETS_PER_DAY = 5;

/** Returns whether an automatic mail is ignored: it answers an unknown mail, or its sender exceeds the limit. */
async function isIgnorable({ kind, in_reply_to, email }: IncomingMail): Promise<boolean> {
  if (kind !== "auto_reply") return false;
  if (in_reply_to.length > 0) return true;
  try {
    await Throttle.attempt("program", [
      `ticket of ${useTenant()} by ${normalizeAddress(email ?? "")}`,
      MAX_AUTOMATED_TICKETS_PER_DAY,
    ]);
    return false;
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    return true;
  }
}

interface TicketMatch {
  ticket: TicketRecord;
  part: Participation;
}

/** Returns the first ticket that the mail may answer and in which the sender participates. */
async function findTicket(mail: IncomingMail, sender: Sender): Promise<TicketMatch | undefined> {
  for (const id of await listCandidates(mail, sender)) {
    const ticket = await loadCurrentTicket(id);
    const part = ticket && (await findParticipation(ticket, sender));
    if (ticket && part && (await canSpeak(mail, ticket.id))) return { ticket, part };
  }
  return undefined;
}

/**
 * Adds the mail of a user as an agent's answer, if they write to the address of a ticket that they can see and work on. In a ticket that they
 * opened themselves, they are the requester.
 */
async function answerAsStaff(record: WaitingMail, mail: IncomingMail, sender: Sender): Promise<boolean> {
  if (isAutomated(mail) || mail.fromEmail === null) return false;
  const [thread] = await InboundMail.findThreads(mail.recipients, []);
  const ticket = thread && (await loadCurrentTicket(thread.id));
  const user = ticket && (await Directory.findByEmail(mail.fromEmail));
  const context = user && (await buildActorContext(user, { authority: "ticket_answer_mail", request: record.id }));
  if (!ticket || !context || (await findParticipation(ticket, sender))?.isRequester) return false;
  return runIn(context, async () => {
    if (!hasPermission(ticketGrants.work) || !(await Records.canSee(Tickets, ticket))) return false;
    await addComment(record, mail, ticket, { from: "AGENT" });
    return true;
  });
}

type Speaker = { from: "AGENT" } | { from: "REQUESTER"; part: Participation; writer: Sender["person"] };

async function addComment(record: WaitingMail, mail: IncomingMail, ticket: TicketRecord, speaker: Speaker): Promise<void> {
  const tx = transaction();
  const attachment_ids = await attachFiles(tx, record, mail, ticket);
  const part = speaker.from === "REQUESTER" ? speaker.part : undefined;
  const commentInput = { body: mail.text, from: speaker.from, is_public: true, is_automatic: isAutomated(mail) };
  const sourceFields = { person_id: part?.person_id ?? null, inbound_mail_id: record.id, attachment_ids };
  const comment = Comment.build(
    ticket,
    { ...commentInput, ...sourceFields },
    { id: derivedId(TICKET_COMMENT, idTime(record.id), record.id) },
  );
  const isRequesters = part?.isRequester === true && !isAutomated(mail);
  await Comment.applyToTicket(tx, ticket, comment, isRequesters ? { mail: buildReplyRoute(mail, ticket.mail) } : {});
  tx.create(Comments, comment, () => new WriteConflict("The message was processed at the same time"));
  rememberMail(tx, mail, ticket.id);
  if (speaker.from === "REQUESTER") await recordInteraction(tx, speaker.writer);
  await InboundMail.markHandled(tx, record, { ticket_id: ticket.id, comment_id: comment.id }).commit(undefined);
}

/** Returns the recipients of future answers. Earlier CC recipients stay. */
function buildReplyRoute(
  { answerTo, cc, message_id, isForged, kind }: IncomingMail,
  before: TicketRecord["mail"],
): TicketRecord["mail"] {
  if (answerTo === null) return before;
  const ccAddresses = [...new Set([...cc, ...(before?.cc ?? [])])].filter((address) => address !== answerTo).slice(0, 10);
  const is_answerable = before?.is_answerable ?? (!isForged && (kind === "message" || kind === "calendar"));
  return { email: answerTo, cc: ccAddresses, message_id, is_answerable };
}

/** Marks the mail as handled without a ticket. */
const closeWithoutTicket = (record: WaitingMail, status_because: string): Promise<void> =>
  InboundMail.markHandled(transaction(), record, { status_because }).commit(undefined);

interface NewTicketContext {
  /** The ticket that the mail refers to, which was closed too long ago to be reopened. */
  parent: TicketRecord | undefined;
  rule: InboundRule.InboundRule | undefined;
  writer: Sender["person"];
}

/** Opens a ticket for the mail. */
async function openTicket(record: WaitingMail, mail: IncomingMail, { parent, rule, writer }: NewTicketContext): Promise<void> {
  const requester = mail.email === null ? {} : { requester: { name: mail.name, email: mail.email } };
  const content = { subject: mail.subject, description: mail.text, channel: "EMAIL" };
  const assignment = {
    team_id: rule?.team_id ?? null,
    ...(rule?.owner_id === undefined ? {} : { assigned_to_id: rule.owner_id }),
  };
  const input = parse(Ticket.Create, { ...content, ...requester, ...assignment, parent_ticket_id: parent?.id ?? null });
  const [ticket_number = ""] = await RecordNumbers.lease("T");
  await Ticket.createAndRoute(input, ticket_number, {
    id: derivedId(TICKET, idTime(record.id), record.id),
    mail: buildReplyRoute(mail, null),
    isUnverified: true,
    isLimited: !mail.isAuthenticated,
    addToTransaction: async (tx, ticket) => {
      InboundMail.markHandled(tx, record, { ticket_id: ticket.id });
      rememberMail(tx, mail, ticket.id);
      await recordInteraction(tx, writer);
      const attachment_ids = await attachFiles(tx, record, mail, ticket);
      if (mail.isForged) addForgeryWarning(tx, record, ticket);
      else if (ticket.mail?.is_answerable && useSettings().support_mail) addConfirmation(tx, record, ticket);
      return { attachment_ids };
    },
  });
}

const FORGERY_WARNING = "The sender's domain reports that it did not send this email (DMARC). The sender may be forged.";

/** Warns staff in an internal note that the sender may be forged. */
function addForgeryWarning(tx: Transaction, record: WaitingMail, ticket: TicketRecord): void {
  const commentInput = { body: FORGERY_WARNING, from: "SYSTEM", is_public: false, is_automatic: true } as const;
  tx.create(Comments, Comment.build(ticket, commentInput, { id: commentId(record, "forged") }));
}

/** Confirms to the requester that the mail has arrived, with the ticket number. */
function addConfirmation(tx: Transaction, record: WaitingMail, ticket: TicketRecord): void {
  const body = translationsFor(useSettings().letterhead.language).received.replace("{number}", ticket.ticket_number);
  const commentInput = { body, from: "SYSTEM", is_public: true, is_automatic: true } as const;
  tx.create(Comments, Comment.build(ticket, commentInput, { id: commentId(record, "received") }));
}

const commentId = ({ id }: WaitingMail, purpose: string): string => derivedId(TICKET_COMMENT, idTime(id), `${id}/${purpose}`);

/** Attaches the mail's files to the ticket and returns their ids. */
async function attachFiles(
  tx: Transaction,
  { id }: WaitingMail,
  { files }: IncomingMail,
  ticket: TicketRecord,
): Promise<string[]> {
  const { personal_key_id } = ticket;
  const ids: string[] = [];
  for (const [index, { name, type, bytes }] of files.entries()) {
    const attachmentId = derivedId(ATTACHMENT, idTime(id), `${id}/${index}`, personal_key_id ?? undefined);
    const relation = { related_to_type: TICKET.name, related_to_id: ticket.id, personal_key_id };
    await Attachment.createFromFile({ id: attachmentId, ...relation, file_name: name, content_type: type, bytes }, tx);
    ids.push(attachmentId);
  }
  return ids;
}
