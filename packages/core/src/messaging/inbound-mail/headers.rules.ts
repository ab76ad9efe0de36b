import { addressParser } from "postal-mime";
import { decodeText } from "./charset.rules.ts";
import type { Header, Params } from "./mime.rules.ts";
import { decodeBase64, decodeQuotedPrintable } from "./transfer-encoding.rules.ts";

/** What headers say, out of what programs write into them. */

export interface Address {
  readonly name: string | null;
  readonly email: string;
}

/** The first of the name: of what there may be one of, later ones are somebody's try. */
export const findHeader = (headers: readonly Header[], name: string): string | undefined =>
  headers.find((header) => header.name === name)?.value;

export const findHeaders = (headers: readonly Header[], name: string): string[] =>
  headers.flatMap((header) => (header.name === name ? [header.value] : []));

/** One line without what no line has: controls, and signs that turn the direction of what is read. */
export const toSingleLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replaceAll(/ {2,}/g, " ")
    .trim();

const toBytes = (value: string): Buffer => Buffer.from(value, "latin1");

/** Bytes beyond ASCII, which should not be there, are UTF-8 by now. */
const decodeRaw = (value: string): string => decodeText(toBytes(value), undefined);

/** The text of a value, its encoded words read (RFC 2047), on one line. */
export const decodeHeader = (value: string): string => toSingleLine(decodeWords(value, (text) => text));

const ENCODED_RUN_PATTERN = /=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=(?:[ \t]*=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=)*/gi;
const ENCODED_WORD_PATTERN = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;

/** Words of one charset that follow each other are one text: programs cut signs in two between them. */
const decodeWords = (value: string, as: (text: string) => string): string => {
  let plain = "";
  let at = 0;
  for (const { 0: run, index } of value.matchAll(ENCODED_RUN_PATTERN)) {
    plain += decodeRaw(value.slice(at, index)) + as(decodeRun(run));
    at = index + run.length;
  }
  return plain + decodeRaw(value.slice(at));
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

/** So many of a list are read. */
const MAX_ENTRIES = 100;
const MAX_ADDRESS_LENGTH = 320;

/** Addresses of a list, those of groups among them; what is none is left out. */
export function parseAddresses(value: string | undefined): Address[] {
  if (!value) return [];
  // Words are read here, as their charsets may be any; as a text of their own they stand in one that every parser knows.
  const known = decodeWords(value, (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`);
  return addressParser(known, { flatten: true })
    .flatMap(({ name, address = "" }) => {
      const email = toSingleLine(address)
        .replaceAll(/[\s<>"]/g, "")
        .slice(0, MAX_ADDRESS_LENGTH)
        .toWellFormed();
      return /^[^@]+@[^@]+$/.test(email) ? [{ name: normalizeName(name, email), email: email.toLowerCase() }] : [];
    })
    .slice(0, MAX_ENTRIES);
}

function normalizeName(given: string, email: string): string | null {
  const name = toSingleLine(given)
    .replaceAll(/^['"]+|['"]+$/g, "")
    .slice(0, 200)
    .toWellFormed();
  return name === "" || name.toLowerCase() === email.toLowerCase() ? null : name;
}

const MAX_ID_LENGTH = 500;

/** Ids of messages, as they stand between angles; of what has no angles, its words with an at sign. */
export function parseMessageIds(value: string | undefined): string[] {
  if (!value) return [];
  const found = [...value.matchAll(/<([^<>]{1,500})>/g)].map(([, id = ""]) => id.replaceAll(/\s+/g, ""));
  const ids = found.length > 0 ? found : value.split(/[\s,;]+/).filter((word) => word.includes("@"));
  return [...new Set(ids.filter((id) => id !== "" && id.length <= MAX_ID_LENGTH && /^[\x21-\x7e]+$/.test(id)))];
}

/** An instant in UTC; null of what tells none, or one that no calendar has. */
export function parseDate(value: string | undefined): string | null {
  if (!value) return null;
  const plain = value
    .replaceAll(/\([^()]*\)/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const at = Date.parse(plain);
  const year = Number.isNaN(at) ? 0 : new Date(at).getUTCFullYear();
  return year >= 1970 && year <= 9999 ? new Date(at).toISOString() : null;
}

/** A parameter, put together of its parts and read in its charset (RFC 2231), or as the encoded words that some write there. */
export function readParameter(params: Params, name: string): string | undefined {
  const plain = params[name];
  const extended = params[`${name}*`];
  if (extended !== undefined) return toSingleLine(decodeExtended([{ text: extended, isEncoded: true }]));
  const pieces: { text: string; isEncoded: boolean }[] = [];
  for (let at = 0; at < MAX_ENTRIES; at++) {
    const [encoded, literal] = [params[`${name}*${at}*`], params[`${name}*${at}`]];
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
