import { isAscii, isUtf8 } from "node:buffer";
import { invalid } from "../kernel/error.ts";
import { bounds } from "./bounds.ts";
import { codePageOf } from "./encoding.rules.ts";
import { unsupported } from "./refusal.ts";
import { blocksOf, type Source } from "./source.ts";

export interface Encoding {
  /** As the Encoding Standard names it: utf-8, utf-16le, windows-1252, … */
  readonly name: string;
  /** How many bytes of mark come before the text. */
  readonly mark: number;
}

/** The bytes from some place on are no text in the encoding of those before. */
export class Undecodable extends Error {
  override name = "Undecodable";
}

const marks: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/** The encoding that a byte order mark tells. */
export function markOf(head: Buffer): Encoding | undefined {
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfeff) throw unsupported("UTF-32 is not read: save the file as UTF-8");
  const found = marks.find(([mark]) => mark.every((byte, at) => head[at] === byte));
  return found && { name: found[1], mark: found[0].length };
}

/** A mark is certain, then counts what was asked for, then what the bytes look like. */
export async function encodingOf(source: Source, head: Buffer, wanted?: string): Promise<Encoding> {
  const named = wanted === undefined ? undefined : nameOf(wanted);
  const marked = markOf(head);
  if (marked) return marked;
  if (named !== undefined) return { name: named, mark: 0 };
  return { name: utf16Of(head.subarray(0, 4096)) ?? (await surveyed(source)), mark: 0 };
}

/** Names as people write them: `cp1250`, `1250`, `ANSI`, `Latin-1`, or as the Encoding Standard does. */
function nameOf(wanted: string): string {
  const plain = wanted.trim().toLowerCase();
  const page = /^(?:cp|windows|win|ansi)?[-_ ]?(125\d)$/.exec(plain)?.[1];
  const label = page ? `windows-${page}` : plain === "ansi" || plain === "latin-1" ? "windows-1252" : plain;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw invalid("encoding", `Unknown encoding "${wanted.slice(0, 40)}"; known are utf-8, utf-16, windows-1252 and others`);
  }
}

/** Most text has ASCII characters at least between its words, and these have a NUL in every other byte of UTF-16. */
function utf16Of(head: Buffer): string | undefined {
  const nuls = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) nuls[at & 1] = (nuls[at & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  if (even + odd === 0) return undefined;
  const enough = Math.max(even, odd) >= Math.max(2, head.length / 40) && Math.min(even, odd) * 50 <= Math.max(even, odd);
  if (!enough) throw unsupported("The file is not text: it has bytes that no text has");
  return odd > even ? "utf-16le" : "utf-16be";
}

const WORDS = 2000;

/** Words with letters beyond ASCII. They are looked for in two steps: in one, a long run of letters would take hours. */
const wordsOf = (block: Buffer): string[] =>
  isAscii(block)
    ? []
    : (block.toString("latin1").match(/[A-Za-z\x80-\xff]+/g) ?? []).flatMap((word) =>
        /[\x80-\xff]/.test(word.slice(0, 64)) ? [word.slice(0, 64)] : [],
      );

/**
 * UTF-8 if it is valid; other text is valid UTF-8 by chance so seldom that this decides. Reads on while there is nothing
 * but ASCII, which says nothing: the first umlaut may stand in row 9,000.
 */
async function surveyed(source: Source): Promise<string> {
  const words: string[] = [];
  let valid = true;
  let rest: Buffer = Buffer.alloc(0);
  let read = 0;
  for await (const block of blocksOf(source.read())) {
    read += block.length;
    const bytes: Buffer = Buffer.concat([rest, block]);
    const whole: Buffer = bytes.subarray(0, wholeOf(bytes));
    rest = bytes.subarray(whole.length);
    valid &&= isUtf8(whole);
    words.push(...wordsOf(block));
    if (words.length >= WORDS || read >= bounds.survey) return valid ? "utf-8" : codePageOf(words);
  }
  return valid && rest.length === 0 ? "utf-8" : codePageOf(words);
}

/** How many bytes stand before a character of UTF-8 that is not complete at the end. */
function wholeOf(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

type Decode = (block: Buffer, isLast: boolean) => { text: string; good: boolean };

/**
 * The text of the bytes, piece by piece. What is wrong comes as `Undecodable` after all that is right before it; no
 * character is replaced by another, and none is NUL.
 */
export async function* textOf(source: Source, { name, mark }: Encoding): AsyncGenerator<string> {
  yield* decoded(source.read(mark), name);
}

export async function* decoded(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decode = name === "utf-8" ? utf8() : name.startsWith("utf-16") ? utf16(name === "utf-16be") : others(name);
  const checked = (block: Buffer, isLast: boolean) => {
    const { text, good } = decode(block, isLast);
    const nul = text.indexOf("\0");
    return nul < 0 ? { text, good } : { text: text.slice(0, nul), good: false };
  };
  for await (const block of blocksOf(bytes)) {
    const { text, good } = checked(block, false);
    if (text.length > 0) yield text;
    if (!good) throw new Undecodable(name);
  }
  const { text, good } = checked(Buffer.alloc(0), true);
  if (text.length > 0) yield text;
  if (!good) throw new Undecodable(name);
}

function utf8(): Decode {
  let rest: Buffer = Buffer.alloc(0);
  return (block, isLast) => {
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, block]) : block;
    const whole = isLast ? bytes : bytes.subarray(0, wholeOf(bytes));
    rest = bytes.subarray(whole.length);
    if (isUtf8(whole)) return { text: whole.toString("utf8"), good: true };
    let [good, bad] = [0, whole.length];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      // A character that is cut by the middle makes nothing before it wrong.
      if (isUtf8(whole.subarray(0, wholeOf(whole.subarray(0, middle))))) good = middle;
      else bad = middle;
    }
    return { text: whole.toString("utf8", 0, wholeOf(whole.subarray(0, good))), good: false };
  };
}

function utf16(swapped: boolean): Decode {
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

/** Code pages: bytes that stand for nothing are replaced by U+FFFD, which none of them has. */
function others(name: string): Decode {
  const decoder = new TextDecoder(name, { ignoreBOM: true });
  return (block, isLast) => {
    const text = decoder.decode(block, { stream: !isLast });
    const bad = text.indexOf("\ufffd");
    return bad < 0 ? { text, good: true } : { text: text.slice(0, bad), good: false };
  };
}
