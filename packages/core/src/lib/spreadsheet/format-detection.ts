import { type ByteSource, readRange } from "./byte-source.ts";
import { unreadableFile, unsupportedFile } from "./file-rejection.ts";

/** The number of bytes by which the format is detected. */
export const HEAD_BYTES = 1 << 16;

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** Formats that are not tables, by their first bytes. */
const signatures: readonly (readonly [Buffer, string])[] = [
  [latin1("%PDF-"), "a PDF document"],
  [latin1("\x89PNG\r\n"), "a PNG image"],
  [latin1("\xff\xd8\xff"), "a JPEG image"],
  [latin1("GIF87a"), "a GIF image"],
  [latin1("GIF89a"), "a GIF image"],
  [latin1("II*\0"), "a TIFF image"],
  [latin1("MM\0*"), "a TIFF image"],
  [latin1("\x1f\x8b"), "a gzip archive"],
  [latin1("\x28\xb5\x2f\xfd"), "a Zstandard archive"],
  [latin1("\xfd7zXZ\0"), "an xz archive"],
  [latin1("7z\xbc\xaf\x27\x1c"), "a 7z archive"],
  [latin1("Rar!\x1a\x07"), "a RAR archive"],
  [latin1("{\\rtf"), "an RTF document"],
  [latin1("SQLite format 3\0"), "a SQLite database"],
  [latin1("BEGIN:VCARD"), "a vCard file"],
];

/** Texts that are not tables, such as web pages that some programs save under the name of a spreadsheet. */
const textPatterns: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(!doctype html|html|head|body|table)\b/i, "an HTML page"],
  [/^\s*<\?xml\b/i, "an XML document"],
  [/^\s*(\[\s*\{|\{\s*"[^"\n]*"\s*:)/, "a JSON document"],
];

const ZIP = latin1("PK\x03\x04");
const EMPTY_ZIP = latin1("PK\x05\x06");
const OLE = latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");

const hasSignature = (head: Buffer, signature: Buffer): boolean => head.subarray(0, signature.length).equals(signature);
const otherFormatRejection = (description: string) =>
  unsupportedFile(`The file is ${description}; only CSV and XLSX files can be read`);

/** Returns the table format of the bytes, independent of the file name; refuses other formats. */
export async function detectFormat(source: ByteSource, head: Buffer): Promise<"csv" | "xlsx"> {
  if (head.length === 0) throw unreadableFile("The file is empty");
  if (hasSignature(head, ZIP)) return "xlsx";
  if (hasSignature(head, EMPTY_ZIP)) throw otherFormatRejection("an empty zip archive");
  if (hasSignature(head, OLE)) throw await oleRejection(source, head);
  const match = signatures.find(([signature]) => hasSignature(head, signature));
  if (match) throw otherFormatRejection(match[1]);
  if (hasSignature(head, latin1("RIFF")) && head.subarray(8, 12).equals(latin1("WEBP")))
    throw otherFormatRejection("a WebP image");
  const text = head.toString("latin1", 0, 512).replace(/^\xef\xbb\xbf/, "");
  const kind = textPatterns.find(([pattern]) => pattern.test(text));
  if (kind) throw otherFormatRejection(kind[1]);
  return "csv";
}

/**
 * Returns the rejection of a compound file: the format of Office before 2007, which still wraps workbooks with a password. The names of its streams
 * are in directory sectors; the header points to the first one ([MS-CFB] 2.2).
 */
async function oleRejection(source: ByteSource, head: Buffer): Promise<Error> {
  const names = (bytes: Buffer) => bytes.toString("utf16le");
  const sector = head.length >= 52 ? 2 ** Math.min(head.readUInt16LE(30), 12) : 512;
  const offset = head.length >= 52 ? (head.readUInt32LE(48) + 1) * sector : 0;
  const directory = offset < source.size ? await readRange(source, offset, offset + 4096) : Buffer.alloc(0);
  if (/EncryptedPackage/.test(names(head) + names(directory))) {
    return unsupportedFile("The workbook is encrypted: remove its password and upload it again");
  }
  return unsupportedFile("The file is in the old .xls format or another Office format from before 2007: save it as XLSX or CSV");
}
