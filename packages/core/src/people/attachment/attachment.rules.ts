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

const detectSignature = (head: string): string | undefined =>
  fileSignatures.find(([, offset, bytes]) => head.startsWith(bytes, offset))?.[0];

/** Text types that browsers always show as text, regardless of their content. */
const textTypes = ["text/csv", "text/tab-separated-values", "application/json"];
const IMAGE_PATTERN = /^image\//;

/** Returns the content type from the first bytes. If they do not tell, the declared type, unless they contradict it. */
export function detectContentType(first: Uint8Array, declaredType: string): string {
  const head = Buffer.from(first.subarray(0, 16)).toString("latin1");
  const signedType = detectSignature(head);
  if (signedType) return signedType;
  const detectedType = detectType(first);
  if (detectedType === "TEXT") return textTypes.includes(declaredType) ? declaredType : "text/plain";
  return IMAGE_PATTERN.test(declaredType) || declaredType.startsWith("text/") || declaredType === "application/pdf"
    ? "application/octet-stream"
    : declaredType;
}

/** Groups of types whose content begins alike. A file may be declared as another type of its group. */
const contentGroups = {
  picture: {
    label: "a picture",
    types: ["image/png", "image/jpeg", "image/gif", "image/webp"],
    extensions: ["png", "jpg", "jpeg", "gif", "webp"],
  },
  pdf: { label: "a PDF", types: ["application/pdf"], extensions: ["pdf"] },
  document: {
    label: "an Office document or an archive",
    types: [
      "application/zip",
      "application/msword",
      "application/vnd.ms-powerpoint",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ],
    extensions: ["zip", "doc", "ppt", "docx", "pptx", "xlsx"],
  },
  text: {
    label: "text",
    types: ["text/csv", "text/plain", "text/tab-separated-values", "application/json"],
    extensions: ["csv", "tsv", "txt", "json"],
  },
} as const satisfies Record<string, { label: string; types: readonly string[]; extensions: readonly string[] }>;
type ContentGroup = keyof typeof contentGroups;

const findGroup = (key: "types" | "extensions", value: string): ContentGroup | undefined =>
  (Object.keys(contentGroups) as ContentGroup[]).find((name) => (contentGroups[name][key] as readonly string[]).includes(value));

/** The first bytes of archives, which new Office documents are, of old Office documents, and of rich text, which Word saves as `.doc` too. */
const documentSignatures = ["PK\x03\x04", "PK\x05\x06", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "{\\rtf"];

/** Returns the group of a file's content; undefined if its first bytes do not tell. */
function detectGroup(first: Uint8Array): ContentGroup | undefined {
  const head = Buffer.from(first.subarray(0, 64)).toString("latin1");
  if (documentSignatures.some((signature) => head.startsWith(signature))) return "document";
  const group = findGroup("types", detectSignature(head) ?? "");
  // Some programs write a byte order mark or blanks before a PDF.
  if (group === undefined && head.replace("\xef\xbb\xbf", "").trimStart().startsWith("%PDF-")) return "pdf";
  return group ?? (detectType(first) === "TEXT" ? "text" : undefined);
}

interface DeclaredFile {
  file_name: string;
  content_type: string;
}

/**
 * Returns the reason why the content of a file is not of the type that its sender declared or that its name shows; undefined if it is, or if
 * neither says anything. Content without a signature may be a text in a rare encoding.
 */
export function findContentFault(first: Uint8Array, { file_name, content_type }: DeclaredFile): string | undefined {
  const detected = detectGroup(first);
  const extension = parseExtension(file_name);
  const declarations = [
    [findGroup("types", content_type), `the type ${content_type}`],
    [findGroup("extensions", extension), `the extension .${extension}`],
  ] as const;
  for (const [declared, source] of declarations) {
    if (declared === undefined || declared === detected || (declared === "text" && detected === undefined)) continue;
    const content = detected === undefined ? "something else" : contentGroups[detected].label;
    return `The content is ${content}, but ${source} means ${contentGroups[declared].label}: send the file again with the type and name of its content`;
  }
  return undefined;
}

/** Returns the reason why a stored file cannot have a name; undefined if it can. */
export function findExtensionFault({ file_name, file_type }: { file_name: string; file_type: string }): string | undefined {
  const [stored, named] = [findGroup("types", file_type), findGroup("extensions", parseExtension(file_name))];
  if (stored === undefined || named === undefined || stored === named) return undefined;
  return `The file is ${contentGroups[stored].label}: its name must not end as the name of ${contentGroups[named].label}`;
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
