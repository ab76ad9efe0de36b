import { listDigitMatches, type WordMatch } from "./phone-words.ts";

/** Normalizes text for search words, sort keys and the comparison of names. Records keep the text as typed. */
const letterReplacements: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** Adds the article by sound, as far as names of kinds need it: `an upload`, `a user`, `an sms number`. */
export const withArticle = (noun: string): string =>
  `${/^(?!u(?:ser|nit|niq))[aeiou]|^(?:sms|sla)\b/i.test(noun) ? "an" : "a"} ${noun}`;

/** Returns the text in lower case without accents: `Łukasz Ünal` becomes `lukasz unal`. */
export const fold = (text: string): string =>
  // Most texts are ASCII, which has neither accents nor such letters.
  /^[ -~]*$/.test(text)
    ? text.toLowerCase()
    : text
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase()
        .replace(/[ßæœøłđðþı]/g, (letter) => letterReplacements[letter] ?? letter);

const MAX_TOKEN_LENGTH = 48;
const EDGE_PATTERN = /^[@._+\-/]+|[@._+\-/]+$/g;

/** Splits text into words: letters and digits with `@ . _ + - /` inside. */
function tokenize(text: string): string[] {
  return fold(text)
    .replace(/['’‘`´]/g, "")
    .split(/[^\p{L}\p{N}@._+\-/]+/u)
    .map((token) => truncateToken(token.replace(EDGE_PATTERN, "")))
    .filter((token) => token.length > 0);
}

/** Does not cut a surrogate pair in half. */
function truncateToken(token: string): string {
  const short = token.slice(0, MAX_TOKEN_LENGTH);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

/** Returns the search words of a text: its words and the parts of compound words (`Jean-Luc`: jean-luc, jean, luc). */
export const textSearchWords = (text: string | null): string[] =>
  text ? tokenize(text).flatMap((token) => [token, ...token.split(/[@._+\-/]+/).filter((part) => part.length > 0)]) : [];

/** Returns the search words of a number such as L-2026-000123, which is found by its beginning. */
export const numberSearchWords = (number: string): string[] => tokenize(number);

/** Returns the search words of an email address, which is found by its beginning and by its domain. */
export function emailSearchWords(email: string | null): string[] {
  const tokens = email ? tokenize(email) : [];
  return tokens.flatMap((token) => [token, token.slice(token.indexOf("@") + 1)]);
}

const PHONE_PATTERN = /^[+\d\s().-]*$/;

/** Splits a search into terms. Each term must find a word of the record (`listMatches`). */
export function parseSearchTerms(search: string): string[] {
  const digits = search.replace(/\D/g, "");
  if (PHONE_PATTERN.test(search) && digits.length >= 3) return [digits];
  return [...new Set(tokenize(search))].slice(0, 8);
}

/** Returns what a term finds: words that it begins. Digits also find telephone numbers. */
export const listMatches = (term: string): WordMatch[] => (/^\d+$/.test(term) ? listDigitMatches(term) : [{ start: term }]);

/** Sorts after every letter. */
const LAST_CHARACTER = "\u{10FFFF}";

/**
 * In keys, `#` and an id follow the text. The separators between texts and between words sort after `#`, and before all letters and digits.
 * A text therefore sorts before texts that begin with it: `acme`, `acme tools`, `acmeia`.
 */
const TEXT_SEPARATOR = "$";
const WORD_SEPARATOR = "-";

/** Returns a sort key for names: folded words, cut to keep keys short. Empty names sort last. A key never contains `#`. */
export const textSortKey = (...texts: readonly (string | null | undefined)[]): string =>
  texts
    .map((text) =>
      splitWords(text ?? "")
        .join(WORD_SEPARATOR)
        .slice(0, 32),
    )
    .filter((key) => key !== "")
    .join(TEXT_SEPARATOR)
    .toWellFormed() || LAST_CHARACTER;

/** Splits `Grace Brewster Hopper` or `Hopper, Grace Brewster`. A single word is a last name. */
export function splitName(full: string): { first_name: string | undefined; last_name: string | undefined } {
  const [last, first, ...more] = full.split(",").map((part) => part.trim());
  if (last && first && more.length === 0) return { first_name: first, last_name: last };
  const words = full.trim().split(/\s+/);
  const last_name = words.pop() || undefined;
  return { first_name: words.join(" ") || undefined, last_name };
}

/** Returns whether the other texts together contain every word of a text, in any order, letter case and accents. */
export function hasAllWords(text: string, otherTexts: readonly (string | null | undefined)[]): boolean {
  const words = new Set(otherTexts.flatMap((otherText) => splitWords(otherText ?? "")));
  return splitWords(text).every((word) => words.has(word));
}

const splitWords = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Replaces `{name}` by the value of that name. */
export const fillPlaceholders = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);

/** Joins the sentences of a message, which have no full stop of their own. Empty ones are left out. */
export const joinSentences = (...sentences: readonly string[]): string =>
  sentences.filter((sentence) => sentence !== "").join(". ");
