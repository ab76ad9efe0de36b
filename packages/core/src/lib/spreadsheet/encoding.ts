import { isAscii, isUtf8 } from "node:buffer";
import { invalid } from "../../kernel/error.ts";
import { bounds } from "./bounds.ts";
import { type ByteSource, readBlocks } from "./byte-source.ts";
import { codePages } from "./code-pages.ts";
import { decodeSinglePage, guessEncodings, selectLikeliest } from "./encoding-guess.ts";
import { unsupportedFile } from "./file-rejection.ts";
import { listNonAsciiWords, plausibility } from "./plausibility.rules.ts";

export interface Encoding {
  /** The name in the Encoding Standard: utf-8, utf-16le, windows-1252, … */
  readonly name: string;
  /** The number of bytes of the byte order mark before the text. */
  readonly mark: number;
  /** The possible encodings, including `name`, the likeliest first; absent if the encoding is certain. */
  readonly doubt?: readonly string[];
}

/** Tells which words occur in headers; helps to detect the encoding. */
type HeaderWordPredicate = (word: string) => boolean;

/** Thrown when further bytes are not text in the encoding of those before. */
export class UndecodableBytes extends Error {
  override name = "Undecodable";
}

const byteOrderMarks: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/** Returns the encoding of a byte order mark. */
export function detectByteOrderMark(head: Buffer): Encoding | undefined {
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfeff)
    throw unsupportedFile("UTF-32 is not supported: save the file as UTF-8");
  const match = byteOrderMarks.find(([mark]) => mark.every((byte, index) => head[index] === byte));
  return match && { name: match[1], mark: match[0].length };
}

/** Detects the encoding: by the mark, which is certain, then by the requested encoding, then by the bytes. */
export async function detectEncoding(
  source: ByteSource,
  head: Buffer,
  requestedEncoding?: string,
  isHeaderWord?: HeaderWordPredicate,
): Promise<Encoding> {
  const encodingName = requestedEncoding === undefined ? undefined : normalizeEncodingName(requestedEncoding);
  const marked = detectByteOrderMark(head);
  if (marked) return marked;
  if (encodingName !== undefined) return { name: encodingName, mark: 0 };
  if (isEscaped(head)) return { name: "iso-2022-jp", mark: 0 };
  const utf16Encoding = detectUtf16(head.subarray(0, 4096));
  return utf16Encoding ? { name: utf16Encoding, mark: 0 } : surveyEncoding(source, isHeaderWord);
}

/** Whether the text is seven-bit Japanese, which switches character sets by escape sequences. */
const isEscaped = (head: Buffer): boolean => isAscii(head) && (head.includes("\x1b$B") || head.includes("\x1b$@"));

/** Resolves names as people write them, `cp1250`, `1250`, `ANSI`, `Latin-1`, or as the Encoding Standard does. */
function normalizeEncodingName(name: string): string {
  const plain = name.trim().toLowerCase();
  const page = /^(?:cp|windows|win|ansi)?[-_ ]?(125\d)$/.exec(plain)?.[1];
  const dos = plain.replace(/^(cp|dos|oem)?[-_ ]?(?=\d{3}$)/, "ibm");
  if (Object.hasOwn(codePages, dos)) return dos;
  const label = page ? `windows-${page}` : plain === "ansi" || plain === "latin-1" ? "windows-1252" : plain;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw invalid(
      "encoding",
      `Unknown encoding "${name.slice(0, 40)}"; supported are utf-8, utf-16, windows-1252, gb18030, shift_jis, koi8-r, macintosh, ibm850 and others`,
    );
  }
}

/**
 * Detects UTF-16. Most text has ASCII characters at least between its words, and these have a NUL in every other byte of UTF-16. Characters with a
 * NUL in the other byte (`一`, `가`) are rare in any text.
 */
function detectUtf16(head: Buffer): string | undefined {
  if (!head.includes(0)) return undefined;
  const even = head.subarray(0, head.length & ~1);
  const [little = 0, big = 0] = [even, Buffer.from(even).swap16()].map((bytes) => countAscii(bytes.toString("utf16le")));
  if (Math.max(little, big) === 0) throw unsupportedFile("The file is not text: it contains binary data");
  return little >= big ? "utf-16le" : "utf-16be";
}

/** Counts the ASCII characters of a text; 0 if it is not plausible text, or has almost none. */
function countAscii(cut: string): number {
  const text = cut.replace(/[\ud800-\udbff]$/, "");
  if (!text.isWellFormed() || /[^\P{C}\t\n\r\p{Cf}]/u.test(text)) return 0;
  const ascii = text.match(/[\t\n\r -~]/g)?.length ?? 0;
  const isSparse = ascii * 40 < text.length;
  return isSparse || plausibility(listNonAsciiWords(text), { isHeaderWord: () => false, isUsual: () => true }) < 0 ? 0 : ascii;
}

/** Bytes of the sampled lines with non-ASCII characters, and of one line. */
const SAMPLE_BYTES = 24_000;
const MAX_LINE_BYTES = 2000;

const LF = 0x0a;
const CR = 0x0d;

/** Returns the lines with bytes beyond ASCII: in no encoding does a character contain a line end. Long lines are cut between words. */
function listSampleLines(block: Buffer, isFirst: boolean, isLast: boolean): Buffer[] {
  const lines: Buffer[] = [];
  // A block may begin within a line, even within a character.
  const firstBreak = isFirst ? -1 : block.findIndex((byte) => byte === LF || byte === CR);
  for (let offset = isFirst || firstBreak >= 0 ? firstBreak + 1 : block.length; offset < block.length; ) {
    const ends = [block.indexOf(LF, offset), block.indexOf(CR, offset)].filter((end) => end >= 0);
    const end = ends.length > 0 ? Math.min(...ends) : block.length;
    const line = block.subarray(offset, Math.min(end, offset + MAX_LINE_BYTES));
    const isWhole = line.length < MAX_LINE_BYTES && (end < block.length || isLast);
    if (!isAscii(line)) lines.push(line.subarray(0, isWhole ? line.length : findLastBoundary(line)));
    offset = end + 1;
  }
  return lines;
}

/** Returns the position after the last byte that is not part of a longer character in any encoding. */
const findLastBoundary = (line: Buffer): number => line.findLastIndex((byte) => byte < 0x30 || (byte > 0x39 && byte < 0x40)) + 1;

/**
 * Returns UTF-8 if the bytes are valid UTF-8; other text is so rarely valid by chance that this decides. Reading continues while there is only ASCII,
 * because the first umlaut may be in row 9,000.
 */
async function surveyEncoding(source: ByteSource, isHeaderWord: HeaderWordPredicate | undefined): Promise<Encoding> {
  const lines: Buffer[] = [];
  let valid = true;
  let rest: Buffer = Buffer.alloc(0);
  let [read, sampled] = [0, 0];
  for await (const block of readBlocks(source.read())) {
    const sampleLines = sampled < SAMPLE_BYTES ? listSampleLines(block, read === 0, read + block.length >= source.size) : [];
    read += block.length;
    const bytes: Buffer = Buffer.concat([rest, block]);
    const completeBytes: Buffer = bytes.subarray(0, completeLength(bytes));
    rest = bytes.subarray(completeBytes.length);
    valid &&= isUtf8(completeBytes);
    for (const line of sampleLines) {
      if (sampled < SAMPLE_BYTES) lines.push(line);
      sampled += line.length;
    }
    if (sampled >= SAMPLE_BYTES || read >= bounds.survey) return valid ? UTF8 : judgeEncoding(lines, isHeaderWord);
  }
  return valid && rest.length === 0 ? UTF8 : judgeEncoding(lines, isHeaderWord);
}

const UTF8: Encoding = { name: "utf-8", mark: 0 };

function judgeEncoding(lines: readonly Buffer[], isHeaderWord: HeaderWordPredicate | undefined): Encoding {
  const newline = Buffer.from("\n");
  const candidates = selectLikeliest(guessEncodings(Buffer.concat(lines.flatMap((line) => [line, newline])), isHeaderWord));
  const [name = "windows-1252"] = candidates;
  return candidates.length === 1 && lines.length > 0 ? { name, mark: 0 } : { name, mark: 0, doubt: candidates };
}

/** Returns the number of bytes before an incomplete UTF-8 character at the end. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

type ChunkDecoder = (block: Buffer, isLast: boolean) => { text: string; good: boolean };

/**
 * Yields the text of the bytes in pieces. Throws `UndecodableBytes` after all valid text before the fault. No character is replaced by another, and
 * none is NUL.
 */
export async function* readText(source: ByteSource, { name, mark }: Encoding): AsyncGenerator<string> {
  yield* decodeStream(source.read(mark), name);
}

export async function* decodeStream(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decode =
    name === "utf-8"
      ? createUtf8Decoder()
      : name.startsWith("utf-16")
        ? createUtf16Decoder(name === "utf-16be")
        : createCodePageDecoder(name);
  const checked = (block: Buffer, isLast: boolean) => {
    const { text, good } = decode(block, isLast);
    const nul = text.indexOf("\0");
    return nul < 0 ? { text, good } : { text: text.slice(0, nul), good: false };
  };
  for await (const block of readBlocks(bytes)) {
    const { text, good } = checked(block, false);
    if (text.length > 0) yield text;
    if (!good) throw new UndecodableBytes(name);
  }
  const { text, good } = checked(Buffer.alloc(0), true);
  if (text.length > 0) yield text;
  if (!good) throw new UndecodableBytes(name);
}

function createUtf8Decoder(): ChunkDecoder {
  let rest: Buffer = Buffer.alloc(0);
  return (block, isLast) => {
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, block]) : block;
    const completeBytes = isLast ? bytes : bytes.subarray(0, completeLength(bytes));
    rest = bytes.subarray(completeBytes.length);
    if (isUtf8(completeBytes)) return { text: completeBytes.toString("utf8"), good: true };
    let [good, bad] = [0, completeBytes.length];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      // A character that the middle cuts is not a fault.
      if (isUtf8(completeBytes.subarray(0, completeLength(completeBytes.subarray(0, middle))))) good = middle;
      else bad = middle;
    }
    return { text: completeBytes.toString("utf8", 0, completeLength(completeBytes.subarray(0, good))), good: false };
  };
}

function createUtf16Decoder(swapped: boolean): ChunkDecoder {
  let rest: Buffer = Buffer.alloc(0);
  return (block, isLast) => {
    const bytes = Buffer.concat([rest, block]);
    const even = bytes.length & ~1;
    let text = (swapped ? Buffer.from(bytes.subarray(0, even)).swap16() : bytes.subarray(0, even)).toString("utf16le");
    const halved = !isLast && /[\ud800-\udbff]$/.test(text);
    if (halved) text = text.slice(0, -1);
    rest = bytes.subarray(halved ? even - 2 : even);
    const alone = text.isWellFormed()
      ? -1
      : text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    if (alone >= 0) return { text: text.slice(0, alone), good: false };
    return { text, good: !isLast || rest.length === 0 };
  };
}

/** Returns the decoder of a code page. Undefined bytes become U+FFFD, which no code page contains. */
function createCodePageDecoder(name: string): ChunkDecoder {
  const page = codePages[name];
  const decoder = page === undefined ? new TextDecoder(name, { ignoreBOM: true }) : undefined;
  return (block, isLast) => {
    const text = decoder ? decoder.decode(block, { stream: !isLast }) : decodeSinglePage(page ?? "", block);
    const bad = text.indexOf("\ufffd");
    return bad < 0 ? { text, good: true } : { text: text.slice(0, bad), good: false };
  };
}
