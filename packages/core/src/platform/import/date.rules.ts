import { DateTime, Info } from "luxon";
import { fold } from "../../kernel/text.ts";
import { parseMonth } from "./months.ts";

/** Reads dates and local times as people write them. Ambiguous dates are refused. */

/** A parsed `date_format`: the order of the parts, and whether they are written without separators. */
interface DateFormat {
  order: "DMY" | "MDY" | "YMD" | "YDM";
  compact: boolean;
  shortYear: boolean;
}

interface TimeOfDay {
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** As written: `Z`, `+01:00`; undefined means local time. */
  offset?: string;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

/** A day, with the time if one follows. */
export type ParsedDate = { day: Day; time?: TimeOfDay } | { reason: string };

const FORMAT = /^(D{1,2}|M{1,4}|Y{4}|Y{2})([^A-Z]*)(D{1,2}|M{1,4}|Y{4}|Y{2})([^A-Z]*)(D{1,2}|M{1,4}|Y{4}|Y{2})$/;
const dateOrders: readonly string[] = ["DMY", "MDY", "YMD", "YDM"];

/** Parses `DD.MM.YYYY`, `M/D/YY` or `YYYYMMDD`, in either case, optionally followed by a time such as `HH:mm`; undefined for other texts. */
export function parseDateFormat(format: string): DateFormat | undefined {
  if (format.length > 40) return undefined;
  const days = format.trim().replace(/[T\s]+H.*$/i, "");
  const [, one = "", first, two = "", second, three = ""] = FORMAT.exec(days.toUpperCase()) ?? [];
  const order = `${one[0]}${two[0]}${three[0]}`;
  if (!dateOrders.includes(order)) return undefined;
  return { order: order as DateFormat["order"], compact: first === "" && second === "", shortYear: !/YYYY/i.test(days) };
}

/** The longest date in full has about 50 characters: `Wednesday, 24th of September 2025, 12:00:00.000 PM +01:00`. */
const MAX_DATE_LENGTH = 64;
const TIME =
  /^(.*?)(?:[Tt]|[\s,]+(?:at\s|um\s|à\s)?)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const NUMERIC = /^(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?$/;
const CHINESE = /^(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日$/;
const notDate = { reason: "Must be a date" };

/** Reads a date, with the time if one follows. */
export function readDate(text: string, format: DateFormat | undefined, formatText = ""): ParsedDate {
  if (text.length > MAX_DATE_LENGTH) return notDate;
  const plain = text.normalize("NFKC").replace(/\s+/g, " ").trim();
  const [, before, hour, minute, second = "0", fraction = "", half, offset] = TIME.exec(plain) ?? [];
  const day = readDayPart((before ?? plain).trim(), format, formatText);
  if ("reason" in day || before === undefined) return "reason" in day ? day : { day };
  const read = toHour24(Number(hour), half?.toLowerCase());
  const time = {
    hour: read,
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, "0")),
  };
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return { reason: "Must be a time of day" };
  return { day, time: offset ? { ...time, offset } : time };
}

/** Converts to the 24-hour clock: 12 am is midnight, 12 pm is noon, and 13 pm is invalid (99). */
const toHour24 = (hour: number, half: string | undefined): number =>
  half === undefined ? hour : hour < 1 || hour > 12 ? 99 : (hour % 12) + (half === "p" ? 12 : 0);

function readDayPart(text: string, format: DateFormat | undefined, formatText: string): Day | { reason: string } {
  const chinese = CHINESE.exec(text);
  if (chinese) return checkDay(text, Number(chinese[1]), Number(chinese[2]), Number(chinese[3]));
  const numeric = NUMERIC.exec(text);
  if (numeric) return readNumericDay(text, numeric, format, formatText);
  if (/^\d+$/.test(text)) return readCompactDay(text, format);
  return readNamedDay(text, format);
}

function readNumericDay(
  text: string,
  match: readonly string[],
  format: DateFormat | undefined,
  formatText: string,
): Day | { reason: string } {
  const [, one = "", mark, two = "", three = ""] = match;
  if (one.length > 2) {
    if (one.length !== 4 || three.length > 2) return notDate;
    return format?.order === "YDM" ? checkDay(text, one, three, two) : checkDay(text, one, two, three);
  }
  if (three.length !== 4 && three.length !== 2) return notDate;
  const DMY = checkDay(text, three, two, one);
  const MDY = checkDay(text, three, one, two);
  const order = format?.order;
  // A date that is invalid in the given order is not read in another order: a file with MM/DD does not contain 25/12.
  const rewriteReason = (day: Day | { reason: string }) =>
    "reason" in day ? { reason: `Must be a date written as ${formatText}` } : day;
  if (order === "DMY") return rewriteReason(DMY);
  if (order === "MDY") return rewriteReason(MDY);
  if (order && format?.shortYear && three.length === 2)
    return rewriteReason(order === "YMD" ? checkDay(text, one, two, three) : checkDay(text, one, three, two));
  // Dates with points always have the day first.
  if (mark === ".") return DMY;
  // Example: 25-03-04 may be short for 2025-03-04.
  const YMD = mark === "-" && one.length === 2 && three.length === 2 ? [checkDay(text, one, two, three)] : [];
  const days = [DMY, MDY, ...YMD].filter((day) => !("reason" in day)) as Day[];
  const readings = [...new Set(days.map(formatDay))];
  if (readings.length > 1) return { reason: `"${text}" can be ${readings.join(" or ")}: set date_format` };
  return days[0] ?? DMY;
}

/** Reads digits without separators: YYYYMMDD, unless date_format is compact and has another order. */
function readCompactDay(text: string, format: DateFormat | undefined): Day | { reason: string } {
  const compactFormat = format?.compact ? format : { order: "YMD", shortYear: false };
  if (text.length !== (compactFormat.shortYear ? 6 : 8)) return notDate;
  const yearFirst = compactFormat.order.startsWith("Y");
  const size = compactFormat.shortYear ? 2 : 4;
  const [one, two, three] = yearFirst
    ? [text.slice(0, size), text.slice(size, size + 2), text.slice(size + 2)]
    : [text.slice(0, 2), text.slice(2, 4), text.slice(4)];
  const partByLetter = {
    [compactFormat.order[0] as string]: one,
    [compactFormat.order[1] as string]: two,
    [compactFormat.order[2] as string]: three,
  };
  return checkDay(text, partByLetter.Y ?? "", partByLetter.M ?? "", partByLetter.D ?? "");
}

/** Words in dates that carry no meaning: `5 de marzo`, `the 5th of March`, `den 5. März`. */
const fillers = new Set(["de", "del", "do", "of", "the", "den", "der", "le", "el", "il", "o", "a", "r"]);
const ORDINAL = /^(\d{1,2})(?:st|nd|rd|th|er|e|º|°|ª|o)$/i;
const WEEKDAY =
  /^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mie|jue|vie|sab|dom|gio|seg|ter|qua|qui|sex|maa|din|woe|don|vri|zat|zon|pon|wto|sro|czw|pia|sob|nie|pn|wt|sr|pt|nd|ma|wo|vr|za|zo|man|tir|tis|ons|tor|fre|lor|son)\p{L}*(?:-feira)?\.?(?:,\s?|\s)/u;

const isMonth = (word: string): boolean => parseMonth(word) !== undefined;

const splitWords = (text: string): string[] =>
  text
    .split(/[\s.,/-]+/)
    .filter((word) => word !== "" && !fillers.has(word))
    .map((word) => word.replace(ORDINAL, "$1"));

function readNamedDay(text: string, format: DateFormat | undefined): Day | { reason: string } {
  const bare = fold(text);
  // `mar` means Tuesday if another word is a month, otherwise March.
  const behind = splitWords(bare.replace(WEEKDAY, ""));
  const words = behind.some(isMonth) ? behind : splitWords(bare);
  const monthIndex = words.findIndex(isMonth);
  const month = parseMonth(words[monthIndex] ?? "");
  const [first = "", second = "", ...more] = words.filter((_, place) => place !== monthIndex);
  if (month === undefined || more.length > 0 || !/^\d{1,4}$/.test(first) || !/^\d{1,4}$/.test(second)) return notDate;
  // The year is last, unless four digits or date_format say otherwise.
  const yearFirst = first.length === 4 || (first.length === 2 && second.length <= 2 && format?.order.startsWith("Y"));
  const [year, day] = yearFirst ? [first, second] : [second, first];
  return (year.length !== 4 && year.length !== 2) || day.length > 2 ? notDate : checkDay(text, year, month, day);
}

/** Expands a two-digit year to 1950 to 2049, as spreadsheets do. */
const expandYear = (year: string | number): number =>
  typeof year === "string" && year.length === 2 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year);

function checkDay(text: string, year: string | number, month: string | number, day: string | number): Day | { reason: string } {
  const read = { year: expandYear(year), month: Number(month), day: Number(day) };
  return read.year > 0 && DateTime.fromObject(read, { zone: "utc" }).isValid
    ? read
    : { reason: `The day does not exist: ${text}` };
}

const padTwo = (part: number): string => String(part).padStart(2, "0");
export const formatDay = ({ year, month, day }: Day): string =>
  `${String(year).padStart(4, "0")}-${padTwo(month)}-${padTwo(day)}`;

/**
 * Returns the instant in UTC. A time without offset is local time of `zone`. A time that does not exist in spring is moved forward by the gap (02:30
 * becomes 03:30); of a time that occurs twice in autumn the first is taken. Luxon resolves the latter depending on the present season, so this code
 * compares the zone's offsets itself and prefers the offset of the day before.
 */
export function toInstant(day: Day, time: TimeOfDay | undefined, zone: string): string | undefined {
  const local = new Date(0);
  local.setUTCFullYear(day.year, day.month - 1, day.day);
  if (time) local.setUTCHours(time.hour, time.minute, time.second, time.millisecond);
  const { isValid, offset } = time?.offset ? fixedZone(time.offset) : findZone(zone);
  if (!isValid) return undefined;
  const toEpochMs = (minutes: number) => local.getTime() - minutes * MINUTE_MS;
  const [before, after] = [offset(local.getTime() - DAY_MS), offset(local.getTime() + DAY_MS)];
  const isAfter = before !== after && offset(toEpochMs(before)) !== before && offset(toEpochMs(after)) === after;
  const instant = new Date(toEpochMs(isAfter ? after : before)).toISOString();
  return /^\d{4}-/.test(instant) ? instant : undefined;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Zone {
  isValid: boolean;
  /** Minutes east of UTC at an instant. */
  offset(instant: number): number;
}

const findZone = (name: string): Zone => {
  const zone = Info.normalizeZone(name);
  return { isValid: zone.isValid, offset: (instant) => zone.offset(instant) };
};

function fixedZone(offsetText: string): Zone {
  const [, sign = "", hours = "0", minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(offsetText) ?? [];
  const east = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return { isValid: Math.abs(east) < 24 * 60 && Number(minutes) < 60, offset: () => east };
}

/**
 * Reads a spreadsheet's serial day number (1 is 1 January 1900, and 60 is 29 February 1900, which did not exist); its fraction is the time. A bare
 * year such as 2025 would be a day in 1905 and is refused. Eight digits are read as YYYYMMDD.
 */
export function readSerial(serial: number): ParsedDate {
  if (Number.isInteger(serial) && serial >= 19_000_101) return readDate(String(serial), undefined);
  if (!(serial >= 1 && serial < 2_958_466) || Math.floor(serial) === 60) return notDate;
  if (Number.isInteger(serial) && serial >= 1900 && serial <= 2100) return { reason: `${serial} is a year, not a date` };
  const shift = serial < 60 ? 1 : 0;
  const date = new Date(Date.UTC(1899, 11, 30 + shift) + Math.round(serial * 86_400_000));
  const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  const time = {
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
  return Number.isInteger(serial) ? { day } : { day, time };
}
