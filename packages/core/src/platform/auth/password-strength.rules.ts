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
  const foldedPassword = foldText(password.trim());
  const forms = new Set([foldedPassword]);
  for (const text of [foldedPassword, replaceSigns(foldedPassword), replaceSigns(foldedPassword.replace(/[\d\W_]+$/u, ""))]) {
    const core = halveRepetition(trimToLetters(text));
    const affixLength = foldedPassword.length - core.length * (trimToLetters(text).length / Math.max(1, core.length));
    if (core.length >= MIN_WORD_LENGTH && affixLength <= MAX_AFFIX_LENGTH) forms.add(core);
  }
  return forms;
}

/** Whether a password consists of few characters, or of short runs on a keyboard or in the alphabet. */
export function isMonotonous(password: string): boolean {
  const foldedPassword = foldText(password);
  if (new Set(foldedPassword).size < 4) return true;
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
  for (let index = 1; index < foldedPassword.length; index++)
    if (runs.some((row) => row.includes(foldedPassword.slice(index - 1, index + 1)))) steps++;
  return steps >= foldedPassword.length - 2;
}

/** Whether a password is one of these words, with or without a year or signs around it. */
export function isBasedOn(password: string, words: readonly string[]): boolean {
  const baseWords = new Set(
    words
      .flatMap((word) => [keepLetters(word), ...foldText(word).split(/[^\p{L}]+/u)])
      .filter((word) => word.length >= MIN_WORD_LENGTH),
  );
  return [...listBaseForms(password)].some((form) => baseWords.has(keepLetters(form)));
}

const keepLetters = (text: string): string => foldText(text).replaceAll(/\P{L}+/gu, "");
