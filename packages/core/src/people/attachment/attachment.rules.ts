import { detectType } from "../../platform/upload/upload.rules.ts";

/** Rules for the type of a file, by its name and its first bytes. */

/** Maximum size of an attached file: its bytes are copied within one request. */
const MAX_SIZE_MB = 100;
const BYTES_PER_MB = 1024 * 1024;

const fileSignatures: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ["application/pdf", 0, "%PDF-"],
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
];

/** Text types that browsers always show as text, regardless of their content. */
const textTypes = ["text/csv", "text/tab-separated-values", "application/json"];
const IMAGE_PATTERN = /^image\//;

/** Returns the content type from the first bytes. If they do not tell, the declared type, unless they contradict it. */
export function detectContentType(first: Uint8Array, declaredType: string): string {
  const head = Buffer.from(first.subarray(0, 16)).toString("latin1");
  const signature = fileSignatures.find(([, offset, bytes]) => head.startsWith(bytes, offset));
  if (signature) return signature[0];
  const detectedType = detectType(first);
  if (detectedType === "TEXT") return textTypes.includes(declaredType) ? declaredType : "text/plain";
  return IMAGE_PATTERN.test(declaredType) || declaredType.startsWith("text/") || declaredType === "application/pdf"
    ? "application/octet-stream"
    : declaredType;
}

/** Returns `pdf` for `Contract.PDF`, and an empty text for a name without an extension. */
export const parseExtension = (file_name: string): string => /\.([^.]+)$/.exec(file_name)?.[1]?.toLowerCase() ?? "";

interface FileLimits {
  name?: string;
  file_extensions?: readonly string[] | null | undefined;
  max_size_mb?: number | null | undefined;
}

/** Returns the reason why a document type does not allow a file; undefined if it does. */
export function findFileFault(
  { file_name, size }: { file_name: string; size: number },
  { name = "file", file_extensions, max_size_mb }: FileLimits,
): string | undefined {
  const maxMb = Math.min(max_size_mb ?? MAX_SIZE_MB, MAX_SIZE_MB);
  if (size > maxMb * BYTES_PER_MB) return `A ${name.toLowerCase()} must be at most ${maxMb} MB`;
  if (!file_extensions?.length || file_extensions.includes(parseExtension(file_name))) return undefined;
  return `The name of a ${name.toLowerCase()} must end in one of ${file_extensions.map((extension) => `.${extension}`).join(", ")}`;
}
