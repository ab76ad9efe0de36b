import { alphabets, nameCharacters, usualLetters } from "./letter-frequency.ts";

/**
 * Returns how plausible a text is, by its characters beyond ASCII: one script in a word, capitals at its beginning, letters of one language together,
 * common characters. A fitting character adds about one, and another subtracts about as much; symbols within words and control characters subtract
 * more.
 */
export function plausibility(words: readonly string[], { isHeaderWord, isUsual }: Evidence): number {
  const shares = computeLanguageShares(words);
  const knownWords = new Set(words.filter((word) => isHeaderWord(word)));
  const isOne = shares.includes(1) ? 1 : 0;
  return words.reduce((sum, word) => sum + scoreWord(word, shares, isUsual), isOne) + 3 * knownWords.size;
}

export interface Evidence {
  /** Whether a word occurs in headers. */
  isHeaderWord: (word: string) => boolean;
  /** Whether a Chinese, Japanese or Korean character is a common one of the encoding. */
  isUsual: (character: string) => boolean;
}

/** Returns the words of a text, and other character sequences, that contain something beyond ASCII. */
export const listNonAsciiWords = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}\P{ASCII}]+|\s+/u).filter((word) => /\P{ASCII}/u.test(word));

const scripts = ["Latin", "Cyrillic", "Greek", "Hebrew", "Arabic", "Thai", "Han", "Hangul"] as const;
type CharacterKind = (typeof scripts)[number] | "ascii" | "kana" | "half" | "mark" | "digit" | "sign" | "symbol" | "never";

const patterns: readonly (readonly [RegExp, CharacterKind])[] = [
  [/[A-Za-z]/, "ascii"],
  [/\d/, "digit"],
  [/[\u3040-\u30ff]/, "kana"],
  [/[\uff66-\uff9f]/, "half"],
  ...scripts.map((script) => [new RegExp(`(?=\\p{L})\\p{Script=${script}}`, "u"), script] as const),
  [/\p{M}/u, "mark"],
  // Punctuation and signs that plausible text has beside and between words, and full-width forms.
  [/[‘’“”„«»‹›–—…·•€§°№ºª®™¿¡\u00a0\u00ad،؛؟\u3000-\u303f\uff01-\uff5e]/, "sign"],
  [/[\p{C}\u2500-\u259f\ufffd]/u, "never"],
];

const kindCache = new Map<string, CharacterKind>();

function classifyCharacter(character: string): CharacterKind {
  const kind = kindCache.get(character) ?? patterns.find(([pattern]) => pattern.test(character))?.[1] ?? "symbol";
  kindCache.set(character, kind);
  return kind;
}

const languageLetters = alphabets.map((alphabet) => {
  const [usual = "", rare = ""] = alphabet.split("|");
  return new Map([...[...rare].map((letter) => [letter, 0.5] as const), ...[...usual].map((letter) => [letter, 1] as const)]);
});

const toLower = (letter: string): string => (letter === "İ" ? letter : letter.toLowerCase());

/** Returns how well the letters of a word fit one language. */
const scoreForLanguage = (word: readonly string[], language: ReadonlyMap<string, number>): number =>
  word.reduce((sum, letter) => sum + (language.get(toLower(letter)) ?? -0.7), 0);

const isLatin = (word: readonly string[]): boolean =>
  word.length > 0 && word.every((character) => classifyCharacter(character) === "Latin");

/** Returns for each language the share of words that use only its letters. */
function computeLanguageShares(words: readonly string[]): number[] {
  const beyond = words.map((word) => [...word].filter((character) => classifyCharacter(character) === "Latin")).filter(isLatin);
  return languageLetters.map((language) => {
    const coveredWords = beyond.filter((word) => word.every((letter) => language.has(toLower(letter))));
    return beyond.length === 0 ? 0 : coveredWords.length / beyond.length;
  });
}

const isUpper = (letter: string): boolean => /\p{Lu}/u.test(letter);
const isLower = (letter: string): boolean => /\p{Ll}/u.test(letter);

function scoreWord(word: string, shares: readonly number[], isUsual: Evidence["isUsual"]): number {
  const all = [...word];
  const inside = all.map(classifyCharacter);
  const kinds = new Set(inside);
  const beyond = all.filter((character) => character > "\x7f");
  let sum = 0;
  for (const [index, kind] of inside.entries()) {
    if (kind === "never") sum -= 6;
    else if (kind === "symbol") sum -= all.length > 1 ? 2.5 : 1;
    else if (kind === "sign" && isWithinWord(inside, index)) sum -= 2;
    else if (isMisplacedCapital(all, index)) sum -= 2.5;
  }
  // Names in capitals are usual; whole files of other alphabets in capitals are rare.
  if (all.length > 1 && all.every((character) => character > "\x7f" && isUpper(character))) sum -= 0.25 * all.length;
  const mixed = computeMixPenalty(kinds, all);
  if (mixed > 0) return sum - mixed * beyond.length;
  return sum + scoreLatin(all, shares) + all.reduce((score, character) => score + scoreLetter(character, kinds, isUsual), 0);
}

/** Whether a capital follows a small letter, or is followed by a small letter after another capital (`McGŠnnis`), and one of them is beyond ASCII. */
function isMisplacedCapital(all: readonly string[], index: number): boolean {
  const [before = "", letter = "", after = ""] = [all[index - 1], all[index], all[index + 1]];
  if (!isUpper(letter)) return false;
  return isLower(before) ? before > "\x7f" || letter > "\x7f" : letter > "\x7f" && isUpper(before) && isLower(after);
}

const isLetter = (kind: CharacterKind | undefined): boolean =>
  kind !== undefined && kind !== "digit" && kind !== "sign" && kind !== "symbol";
const isWithinWord = (inside: readonly CharacterKind[], index: number): boolean =>
  isLetter(inside[index - 1]) && isLetter(inside[index + 1]) && !["Han", "kana", "Hangul"].includes(inside[index - 1] ?? "");

/** Returns the penalty for each character of a word that mixes scripts implausibly. */
function computeMixPenalty(kinds: ReadonlySet<CharacterKind>, all: readonly string[]): number {
  const hasAny = (...names: CharacterKind[]) => names.some((name) => kinds.has(name));
  const alphabetic = (["Latin", "Cyrillic", "Greek", "Hebrew", "Arabic", "Thai", "Hangul"] as const).filter((kind) =>
    hasAny(kind),
  );
  if (alphabetic.length > 1) return 3;
  const [script] = alphabetic;
  if (script && script !== "Latin" && (hasAny("ascii", "kana", "half") || (script !== "Hangul" && hasAny("Han")))) return 3;
  if (script === "Latin" && hasAny("Han", "kana", "half")) return 3;
  // Words such as 株式会社ABC and A座 occur; such characters among small Latin letters do not.
  return hasAny("Han", "kana", "half") && all.some((character) => /[a-z]/.test(character)) ? 2 : 0;
}

function scoreLatin(all: readonly string[], shares: readonly number[]): number {
  const word = all.filter((character) => classifyCharacter(character) === "Latin");
  if (word.length === 0) return 0;
  const scores = languageLetters.map((language, index) => {
    const score = scoreForLanguage(word, language);
    return score > 0 ? score * (0.5 + 0.5 * (shares[index] ?? 0)) : score;
  });
  return Math.max(...scores);
}

const frequentLetters: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(usualLetters).map(([script, list]) => [script, new Set(list)]),
);
const nameCharacterSet = new Set(Object.values(nameCharacters).join(""));

function scoreLetter(character: string, kinds: ReadonlySet<CharacterKind>, isUsual: Evidence["isUsual"]): number {
  const kind = classifyCharacter(character);
  const frequent = frequentLetters.get(kind);
  if (frequent) return frequent.has(character.toLowerCase()) ? 1 : 0;
  if (kind === "kana") return 1.2;
  if (kind === "half") return kinds.size === 1 ? 0.2 : -1.5;
  if (kind === "Hangul") return isUsual(character) ? (nameCharacterSet.has(character) ? 1.4 : 0.8) : -0.7;
  if (kind === "Han") return isUsual(character) ? (nameCharacterSet.has(character) ? 1.5 : 0.7) : -0.7;
  return 0;
}
