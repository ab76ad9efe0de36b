/**
 * Recognises passwords that attackers try first: breached passwords, and common words with a capital letter, a year or a sign added (NIST SP
 * 800-63B). Pure: the caller passes the list.
 */

/** Signs that people write in place of letters. */
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

/** Characters around a word, such as a year or a sign or two, that do not make it harder to guess. */
const MAX_AFFIX_LENGTH = 8;
const MIN_WORD_LENGTH = 4;

const foldText = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");

/** Removes everything that is not a letter from both ends. */
const trimToLetters = (text: string): string => text.replaceAll(/^\P{L}+|\P{L}+$/gu, "");

const replaceSigns = (text: string): string => text.replaceAll(/[013457@$!]/g, (sign) => SIGN_LETTERS[sign] ?? sign);

/** Returns one half of a text that repeats itself, otherwise the text. */
const halveRepetition = (text: string): string => {
  const half = text.slice(0, text.length / 2);
  return text.length % 2 === 0 && half + half === text ? half : text;
};

/** Returns the forms under which a password is looked up in the list: the password itself, and the word that it is based on. */
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

/** Whether a password consists of few characters, or of short runs on a keyboard or in the alphabet. */
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

/** Whether a password is one of these words, with or without a year or signs around it. */
export function isBasedOn(password: string, words: readonly string[]): boolean {
  const known = new Set(
    words
      .flatMap((word) => [keepLetters(word), ...foldText(word).split(/[^\p{L}]+/u)])
      .filter((each) => each.length >= MIN_WORD_LENGTH),
  );
  return [...listBaseForms(password)].some((form) => known.has(keepLetters(form)));
}

const keepLetters = (text: string): string => foldText(text).replaceAll(/\P{L}+/gu, "");
