/** Numbers and dates of spreadsheets (ECMA-376 part 1, 18.8.30 and 18.17.4): the format of a number decides its meaning. */

export type NumberKind = "number" | "date" | "datetime" | "time" | "elapsed";

/** Built-in formats, which files refer to only by number; 27 to 36 and 50 to 58 are East Asian dates and times. */
const builtInKinds: Readonly<Record<number, NumberKind>> = Object.fromEntries([
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, "date"]),
  ...[18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56].map((id) => [id, "time"]),
  [22, "datetime"],
  [46, "elapsed"],
]);

export const builtInNumberKind = (id: number): NumberKind => builtInKinds[id] ?? "number";

/** Returns the kind of number for a format. Only the first section counts, which is for positive numbers. */
export function parseNumberFormat(format: string): NumberKind {
  // Programs allow no longer formats; on a text of a megabyte the patterns would take hours.
  const plain = firstSection(format.slice(0, 256));
  if (/\[(h+|m+|s+)\]/i.test(plain)) return "elapsed";
  const letters = plain
    .replace(/\[[^\]]*\]/g, "")
    .replace(/general/gi, "")
    .replace(/am\/pm|a\/p/gi, "h")
    // An exponent, not the year of an era.
    .replace(/e[+-]/gi, "");
  if (!/[ymdhse]/i.test(letters)) return "number";
  const runs = letters.toLowerCase().match(/y+|m+|d+|h+|s+|e+/g) ?? [];
  // An m beside hours or seconds means minutes, otherwise months.
  const isMinute = (index: number) => runs[index - 1]?.[0] === "h" || runs[index + 1]?.[0] === "s";
  const hasDate = runs.some((run, index) => /[yde]/.test(run) || (run[0] === "m" && !isMinute(index)));
  const hasTime = runs.some((run) => /[hs]/.test(run));
  return hasTime ? (hasDate ? "datetime" : "time") : "date";
}

/** Returns the first section without quoted texts, escaped characters, and characters that fill or pad. */
function firstSection(format: string): string {
  return format.replace(/"[^"]*"?|\\.|_.|\*./gs, "").split(";", 1)[0] ?? "";
}

const DAY_SECONDS = 86_400;
/** The first day of the year 10000, from which on no spreadsheet program supports dates. */
const END_SERIAL = 2_958_466;

/** Returns a serial number as its format shows it; undefined if spreadsheet programs show no date for it. */
export function dateText(
  serial: number,
  meaning: Exclude<NumberKind, "number">,
  is1904: boolean,
): ["date" | "text", string] | undefined {
  const seconds = Math.round(serial * DAY_SECONDS);
  if (meaning === "elapsed") return ["text", formatElapsed(seconds)];
  if (seconds < 0 || seconds >= (is1904 ? END_SERIAL - 1462 : END_SERIAL) * DAY_SECONDS) return undefined;
  const [days, rest] = [Math.floor(seconds / DAY_SECONDS), seconds % DAY_SECONDS];
  if (meaning === "time" && days === 0) return ["text", formatClock(rest)];
  if (days === 0 && !is1904) return rest === 0 ? undefined : ["text", formatClock(rest)];
  const date = serialToDate(days, is1904);
  return ["date", meaning === "date" || rest === 0 ? date : `${date}T${formatClock(rest)}`];
}

/**
 * Converts a serial day. Day 1 is 1 January 1900, and day 60 is 29 February 1900, which did not exist; all programs keep this error of Lotus 1-2-3.
 * The other date system begins with day 0 on 1 January 1904.
 */
function serialToDate(days: number, is1904: boolean): string {
  if (!is1904 && days === 60) return "1900-02-29";
  const fromEpoch = is1904 ? days - 24_107 : days - (days > 60 ? 25_569 : 25_568);
  return new Date(fromEpoch * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

const padTwo = (number: number): string => String(number).padStart(2, "0");
const formatClock = (seconds: number): string =>
  `${padTwo(Math.floor(seconds / 3600))}:${padTwo(Math.floor(seconds / 60) % 60)}:${padTwo(seconds % 60)}`;
const formatElapsed = (seconds: number): string => (seconds < 0 ? "-" : "") + formatClock(Math.abs(seconds));

/** Converts a date that is stored as text (`t="d"`) into the form of numeric dates. */
export function isoText(text: string): ["date" | "text", string] | undefined {
  const match = /^(\d{4}-\d\d-\d\d)?T?(?:(\d\d:\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?Z?$/.exec(text.trim());
  const [, date, minutes, seconds = "00"] = match ?? [];
  if (!date) return minutes === undefined ? undefined : ["text", `${minutes}:${seconds}`];
  const time = minutes === undefined ? "00:00:00" : `${minutes}:${seconds}`;
  return ["date", time === "00:00:00" ? date : `${date}T${time}`];
}

/**
 * Returns a number as people see it: `0.30000000000000004` becomes 0.3, because programs store and show 15 digits. A whole number keeps all its
 * digits: it has no rounding error, and may be an identifier.
 */
export function numberText(text: string): string | undefined {
  const plain = text.trim();
  // No valid number is longer; on a megabyte of digits the pattern would take hours.
  if (plain.length > 400 || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const number = Number(plain);
  if (!Number.isFinite(number)) return undefined;
  if (/^-?\d{1,16}$/.test(plain) && Number.isSafeInteger(number)) return String(number || 0);
  return expandExponent(String(Number(number.toPrecision(15)) || 0));
}

function expandExponent(text: string): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign = "", integerPart = "", fraction = "", exponent = ""] = match;
  const digits = integerPart + fraction;
  const point = 1 + Number(exponent);
  return point <= 0 ? `${sign}0.${"0".repeat(-point)}${digits}` : sign + digits.padEnd(point, "0");
}

/** Unescapes text: `_x000D_` is a character that XML cannot contain, and `_x005F_` an underscore before such a sequence (22.9.2.19). */
export const unescapeText = (text: string): string =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

const CELL_REFERENCE = /^([A-Za-z]{1,3})(\d{1,7})$/;

/** Returns the column of a reference such as `C5`, counted from 0; undefined if it is invalid. */
export function parseColumn(reference: string): number | undefined {
  const letters = CELL_REFERENCE.exec(reference)?.[1]?.toUpperCase();
  return letters === undefined ? undefined : [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Formats a reference: column 2 and row 5 become `C5`. */
export function formatReference(column: number, row: number): string {
  let letters = "";
  for (let remainder = column; remainder >= 0; remainder = Math.floor(remainder / 26) - 1)
    letters = String.fromCharCode(65 + (remainder % 26)) + letters;
  return letters + row;
}
