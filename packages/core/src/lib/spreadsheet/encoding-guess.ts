import { analyse } from "chardet";
import { codePages } from "./code-pages.ts";
import { type Evidence, listNonAsciiWords, plausibility } from "./plausibility.rules.ts";

/**
 * Guesses the encoding of bytes that are not UTF-8. The bytes are decoded with each candidate, and each text is compared with what people write.
 * Candidates that give the same text count as one.
 */

/** The candidates, the usual ones first, each with the score that it loses because it is rare. */
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

/** The ranges of first bytes that hold an encoding's common characters. */
const usualRows: Readonly<Record<string, readonly [from: number, to: number]>> = {
  gb18030: [0xb0, 0xd7],
  big5: [0xa4, 0xc6],
  "euc-kr": [0xb0, 0xc8],
  "euc-jp": [0xb0, 0xcf],
  shift_jis: [0x88, 0x97],
};

/** One decoding of the bytes. */
interface Guess {
  readonly encoding: string;
  readonly score: number;
  readonly words: readonly string[];
}

/** Returns the possible decodings of `sample`, best first, each text once. `isHeaderWord` tells which words occur in headers. */
export function guessEncodings(sample: Buffer, isHeaderWord: Evidence["isHeaderWord"] = () => false): Guess[] {
  const votes = collectVotes(sample);
  const readings = Object.entries(candidates).flatMap(([encoding, against]) => {
    const text = decodeAll(encoding, sample);
    if (text === undefined) return [];
    const words = [...new Set(listNonAsciiWords(text))];
    const score =
      plausibility(words, { isHeaderWord: isHeaderWord, isUsual: usualCharacterTest(encoding) }) -
      against +
      (votes.get(encoding) ?? 0);
    return [{ encoding, words, score: score }];
  });
  const distinct = new Map<string, Guess>();
  for (const reading of readings) if (!distinct.has(reading.words.join(" "))) distinct.set(reading.words.join(" "), reading);
  return [...distinct.values()].sort((a, b) => b.score - a.score);
}

/** A smaller difference between two scores may be chance. */
const MIN_MARGIN = 2;
/** The difference that is required for each character in which two texts differ, up to a maximum. */
const MARGIN_PER_CHARACTER = 0.25;
const MAX_MARGIN = 10;

/** Returns the possible encodings, the likeliest first; a single one if it is certain. */
export function selectLikeliest(guesses: readonly Guess[]): string[] {
  const [best, ...otherGuesses] = guesses;
  if (!best) return [];
  const near = otherGuesses.filter((guess) => best.score <= 0 || best.score - guess.score < requiredMargin(best, guess));
  return [best, ...near].map(({ encoding }) => encoding);
}

const requiredMargin = (best: Guess, alternative: Guess): number =>
  Math.min(MAX_MARGIN, Math.max(MIN_MARGIN, MARGIN_PER_CHARACTER * countDifferences(best, alternative)));

/** Returns the number of characters in which two texts differ. */
function countDifferences({ words }: Guess, { words: rightWords }: Guess): number {
  const [leftText, rightText] = [words.join(" "), rightWords.join(" ")];
  const longest = Math.max(leftText.length, rightText.length);
  let matchCount = 0;
  for (let index = 0; index < longest; index++) if (leftText[index] === rightText[index]) matchCount++;
  return longest - matchCount;
}

/** Returns the votes of the detection library, above the confidence that it gives every encoding. */
function collectVotes(sample: Buffer): ReadonlyMap<string, number> {
  const votes = new Map<string, number>();
  for (const { name, confidence } of analyse(sample)) {
    const encoding = name === "KOI8-R" ? "koi8-u" : toEncodingLabel(name);
    if (encoding) votes.set(encoding, Math.max(votes.get(encoding) ?? 0, (confidence - 10) / 45));
  }
  return votes;
}

function toEncodingLabel(name: string): string | undefined {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** Decodes all bytes; undefined if some are invalid. */
export function decodeAll(encoding: string, bytes: Buffer): string | undefined {
  const page = codePages[encoding];
  const text = page === undefined ? new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes) : decodeSinglePage(page, bytes);
  return text.includes("\ufffd") ? undefined : text;
}

export const decodeSinglePage = (page: string, bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (page[byte - 0x80] ?? "\ufffd"))).join("");

const characterSets = new Map<string, ReadonlySet<string>>();

function usualCharacterTest(encoding: string): Evidence["isUsual"] {
  const rows = usualRows[encoding];
  if (!rows) return () => false;
  const characters = characterSets.get(encoding) ?? new Set(listCharacters(encoding, rows));
  characterSets.set(encoding, characters);
  return (character) => characters.has(character);
}

function* listCharacters(encoding: string, [from, to]: readonly [number, number]): Iterable<string> {
  const decoder = new TextDecoder(encoding);
  for (let first = from; first <= to; first++)
    for (let second = 0x40; second <= 0xfe; second++) {
      const isRow = !["gb18030", "euc-kr", "euc-jp"].includes(encoding) || second >= 0xa1;
      const text = isRow ? decoder.decode(Buffer.from([first, second])) : "";
      if ([...text].length === 1 && text !== "\ufffd") yield text;
    }
}
