/** Pure rules: card numbers are never stored. */

/** Digits that may be separated by single blanks or hyphens. */
const CANDIDATE = /(?<![\p{L}\p{N}_])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}_])/gu;

/** Returns whether a text has 13 to 19 digits that pass the Luhn check of card numbers (ISO/IEC 7812-1, annex B). */
export const hasCardNumber = (text: string): boolean =>
  [...text.matchAll(CANDIDATE)].some(([digits]) => isCardNumber(digits.replaceAll(/\D/g, "")));

function isCardNumber(digits: string): boolean {
  // Numbers of the great networks start with 2 to 6. Others are too common as plain numbers.
  if (!/^[2-6]/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
