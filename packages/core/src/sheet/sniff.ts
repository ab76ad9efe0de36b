import { unreadable, unsupported } from "./refusal.ts";
import { type Source, take } from "./source.ts";

/** How much of a file says what it is. */
export const HEAD = 1 << 16;

const latin = (text: string): Buffer => Buffer.from(text, "latin1");

/** What is no table, by its first bytes. */
const signatures: readonly (readonly [Buffer, string])[] = [
  [latin("%PDF-"), "a PDF document"],
  [latin("\x89PNG\r\n"), "a PNG image"],
  [latin("\xff\xd8\xff"), "a JPEG image"],
  [latin("GIF87a"), "a GIF image"],
  [latin("GIF89a"), "a GIF image"],
  [latin("II*\0"), "a TIFF image"],
  [latin("MM\0*"), "a TIFF image"],
  [latin("\x1f\x8b"), "a gzip archive"],
  [latin("\x28\xb5\x2f\xfd"), "a Zstandard archive"],
  [latin("\xfd7zXZ\0"), "an xz archive"],
  [latin("7z\xbc\xaf\x27\x1c"), "a 7z archive"],
  [latin("Rar!\x1a\x07"), "a RAR archive"],
  [latin("{\\rtf"), "an RTF document"],
  [latin("SQLite format 3\0"), "a SQLite database"],
  [latin("BEGIN:VCARD"), "a vCard file"],
];

/** What is text and no table either, such as the pages that some programs save under the name of a spreadsheet. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(!doctype html|html|head|body|table)\b/i, "an HTML page"],
  [/^\s*<\?xml\b/i, "an XML document"],
  [/^\s*(\[\s*\{|\{\s*"[^"\n]*"\s*:)/, "a JSON document"],
];

const ZIP = latin("PK\x03\x04");
const EMPTY_ZIP = latin("PK\x05\x06");
const OLE = latin("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");

const begins = (head: Buffer, signature: Buffer): boolean => head.subarray(0, signature.length).equals(signature);
const only = (what: string) => unsupported(`The file is ${what}; tables are read from CSV and XLSX files`);

/** What kind of table the bytes are, never mind the name; what is none is refused. */
export async function kindOf(source: Source, head: Buffer): Promise<"csv" | "xlsx"> {
  if (head.length === 0) throw unreadable("The file is empty");
  if (begins(head, ZIP)) return "xlsx";
  if (begins(head, EMPTY_ZIP)) throw only("an empty zip archive");
  if (begins(head, OLE)) throw await refusalOfOle(source, head);
  const known = signatures.find(([signature]) => begins(head, signature));
  if (known) throw only(known[1]);
  if (begins(head, latin("RIFF")) && head.subarray(8, 12).equals(latin("WEBP"))) throw only("a WebP image");
  const text = head.toString("latin1", 0, 512).replace(/^\xef\xbb\xbf/, "");
  const kind = texts.find(([pattern]) => pattern.test(text));
  if (kind) throw only(kind[1]);
  return "csv";
}

/**
 * Compound files are what Office wrote before 2007, and what it still wraps around a workbook with a password. The
 * names of what is inside stand in directory sectors, the first of which the header points to ([MS-CFB] 2.2).
 */
async function refusalOfOle(source: Source, head: Buffer): Promise<Error> {
  const names = (bytes: Buffer) => bytes.toString("utf16le");
  const sector = head.length >= 52 ? 2 ** Math.min(head.readUInt16LE(30), 12) : 512;
  const at = head.length >= 52 ? (head.readUInt32LE(48) + 1) * sector : 0;
  const directory = at < source.size ? await take(source, at, at + 4096) : Buffer.alloc(0);
  if (/EncryptedPackage/.test(names(head) + names(directory))) {
    return unsupported("The workbook is encrypted: remove its password and upload it again");
  }
  return unsupported("The file is in the old .xls or another Office format of before 2007; save it as XLSX or CSV");
}
