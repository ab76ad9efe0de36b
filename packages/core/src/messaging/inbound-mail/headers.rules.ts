import addressParser from "nodemailer/lib/addressparser";
import { toSingleLine } from "../../kernel/text-content.ts";
import { decodeText } from "./charset.rules.ts";
import type { Header, Params } from "./mime.rules.ts";
import { decodeBase64, decodeQuotedPrintable } from "./transfer-encoding.rules.ts";

/** Parses the headers of mails, including malformed ones. */

export interface Address {
  readonly name: string | null;
  readonly email: string;
}

/** Returns the first header with this name. Further ones of a header that may occur only once may be forged. */
export const findHeader = (headers: readonly Header[], name: string): string | undefined =>
  headers.find((header) => header.name === name)?.value;

export const findHeaders = (headers: readonly Header[], name: string): string[] =>
  headers.flatMap((header) => (header.name === name ? [header.value] : []));

const toBytes = (value: string): Buffer => Buffer.from(value, "latin1");

/** Decodes a raw value. Bytes beyond ASCII are already converted to UTF-8. */
const decodeRaw = (value: string): string => decodeText(toBytes(value), undefined);

/** Decodes a header value with encoded words (RFC 2047) to a single line. */
export const decodeHeader = (value: string): string => toSingleLine(decodeWords(value, (text) => text));

const ENCODED_RUN_PATTERN = /=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=(?:[ \t]*=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=)*/gi;
const ENCODED_WORD_PATTERN = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;

/** Decodes encoded words. Adjacent words of the same charset are decoded together, because programs split characters between them. */
const decodeWords = (value: string, as: (text: string) => string): string => {
  let plain = "";
  let position = 0;
  for (const { 0: run, index } of value.matchAll(ENCODED_RUN_PATTERN)) {
    plain += decodeRaw(value.slice(position, index)) + as(decodeRun(run));
    position = index + run.length;
  }
  return plain + decodeRaw(value.slice(position));
};

function decodeRun(run: string): string {
  const texts: { charset: string; bytes: Uint8Array[] }[] = [];
  for (const [, charset = "", encoding = "", body = ""] of run.matchAll(ENCODED_WORD_PATTERN)) {
    const bytes =
      encoding.toLowerCase() === "b" ? decodeBase64(toBytes(body)) : decodeQuotedPrintable(toBytes(body.replaceAll("_", " ")));
    const last = texts.at(-1);
    if (last && last.charset.toLowerCase() === charset.toLowerCase()) last.bytes.push(bytes);
    else texts.push({ charset, bytes: [bytes] });
  }
  return texts.map(({ charset, bytes }) => decodeText(Buffer.concat(bytes), charset)).join("");
}

/** Maximum number of entries read from a list. */
const MAX_ENTRIES = 100;
const MAX_ADDRESS_LENGTH = 320;

/** Parses a list of addresses, including those in groups. Omits invalid ones. */
export function parseAddresses(value: string | undefined): Address[] {
  if (!value) return [];
  // Encoded words may contain commas and brackets, so they stay encoded until the list is parsed.
  const encodedValue = decodeWords(value, (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`);
  return parseMailboxes(encodedValue)
    .flatMap(({ name, address }) => {
      const email = toSingleLine(address)
        .replaceAll(/[\s<>"]/g, "")
        .slice(0, MAX_ADDRESS_LENGTH)
        .toWellFormed();
      return /^[^@]+@[^@]+$/.test(email)
        ? [{ name: normalizeName(decodeUtf8Words(name), email), email: email.toLowerCase() }]
        : [];
    })
    .slice(0, MAX_ENTRIES);
}

/** Parses mailboxes with their names still encoded. Some programs encode the address together with the name, in one word. */
const parseMailboxes = (value: string): readonly { name: string; address: string }[] =>
  addressParser(value, { flatten: true }).flatMap((mailbox) => {
    const text = mailbox.address === "" && /^=\?[^?]*\?B\?[^?]*\?=$/.test(mailbox.name) ? decodeUtf8Words(mailbox.name) : "";
    return /<[^<>@]+@[^<>]+>/.test(text) ? addressParser(text, { flatten: true }) : [mailbox];
  });

const decodeUtf8Words = (text: string): string =>
  text.replaceAll(/=\?utf-8\?B\?([^?]*)\?=/g, (_all, base64: string) => Buffer.from(base64, "base64").toString());

function normalizeName(rawName: string, email: string): string | null {
  const name = toSingleLine(rawName)
    .replaceAll(/^['"]+|['"]+$/g, "")
    .slice(0, 200)
    .toWellFormed();
  return name === "" || name.toLowerCase() === email.toLowerCase() ? null : name;
}

const MAX_ID_LENGTH = 500;

/** Parses message ids between angle brackets. Without brackets, the words with an at sign. */
export function parseMessageIds(value: string | undefined): string[] {
  if (!value) return [];
  const bracketedIds = [...value.matchAll(/<([^<>]{1,500})>/g)].map(([, id = ""]) => id.replaceAll(/\s+/g, ""));
  const ids = bracketedIds.length > 0 ? bracketedIds : value.split(/[\s,;]+/).filter((word) => word.includes("@"));
  return [...new Set(ids.filter((id) => id !== "" && id.length <= MAX_ID_LENGTH && /^[\x21-\x7e]+$/.test(id)))];
}

/** Returns a date as instant in UTC; null for an invalid one. */
export function parseDate(value: string | undefined): string | null {
  if (!value) return null;
  const plain = value
    .replaceAll(/\([^()]*\)/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const time = Date.parse(plain);
  const year = Number.isNaN(time) ? 0 : new Date(time).getUTCFullYear();
  return year >= 1970 && year <= 9999 ? new Date(time).toISOString() : null;
}

/** Returns a parameter, joined from its parts and decoded (RFC 2231), or from encoded words, which some programs use instead. */
export function readParameter(params: Params, name: string): string | undefined {
  const plain = params[name];
  const extended = params[`${name}*`];
  if (extended !== undefined) return toSingleLine(decodeExtended([{ text: extended, isEncoded: true }]));
  const pieces: { text: string; isEncoded: boolean }[] = [];
  for (let index = 0; index < MAX_ENTRIES; index++) {
    const [encoded, literal] = [params[`${name}*${index}*`], params[`${name}*${index}`]];
    if (encoded === undefined && literal === undefined) break;
    pieces.push({ text: encoded ?? literal ?? "", isEncoded: encoded !== undefined });
  }
  if (pieces.length > 0) return toSingleLine(decodeExtended(pieces));
  return plain === undefined ? undefined : decodeHeader(plain);
}

function decodeExtended(pieces: readonly { text: string; isEncoded: boolean }[]): string {
  const [head, ...rest] = pieces;
  const [, charset, text] = (head?.isEncoded && /^([^']*)'[^']*'(.*)$/s.exec(head.text)) || [
    undefined,
    undefined,
    head?.text ?? "",
  ];
  const bytes = [{ text: text ?? "", isEncoded: head?.isEncoded ?? false }, ...rest].map(({ text: piece, isEncoded }) =>
    isEncoded ? decodePercent(piece) : toBytes(piece),
  );
  return decodeText(Buffer.concat(bytes), charset || undefined);
}

const decodePercent = (text: string): Buffer =>
  toBytes(text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
