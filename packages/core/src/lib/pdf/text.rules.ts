/** Prepares text for drawing: keeps its letters and removes characters that only control programs. */

/** Terminal controls, and characters that change the direction of the following text (UAX 9, explicit formatting). */
const CONTROL_CHARACTERS = /[\p{Cc}\u00ad\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;

/** A letter with combining marks, or a syllable in parts: composed into one letter if Unicode has one. */
const COMPOSABLE_SEQUENCE = /\P{M}\p{M}+|[\u1100-\u11ff]+/gu;

/** Never drawn, even if the font has them: these characters join, separate or vary the letters beside them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Returns a text as it is drawn. Line ends stay, tabs become spaces, and unpaired surrogates become U+FFFD. Only letters with marks are composed,
 * because full NFC would replace letters in names (U+FA19 by U+795E).
 */
export const toDrawableText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n")
    .replaceAll("\t", " ")
    .replace(CONTROL_CHARACTERS, (control) => (control === "\n" ? control : ""))
    .replace(COMPOSABLE_SEQUENCE, (letter) => letter.normalize("NFC"));

/** Splits text into what readers see as letters: with their marks, or an emoji of several parts. */
export const splitGraphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** Returns the code points of a letter that a font must have. */
export const listVisibleCodePoints = (letter: string): number[] =>
  [...letter].filter((character) => !INVISIBLE.test(character)).map((character) => character.codePointAt(0) ?? 0);

const RTL_LANGUAGES = new Set(["ar", "fa", "he", "ur", "ps", "ckb", "sd", "ug", "yi", "dv"]);

/** Whether the pages of a language run from right to left. */
export const isRightToLeft = (language: string): boolean => RTL_LANGUAGES.has(new Intl.Locale(language).language);
