import { toSingleLine } from "../../kernel/text-content.ts";
import { decodeByDetection } from "./charset.rules.ts";
import { decodeHeader, findHeader, readParameter } from "./headers.rules.ts";
import { type Part, parseMessage } from "./mime.rules.ts";
import { readTnef, type Tnef } from "./tnef.rules.ts";

/** An attachment of a mail, however it was packed. */
export interface MailFile {
  /** A safe file name on all systems, never empty. */
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** The content id by which the text refers to it (`cid:…`), without angle brackets; null if it does not. */
  readonly cid: string | null;
  readonly is_inline: boolean;
}

/** Maximum number of files read from one mail. */
const MAX_FILES = 100;

export interface LeafParts {
  readonly files: readonly MailFile[];
  /** The parts of the body, in order. */
  readonly texts: readonly Part[];
  readonly calendars: readonly Part[];
  readonly tnef: Tnef | undefined;
  readonly isCut: boolean;
}

interface CollectedParts {
  files: MailFile[];
  texts: Part[];
  calendars: Part[];
  tnef?: Tnef;
}

export function collectLeafParts(root: Part): LeafParts {
  const parts: CollectedParts = { files: [], texts: [], calendars: [] };
  collectPart(root, parts, { isRelated: false, isReport: false });
  const isCut = root.isCut || parts.files.length > MAX_FILES;
  return { ...parts, tnef: parts.tnef, files: assignNames(parts.files.slice(0, MAX_FILES)), isCut };
}

interface ParentFlags {
  isRelated: boolean;
  isReport: boolean;
}

/** Types that are ignored: the resource fork of a Mac file, and signatures. */
const IGNORED_TYPES = new Set([
  "application/applefile",
  "application/pgp-signature",
  "application/pkcs7-signature",
  "application/x-pkcs7-signature",
]);

function collectPart(part: Part, collectedParts: CollectedParts, parentFlags: ParentFlags): void {
  if (part.parts.length > 0) {
    const childFlags = {
      isRelated: parentFlags.isRelated || part.type === "multipart/related",
      isReport: parentFlags.isReport || part.type === "multipart/report",
    };
    for (const child of part.parts) collectPart(child, collectedParts, childFlags);
    return;
  }
  if (part.type.startsWith("multipart/") || IGNORED_TYPES.has(part.type)) return;
  const isAttached = part.disposition === "attachment";
  const name = parseFileName(part);
  if (part.type === "text/calendar" || part.type === "application/ics") {
    collectedParts.calendars.push(part);
    if (!isAttached && name === undefined) return;
  } else if (isBody(part) && !isAttached && name === undefined) {
    collectedParts.texts.push(part);
    return;
  }
  if (isWinmail(part, name) && unpackTnef(part, collectedParts)) return;
  // The returned mail in a bounce report is read by the bounce report rules.
  if (parentFlags.isReport && /^(?:message\/|text\/rfc822-headers)/.test(part.type)) return;
  if (part.body.length > 0 || isAttached) collectedParts.files.push(toFile(part, name, parentFlags));
}

const isBody = ({ type }: Part): boolean => /^text\/(?:plain|html|enriched|richtext|x-markdown|markdown)$/.test(type);

const isWinmail = ({ type }: Part, name: string | undefined): boolean =>
  type === "application/ms-tnef" || type === "application/vnd.ms-tnef" || name?.toLowerCase() === "winmail.dat";

function unpackTnef(part: Part, collectedParts: CollectedParts): boolean {
  const packed = readTnef(part.body);
  if (!packed) return false;
  collectedParts.tnef ??= packed;
  for (const { name, type, cid, bytes } of packed.files) {
    const declaredType = type?.toLowerCase() ?? "";
    const mediaType = /^[\w.+-]+\/[\w.+-]+$/.test(declaredType) ? declaredType : "application/octet-stream";
    collectedParts.files.push({
      name: name ?? "",
      type: mediaType,
      bytes,
      cid: cid ? toSingleLine(cid).replaceAll(/[<>]/g, "") : null,
      is_inline: false,
    });
  }
  return true;
}

const parseFileName = (part: Part): string | undefined =>
  readParameter(part.dispositionParams, "filename") ?? readParameter(part.params, "name");

function toFile(part: Part, name: string | undefined, { isRelated }: ParentFlags): MailFile {
  const cid = toSingleLine(findHeader(part.headers, "content-id") ?? "").replaceAll(/[<>\s]/g, "") || null;
  return {
    name: name ?? (part.type === "message/rfc822" ? `${readInnerSubject(part)}.eml` : ""),
    type: part.type,
    bytes: part.body,
    cid,
    is_inline: part.disposition === "inline" || (isRelated && cid !== null && part.disposition !== "attachment"),
  };
}

/** Returns the subject of an attached mail, as the name of its file. */
const readInnerSubject = (part: Part): string =>
  decodeHeader(findHeader(parseMessage(part.body.subarray(0, 65_536)).headers, "subject") ?? "") || "message";

const extensionsByType: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/heic": "heic",
  "text/plain": "txt",
  "text/html": "html",
  "text/csv": "csv",
  "text/calendar": "ics",
  "message/rfc822": "eml",
  "application/zip": "zip",
  "application/pkcs7-mime": "p7m",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "video/mp4": "mp4",
};

/** Makes names unique. A file without a name is named by its position and type. A duplicate name gets its position before the extension. */
function assignNames(files: readonly MailFile[]): MailFile[] {
  const usedNames = new Set<string>();
  return files.map((file, index) => {
    const safe = sanitizeFileName(file.name) || `attachment-${index + 1}.${extensionsByType[file.type] ?? "bin"}`;
    const name = usedNames.has(safe.toLowerCase()) ? safe.replace(/(\.[^.]*)?$/, ` (${index + 1})$1`) : safe;
    usedNames.add(name.toLowerCase());
    return { ...file, name };
  });
}

const MAX_NAME_LENGTH = 200;
/** Names of devices on some systems. */
const DEVICE_NAME_PATTERN = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** Returns the last part of a path, without characters that have a meaning in a file system. */
export function sanitizeFileName(fileName: string): string {
  const last =
    toSingleLine(fileName)
      .split(/[/\\]/)
      .findLast((segment) => segment.trim() !== "") ?? "";
  const plain = last
    .replaceAll(/[<>:"|?*\p{Cc}\p{Cf}]+/gu, "_")
    .replace(/^[.\s]+/, "")
    .replace(/[.\s]+$/, "")
    .replace(DEVICE_NAME_PATTERN, "_$&");
  const [, stem = plain, ending = ""] = /^(.*?)(\.[^.]{1,16})?$/s.exec(plain) ?? [];
  return `${[...stem].slice(0, MAX_NAME_LENGTH - ending.length).join("")}${ending}`;
}

/** Maximum number of bytes read from a text part. */
export const MAX_TEXT_BYTES = 2 << 20;

/** Decodes the text of a text part. */
export const decodePart = (part: Part): string => decodeByDetection(part.body.subarray(0, MAX_TEXT_BYTES), part.params.charset);
