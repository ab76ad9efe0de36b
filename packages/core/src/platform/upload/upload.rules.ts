import { text } from "../../kernel/schema.ts";

/** Which files are accepted, for how long they are kept, and how their type is detected. */

/** Content types of tables. */
const tableTypes = [
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  // Browsers on Windows with Excel send this type for CSV files.
  "application/vnd.ms-excel",
  "application/octet-stream",
] as const;

export const contentTypes = [
  ...tableTypes,
  "application/pdf",
  "application/json",
  "application/zip",
  "application/msword",
  "application/vnd.ms-powerpoint",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "video/mp4",
  "video/quicktime",
  "video/webm",
  "audio/mpeg",
  "audio/mp4",
  "audio/ogg",
  "audio/wav",
] as const;

/** Whether a file of this type may be a table; if so, its bytes are inspected. */
export const isTable = (type: string): boolean => (tableTypes as readonly string[]).includes(stripParameters(type));

/** Returns a content type without its parameters, in lower case. */
export const stripParameters = (contentType: string): string => (contentType.split(";")[0] ?? "").trim().toLowerCase();

export const MAX_BYTES = 512 * 1024 * 1024;

const HOUR_SECONDS = 60 * 60;
/** Seconds from its creation in which the bytes of an upload may be sent, and in which it may be used. */
export const SEND_SECONDS = HOUR_SECONDS;
export const USE_SECONDS = 24 * HOUR_SECONDS;
/** Seconds for which bytes are kept after their last use was allowed, because a job may just have started to read them. */
export const GRACE_SECONDS = HOUR_SECONDS;
/** Seconds for which the bytes of a used upload are kept, for jobs that read them in several slices. */
export const READ_SECONDS = 7 * 24 * HOUR_SECONDS;

export const statuses = ["PENDING", "STORED", "USED", "EXPIRED"] as const;
type Status = (typeof statuses)[number];

/** Returns the current status of an upload. The stored status alone is not enough: bytes arrive, and time passes, without a write. */
export function currentStatus(
  { status, created_at, expires_at }: { status: Status; created_at: string; expires_at: string },
  { isThere, now }: { isThere: boolean; now: number },
): Status {
  if (status === "USED" || status === "EXPIRED") return status;
  const age = (now - Date.parse(created_at)) / 1000;
  if (age >= USE_SECONDS) return "EXPIRED";
  if (isThere) return "STORED";
  return now >= Date.parse(expires_at) ? "EXPIRED" : "PENDING";
}

export const detectedTypes = ["TEXT", "XLSX", "UNKNOWN"] as const;
type DetectedType = (typeof detectedTypes)[number];

/** The number of first bytes by which the type is detected. */
export const SIGNATURE_BYTES = 4096;

const isBOM = (bytes: Uint8Array): boolean => {
  const [first, second] = bytes;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
};

/** Control characters that texts contain: tab, line feed, form feed, carriage return. */
const textControls = new Set([0x09, 0x0a, 0x0c, 0x0d]);

/** Detects the type from the first bytes. A workbook is a zip archive; a text has no control characters, or begins with a UTF-16 mark. */
export function detectType(first: Uint8Array): DetectedType {
  const head = first.subarray(0, SIGNATURE_BYTES);
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) return "XLSX";
  if (head.length === 0) return "UNKNOWN";
  if (isBOM(head)) return "TEXT";
  return head.every((byte) => (byte >= 0x20 && byte !== 0x7f) || textControls.has(byte)) ? "TEXT" : "UNKNOWN";
}

/** Characters that control a terminal or reverse the direction of text. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Returns what is wrong with a file name; undefined if it is valid. */
export function findNameFault(name: string): string | undefined {
  if (name.trim() === "") return "Must not be blank";
  if (/[/\\]/.test(name) || name === "." || name === "..") return "Must be a file name without a path";
  if (CONTROL_CHARACTERS.test(name)) return "Must not contain control characters";
  return undefined;
}

/** The schema of a file name that a sender declares. */
export const fileName = () =>
  text(255).superRefine((value, { addIssue }) => {
    const message = findNameFault(value);
    if (message) addIssue({ code: "custom", message });
  });
