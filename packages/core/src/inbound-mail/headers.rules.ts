import { addressParser } from "postal-mime";
import { decoded } from "./charset.rules.ts";
import { fromBase64, fromQuotedPrintable } from "./encoding.rules.ts";
import type { Header, Params } from "./mime.rules.ts";

/** What headers say, out of what programs write into them. */

export interface Address {
  readonly name: string | null;
  readonly email: string;
}

/** The first of the name: of what there may be one of, later ones are somebody's try. */
export const first = (headers: readonly Header[], name: string): string | undefined =>
  headers.find((header) => header.name === name)?.value;

export const all = (headers: readonly Header[], name: string): string[] =>
  headers.flatMap((header) => (header.name === name ? [header.value] : []));

/** One line without what no line has: controls, and signs that turn the direction of what is read. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replaceAll(/ {2,}/g, " ")
    .trim();

const bytesOf = (value: string): Buffer => Buffer.from(value, "latin1");

/** Bytes beyond ASCII, which should not be there, are UTF-8 by now. */
const readable = (value: string): string => decoded(bytesOf(value), undefined);

/** The text of a value, its encoded words read (RFC 2047), on one line. */
export const textOf = (value: string): string => oneLine(wordsIn(value, (text) => text));

const RUN = /=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=(?:[ \t]*=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=)*/gi;
const WORD = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;

/** Words of one charset that follow each other are one text: programs cut signs in two between them. */
const wordsIn = (value: string, as: (text: string) => string): string => {
  let plain = "";
  let at = 0;
  for (const { 0: run, index } of value.matchAll(RUN)) {
    plain += readable(value.slice(at, index)) + as(runOf(run));
    at = index + run.length;
  }
  return plain + readable(value.slice(at));
};

function runOf(run: string): string {
  const texts: { charset: string; bytes: Uint8Array[] }[] = [];
  for (const [, charset = "", encoding = "", body = ""] of run.matchAll(WORD)) {
    const bytes =
      encoding.toLowerCase() === "b" ? fromBase64(bytesOf(body)) : fromQuotedPrintable(bytesOf(body.replaceAll("_", " ")));
    const last = texts.at(-1);
    if (last && last.charset.toLowerCase() === charset.toLowerCase()) last.bytes.push(bytes);
    else texts.push({ charset, bytes: [bytes] });
  }
  return texts.map(({ charset, bytes }) => decoded(Buffer.concat(bytes), charset)).join("");
}

/** So many of a list are read. */
const MOST = 100;
const LONGEST_ADDRESS = 320;

/** Addresses of a list, those of groups among them; what is none is left out. */
export function addressesOf(value: string | undefined): Address[] {
  if (!value) return [];
  // Words are read here, as their charsets may be any; as a text of their own they stand in one that every parser knows.
  const known = wordsIn(value, (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`);
  return addressParser(known, { flatten: true })
    .flatMap(({ name, address = "" }) => {
      const email = oneLine(address)
        .replaceAll(/[\s<>"]/g, "")
        .slice(0, LONGEST_ADDRESS)
        .toWellFormed();
      return /^[^@]+@[^@]+$/.test(email) ? [{ name: nameOf(name, email), email: email.toLowerCase() }] : [];
    })
    .slice(0, MOST);
}

function nameOf(given: string, email: string): string | null {
  const name = oneLine(given)
    .replaceAll(/^['"]+|['"]+$/g, "")
    .slice(0, 200)
    .toWellFormed();
  return name === "" || name.toLowerCase() === email.toLowerCase() ? null : name;
}

const LONGEST_ID = 500;

/** Ids of messages, as they stand between angles; of what has no angles, its words with an at sign. */
export function idsOf(value: string | undefined): string[] {
  if (!value) return [];
  const found = [...value.matchAll(/<([^<>]{1,500})>/g)].map(([, id = ""]) => id.replaceAll(/\s+/g, ""));
  const ids = found.length > 0 ? found : value.split(/[\s,;]+/).filter((word) => word.includes("@"));
  return [...new Set(ids.filter((id) => id !== "" && id.length <= LONGEST_ID && /^[\x21-\x7e]+$/.test(id)))];
}

/** An instant in UTC; null of what tells none, or one that no calendar has. */
export function instantOf(value: string | undefined): string | null {
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
export function parameterOf(params: Params, name: string): string | undefined {
  const plain = params[name];
  const extended = params[`${name}*`];
  if (extended !== undefined) return oneLine(extendedText([{ text: extended, isEncoded: true }]));
  const pieces: { text: string; isEncoded: boolean }[] = [];
  for (let at = 0; at < MOST; at++) {
    const [encoded, literal] = [params[`${name}*${at}*`], params[`${name}*${at}`]];
    if (encoded === undefined && literal === undefined) break;
    pieces.push({ text: encoded ?? literal ?? "", isEncoded: encoded !== undefined });
  }
  if (pieces.length > 0) return oneLine(extendedText(pieces));
  return plain === undefined ? undefined : textOf(plain);
}

function extendedText(pieces: readonly { text: string; isEncoded: boolean }[]): string {
  const [head, ...rest] = pieces;
  const [, charset, text] = (head?.isEncoded && /^([^']*)'[^']*'(.*)$/s.exec(head.text)) || [
    undefined,
    undefined,
    head?.text ?? "",
  ];
  const bytes = [{ text: text ?? "", isEncoded: head?.isEncoded ?? false }, ...rest].map(({ text: piece, isEncoded }) =>
    isEncoded ? percentBytes(piece) : bytesOf(piece),
  );
  return decoded(Buffer.concat(bytes), charset || undefined);
}

const percentBytes = (text: string): Buffer =>
  bytesOf(text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
