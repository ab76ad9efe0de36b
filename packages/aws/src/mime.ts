import { domainToASCII } from "node:url";
import type { MailMessage } from "@crm/core/kernel/ports.ts";

/**
 * A mail as it goes over the wire (RFC 5322), with a message of iCalendar beside its text (RFC 2046, RFC 6047). What people typed stands
 * in bodies of base64 and in encoded words: nothing of it begins a line, and no line is longer than 76 signs.
 */

export function mimeText(from: string, { id, to, subject, text, headers = {}, reply_to, calendar }: MailMessage): string {
  const boundary = `=_${Buffer.from(id).toString("base64url").slice(-40)}`;
  const parts = [["text/plain; charset=utf-8", text], ...(calendar ? [[typeOf(calendar), calendar.text]] : [])];
  const head = {
    From: mailbox(from),
    To: mailbox(to),
    ...(reply_to ? { "Reply-To": mailbox(reply_to) } : {}),
    Subject: subject.length > LONGEST || subject.includes("=?") ? encodedWords(subject) : plainOr(subject),
    "X-CRM-Message": id,
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, plainOr(value)])),
    "MIME-Version": "1.0",
    "Content-Type": `multipart/alternative;\r\n boundary="${boundary}"`,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const bodies = parts.map(([type = "", body = ""]) => `--${boundary}\r\n${bodyOf(type, body)}`);
  return [...lines, "", ...bodies, `--${boundary}--`, ""].join("\r\n");
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
  const [, name, bare] = /^(.*?)\s*<([^<>]+)>$/s.exec(value) ?? [undefined, undefined, value];
  const [, local = "", domain = ""] = /^(.*)@([^@]*)$/s.exec(bare ?? "") ?? [];
  const address = `${local}@${domainToASCII(domain)}`.replaceAll(/[\p{Cc}\s<>,]+/gu, "");
  return name ? `${plainOr(name)} <${address}>` : address;
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
