import { text } from "../../kernel/schema.ts";

/** What may be sent, for how long, and what a file is by its first bytes. */

/** What tables come as. */
const tableTypes = [
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  // What browsers on Windows say of a CSV file where Excel is installed.
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
] as const;

/** Whether a file of this type can be a table: its bytes are looked at then. */
export const isTable = (type: string): boolean => (tableTypes as readonly string[]).includes(stripParameters(type));

/** A content type without its parameters, as lists of them have it. */
export const stripParameters = (given: string): string => (given.split(";")[0] ?? "").trim().toLowerCase();

export const MAX_BYTES = 512 * 1024 * 1024;

const HOUR_SECONDS = 60 * 60;
/** Seconds from its creation in which the bytes of an upload may be sent, at most, and in which it may be used. */
export const SEND_SECONDS = HOUR_SECONDS;
export const USE_SECONDS = 24 * HOUR_SECONDS;
/** Seconds that bytes stay after nobody may use them any more: whoever took them at the last moment still reads them. */
export const GRACE_SECONDS = HOUR_SECONDS;
/** Seconds that the bytes of a used upload stay, for work that reads them in several turns. */
export const READ_SECONDS = 7 * 24 * HOUR_SECONDS;

export const statuses = ["PENDING", "STORED", "USED", "EXPIRED"] as const;
export type Status = (typeof statuses)[number];

/** What an upload is now: bytes come to their place without a word to us, and time passes without one too. */
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
export type DetectedType = (typeof detectedTypes)[number];

/** So many first bytes tell what a file is. */
export const SIGNATURE_BYTES = 4096;

const isBOM = (bytes: Uint8Array): boolean => {
  const [first, second] = bytes;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
};

/** Control characters that texts have: tab, line feed, form feed, carriage return. */
const textControls = new Set([0x09, 0x0a, 0x0c, 0x0d]);

/** A workbook is a zip archive; text has no control characters, or says by its first two bytes that it is UTF-16. */
export function detectType(first: Uint8Array): DetectedType {
  const head = first.subarray(0, SIGNATURE_BYTES);
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) return "XLSX";
  if (head.length === 0) return "UNKNOWN";
  if (isBOM(head)) return "TEXT";
  return head.every((byte) => (byte >= 0x20 && byte !== 0x7f) || textControls.has(byte)) ? "TEXT" : "UNKNOWN";
}

/** Characters that steer a terminal or turn what follows them around. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a file's name; undefined where nothing is. */
export function findNameFault(name: string): string | undefined {
  if (name.trim() === "") return "Must not be blank";
  if (/[/\\]/.test(name) || name === "." || name === "..") return "The name of a file, without a path";
  if (CONTROL_CHARACTERS.test(name)) return "Has control characters";
  return undefined;
}

/** The name of a file, as whoever sends it says it. */
export const fileName = () =>
  text(255).superRefine((value, { addIssue }) => {
    const message = findNameFault(value);
    if (message) addIssue({ code: "custom", message });
  });
