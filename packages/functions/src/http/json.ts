import { isUtf8 } from "node:buffer";
import { type ErrorDetail, type Failure, invalid } from "@crm/core/kernel/error.ts";

/** Levels that what people send may be nested. */
export const MAX_JSON_DEPTH = 32;
/**
 * Fields and list elements that one request may have, and one of somebody who has not signed in: what is made of them, and said
 * of each that is wrong, is work for everybody else on the machine.
 */
export const MAX_VALUES = { signedIn: 20_000, anonymous: 1000 };

/** The text of bytes; what is none is refused in the name of a field, or of the whole body, with the byte at which it ends. */
export function decodeUtf8(bytes: Uint8Array, field = ""): string {
  if (isUtf8(bytes)) return new TextDecoder("utf-8").decode(bytes);
  const at = findInvalidByte(bytes);
  const byte = `byte ${at} (counted from 0) is 0x${bytes[at]?.toString(16).toUpperCase().padStart(2, "0")}`;
  throw invalid(field, `${field === "" ? "The body is" : "It is"} not UTF-8: ${byte}`);
}

/** Where the first sequence begins that is no character. */
function findInvalidByte(bytes: Uint8Array): number {
  // A decoder that waits for more takes every beginning that may still become a character: what it refuses, it refuses longer too.
  const isRefused = (length: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return false;
    } catch {
      return true;
    }
  };
  let [taken, refused] = [0, bytes.length + 1];
  while (refused - taken > 1) {
    const middle = (taken + refused) >> 1;
    if (isRefused(middle)) refused = middle;
    else taken = middle;
  }
  while (!isUtf8(bytes.subarray(0, taken))) taken--;
  return taken;
}

/** What a text says, once it is known to be small enough to be looked at. */
export function parseJson(text: string, { field = "", most }: { field?: string; most: number }): unknown {
  const { values, depth } = measureJson(text);
  const what = field === "" ? "The body" : "It";
  if (depth > MAX_JSON_DEPTH) throw invalid(field, `${what} is nested deeper than ${MAX_JSON_DEPTH} levels`);
  if (values > most) throw invalid(field, tooManyValuesMessage(what, most));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformedJson(field, cause);
  }
  const wrong = SUSPICIOUS_PATTERN.test(text) || !text.isWellFormed() ? findInvalidText(value, field) : undefined;
  if (wrong !== undefined) throw invalid(wrong.field, wrong.message);
  return value;
}

export const tooManyValuesMessage = (what: string, most: number): string =>
  `${what} has more than ${most.toLocaleString("en")} fields and list elements`;

const malformedJson = (field: string, cause: unknown): Failure => Object.assign(invalid(field, "Not JSON"), { cause });

const [QUOTE, BACKSLASH, COMMA, OPENING_LIST, CLOSING_LIST, OPENING, CLOSING] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/** How many fields and elements a text of JSON has at least, and how deep it is, before any of it is made. */
export function measureJson(text: string): { values: number; depth: number } {
  let [values, level, depth] = [1, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
    } else if (code === COMMA) values++;
    else if (code === OPENING || code === OPENING_LIST) {
      values++;
      depth = Math.max(depth, ++level);
    } else if (code === CLOSING || code === CLOSING_LIST) level--;
  }
  return { values, depth };
}

/** An escape that may be half of a character or NUL, and a name that no object keeps. */
const SUSPICIOUS_PATTERN = /\\u|__proto__/;

/** What no text may be, and no name. */
function invalidTextReason(text: string): string | undefined {
  if (!text.isWellFormed()) return "Not well-formed Unicode: half of a character stands alone";
  return text.includes("\0") ? "Holds the character NUL" : undefined;
}

/** The first text or name that cannot be kept, by its path. */
function findInvalidText(value: unknown, field: string): ErrorDetail | undefined {
  if (typeof value === "string") {
    const message = invalidTextReason(value);
    return message === undefined ? undefined : { field, message };
  }
  if (value === null || typeof value !== "object") return undefined;
  for (const [name, each] of Object.entries(value)) {
    const message = name === "__proto__" ? "The name __proto__ cannot be kept" : invalidTextReason(name);
    if (message !== undefined) return { field, message };
    const at = Array.isArray(value) ? `[${name}]` : `${field === "" ? "" : "."}${name}`;
    const found = findInvalidText(each, `${field}${at}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
