import type { InboundMail } from "../../inbound-mail/inbound-mail.ts";
import { email as emailSchema } from "../../kernel/schema.ts";

/** A mail as a ticket takes it. Pure. */

export interface Incoming {
  kind: InboundMail.Record["kind"];
  /** Null where there is none that an answer could go to. */
  email: string | null;
  name: string | null;
  /** The domain of the sender says that it has not sent the mail. */
  isForged: boolean;
  /** Whether its sender is who they say: a From alone proves nobody. */
  isProved: boolean;
  subject: string;
  /** What is new in it, as far as a ticket has room. */
  text: string;
  recipients: readonly string[];
  cc: readonly string[];
  message_id: string | null;
  in_reply_to: readonly string[];
  files: readonly File[];
  bounce: InboundMail.Mail["bounce"];
}

export interface File {
  name: string;
  type: string;
  bytes: Uint8Array;
}

/** Files of one mail that are attached, and addresses beside ours that are kept. */
export const MOST_FILES = 20;
const MOST_CC = 10;
/** Characters of a description or comment, with room for what is said of files. */
const MOST_TEXT = 45_000;
const MOST_SUBJECT = 255;

export function incomingOf(record: InboundMail.Record, mail: InboundMail.Mail): Incoming {
  const files = filesOf(mail);
  const fit = files.filter(({ bytes }) => bytes.length > 0).slice(0, MOST_FILES);
  const left = files.filter((file) => !fit.includes(file));
  const text = [cut(mail.answer.trim() || "(No text)"), ...notes(left, mail)].join("\n\n");
  return {
    ...headOf(record),
    text,
    cc: othersIn(mail, record.recipients),
    in_reply_to: mail.in_reply_to,
    files: fit,
    bounce: mail.bounce,
  };
}

/** Of one that was too large to be read. */
export const unreadOf = (record: InboundMail.Record): Incoming => ({
  ...headOf(record),
  text: `(The mail has ${record.size} bytes, which is too large: its text and its files were not kept. ${record.status_because ?? ""})`,
  cc: [],
  in_reply_to: [],
  files: [],
  bounce: null,
});

const headOf = ({ kind, sender, sender_name, subject, recipients, message_id, dmarc }: InboundMail.Record) => ({
  kind,
  email: emailSchema().safeParse(sender).data ?? null,
  name: sender_name?.slice(0, 200).toWellFormed().trim() || null,
  isForged: dmarc === "fail",
  isProved: dmarc === "pass",
  subject: cutTo(subject, MOST_SUBJECT) || "(No subject)",
  recipients,
  message_id,
});

const cutTo = (text: string, most: number): string => text.slice(0, most).toWellFormed().trim();

const cut = (text: string): string =>
  text.length <= MOST_TEXT ? text : `${cutTo(text, MOST_TEXT)}\n\n(The mail goes on: it has ${text.length} characters.)`;

/** Files, with what asks into a calendar. */
const filesOf = ({ attachments, calendar }: InboundMail.Mail): File[] => [
  ...attachments,
  ...(calendar && !attachments.some(({ name }) => name.toLowerCase().endsWith(".ics"))
    ? [{ name: "invitation.ics", type: "text/calendar", bytes: Buffer.from(calendar.text) }]
    : []),
];

/** What somebody should know that is not there. */
function notes(left: readonly File[], { is_cut }: InboundMail.Mail): string[] {
  const named = left.slice(0, 50).map(({ name, bytes }) => `${name.slice(0, 60)} (${bytes.length} bytes)`);
  const more = left.length > named.length ? `, and ${left.length - named.length} more` : "";
  return [
    ...(left.length > 0 ? [`(Not attached: ${named.join(", ")}${more})`] : []),
    ...(is_cut ? ["(More was in the mail than is read of one.)"] : []),
  ];
}

/** To whom else it was written. */
function othersIn({ to, cc, from }: InboundMail.Mail, recipients: readonly string[]): string[] {
  const hosts = new Set(recipients.map((each) => each.slice(each.lastIndexOf("@") + 1).toLowerCase()));
  const isOther = (each: string): boolean =>
    each !== from?.email && !hosts.has(each.slice(each.lastIndexOf("@") + 1)) && emailSchema().safeParse(each).success;
  return [...new Set([...to, ...cc].map(({ email }) => email))].filter(isOther).slice(0, MOST_CC);
}
