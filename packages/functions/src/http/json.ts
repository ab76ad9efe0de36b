import { isUtf8 } from "node:buffer";
import { type Failure, invalid } from "@crm/core/kernel/error.ts";

/** Maximum nesting of JSON input. */
const MAX_JSON_DEPTH = 32;
/**
 * Maximum fields and list elements of a request, with and without sign-in. To parse them, and to report each that is invalid,
 * takes computing time from all other callers on the machine.
 */
export const MAX_VALUES = { signedIn: 20_000, anonymous: 1000 };

/**
 * Decodes UTF-8. Refuses other bytes in the name of a field, or of the whole body if `field` is empty, with the position of the
 * first invalid byte.
 */
export function decodeUtf8(bytes: Uint8Array, field = ""): string {
  if (isUtf8(bytes)) return new TextDecoder("utf-8").decode(bytes);
  const index = findInvalidByte(bytes);
  const byte = `byte ${index} (counted from 0) is 0x${bytes[index]?.toString(16).toUpperCase().padStart(2, "0")}`;
  throw invalid(field, `${field === "" ? "The body is" : "The field is"} not UTF-8: ${byte}`);
}

/** Returns the position of the first sequence that is no character. */
function findInvalidByte(bytes: Uint8Array): number {
  // A streaming decoder accepts each prefix that may still become a character. If it refuses one, it refuses all longer ones as
  // well.
  const isRefused = (length: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return false;
    } catch {
      return true;
    }
  };
  let [validLength, invalidLength] = [0, bytes.length + 1];
  while (invalidLength - validLength > 1) {
    const middle = (validLength + invalidLength) >> 1;
    if (isRefused(middle)) invalidLength = middle;
    else validLength = middle;
  }
  while (!isUtf8(bytes.subarray(0, validLength))) validLength--;
  return validLength;
}

/** Parses JSON after a check of its size and depth. */
export function parseJson(text: string, { field = "", maxValues }: { field?: string; maxValues: number }): unknown {
  const { values, depth } = measureJson(text);
  const subject = field === "" ? "The body" : "The field";
  if (depth > MAX_JSON_DEPTH) throw invalid(field, `${subject} is nested deeper than ${MAX_JSON_DEPTH} levels`);
  if (values > maxValues) throw invalid(field, tooManyValuesMessage(subject, maxValues));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw malformedJson(field, cause);
  }
}

export const tooManyValuesMessage = (subject: string, maxValues: number): string =>
  `${subject} has more than ${maxValues.toLocaleString("en")} fields and list elements`;

const malformedJson = (field: string, cause: unknown): Failure => Object.assign(invalid(field, "Must be valid JSON"), { cause });

const [QUOTE, BACKSLASH, COMMA, OPENING_LIST, CLOSING_LIST, OPENING, CLOSING] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Returns a lower bound of the number of fields and elements, and the depth, without parsing the JSON. */
export function measureJson(text: string): { values: number; depth: number } {
  let [values, level, depth] = [1, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      for (index++; index < text.length && text.charCodeAt(index) !== QUOTE; index++)
        if (text.charCodeAt(index) === BACKSLASH) index++;
    } else if (code === COMMA) values++;
    else if (code === OPENING || code === OPENING_LIST) {
      values++;
      depth = Math.max(depth, ++level);
    } else if (code === CLOSING || code === CLOSING_LIST) level--;
  }
  return { values, depth };
}
