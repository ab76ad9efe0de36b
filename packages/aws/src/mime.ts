import { domainToASCII } from "node:url";
import { contentDisposition } from "@crm/core/kernel/content-disposition.ts";
import type { MailAttachment } from "@crm/core/kernel/mail-provider.ts";
import type { MailMessage } from "@crm/core/kernel/ports.ts";
import type { OutgoingMail } from "@crm/core/messaging/channel-provider/mail-provider.ts";

/**
 * Builds mails in wire format (RFC 5322), with HTML or an iCalendar message beside the text (RFC 2046, RFC 6047). Text that
 * people typed goes into base64 bodies and encoded words: it can never begin a line, and no line is longer than 76 characters.
 */

export function buildMimeText(
  from: string,
  { id, to, cc = [], subject, text, html, headers = {}, reply_to, calendar, attachments = [] }: MailMessage,
): string {
  const boundary = `=_${Buffer.from(id).toString("base64url").slice(-40)}`;
  const parts = [
    ["text/plain; charset=utf-8", text],
    ...(html === undefined ? [] : [["text/html; charset=utf-8", html]]),
    ...(calendar ? [[calendarContentType(calendar), calendar.text]] : []),
  ];
  const head = {
    From: formatMailbox(from),
    To: formatMailbox(to),
    ...(cc.length > 0 ? { Cc: cc.map(formatMailbox).join(",\r\n ") } : {}),
    ...(reply_to ? { "Reply-To": formatMailbox(reply_to) } : {}),
    Subject:
      subject.length > MAX_PLAIN_SUBJECT_CHARACTERS || subject.includes("=?") ? encodeWords(subject) : encodeHeader(subject),
    "X-CRM-Message": id,
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [requireHeaderName(name), encodeHeader(value).replaceAll("> <", ">\r\n <")]),
    ),
    "MIME-Version": "1.0",
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const bodies = parts.map(([type = "", body = ""]) => encodeBody(type, body));
  const content = joinParts("alternative", boundary, bodies);
  if (attachments.length === 0) return [...lines, content, ""].join("\r\n");
  return [...lines, joinParts("mixed", `${boundary}_`, [content, ...attachments.map(encodeAttachment)]), ""].join("\r\n");
}

/** Builds a part that contains other parts. A boundary cannot occur in base64. */
const joinParts = (type: "alternative" | "mixed", boundary: string, parts: readonly string[]): string =>
  [
    `Content-Type: multipart/${type};\r\n boundary="${boundary}"`,
    "",
    ...parts.map((part) => `--${boundary}\r\n${part}`),
    `--${boundary}--`,
  ].join("\r\n");

const encodeAttachment = ({ file_name, content_type, base64 }: MailAttachment): string =>
  [
    `Content-Type: ${content_type}`,
    "Content-Transfer-Encoding: base64",
    `Content-Disposition: ${contentDisposition(file_name).replaceAll("; ", ";\r\n ")}`,
    "",
    ...(base64.match(/.{1,76}/g) ?? []),
  ].join("\r\n");

/**
 * Builds the same bytes at each attempt. The mail names its own id and the ids of earlier mails of the conversation, by which
 * mail programs build threads. If the provider gives the mail another id (`isRenamed`), `References` has our id too, because
 * replies repeat the references.
 */
export function buildMime(
  { sentAt, message_id, references = [], headers = {}, ...mail }: OutgoingMail,
  isRenamed = false,
): string {
  const last = references.at(-1);
  const referenceIds = [...references.slice(-MAX_REFERENCES), ...(isRenamed ? [message_id] : [])];
  const standardHeaders: Record<string, string> = {
    Date: new Date(sentAt).toUTCString().replace("GMT", "+0000"),
    "Message-ID": toAngleBrackets(message_id),
    ...(last ? { "In-Reply-To": toAngleBrackets(last) } : {}),
    ...(referenceIds.length > 0 ? { References: referenceIds.map(toAngleBrackets).join(" ") } : {}),
  };
  return buildMimeText(mail.from, { ...mail, headers: { ...headers, ...standardHeaders } });
}

/** Maximum earlier mails in `References`: a longer header would exceed what mail servers accept. */
const MAX_REFERENCES = 10;

const toAngleBrackets = (id: string): string => `<${id.replaceAll(/[^\x21-\x7e]|[<>]/g, "")}>`;

/** Headers that this module writes itself. */
const RESERVED_HEADERS = /^(from|to|cc|bcc|sender|return-path|reply-to|subject|x-crm-message|mime-version|content-.*)$/i;

/** Returns the name of an additional header. Throws if the name is malformed or reserved. */
function requireHeaderName(name: string): string {
  if (/^[A-Za-z][\w-]{0,75}$/.test(name) && !RESERVED_HEADERS.test(name)) return name;
  throw new Error(`Invalid or reserved header name: ${JSON.stringify(name)}`);
}

const calendarContentType = ({ method }: NonNullable<MailMessage["calendar"]>): string =>
  `text/calendar; charset=utf-8; method=${method}`;

/** Line breaks become CRLF, as mails require. */
function encodeBody(type: string, body: string): string {
  const encoded = Buffer.from(body.replaceAll(/\r?\n/g, "\r\n")).toString("base64");
  const lines = encoded.match(/.{1,76}/g) ?? [];
  return [`Content-Type: ${type}`, "Content-Transfer-Encoding: base64", "", ...lines].join("\r\n");
}

/** Maximum characters of a subject that stays on one line without encoding. */
const MAX_PLAIN_SUBJECT_CHARACTERS = 66;

const encodeHeader = (value: string): string => (/^[\x20-\x7e]*$/.test(value) ? value : encodeWords(value));

/** Formats an address, with or without a name before it: `CRM <crm@example.com>`. */
export function formatMailbox(value: string): string {
  const [, name] = NAMED_ADDRESS.exec(value) ?? [];
  return name ? `${encodeHeader(name)} <${bareAddress(value)}>` : bareAddress(value);
}

const NAMED_ADDRESS = /^(.*?)\s*<([^<>]+)>$/s;

/** Returns the address without the name, its domain in ASCII. */
export function bareAddress(value: string): string {
  const [, , bare = value] = NAMED_ADDRESS.exec(value) ?? [];
  const [, local = "", domain = ""] = /^(.*)@([^@]*)$/s.exec(bare) ?? [];
  return `${local}@${domainToASCII(domain)}`.replaceAll(/[\p{Cc}\s<>,]+/gu, "");
}

/**
 * Maximum bytes of text in one encoded word. With the header's name and the markers of the word, the line stays within 76
 * characters.
 */
const MAX_WORD_BYTES = 36;

/** Encodes text as words of UTF-8 (RFC 2047), each on its own line. No character is split. */
function encodeWords(value: string): string {
  const words: string[] = [];
  let [word, bytes] = ["", 0];
  for (const sign of value.replaceAll(/\p{Cc}+/gu, " ")) {
    const size = Buffer.byteLength(sign);
    if (bytes + size > MAX_WORD_BYTES) {
      words.push(word);
      [word, bytes] = ["", 0];
    }
    word += sign;
    bytes += size;
  }
  return [...words, word].map((encodedWord) => `=?utf-8?B?${Buffer.from(encodedWord).toString("base64")}?=`).join("\r\n ");
}
