import { decodedByLook } from "./charset.rules.ts";
import { first, oneLine, parameterOf, textOf } from "./headers.rules.ts";
import { type Part, partOf } from "./mime.rules.ts";
import { readTnef, type Tnef } from "./tnef.rules.ts";

/** What is attached to a mail, in whatever it was packed. */
export interface File {
  /** Safe to be that of a file anywhere, and never empty. */
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** By which the text shows it (`cid:…`), without its angles; null of what stands beside the text. */
  readonly cid: string | null;
  readonly is_inline: boolean;
}

/** So many are read of one mail. */
export const MOST_FILES = 100;

export interface Leaves {
  readonly files: readonly File[];
  /** Parts of the body, in their order. */
  readonly texts: readonly Part[];
  readonly calendars: readonly Part[];
  readonly packed: Tnef | undefined;
  readonly isCut: boolean;
}

interface Found {
  files: File[];
  texts: Part[];
  calendars: Part[];
  packed?: Tnef;
}

export function leavesOf(root: Part): Leaves {
  const found: Found = { files: [], texts: [], calendars: [] };
  collect(root, found, { isRelated: false, isReport: false });
  const isCut = root.isCut || found.files.length > MOST_FILES;
  return { ...found, packed: found.packed, files: withNames(found.files.slice(0, MOST_FILES)), isCut };
}

interface Around {
  isRelated: boolean;
  isReport: boolean;
}

/** Of a Mac's file the half that no other computer has a use for, and what only says who has signed. */
const USELESS = new Set([
  "application/applefile",
  "application/pgp-signature",
  "application/pkcs7-signature",
  "application/x-pkcs7-signature",
]);

function collect(part: Part, found: Found, around: Around): void {
  if (part.parts.length > 0) {
    const within = {
      isRelated: around.isRelated || part.type === "multipart/related",
      isReport: around.isReport || part.type === "multipart/report",
    };
    for (const each of part.parts) collect(each, found, within);
    return;
  }
  if (part.type.startsWith("multipart/") || USELESS.has(part.type)) return;
  const isAttached = part.disposition === "attachment";
  const name = fileNameOf(part);
  if (part.type === "text/calendar" || part.type === "application/ics") {
    found.calendars.push(part);
    if (!isAttached && name === undefined) return;
  } else if (isBody(part) && !isAttached && name === undefined) {
    found.texts.push(part);
    return;
  }
  if (isWinmail(part, name) && unpack(part, found)) return;
  // What a server tells of a mail that it gives back is read where it is told what became of it.
  if (around.isReport && /^(?:message\/|text\/rfc822-headers)/.test(part.type)) return;
  if (part.body.length > 0 || isAttached) found.files.push(fileOf(part, name, around));
}

const isBody = ({ type }: Part): boolean => /^text\/(?:plain|html|enriched|richtext|x-markdown|markdown)$/.test(type);

const isWinmail = ({ type }: Part, name: string | undefined): boolean =>
  type === "application/ms-tnef" || type === "application/vnd.ms-tnef" || name?.toLowerCase() === "winmail.dat";

function unpack(part: Part, found: Found): boolean {
  const packed = readTnef(part.body);
  if (!packed) return false;
  found.packed ??= packed;
  for (const { name, type, cid, bytes } of packed.files) {
    const said = type?.toLowerCase() ?? "";
    const known = /^[\w.+-]+\/[\w.+-]+$/.test(said) ? said : "application/octet-stream";
    found.files.push({
      name: name ?? "",
      type: known,
      bytes,
      cid: cid ? oneLine(cid).replaceAll(/[<>]/g, "") : null,
      is_inline: false,
    });
  }
  return true;
}

const fileNameOf = (part: Part): string | undefined =>
  parameterOf(part.dispositionParams, "filename") ?? parameterOf(part.params, "name");

function fileOf(part: Part, name: string | undefined, { isRelated }: Around): File {
  const cid = oneLine(first(part.headers, "content-id") ?? "").replaceAll(/[<>\s]/g, "") || null;
  return {
    name: name ?? (part.type === "message/rfc822" ? `${subjectWithin(part)}.eml` : ""),
    type: part.type,
    bytes: part.body,
    cid,
    is_inline: part.disposition === "inline" || (isRelated && cid !== null && part.disposition !== "attachment"),
  };
}

/** A mail within a mail is a file, called by what it is about. */
const subjectWithin = (part: Part): string =>
  textOf(first(partOf(part.body.subarray(0, 65_536)).headers, "subject") ?? "") || "message";

const endings: Readonly<Record<string, string>> = {
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

/** Those without a name are called by their place and type; of two of one name the second has its place before the ending. */
function withNames(files: readonly File[]): File[] {
  const taken = new Set<string>();
  return files.map((file, at) => {
    const safe = safeName(file.name) || `attachment-${at + 1}.${endings[file.type] ?? "bin"}`;
    const name = taken.has(safe.toLowerCase()) ? safe.replace(/(\.[^.]*)?$/, ` (${at + 1})$1`) : safe;
    taken.add(name.toLowerCase());
    return { ...file, name };
  });
}

const LONGEST_NAME = 200;
/** Names that are devices on some computers. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** The last part of a path, without what some file system makes something else of. */
export function safeName(given: string): string {
  const last =
    oneLine(given)
      .split(/[/\\]/)
      .findLast((each) => each.trim() !== "") ?? "";
  const plain = last
    .replaceAll(/[<>:"|?*\p{Cc}\p{Cf}]+/gu, "_")
    .replace(/^[.\s]+/, "")
    .replace(/[.\s]+$/, "")
    .replace(DEVICE, "_$&");
  const [, stem = plain, ending = ""] = /^(.*?)(\.[^.]{1,16})?$/s.exec(plain) ?? [];
  return `${[...stem].slice(0, LONGEST_NAME - ending.length).join("")}${ending}`;
}

/** Bytes of a text that are read. */
export const MOST_BYTES = 2 << 20;

/** The text of a part that is one. */
export const textIn = (part: Part): string => decodedByLook(part.body.subarray(0, MOST_BYTES), part.params.charset);
