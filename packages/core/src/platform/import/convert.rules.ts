import type { Field, FieldType } from "../../kernel/field.ts";
import { Money } from "../../kernel/money.ts";
import { email as emailSchema } from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { findTextProblem, joinLines, listTextIssues } from "../../kernel/text-content.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { formatDay, type ParsedDate, parseDateFormat, readDate, readSerial, toInstant } from "./date.rules.ts";
import { type DecimalMark, detectDecimalMark, type Numeral, parseNumeral } from "./number.rules.ts";

/**
 * Converts a cell of a file into the value that the API takes for the field, or into a reason that a person can act on. Nothing is guessed: an
 * ambiguous value is refused, unless the file's conventions decide.
 */

export interface Conventions {
  /** For example DD.MM.YYYY: the order of day, month and year, and whether the year has two digits. */
  date_format?: string;
  decimal_mark?: DecimalMark;
  /** The zone of local times. */
  timezone: string;
  default_country: string;
  /** Amounts in another currency are refused. */
  currency?: string;
}

export type ConvertedCell = { value: unknown } | { reason: string };

type CellType = Exclude<Cell, string>[0] | "string";

export function convert(field: Field, cell: Cell, conventions: Conventions): ConvertedCell {
  const [type, raw] = typeof cell === "string" ? (["string", cell] as const) : cell;
  if (type === "error") return { reason: `The cell shows ${raw.trim().slice(0, 40) || "an error"}` };
  const problem = findTextProblem(raw);
  if (problem !== undefined) return { reason: problem };
  if (raw.trim() === "") return { value: null };
  return readers[field.type](type === "string" ? raw : toPlainText(type, raw), field, conventions, type);
}

/** Whether a text is a supported format such as `DD.MM.YYYY`; imports with another format are refused. */
export const isDateFormat = (format: string): boolean => parseDateFormat(format) !== undefined;

/** Returns the value of a typed spreadsheet cell as text: digits without exponent, true or false, an ISO date. */
function toPlainText(type: CellType, raw: string): string {
  const text = raw.trim();
  if (type === "number") return expandDigits(text) ?? text;
  if (type === "boolean") return /^(1|true)$/i.test(text) ? "true" : "false";
  return text.replace(/[T ]00:00(:00(\.0+)?)?$/, "");
}

/**
 * Returns whole numbers of any length unchanged. Other numbers are rounded to 15 digits, as spreadsheets display them: the file has
 * 19.989999999999998 for 19.99, and 4.91512345678E11 for 491512345678.
 */
function expandDigits(text: string): string | undefined {
  if (/^-?\d{1,40}$/.test(text)) return text;
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? Money.normalizeDecimal(number.toPrecision(15)) : undefined;
}

type CellReader = (text: string, field: Field, conventions: Conventions, type: CellType) => ConvertedCell;

const readers: Record<FieldType, CellReader> = {
  // Spaces around a single line are an accident and are removed; text over several lines has a layout and stays. A cell with several lines for a
  // field of one line is common in spreadsheets, and loses only its layout. Text that looks like a formula is text and stays unchanged.
  text: (text, { isOneLine }) => ({ value: isOneLine ? joinLines(text) : /[\r\n]/.test(text.trim()) ? text : text.trim() }),
  url: readTrimmed,
  reference: readTrimmed,
  master: readTrimmed,
  phone: readPhone,
  email: readEmail,
  integer: readInteger,
  number: readNumber,
  money: readMoney,
  date: readDay,
  instant: readInstant,
  boolean: readBoolean,
  choice: (text, field) => readChoice(field, text),
  choices: readChoices,
  json: readJson,
};

function readTrimmed(text: string): ConvertedCell {
  return { value: text.trim() };
}

/** Returns a phone number as typed. A number that a spreadsheet has rounded is refused, because its last digits are lost. */
function readPhone(text: string): ConvertedCell {
  if (/^\s*\d[.,]\d+E\+\d+\s*$/i.test(text)) return { reason: "Was rounded by a spreadsheet: its last digits are lost" };
  return readTrimmed(text);
}

const addressSchema = emailSchema();

/** Reads an address, also from `Ada Lovelace <ada@example.org>` and `mailto:ada@example.org?subject=…`. */
function readEmail(text: string): ConvertedCell {
  const inside = /<([^<>]*)>\s*$/.exec(text.slice(-1000))?.[1] ?? text;
  const address = inside
    .trim()
    .replace(/^mailto:([^?]*).*$/is, "$1")
    .trim();
  return addressSchema.safeParse(address).success ? { value: address } : { reason: "Must be a valid email address" };
}

const EXPONENT = /^([-+]?\d+(?:[.,]\d+)?)e([-+]?\d{1,3})$/i;

/** Reads a number. Number cells always use a decimal point, even if the texts of the file use a comma. */
function readNumeral(text: string, type: CellType, { decimal_mark }: Conventions, isMoney = false): Numeral {
  if (type === "boolean" || type === "date") return { reason: `Must be ${isMoney ? "an amount" : "a number"}, not a ${type}` };
  return parseNumeral(text.trim(), type === "number" ? "." : decimal_mark, isMoney);
}

function readInteger(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readNumeral(text, type, conventions);
  if ("reason" in read) return read;
  if (read.plain.includes(".")) return { reason: "Must be a whole number" };
  const value = Number(read.plain);
  return Number.isSafeInteger(value) ? { value } : { reason: "The number is too large" };
}

function readNumber(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const [, digits = text, exponent = "0"] = EXPONENT.exec(text.trim()) ?? [];
  const read = readNumeral(digits, type, conventions);
  if ("reason" in read) return read;
  const value = Number(`${read.plain}e${exponent}`);
  return Number.isFinite(value) ? { value } : { reason: "The number is too large" };
}

/** Reads a decimal string with two places, as `money` of kernel/schema.ts takes it. */
function readMoney(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readNumeral(text, type, conventions, true);
  if ("reason" in read) return read;
  const { currency } = conventions;
  const otherCurrencies = read.currencies.find((may) => currency && may.length > 0 && !may.includes(currency));
  if (otherCurrencies) return { reason: `Must be in ${currency}, but is in ${otherCurrencies.join(" or ")}` };
  return Money.isNegative(read.plain) ? { reason: "Must not be negative" } : Money.parse(read.plain);
}

function readDateCell(text: string, type: CellType, { date_format }: Conventions): ParsedDate {
  if (type === "boolean") return { reason: "Must be a date, not a boolean" };
  const format = date_format === undefined ? undefined : parseDateFormat(date_format);
  if (date_format !== undefined && !format)
    return { reason: `date_format "${date_format.slice(0, 40)}" must be a format such as DD.MM.YYYY` };
  // Only the cell type distinguishes the serial number of a day from other numbers.
  return type === "number" ? readSerial(Number(text)) : readDate(text, format, date_format);
}

/** Reads a date as written, even if a time with an offset follows: the writer meant that day. */
function readDay(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readDateCell(text, type, conventions);
  return "reason" in read ? read : { value: formatDay(read.day) };
}

const END_OF_DAY = { hour: 23, minute: 59, second: 59, millisecond: 999 };

/** Reads an instant. A date without a time means midnight in the zone of the file, or the end of the day where the field says so. */
function readInstant(text: string, field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readDateCell(text, type, conventions);
  if ("reason" in read) return read;
  const value = toInstant(read.day, read.time ?? (field.endsWithDay ? END_OF_DAY : undefined), conventions.timezone);
  return value === undefined ? { reason: `The time does not exist in ${conventions.timezone}` } : { value };
}

const wordSet = (list: string): ReadonlySet<string> => new Set(list.split(" ").map(fold));
const yesWords = wordSet(
  "true t yes y ja j oui o sí sim si s tak evet вкл да д 是 はい 예 vero wahr vrai verdadero verdadeiro on x 1 ✓ ✔",
);
const noWords = wordSet("false f no n nein non não nao nie hayır nej nee нет н 否 いいえ 아니요 falso falsch faux off 0");

function readBoolean(text: string, _field: Field, _conventions: Conventions, type: CellType): ConvertedCell {
  const word = fold(text.trim());
  if (type !== "date" && yesWords.has(word)) return { value: true };
  if (type !== "date" && noWords.has(word)) return { value: false };
  return { reason: "Must be yes or no" };
}

const normalizeKey = (text: string): string => fold(text.trim()).replace(/[\s_-]+/g, "_");

const spellingCache = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

/** Returns a field's values by normalised spelling. If two values share one, the first wins. */
function indexSpellings(values: readonly string[]): ReadonlyMap<string, string> {
  const spellings = spellingCache.get(values) ?? new Map(values.map((value) => [normalizeKey(value), value] as const).reverse());
  spellingCache.set(values, spellings);
  return spellings;
}

/** Returns the field's own spelling of a value; case and separators in the file do not matter. */
function readChoice({ values = [] }: Field, text: string): ConvertedCell {
  const spelling = text.trim();
  const value = values.includes(spelling) ? spelling : indexSpellings(values).get(normalizeKey(spelling));
  if (value !== undefined) return { value };
  return { reason: `Must be one of ${values.slice(0, 20).join(", ")}${values.length > 20 ? ", …" : ""}` };
}

function readChoices(text: string, field: Field): ConvertedCell {
  const parts = [...new Set(splitList(text))];
  const read = field.values ? parts.map((part) => readChoice(field, part)) : parts.map((value) => ({ value }));
  const rejection = read.find((cell) => "reason" in cell);
  if (rejection) return rejection;
  const values = [...new Set(read.flatMap((cell) => ("value" in cell ? [cell.value] : [])))];
  return { value: values.length > 0 ? values : null };
}

/**
 * Splits a list into its parts. One separator splits them all, `;` before `|` before `,`: a list with semicolons may have commas in its parts
 * (`Smith, Ltd; Jones`). Quotes around a part keep it together.
 */
function splitList(text: string): string[] {
  const separator = [";", "|", ","].find((candidate) => splitUnquoted(text, candidate).length > 1) ?? ",";
  return splitUnquoted(text, separator)
    .map((part) => part.trim())
    .map((part) => (/^".*"$/s.test(part) && part.length > 1 ? part.slice(1, -1).replaceAll('""', '"').trim() : part))
    .filter((part) => part !== "");
}

/** Splits outside of quotes. A quote that is never closed is an ordinary character. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let index = 0;
  let closes = text.lastIndexOf('"');
  while (index < text.length) {
    if (text[index] === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    } else if (text[index] === '"' && index < closes && text.slice(start, index).trim() === "") {
      const end = findClosingQuote(text, index + 1);
      if (end === undefined) closes = -1;
      else index = end;
    }
    index++;
  }
  return [...parts, text.slice(start)];
}

/** Returns the position of the closing quote; `""` inside is an escaped quote. */
function findClosingQuote(text: string, from: number): number | undefined {
  for (let index = text.indexOf('"', from); index >= 0; index = text.indexOf('"', index + 1)) {
    if (text[index + 1] !== '"') return index;
    index++;
  }
  return undefined;
}

/** Deeper than any field takes; the bound keeps the depth check cheap. */
const MAX_DEPTH = 64;

function readJson(text: string, _field: Field, _conventions: Conventions, type: CellType): ConvertedCell {
  const not = { reason: "Must be a JSON object" };
  if (type !== "string" || !text.trim().startsWith("{")) return not;
  if (measureDepth(text) > MAX_DEPTH) return { reason: "Nested too deeply" };
  try {
    const value: unknown = JSON.parse(text);
    const [issue] = listTextIssues(value);
    return issue ? { reason: issue.message } : { value };
  } catch {
    return not;
  }
}

/** Returns the nesting depth of brackets outside of strings. */
function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (quoted && character === "\\") index++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && "[{".includes(character)) deepest = Math.max(deepest, ++depth);
    else if (!quoted && "]}".includes(character)) depth--;
  }
  return deepest;
}

/** The field of a column, and some of its cells. */
interface ColumnSample {
  field: Field;
  samples: readonly Cell[];
}

const numberTypes: ReadonlySet<FieldType> = new Set(["money", "number", "integer"]);
const dateTypes: ReadonlySet<FieldType> = new Set(["date", "instant"]);

/**
 * Completes the given conventions from cells that are unambiguous: `1.234,56` reveals the decimal mark, 25/12/2025 the order of day and month. If
 * cells disagree, nothing is inferred, and ambiguous cells are refused later. A missing zone or country gets the default of new tenants.
 */
export function inferConventions(columns: readonly ColumnSample[], conventions: Partial<Conventions>): Conventions {
  const learning = createLearner(columns.map(({ field }) => field));
  for (const [index, { samples }] of columns.entries()) for (const cell of samples) learning.see(index, cell);
  return {
    timezone: conventions.timezone ?? "UTC",
    default_country: conventions.default_country ?? "US",
    ...(conventions.currency !== undefined && { currency: conventions.currency }),
    ...learning.told(conventions),
  };
}

/** The conventions that the cells of a file reveal. */
export type LearnedConventions = Pick<Conventions, "date_format" | "decimal_mark">;

/** Returns a learner that sees one cell after another, in constant memory. */
export function createLearner(fields: readonly (Field | undefined)[]) {
  const marks = new Set<DecimalMark>();
  const orders = new Set<string>();
  return {
    /** Sees one cell of the column at this position. */
    see(index: number, cell: Cell): void {
      const type = fields[index]?.type;
      if (type === undefined || typeof cell !== "string") return;
      if (numberTypes.has(type) && marks.size < 2) addSeen(marks, detectDecimalMark(cell));
      if (dateTypes.has(type) && orders.size < 2) addSeen(orders, detectDateOrder(cell));
    },
    told(conventions: LearnedConventions): LearnedConventions {
      const decimal_mark = conventions.decimal_mark ?? onlyMember(marks);
      const date_format = conventions.date_format ?? onlyMember(orders);
      return { ...(decimal_mark !== undefined && { decimal_mark }), ...(date_format !== undefined && { date_format }) };
    },
  };
}

const addSeen = <T>(seen: Set<T>, value: T | undefined): void => {
  if (value !== undefined) seen.add(value);
};

const onlyMember = <T>(seen: ReadonlySet<T>): T | undefined => (seen.size === 1 ? [...seen][0] : undefined);

/** Returns the order of day and month if only one order gives a valid date; dates with points or month names need none. */
function detectDateOrder(text: string): string | undefined {
  if (!/^\s*\d{1,2}[/-]\d{1,2}[/-](\d{4}|\d{2})\b/.test(text)) return undefined;
  const can = (format: string) => !("reason" in readDate(text, parseDateFormat(format), format));
  const [days, months] = [can("DD/MM/YYYY"), can("MM/DD/YYYY")];
  return days === months ? undefined : days ? "DD/MM/YYYY" : "MM/DD/YYYY";
}
