import { detectedType } from "../upload/upload.rules.ts";

/** What a file is by its name and its first bytes. */

/** Of the largest file that is attached: its bytes are copied within a request. */
export const LARGEST_MB = 100;
const MB = 1024 * 1024;

const signatures: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ["application/pdf", 0, "%PDF-"],
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
];

/** Texts that a browser shows as text, whatever stands in them. */
const texts = ["text/csv", "text/tab-separated-values", "application/json"];
const images = /^image\//;

/** The content type that the first bytes tell; what they do not tell is as it was said, unless they tell that it is not so. */
export function contentTypeOf(first: Uint8Array, said: string): string {
  const head = Buffer.from(first.subarray(0, 16)).toString("latin1");
  const found = signatures.find(([, at, bytes]) => head.startsWith(bytes, at));
  if (found) return found[0];
  const told = detectedType(first);
  if (told === "TEXT") return texts.includes(said) ? said : "text/plain";
  return images.test(said) || said.startsWith("text/") || said === "application/pdf" ? "application/octet-stream" : said;
}

/** `pdf` of `Contract.PDF`; nothing of a name without one. */
export const extensionOf = (file_name: string): string => /\.([^.]+)$/.exec(file_name)?.[1]?.toLowerCase() ?? "";

export interface Bounds {
  name?: string;
  file_extensions?: readonly string[] | null | undefined;
  max_size_mb?: number | null | undefined;
}

/** What is wrong with a file of a document type; undefined where nothing is. */
export function wrongWithFile(
  { file_name, size }: { file_name: string; size: number },
  { name = "file", file_extensions, max_size_mb }: Bounds,
): string | undefined {
  const most = Math.min(max_size_mb ?? LARGEST_MB, LARGEST_MB);
  if (size > most * MB) return `A ${name.toLowerCase()} has ${most} MB at most`;
  if (!file_extensions?.length || file_extensions.includes(extensionOf(file_name))) return undefined;
  return `The name of a ${name.toLowerCase()} ends in one of ${file_extensions.map((each) => `.${each}`).join(", ")}`;
}
