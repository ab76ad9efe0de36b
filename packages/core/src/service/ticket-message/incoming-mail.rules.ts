import { email as emailSchema } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import type { InboundMail } from "../../messaging/inbound-mail/inbound-mail.ts";

/** Converts a mail to what a ticket stores. Pure. */

export interface IncomingMail {
  kind: InboundMail.Record["kind"];
  /** The address of the writer; null if there is no valid one. */
  email: string | null;
  /** The address in From, which the DMARC check is about. Another one than the writer's if a form or a list sent the mail. */
  fromEmail: string | null;
  /** The address to which answers go; null if no person reads it. */
  answerTo: string | null;
  name: string | null;
  /** The DMARC check failed: the sender's domain states that it did not send the mail. */
  isForged: boolean;
  /** The DMARC check passed. A From header alone proves no identity. */
  isAuthenticated: boolean;
  subject: string;
  /** The new text of the mail without quotes, cut to the maximum length. */
  text: string;
  recipients: readonly string[];
  cc: readonly string[];
  message_id: string | null;
  in_reply_to: readonly string[];
  files: readonly MailFile[];
  bounce: InboundMail.Mail["bounce"];
}

interface MailFile {
  name: string;
  type: string;
  bytes: Uint8Array;
}

/** Maximum number of files attached from one mail, and of other recipients kept. */
const MAX_FILES = 20;
const MAX_CC = 10;
/** Maximum number of characters of a description or comment. It leaves space for notes on files. */
const MAX_TEXT_LENGTH = 45_000;
const MAX_SUBJECT_LENGTH = 255;

export function toIncomingMail(record: InboundMail.Record, mail: InboundMail.Mail): IncomingMail {
  const files = listFiles(mail);
  const fit = files.filter(({ bytes }) => bytes.length > 0).slice(0, MAX_FILES);
  const omittedFiles = files.filter((file) => !fit.includes(file));
  const text = [truncateText(mail.answer.trim() || "(No text)"), ...buildNotes(omittedFiles, mail)].join("\n\n");
  return {
    ...buildHead(record),
    fromEmail: mail.from?.email ?? null,
    answerTo: emailSchema().safeParse(mail.answer_to).data ?? null,
    // The check of the domain in From proves nothing about another writer.
    isAuthenticated: record.dmarc === "pass" && mail.relay === null,
    text,
    cc: listOtherRecipients(mail, record.recipients),
    in_reply_to: mail.in_reply_to,
    files: fit,
    bounce: mail.bounce,
  };
}

/** Converts a mail that was too large to be read. */
export const toUnreadMail = (record: InboundMail.Record): IncomingMail => ({
  ...buildHead(record),
  fromEmail: record.sender,
  answerTo: emailSchema().safeParse(record.sender).data ?? null,
  // Its headers are not stored, so whether a form or a list sent it is unknown.
  isAuthenticated: false,
  text: `(This email has ${record.size} bytes and is too large: its text and files were not stored. ${record.status_because ?? ""})`,
  cc: [],
  in_reply_to: [],
  files: [],
  bounce: null,
});

const buildHead = ({ kind, sender, sender_name, subject, recipients, message_id, dmarc }: InboundMail.Record) => ({
  kind,
  email: emailSchema().safeParse(sender).data ?? null,
  name: toSingleLine(sender_name ?? "", 200) || null,
  isForged: dmarc === "fail",
  subject: toSingleLine(subject, MAX_SUBJECT_LENGTH) || "(No subject)",
  recipients,
  message_id,
});

const truncateTo = (text: string, limit: number): string => text.slice(0, limit).toWellFormed().trim();

const truncateText = (text: string): string =>
  text.length <= MAX_TEXT_LENGTH
    ? text
    : `${truncateTo(text, MAX_TEXT_LENGTH)}\n\n(This email was cut: it has ${text.length} characters.)`;

/** Returns the attachments, and a calendar invitation as a file. */
const listFiles = ({ attachments, calendar }: InboundMail.Mail): MailFile[] => [
  ...attachments,
  ...(calendar && !attachments.some(({ name }) => name.toLowerCase().endsWith(".ics"))
    ? [{ name: "invitation.ics", type: "text/calendar", bytes: Buffer.from(calendar.text) }]
    : []),
];

/** Returns notes on what was left out of the ticket. */
function buildNotes(skippedFiles: readonly MailFile[], { is_cut }: InboundMail.Mail): string[] {
  const fileLabels = skippedFiles.slice(0, 50).map(({ name, bytes }) => `${name.slice(0, 60)} (${bytes.length} bytes)`);
  const more = skippedFiles.length > fileLabels.length ? `, and ${skippedFiles.length - fileLabels.length} more` : "";
  return [
    ...(skippedFiles.length > 0 ? [`(Not attached: ${fileLabels.join(", ")}${more})`] : []),
    ...(is_cut ? ["(This email has more content than the system reads.)"] : []),
  ];
}

/** Returns the other recipients of the mail. */
function listOtherRecipients({ to, cc, from }: InboundMail.Mail, recipients: readonly string[]): string[] {
  const hosts = new Set(recipients.map((recipient) => recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase()));
  const isOther = (address: string): boolean =>
    address !== from?.email &&
    !hosts.has(address.slice(address.lastIndexOf("@") + 1)) &&
    emailSchema().safeParse(address).success;
  return [...new Set([...to, ...cc].map(({ email }) => email))].filter(isOther).slice(0, MAX_CC);
}
