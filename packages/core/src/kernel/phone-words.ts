/**
 * The search words of telephone numbers. A number has two: its digits without the country, with the country at the end (`4077770199+49`), and
 * its digits backwards (`9~91077770494`), which its last digits find.
 */

/** Country codes of E.164: those listed have one or two digits, all others three. */
const COUNTRY_CODE_PATTERN = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** Fewer digits are no telephone number. */
const MIN_LENGTH = 3;
/** As many last digits find a number. */
const MIN_END_LENGTH = 4;
const MAX_LENGTH = 40;

/** A search finds the words that have this start, and this end. */
export interface WordMatch {
  readonly start: string;
  readonly end?: string;
}

/** Leading zeros only say how to dial. */
const removeZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, "");

function splitCountry(digits: string): { readonly country: string; readonly national: string } {
  const [country = ""] = COUNTRY_CODE_PATTERN.exec(digits) ?? [];
  return { country, national: removeZeros(digits.slice(country.length)) };
}

/** The last digit stands before a mark that no other word contains, so that these words are spread over partitions as numbers are. */
function buildEndWords(digits: string): string[] {
  const [last = "", ...rest] = [...digits].reverse();
  return digits.length >= MIN_END_LENGTH ? [`${last}~${rest.join("")}`.slice(0, MAX_LENGTH)] : [];
}

/** Returns the search words of a telephone number. */
export function phoneNumberWords(number: string | null | undefined): string[] {
  const digits = number?.replace(/\D/g, "") ?? "";
  if (removeZeros(digits).length < MIN_LENGTH) return [];
  const { country, national } = splitCountry(digits);
  const hasCountry = number?.trim().startsWith("+") && national.length >= MIN_LENGTH;
  return [
    hasCountry ? `${national.slice(0, MAX_LENGTH)}+${country}` : removeZeros(digits).slice(0, MAX_LENGTH),
    ...buildEndWords(digits),
  ];
}

/** Returns what digits of a search match: a word as it is, a number as dialed, a number with its country, or the end of a number. */
export function listDigitMatches(digits: string): WordMatch[] {
  const dialed = removeZeros(digits);
  const { country, national } = splitCountry(dialed);
  return [...new Set([digits, dialed, ...buildEndWords(digits)])]
    .map((start): WordMatch => ({ start }))
    .concat(national === "" ? [] : [{ start: national, end: `+${country}` }]);
}
