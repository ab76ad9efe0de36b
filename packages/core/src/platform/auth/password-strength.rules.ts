/**
 * Passwords that are tried first: those of the lists of breached ones, and what people make of them by a capital letter, a year
 * and a sign (NIST SP 800-63B). Pure: the list is handed in.
 */

/** Signs that stand for letters. */
const SIGN_LETTERS: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** What may stand around a word without making it harder to guess: a year, a sign or two. */
const MAX_AFFIX_LENGTH = 8;
const MIN_WORD_LENGTH = 4;

const foldText = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");

/** The word in the middle: without what is no letter at both ends. */
const trimToLetters = (text: string): string => text.replaceAll(/^\P{L}+|\P{L}+$/gu, "");

const replaceSigns = (text: string): string => text.replaceAll(/[013457@$!]/g, (sign) => SIGN_LETTERS[sign] ?? sign);

/** One half of what is the same twice. */
const halveRepetition = (text: string): string => {
  const half = text.slice(0, text.length / 2);
  return text.length % 2 === 0 && half + half === text ? half : text;
};

/** By which entries of a list a password is looked up: as it is, and by the word that it is made of. */
export function listBaseForms(password: string): Set<string> {
  const whole = foldText(password.trim());
  const forms = new Set([whole]);
  for (const text of [whole, replaceSigns(whole), replaceSigns(whole.replace(/[\d\W_]+$/u, ""))]) {
    const core = halveRepetition(trimToLetters(text));
    const around = whole.length - core.length * (trimToLetters(text).length / Math.max(1, core.length));
    if (core.length >= MIN_WORD_LENGTH && around <= MAX_AFFIX_LENGTH) forms.add(core);
  }
  return forms;
}

/** A few steps on a keyboard or in the alphabet, again and again, are no secret. */
export function isMonotonous(password: string): boolean {
  const whole = foldText(password);
  if (new Set(whole).size < 4) return true;
  const rows = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "azertyuiop",
  ];
  const runs = rows.flatMap((row) => [row, [...row].reverse().join("")]);
  let steps = 0;
  for (let at = 1; at < whole.length; at++) if (runs.some((row) => row.includes(whole.slice(at - 1, at + 1)))) steps++;
  return steps >= whole.length - 2;
}

/** Words that everybody knows of who chooses: a password is none of them, with or without a year behind it. */
export function isBasedOn(password: string, words: readonly string[]): boolean {
  const known = new Set(
    words
      .flatMap((word) => [keepLetters(word), ...foldText(word).split(/[^\p{L}]+/u)])
      .filter((each) => each.length >= MIN_WORD_LENGTH),
  );
  return [...listBaseForms(password)].some((form) => known.has(keepLetters(form)));
}

const keepLetters = (text: string): string => foldText(text).replaceAll(/\P{L}+/gu, "");
