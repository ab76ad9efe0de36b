import { domainToASCII } from "node:url";
import type { MailMessage } from "@crm/core/kernel/ports.ts";
import type { OutgoingMail } from "@crm/core/message/provider/mail-provider.ts";

/**
 * A mail as it goes over the wire (RFC 5322), with HTML or a message of iCalendar beside its text (RFC 2046, RFC 6047). What people typed stands
 * in bodies of base64 and in encoded words: nothing of it begins a line, and no line is longer than 76 signs.
 */

export function mimeText(
  from: string,
  { id, to, cc = [], subject, text, html, headers = {}, reply_to, calendar }: MailMessage,
): string {
  const boundary = `=_${Buffer.from(id).toString("base64url").slice(-40)}`;
  const parts = [
    ["text/plain; charset=utf-8", text],
    ...(html === undefined ? [] : [["text/html; charset=utf-8", html]]),
    ...(calendar ? [[typeOf(calendar), calendar.text]] : []),
  ];
  const head = {
    From: mailbox(from),
    To: mailbox(to),
    ...(cc.length > 0 ? { Cc: cc.map(mailbox).join(",\r\n ") } : {}),
    ...(reply_to ? { "Reply-To": mailbox(reply_to) } : {}),
    Subject: subject.length > LONGEST || subject.includes("=?") ? encodedWords(subject) : plainOr(subject),
    "X-CRM-Message": id,
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [headerOf(name), plainOr(value).replaceAll("> <", ">\r\n <")]),
    ),
    "MIME-Version": "1.0",
    "Content-Type": `multipart/alternative;\r\n boundary="${boundary}"`,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const bodies = parts.map(([type = "", body = ""]) => `--${boundary}\r\n${bodyOf(type, body)}`);
  return [...lines, "", ...bodies, `--${boundary}--`, ""].join("\r\n");
}

/**
 * The same bytes at each try: its own id, and those of the conversation's mails before it, by which programs put them together. Where a
 * provider gives the mail another id, its own is among those before, because answers repeat them.
 */
export function mimeOf({ at, message_id, references = [], headers = {}, ...mail }: OutgoingMail, isRenamed = false): string {
  const last = references.at(-1);
  const named = [...references.slice(-KEPT), ...(isRenamed ? [message_id] : [])];
  const own: Record<string, string> = {
    Date: new Date(at).toUTCString().replace("GMT", "+0000"),
    "Message-ID": angled(message_id),
    ...(last ? { "In-Reply-To": angled(last) } : {}),
    ...(named.length > 0 ? { References: named.map(angled).join(" ") } : {}),
  };
  return mimeText(mail.from, { ...mail, headers: { ...headers, ...own } });
}

/** Mails before it that one names: more make its header longer than servers take. */
const KEPT = 10;

const angled = (id: string): string => `<${id.replaceAll(/[^\x21-\x7e]|[<>]/g, "")}>`;

/** Those that are written here. */
const TAKEN = /^(from|to|cc|bcc|sender|return-path|reply-to|subject|x-crm-message|mime-version|content-.*)$/i;

/** The name of a header that is given beside. */
function headerOf(name: string): string {
  if (/^[A-Za-z][\w-]{0,75}$/.test(name) && !TAKEN.test(name)) return name;
  throw new Error(`Not a header that may be given: ${JSON.stringify(name)}`);
}

const typeOf = ({ method }: NonNullable<MailMessage["calendar"]>): string => `text/calendar; charset=utf-8; method=${method}`;

/** Lines end as lines of mails do; no boundary can stand in base64. */
function bodyOf(type: string, body: string): string {
  const encoded = Buffer.from(body.replaceAll(/\r?\n/g, "\r\n")).toString("base64");
  const lines = encoded.match(/.{1,76}/g) ?? [];
  return [`Content-Type: ${type}`, "Content-Transfer-Encoding: base64", "", ...lines].join("\r\n");
}

/** Signs of a subject that stays on one line as it is. */
const LONGEST = 66;

const plainOr = (value: string): string => (/^[\x20-\x7e]*$/.test(value) ? value : encodedWords(value));

/** An address, with or without a name before it: `CRM <crm@example.com>`. */
export function mailbox(value: string): string {
  const [, name] = NAMED.exec(value) ?? [];
  return name ? `${plainOr(name)} <${bareOf(value)}>` : bareOf(value);
}

const NAMED = /^(.*?)\s*<([^<>]+)>$/s;

/** The address alone. */
export function bareOf(value: string): string {
  const [, , bare = value] = NAMED.exec(value) ?? [];
  const [, local = "", domain = ""] = /^(.*)@([^@]*)$/s.exec(bare) ?? [];
  return `${local}@${domainToASCII(domain)}`.replaceAll(/[\p{Cc}\s<>,]+/gu, "");
}

/** Bytes of one word: with the name of its header before it, and what says so, a line of 76 signs at most. */
const WORD = 36;

/** Words of UTF-8 (RFC 2047), each on a line of its own; no sign is cut in two. */
function encodedWords(value: string): string {
  const words: string[] = [];
  let [word, bytes] = ["", 0];
  for (const sign of value.replaceAll(/\p{Cc}+/gu, " ")) {
    const size = Buffer.byteLength(sign);
    if (bytes + size > WORD) {
      words.push(word);
      [word, bytes] = ["", 0];
    }
    word += sign;
    bytes += size;
  }
  return [...words, word].map((each) => `=?utf-8?B?${Buffer.from(each).toString("base64")}?=`).join("\r\n ");
}
