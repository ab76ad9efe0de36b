import { analyse } from "chardet";
import { codePages } from "./code-pages.ts";
import { type Evidence, plausibility, wordsBeyondAscii } from "./plausible.rules.ts";

/**
 * In which encoding bytes were written that are not UTF-8: each that they could be is read, and held against what people
 * write; where two give the same text, they are one.
 */

/** The usual ones first; behind each what speaks against it beforehand, because it is seldom met. */
const candidates: Readonly<Record<string, number>> = {
  "windows-1252": 0,
  "windows-1250": 1.2,
  "windows-1251": 0,
  "windows-1253": 0,
  "windows-1254": 1,
  "windows-1255": 0,
  "windows-1256": 0,
  "windows-1257": 2,
  "windows-1258": 2,
  "windows-874": 1.5,
  shift_jis: 0,
  gb18030: 0,
  big5: 0,
  "euc-kr": 0,
  "euc-jp": 0.5,
  "koi8-u": 0.5,
  "iso-8859-2": 1.5,
  "iso-8859-5": 1,
  "iso-8859-7": 1,
  "iso-8859-15": 1.5,
  macintosh: 1.5,
  ibm850: 1.5,
  ibm437: 1.7,
  ibm852: 1.7,
  ibm866: 0.7,
  "x-mac-cyrillic": 1,
  ibm737: 1.5,
  ibm857: 2,
  "x-mac-centraleurroman": 2,
  "x-mac-greek": 2,
  "x-mac-turkish": 2,
};

/** The characters that an encoding has in the rows of its usual ones: by the first bytes of these rows. */
const usualRows: Readonly<Record<string, readonly [from: number, to: number]>> = {
  gb18030: [0xb0, 0xd7],
  big5: [0xa4, 0xc6],
  "euc-kr": [0xb0, 0xc8],
  "euc-jp": [0xb0, 0xcf],
  shift_jis: [0x88, 0x97],
};

/** A reading of the bytes, the likeliest first. */
export interface Guess {
  readonly encoding: string;
  readonly worth: number;
  readonly words: readonly string[];
}

/** What `sample` could be, best first, each text once. `knows` says which words stand in headers. */
export function guesses(sample: Buffer, knows: Evidence["knows"] = () => false): Guess[] {
  const votes = votesOf(sample);
  const readings = Object.entries(candidates).flatMap(([encoding, against]) => {
    const text = decodeAll(encoding, sample);
    if (text === undefined) return [];
    const words = [...new Set(wordsBeyondAscii(text))];
    const worth = plausibility(words, { knows, isUsual: usualIn(encoding) }) - against + (votes.get(encoding) ?? 0);
    return [{ encoding, words, worth }];
  });
  const distinct = new Map<string, Guess>();
  for (const each of readings) if (!distinct.has(each.words.join(" "))) distinct.set(each.words.join(" "), each);
  return [...distinct.values()].sort((one, other) => other.worth - one.worth);
}

/** Below it the difference of two readings is chance. */
const MARGIN = 2;
/** So much of a difference there has to be for each character in which two readings differ, and this is enough. */
const FOR_EACH = 0.25;
const ENOUGH = 10;

/** Those that it may be, the likeliest first: one alone where it is certain. */
export function likeliest(found: readonly Guess[]): string[] {
  const [best, ...others] = found;
  if (!best) return [];
  const near = others.filter((other) => best.worth <= 0 || best.worth - other.worth < needed(best, other));
  return [best, ...near].map(({ encoding }) => encoding);
}

const needed = (best: Guess, other: Guess): number => Math.min(ENOUGH, Math.max(MARGIN, FOR_EACH * differing(best, other)));

/** In how many characters two readings differ. */
function differing({ words: one }: Guess, { words: other }: Guess): number {
  const [mine, theirs] = [one.join(" "), other.join(" ")];
  const longest = Math.max(mine.length, theirs.length);
  let same = 0;
  for (let at = 0; at < longest; at++) if (mine[at] === theirs[at]) same++;
  return longest - same;
}

/** What the library for it says, as far as it goes beyond what is said of anything. */
function votesOf(sample: Buffer): ReadonlyMap<string, number> {
  const votes = new Map<string, number>();
  for (const { name, confidence } of analyse(sample)) {
    const encoding = name === "KOI8-R" ? "koi8-u" : labelOf(name);
    if (encoding) votes.set(encoding, Math.max(votes.get(encoding) ?? 0, (confidence - 10) / 45));
  }
  return votes;
}

function labelOf(name: string): string | undefined {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** The text of all the bytes; undefined where they are none. */
export function decodeAll(encoding: string, bytes: Buffer): string | undefined {
  const page = codePages[encoding];
  const text = page === undefined ? new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes) : bySinglePage(page, bytes);
  return text.includes("\ufffd") ? undefined : text;
}

export const bySinglePage = (page: string, bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (page[byte - 0x80] ?? "\ufffd"))).join("");

const sets = new Map<string, ReadonlySet<string>>();

function usualIn(encoding: string): Evidence["isUsual"] {
  const rows = usualRows[encoding];
  if (!rows) return () => false;
  const known = sets.get(encoding) ?? new Set(charactersOf(encoding, rows));
  sets.set(encoding, known);
  return (character) => known.has(character);
}

function* charactersOf(encoding: string, [from, to]: readonly [number, number]): Iterable<string> {
  const decoder = new TextDecoder(encoding);
  for (let first = from; first <= to; first++)
    for (let second = 0x40; second <= 0xfe; second++) {
      const isRow = !["gb18030", "euc-kr", "euc-jp"].includes(encoding) || second >= 0xa1;
      const text = isRow ? decoder.decode(Buffer.from([first, second])) : "";
      if ([...text].length === 1 && text !== "\ufffd") yield text;
    }
}
