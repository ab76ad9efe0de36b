/**
 * Text that a spreadsheet program would treat as a formula when it opens a CSV file: it begins with `=`, `+`, `-` or `@`, or with their full-width
 * forms, which East Asian versions accept too, possibly after blanks. Text that begins with a tab or a line end counts too: programs drop these, and
 * anything may follow.
 * Text that can only be computed to itself is not escaped: a single number (`-5`, `+49301234567`, `-1.234,50`, `-12%`), and a telephone number whose
 * digits are separated by blanks, dots or parentheses (`+49 30 1234567`, `+49 (30) 123 45 67`), because two adjacent numbers are not a formula. With
 * `-` or `/` between the digits it is one: `+1-555-1234` is shown, and saved, as -1788. Such text is escaped, and so are `+1+2` and `-1+cmd|' /C
 * calc'!A0`.
 */
const LIKE_FORMULA = /^\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]/;
const NUMBER = /^ *[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?%?$/;
const PHONE = /^ *\+\d[\d .]*(?:\([\d .]+\)[\d .]*)*$/;

const isFormula = (text: string): boolean => LIKE_FORMULA.test(text) && !NUMBER.test(text) && !PHONE.test(text);
const withoutApostrophes = (text: string): string => text.replace(/^'+/, "");

/**
 * Puts an apostrophe before text that looks like a formula; spreadsheet programs then treat it as text. Text that looks like a formula after its
 * apostrophes gets another one, so that unescaping is exact.
 */
export const escapeFormula = (text: string): string => (isFormula(withoutApostrophes(text)) ? `'${text}` : text);

/** Returns the text that was given to `escapeFormula`. */
export const unescapeFormula = (text: string): string =>
  text.startsWith("'") && isFormula(withoutApostrophes(text)) ? text.slice(1) : text;
