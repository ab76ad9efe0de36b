/** The letters that have no base letter in Unicode, and those that German writes as two. */
const letters: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", å: "a", ł: "l", đ: "d" };

/** Returns a text in lower case, with Latin letters that have no marks. Letters of other scripts stay. */
export const toPlainLetters = (text: string): string =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[äöüßæøåłđ]/g, (letter) => letters[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
