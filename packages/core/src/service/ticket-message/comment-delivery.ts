import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import type { MailAttachment } from "../../kernel/mail-provider.ts";
import { sanitizeName } from "../../kernel/mail-sanitizer.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import { email } from "../../kernel/schema.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { InboundMail } from "../../messaging/inbound-mail/inbound-mail.ts";
import { REPLY_MARKER } from "../../messaging/inbound-mail/reply-text.rules.ts";
import { buildMessageId, replyAddress, SUPPORT_MAILBOX } from "../../messaging/inbound-mail/thread.rules.ts";
import { MESSAGE } from "../../messaging/message/message.kind.ts";
import { Reply } from "../../messaging/message/reply.ts";
import { Attachment } from "../../people/attachment/attachment.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import { Person } from "../../people/person/person.ts";
import { Preferences } from "../../people/person/preferences.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { buildListQuery } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { type CommentRecord, Comments } from "../ticket/comment.entity.ts";
import { Comment } from "../ticket/comment.ts";
import type { Delivery, notSentReasons } from "../ticket/mail-fields.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { formatSubject, type MailContent, type QuotedMessage, renderHtml, renderText } from "./mail-content.rules.ts";
import { translationsFor } from "./mail-i18n.ts";
import { TextThread } from "./text-thread.ts";

/**
 * Delivers public comments to the requester. A comment is stored as QUEUED, then mailed, then updated with the result. After a crash in between,
 * the same message is sent again under the comment's id, so a mail port that supports it sends the mail once (docs/service/tickets.md, Mail).
 */
export const onCommentCreated = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => deliverComment(record_id));

type NotSentReason = (typeof notSentReasons)[number];

async function deliverComment(id: string): Promise<void> {
  const comment = await Records.load(Comments, id, { live: true });
  if (comment?.delivery?.status !== "QUEUED") return;
  const ticket = await Records.load(Tickets, comment.ticket_id, { live: true });
  if (!ticket) return;
  const { inboundDomain } = usePorts();
  const tenant = await Tenant.get({});
  const conversation = ticket.channel === "SMS" && !ticket.mail ? await TextThread.findConversation(ticket.id) : undefined;
  if (conversation !== undefined)
    return saveDelivery(id, await deliverByText(conversation, comment, tenant.status === "SUSPENDED"));
  const to = await resolveRoute(ticket);
  if (!useSettings().support_mail) return saveDelivery(id, buildNotSent("OFF"));
  if (inboundDomain === undefined) return saveDelivery(id, buildNotSent("NO_DOMAIN"));
  if (tenant.status === "SUSPENDED") return saveDelivery(id, buildNotSent("SUSPENDED"));
  if (typeof to === "string") return saveDelivery(id, buildNotSent(to));
  const quotaAttempt = await takeMailQuota(comment, to.email);
  if (!quotaAttempt) return saveDelivery(id, buildNotSent("TOO_MANY", to.visibleEmail));
  const letter = await buildContent(ticket, comment, tenant.name);
  const message = await buildMessage(ticket, comment, { to, letter, name: tenant.name, host: `${tenant.slug}.${inboundDomain}` });
  await usePorts()
    .mail.send(message)
    .catch(async (error) => {
      await quotaAttempt.refund();
      throw error;
    });
  await saveDelivery(id, { status: "SENT", because: null, to: to.visibleEmail, at: Clock.now() });
}

/** Delivers a comment by text message. The message record decides whether it may go out and shows its result. */
async function deliverByText(conversation: string, { id, body }: CommentRecord, isSuspended: boolean): Promise<Delivery> {
  if (isSuspended) return buildNotSent("SUSPENDED");
  const replyResult = await Reply.sendInConversation(conversation, { id: derivedId(MESSAGE, idTime(id), id), body });
  return "to" in replyResult
    ? { status: "SENT", because: null, to: replyResult.to, at: Clock.now() }
    : buildNotSent(replyResult.because);
}

const buildNotSent = (because: NotSentReason, to: string | null = null): Delivery => ({
  status: "NOT_SENT",
  because,
  to,
  at: Clock.now(),
});

/** Stores the result of the delivery, once. */
const saveDelivery = (id: string, delivery: Delivery): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Comments, id, (current) => (current.delivery?.status === "QUEUED" ? { ...current, delivery } : current)),
  );

interface MailRoute {
  email: string;
  /** The address if users who see the ticket may know it; null for another address of a person with limited disclosure. */
  visibleEmail: string | null;
  cc: readonly string[];
}

/** Returns the requester's address, or why there is none. The requester may have refused service mails. */
async function resolveRoute({ personal_key_id, person_sight, mail }: TicketRecord): Promise<MailRoute | NotSentReason> {
  const person = personal_key_id === null ? undefined : await Person.resolveMerged(personal_key_id);
  if (!person || person.deleted_at) return "NO_ADDRESS";
  if (Preferences.hasRefused(person, "email", "service")) return "REFUSED";
  const to = email().safeParse(mail?.email ?? person.emails[0]).data;
  if (to === undefined) return "NO_ADDRESS";
  if (await TransactionalMail.isAddressRefused(to)) return "REFUSED";
  return {
    email: to,
    visibleEmail: mail || !isLimited({ person_sight }) ? to : null,
    cc: await TransactionalMail.filterAllowed(mail?.cc ?? []),
  };
}

/** Maximum number of mails to one address per hour, and of automatic mails per day. */
const [MAX_MAILS_PER_HOUR, MAX_AUTOMATED_MAILS_PER_DAY] = [60, 5];

/**
 * Takes from the address's quota; undefined if it is exhausted. Automatic mails have a lower limit, so that two programs do not answer each other
 * forever.
 */
async function takeMailQuota({ is_automatic }: CommentRecord, to: string): Promise<Throttle.Attempt | undefined> {
  const name = `support of ${useTenant()} to ${normalizeAddress(to)}`;
  try {
    return await (is_automatic
      ? Throttle.attempt("program", [name, MAX_AUTOMATED_MAILS_PER_DAY])
      : Throttle.attempt("mail", [name, MAX_MAILS_PER_HOUR]));
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    return undefined;
  }
}

interface SendContext {
  to: MailRoute;
  letter: MailContent;
  /** The name of the tenant. */
  name: string;
  host: string;
}

async function buildMessage(
  { id, subject, ticket_number, mail }: TicketRecord,
  comment: CommentRecord,
  { to, letter, name, host }: SendContext,
): Promise<MailMessage> {
  const signing = await InboundMail.loadSigning();
  const [ownMessageId, thread] = [comment.id, "thread"].map((part) => `<${buildMessageId(id, part, host, signing)}>`);
  const attachments = await loadFiles(comment);
  const parentIds = mail?.message_id ? [`<${mail.message_id}>`] : [];
  return {
    id: comment.id,
    from: `${sanitizeName(name) || "Support"} <${SUPPORT_MAILBOX}@${host}>`,
    to: to.email,
    ...(comment.is_automatic || to.cc.length === 0 ? {} : { cc: to.cc }),
    reply_to: replyAddress(id, host, signing),
    subject: formatSubject(subject, ticket_number),
    text: renderText(letter),
    html: renderHtml(letter),
    ...(attachments.length === 0 ? {} : { attachments }),
    headers: {
      "Message-ID": `${ownMessageId}`,
      // Mail servers may replace the message id. The thread and earlier ids in this header still identify the ticket.
      References: [thread, ...parentIds, ownMessageId].join(" "),
      "In-Reply-To": parentIds[0] ?? `${thread}`,
      ...(comment.is_automatic ? { "Auto-Submitted": "auto-replied" } : {}),
    },
  };
}

/** Reads the files of a comment. Files that were deleted since are left out. */
async function loadFiles({ attachment_ids }: CommentRecord): Promise<MailAttachment[]> {
  const files = (await Attachment.loadLive(attachment_ids)).filter((file) => file !== undefined);
  const mailFiles = files.map(async (file): Promise<MailAttachment[]> => {
    const bytes = await Attachment.readBytes(file);
    const { file_name, file_type } = file;
    return bytes ? [{ file_name, content_type: file_type, base64: Buffer.from(bytes).toString("base64") }] : [];
  });
  return (await Promise.all(mailFiles)).flat();
}

/** Maximum number of earlier messages that are quoted, and of comments that are scanned for them. */
const [MAX_QUOTES, MAX_SCANNED] = [3, 20];

async function buildContent(ticket: TicketRecord, comment: CommentRecord, tenant: string): Promise<MailContent> {
  const { letterhead } = useSettings();
  const query = buildListQuery(Comments, { limit: MAX_SCANNED, include: ["body"] });
  const { rows } = await Comment.listConversation(ticket, query);
  const isQuoted = ({ id, is_public, is_automatic }: CommentRecord): boolean => id < comment.id && is_public && !is_automatic;
  const messages = rows.filter(isQuoted).slice(0, MAX_QUOTES);
  // An automatic answer quotes the question alone.
  const quotedComments = comment.is_automatic ? messages.slice(-1) : messages;
  const names = await Directory.loadNames(quotedComments.map(({ created_by }) => created_by));
  const asker = ticket.mail?.email ?? "";
  return {
    replyMarker: `${REPLY_MARKER}${translationsFor(letterhead.language).above} -##`,
    body: comment.body,
    quotedMessages: quotedComments.map(
      ({ from, created_by, created_at, body }): QuotedMessage => ({
        author: from === "REQUESTER" ? asker || tenant : sanitizeName(names.get(created_by) ?? "") || tenant,
        day: createLocaleFormat(letterhead.language).day(instantToDay(useSettings().timezone, created_at)),
        body,
      }),
    ),
  };
}
