/**
 * Text made comparable: for search words, sort keys and the comparison of names. What people typed is kept
 * elsewhere, unchanged.
 */
const letterReplacements: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** `an upload`, `a user`, `an sms number`: by how a noun sounds, as far as those of kinds need it. */
export const withArticle = (noun: string): string =>
  `${/^(?!u(?:ser|nit|niq))[aeiou]|^(?:sms|sla)\b/i.test(noun) ? "an" : "a"} ${noun}`;

/** Lower case without accents: `Łukasz Ünal` is `lukasz unal`. */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => letterReplacements[letter] ?? letter);

const MAX_TOKEN_LENGTH = 48;
const EDGE_PATTERN = /^[@._+\-/]+|[@._+\-/]+$/g;

/** Words as typed: letters and digits with `@ . _ + - /` inside. */
function tokenize(text: string): string[] {
  return fold(text)
    .replace(/['’‘`´]/g, "")
    .split(/[^\p{L}\p{N}@._+\-/]+/u)
    .map((token) => truncateToken(token.replace(EDGE_PATTERN, "")))
    .filter((token) => token.length > 0);
}

/** No half of a surrogate pair at the end. */
function truncateToken(token: string): string {
  const short = token.slice(0, MAX_TOKEN_LENGTH);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

/** What a text is found by: its words, and the parts of words that are joined (`Jean-Luc`: jean-luc, jean, luc). */
export const textSearchWords = (text: string | null): string[] =>
  text ? tokenize(text).flatMap((token) => [token, ...token.split(/[@._+\-/]+/).filter((part) => part.length > 0)]) : [];

/** A number such as L-2026-000123 is found by its beginning. */
export const numberSearchWords = (number: string): string[] => tokenize(number);

/** An email address is found by its beginning and by its domain. */
export function emailSearchWords(email: string | null): string[] {
  const whole = email ? tokenize(email) : [];
  return whole.flatMap((token) => [token, token.slice(token.indexOf("@") + 1)]);
}

/** A telephone number is found by its digits, without zeros that only say how to dial. */
export function phoneSearchWords(number: string): string[] {
  const digits = number.replace(/\D/g, "").replace(/^0+/, "");
  return digits.length >= 3 ? [digits.slice(0, MAX_TOKEN_LENGTH)] : [];
}

const PHONE_PATTERN = /^[+\d\s().-]*$/;

/** What a search looks for: each term must begin some word of the record. */
export function parseSearchTerms(search: string): string[] {
  const digits = search.replace(/\D/g, "");
  if (PHONE_PATTERN.test(search) && digits.length >= 3) return [digits.replace(/^0+(?=\d)/, "")];
  return [...new Set(tokenize(search))].slice(0, 8);
}

/** Behind every letter. */
const LAST_CHARACTER = "\u{10FFFF}";

/**
 * Keys of an order go on with `#` and an id. What stands between texts and between words lies behind that, and before every letter
 * and digit: so a text comes before those that begin with it, `acme` before `acme tools` and that before `acmeia`.
 */
const TEXT_SEPARATOR = "$";
const WORD_SEPARATOR = "-";

/** Sorts names as a reader expects: by the folded words, cut to keep keys short; nothing comes last. Never holds a `#`. */
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

/** `Grace Brewster Hopper` and `Hopper, Grace Brewster`; a single word is a last name. */
export function splitName(full: string): { first_name: string | undefined; last_name: string | undefined } {
  const [last, first, ...more] = full.split(",").map((part) => part.trim());
  if (last && first && more.length === 0) return { first_name: first, last_name: last };
  const words = full.trim().split(/\s+/);
  const last_name = words.pop() || undefined;
  return { first_name: words.join(" ") || undefined, last_name };
}

/** Whether these texts together have every word of another, whatever their order, letter case and accents. */
export function hasAllWords(text: string, others: readonly (string | null | undefined)[]): boolean {
  const known = new Set(others.flatMap((other) => splitWords(other ?? "")));
  return splitWords(text).every((word) => known.has(word));
}

const splitWords = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** With what stands for the names in braces. */
export const fillPlaceholders = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
