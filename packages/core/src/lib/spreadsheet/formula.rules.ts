/**
 * Text that a spreadsheet program would take for a formula when it opens a CSV file: it begins with `=`, `+`, `-` or `@`,
 * or their full width forms, which East Asian versions take for the same, perhaps after blanks. Text that begins with a
 * tab or a line end counts too: programs drop these, and what comes after them may begin anything.
 *
 * Left alone is what can be computed to nothing but itself: one number (`-5`, `+49301234567`, `-1.234,50`, `-12%`), and a
 * telephone number whose digits are parted by blanks, dots or parentheses (`+49 30 1234567`, `+49 (30) 123 45 67`), which is
 * no formula since two numbers side by side are none. With `-` or `/` between the digits it is one: `+1-555-1234` is
 * shown, and saved, as -1788. So that is escaped, and so are `+1+2` and `-1+cmd|' /C calc'!A0`.
 */
const LIKE_FORMULA = /^\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]/;
const NUMBER = /^ *[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?%?$/;
const PHONE = /^ *\+\d[\d .]*(?:\([\d .]+\)[\d .]*)*$/;

const isFormula = (text: string): boolean => LIKE_FORMULA.test(text) && !NUMBER.test(text) && !PHONE.test(text);
const withoutApostrophes = (text: string): string => text.replace(/^'+/, "");

/**
 * Puts an apostrophe before what looks like a formula, which spreadsheet programs take for "this is text". What looks
 * like one behind apostrophes has another put before them, so that the way back is exact.
 */
export const escapeFormula = (text: string): string => (isFormula(withoutApostrophes(text)) ? `'${text}` : text);

/** The text that `escapeFormula` was given, whatever it was. */
export const unescapeFormula = (text: string): string =>
  text.startsWith("'") && isFormula(withoutApostrophes(text)) ? text.slice(1) : text;
