import { isUtf8 } from "node:buffer";

/** The fields of a form by name, each with all its values. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** The canonical encoding of forms: ASCII characters, upper-case digits in escapes, `+` for a space. */
const CANONICAL_PATTERN = /^(?:[\x21-\x24\x26-\x7e]|%[0-9A-F]{2})*$/;

/**
 * Parses a form (application/x-www-form-urlencoded). Some providers sign the values and not the bytes, so two encodings of the same
 * values would both be valid. Therefore any other encoding than the canonical one is refused.
 */
export function parseForm(bytes: Uint8Array): FormFields | undefined {
  const text = Buffer.from(bytes).toString("latin1");
  if (text === "") return new Map();
  if (!CANONICAL_PATTERN.test(text) || /^&|&$|&&/.test(text) || !isUtf8(decodeEscapes(text))) return undefined;
  const params = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) params.set(name, [...(params.get(name) ?? []), value]);
  return params;
}

/** Parses the query of a URL; undefined if it is not valid text. */
export const parseQuery = (query: string): FormFields | undefined =>
  parseForm(Buffer.from(query.replaceAll(" ", "+").replaceAll(/%[0-9a-f]{2}/gi, (sign) => sign.toUpperCase())));

const decodeEscapes = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );

/** Returns the content of the part with this name in a form (multipart/form-data); undefined unless there is exactly one. */
export function findPart(bytes: Uint8Array, type: string, name: string): Buffer | undefined {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undefined;
  const body = Buffer.from(bytes);
  const parts: Buffer[] = [];
  const line = Buffer.from(`--${boundary}`);
  let from = body.indexOf(line);
  while (from >= 0) {
    const start = from + line.length + 2;
    const next = body.indexOf(Buffer.concat([Buffer.from("\r\n"), line]), start - 2);
    if (next < 0) break;
    const part = body.subarray(start, Math.max(start, next));
    const end = part.indexOf("\r\n\r\n");
    const head = end < 0 ? "" : part.subarray(0, end).toString("latin1");
    if (end >= 0 && parsePartName(head) === name) parts.push(part.subarray(end + 4));
    from = next + 2;
  }
  return parts.length === 1 ? parts[0] : undefined;
}

const parsePartName = (head: string): string | undefined => {
  const [, quoted, plain] = /^content-disposition:[^\r\n]*?;\s*name=(?:"([^"]*)"|([^\s;"]+))/im.exec(head) ?? [];
  return quoted ?? plain;
};
