/** What of a text is drawn: its letters, and none of what only steers programs. */

/** Controls of terminals, and those by which a text turns the direction of what stands after it (UAX 9, explicit formatting). */
const CONTROL_CHARACTERS = /[\p{Cc}\u00ad\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;

/** A letter with marks of its own, and syllables in parts: one letter, where there is one for it. */
const COMPOSABLE_SEQUENCE = /\P{M}\p{M}+|[\u1100-\u11ff]+/gu;

/** Not drawn, whatever the font has: they join, part or vary the letters beside them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * A text as it is drawn. Line ends stay, tabs are spaces, half a surrogate pair is U+FFFD. Only letters with marks are composed: the
 * rest of NFC would put other letters into names (U+FA19 to U+795E).
 */
export const toDrawableText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n")
    .replaceAll("\t", " ")
    .replace(CONTROL_CHARACTERS, (control) => (control === "\n" ? control : ""))
    .replace(COMPOSABLE_SEQUENCE, (letter) => letter.normalize("NFC"));

/** What a reader takes for one letter: with its marks, or an emoji of several parts. */
export const splitGraphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** The code points of a letter that a font has to have. */
export const listVisibleCodePoints = (letter: string): number[] =>
  [...letter].filter((each) => !INVISIBLE.test(each)).map((each) => each.codePointAt(0) ?? 0);

const RTL_LANGUAGES = new Set(["ar", "fa", "he", "ur", "ps", "ckb", "sd", "ug", "yi", "dv"]);

/** Whether the pages of a language go from right to left. */
export const isRightToLeft = (language: string): boolean => RTL_LANGUAGES.has(new Intl.Locale(language).language);
