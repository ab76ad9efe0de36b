import { isUtf8 } from "node:buffer";
import { decodeText, guessEncoding } from "./charset.rules.ts";
import { decodeBody } from "./transfer-encoding.rules.ts";

/**
 * A raw message as a tree of parts (RFC 5322, RFC 2045, RFC 2046). It accepts what real programs send: boundaries that are missing,
 * end too early or are not declared, missing headers, and repeated ones. For any bytes the parser ends in linear time and does not
 * throw.
 */
export interface Part {
  /** In their order, unfolded but not decoded. */
  readonly headers: readonly Header[];
  /** For example `text/plain`, in lower case. */
  readonly type: string;
  readonly params: Params;
  readonly disposition: string;
  readonly dispositionParams: Params;
  /** The decoded bytes; empty for a part that contains parts. */
  readonly body: Uint8Array;
  readonly parts: readonly Part[];
  /** Only on the root: whether parts were left out. */
  readonly isCut: boolean;
}

export interface Header {
  /** In lower case. */
  readonly name: string;
  /** One character for each byte; UTF-8 if it is not ASCII. */
  readonly value: string;
}

export type Params = Readonly<Record<string, string>>;

/** Limits. Deeper parts are read as bytes, and further ones are ignored. */
const LIMITS = { depth: 20, parts: 500, headerBytes: 256 * 1024, headers: 1000, value: 16_384 };

interface ParseBudget {
  parts: number;
  /** The charset of headers that are not ASCII, which is the same in a whole mail. */
  charset?: string;
}

export function parseMessage(raw: Uint8Array): Part {
  const budget = { parts: LIMITS.parts };
  const root = readPart(normalizeStart(raw), "text/plain", 0, budget);
  return { ...root, isCut: budget.parts <= 0 };
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Removes a byte order mark and an mbox line before the first header. Converts the line ends of old Macs. */
function normalizeStart(raw: Uint8Array): Buffer {
  let bytes = toBuffer(raw);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
  if (!bytes.includes(LF) && bytes.includes(CR)) bytes = Buffer.from(bytes.toString("latin1").replaceAll("\r", "\n"), "latin1");
  if (bytes.subarray(0, 5).toString("latin1") === "From ") bytes = bytes.subarray(bytes.indexOf(LF) + 1);
  return bytes;
}

const [LF, CR] = [0x0a, 0x0d];

function readPart(bytes: Buffer, usual: string, depth: number, budget: ParseBudget): Part {
  budget.parts--;
  const { headers: raw, bodyOffset } = readHeaders(bytes);
  const headers = raw.map((header) => ({ ...header, value: toUtf8(header.value, raw, budget) }));
  const body = bytes.subarray(bodyOffset);
  const headerValue = (name: string): string | undefined => headers.find((header) => header.name === name)?.value;
  const contentType = parseStructured(headerValue("content-type") ?? "");
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(contentType.value) ? contentType.value : normalizeType(contentType.value, usual);
  const { value, params } = parseStructured(headerValue("content-disposition") ?? "");
  const partFields = { headers, type, params: contentType.params, disposition: value, dispositionParams: params, isCut: false };
  const encoding = parseStructured(headerValue("content-transfer-encoding") ?? "").value;
  if (type.startsWith("multipart/") && depth < LIMITS.depth) {
    const parts = readParts(decodeContainer(body, encoding), contentType.params.boundary, type, depth, budget);
    if (parts) return { ...partFields, body: EMPTY, parts };
    return { ...partFields, type: "text/plain", body: decodeBody(body, encoding), parts: [] };
  }
  return { ...partFields, body: decodeBody(body, encoding), parts: [] };
}

/** Converts a value with bytes beyond ASCII to UTF-8. */
function toUtf8(value: string, all: readonly Header[], budget: ParseBudget): string {
  const bytes = Buffer.from(value, "latin1");
  if (isUtf8(bytes)) return value;
  budget.charset ??= guessEncoding(Buffer.from(all.map((header) => header.value).join("\n"), "latin1"));
  return Buffer.from(decodeText(bytes, budget.charset), "utf8").toString("latin1");
}

const EMPTY = new Uint8Array();

/** Old programs wrote only `text` or `html`. */
const normalizeType = (word: string, usual: string): string =>
  word === "text" ? "text/plain" : word === "html" ? "text/html" : usual;

/** Decodes a multipart body. It should not be encoded, but some programs do so. */
const decodeContainer = (body: Buffer, encoding: string): Buffer =>
  encoding === "base64" || encoding === "quoted-printable" ? toBuffer(decodeBody(body, encoding)) : body;

/** Reads the parts between boundaries; undefined if there are none. */
function readParts(
  body: Buffer,
  boundary: string | undefined,
  type: string,
  depth: number,
  budget: ParseBudget,
): Part[] | undefined {
  const slices =
    (boundary ? splitByBoundary(body, boundary, budget.parts) : undefined) ??
    splitByBoundary(body, detectBoundary(body), budget.parts);
  if (!slices) return undefined;
  const usual = type === "multipart/digest" ? "message/rfc822" : "text/plain";
  const parts: Part[] = [];
  for (const slice of slices) {
    if (budget.parts <= 0) break;
    parts.push(readPart(slice, usual, depth + 1, budget));
  }
  return parts;
}

/** Detects a boundary that is not declared: the first line that looks like one and is followed by a header. */
function detectBoundary(body: Buffer): string | undefined {
  const head = body.subarray(0, 16_384).toString("latin1");
  return /^--([^\r\n]{1,200}?)[ \t]*\r?\n[!-9;-~]+:/m.exec(head)?.[1];
}

function splitByBoundary(body: Buffer, boundary: string | undefined, maxSlices: number): Buffer[] | undefined {
  if (!boundary) return undefined;
  const delimiter = Buffer.from(`--${boundary}`, "latin1");
  const slices: Buffer[] = [];
  let begin: number | undefined;
  for (let offset = body.indexOf(delimiter); offset >= 0; offset = body.indexOf(delimiter, offset + 1)) {
    if (offset > 0 && body[offset - 1] !== LF) continue;
    const line = readLine(body, offset + delimiter.length);
    const isLast = line.text.startsWith("--");
    if (!/^(?:--)?[ \t\r]*$/.test(line.text)) continue;
    if (begin !== undefined) slices.push(body.subarray(begin, Math.max(begin, findBreakStart(body, offset))));
    begin = isLast ? undefined : line.next;
    if (isLast || slices.length >= maxSlices) break;
  }
  if (begin !== undefined) slices.push(body.subarray(begin));
  return slices.length > 0 ? slices : undefined;
}

/** Reads the beginning of a line, which is enough to recognize it. */
function readLine(body: Buffer, offset: number): { text: string; next: number } {
  const end = body.indexOf(LF, offset);
  return {
    text: body.subarray(offset, Math.min(end < 0 ? body.length : end, offset + 80)).toString("latin1"),
    next: end < 0 ? body.length : end + 1,
  };
}

/** The line break before a boundary belongs to the boundary. */
const findBreakStart = (body: Buffer, offset: number): number => offset - (body[offset - 2] === CR ? 2 : 1);

const HEADER_PATTERN = /^([!-9;-~]+)[ \t]*:(.*)$/s;

/** Reads the headers. The body begins after an empty line, or at the first line that is not a header. */
function readHeaders(bytes: Buffer): { headers: Header[]; bodyOffset: number } {
  const lines: string[] = [];
  let offset = 0;
  while (offset < bytes.length && offset < LIMITS.headerBytes && lines.length < LIMITS.headers) {
    const end = bytes.indexOf(LF, offset);
    const next = end < 0 ? bytes.length : end + 1;
    const line = bytes
      .subarray(offset, Math.min(end < 0 ? bytes.length : end, offset + LIMITS.value))
      .toString("latin1")
      .replace(/\r+$/, "");
    if (line === "") return { headers: lines.flatMap(parseHeader), bodyOffset: next };
    const isMore = /^[ \t]/.test(line) && lines.length > 0;
    if (isMore) lines.push(`${lines.pop() ?? ""}${line}`.slice(0, LIMITS.value));
    else if (HEADER_PATTERN.test(line)) lines.push(line);
    else return { headers: lines.flatMap(parseHeader), bodyOffset: offset };
    offset = next;
  }
  return { headers: lines.flatMap(parseHeader), bodyOffset: offset };
}

/** Parses a header line. A line break inside a value would become a second header when it is written again, so it is removed. */
function parseHeader(line: string): Header[] {
  const [, name, value] = HEADER_PATTERN.exec(line) ?? [];
  return name === undefined || value === undefined
    ? []
    : [{ name: name.toLowerCase(), value: value.replaceAll(/[\r\n\0]+/g, " ").trim() }];
}

/** Parses `text/plain; charset="utf-8"; name*0*=utf-8''a; name*1=b` to a lower-case value and its parameters (RFC 2045, RFC 2231). */
function parseStructured(header: string): { value: string; params: Params } {
  const [first = "", ...rest] = splitFields(header);
  const raw = new Map<string, string>();
  for (const field of rest) {
    const separatorIndex = field.indexOf("=");
    if (separatorIndex < 1) continue;
    const name = field.slice(0, separatorIndex).trim().toLowerCase();
    if (!raw.has(name)) raw.set(name, unquote(field.slice(separatorIndex + 1).trim()));
  }
  return { value: unquote(first.trim()).toLowerCase(), params: Object.fromEntries(raw) };
}

/** Splits at semicolons outside of quotes and comments. */
function splitFields(header: string): string[] {
  const fields = [""];
  let [isQuoted, depth] = [false, 0];
  for (let index = 0; index < header.length; index++) {
    const sign = header.charAt(index);
    if (sign === "\\" && (isQuoted || depth > 0)) {
      if (depth === 0) fields.push(`${fields.pop()}${sign}${header.charAt(index + 1)}`);
      index++;
      continue;
    }
    if (sign === '"' && depth === 0) isQuoted = !isQuoted;
    if (!isQuoted && sign === "(") depth++;
    else if (!isQuoted && sign === ")" && depth > 0) depth--;
    else if (!isQuoted && depth === 0 && sign === ";") fields.push("");
    else if (depth === 0) fields.push(`${fields.pop()}${sign}`);
  }
  return fields;
}

const unquote = (text: string): string =>
  /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, "$1") : text.replace(/^"/, "");
