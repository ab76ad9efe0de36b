import type { Field, FieldType } from "../../kernel/field.ts";
import { Money } from "../../kernel/money.ts";
import { email as emailSchema } from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { formatDay, type ParsedDate, parseDateFormat, readDate, readSerial, toInstant } from "./date.rules.ts";
import { type DecimalMark, detectDecimalMark, type Numeral, parseNumeral } from "./number.rules.ts";

/**
 * A cell of a file becomes the value that the API takes for the field, or a reason that a person can act on. Nothing is
 * guessed: what can be read in two ways is refused until conventions or other rows of the file tell which.
 */

export interface Conventions {
  /** Such as DD.MM.YYYY: the order of day, month and year, and whether two digits are a year. */
  date_format?: string;
  decimal_mark?: DecimalMark;
  /** Of local times. */
  timezone: string;
  default_country: string;
  /** Amounts that name another one are refused. */
  currency?: string;
}

export type ConvertedCell = { value: unknown } | { reason: string };

type CellType = Exclude<Cell, string>[0] | "string";

export function convert(field: Field, cell: Cell, conventions: Conventions): ConvertedCell {
  const [type, raw] = typeof cell === "string" ? (["string", cell] as const) : cell;
  if (type === "error") return { reason: `The cell shows ${raw.trim().slice(0, 40) || "an error"}` };
  if (!raw.isWellFormed()) return { reason: "Not well-formed Unicode" };
  if (raw.includes("\0")) return { reason: "Holds the character NUL" };
  if (raw.trim() === "") return { value: null };
  return readers[field.type](type === "string" ? raw : toPlainText(type, raw), field, conventions, type);
}

/** `DD.MM.YYYY` and its like; an import asked for with another one is refused. */
export const isDateFormat = (format: string): boolean => parseDateFormat(format) !== undefined;

/** Every value that ended up in a spreadsheet's own types, as text: digits without exponent, true or false, a date in ISO. */
function toPlainText(type: CellType, raw: string): string {
  const text = raw.trim();
  if (type === "number") return expandDigits(text) ?? text;
  if (type === "boolean") return /^(1|true)$/i.test(text) ? "true" : "false";
  return text.replace(/[T ]00:00(:00(\.0+)?)?$/, "");
}

/**
 * Whole numbers as they are, however long. Others as spreadsheets show them, in 15 digits: the file has 19.989999999999998
 * for 19.99, and 4.91512345678E11 for 491512345678.
 */
function expandDigits(text: string): string | undefined {
  if (/^-?\d{1,40}$/.test(text)) return text;
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? Money.normalizeDecimal(number.toPrecision(15)) : undefined;
}

type CellReader = (text: string, field: Field, conventions: Conventions, type: CellType) => ConvertedCell;

const readers: Record<FieldType, CellReader> = {
  // Of a single line the spaces around it are an accident; text over several lines has a layout that stays. Text that looks
  // like a formula is text and stays unchanged.
  text: (text) => ({ value: /[\r\n]/.test(text.trim()) ? text : text.trim() }),
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

/** As typed; but of digits that a spreadsheet has rounded nobody can dial what is left. */
function readPhone(text: string): ConvertedCell {
  if (/^\s*\d[.,]\d+E\+\d+\s*$/i.test(text)) return { reason: "Was rounded by a spreadsheet: its last digits are lost" };
  return readTrimmed(text);
}

const addressSchema = emailSchema();

/** `Ada Lovelace <ada@example.org>`, `mailto:ada@example.org?subject=…`. */
function readEmail(text: string): ConvertedCell {
  const inside = /<([^<>]*)>\s*$/.exec(text.slice(-1000))?.[1] ?? text;
  const address = inside
    .trim()
    .replace(/^mailto:([^?]*).*$/is, "$1")
    .trim();
  return addressSchema.safeParse(address).success ? { value: address } : { reason: "Not an email address" };
}

const EXPONENT = /^([-+]?\d+(?:[.,]\d+)?)e([-+]?\d{1,3})$/i;

/** A number cell has its point before the decimals whatever the file's texts have. */
function readNumeral(text: string, type: CellType, { decimal_mark }: Conventions, isMoney = false): Numeral {
  if (type === "boolean" || type === "date") return { reason: `Not ${isMoney ? "an amount" : "a number"} but a ${type}` };
  return parseNumeral(text.trim(), type === "number" ? "." : decimal_mark, isMoney);
}

function readInteger(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readNumeral(text, type, conventions);
  if ("reason" in read) return read;
  if (read.plain.includes(".")) return { reason: "Not a whole number" };
  const value = Number(read.plain);
  return Number.isSafeInteger(value) ? { value } : { reason: "Too large a number" };
}

function readNumber(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const [, digits = text, exponent = "0"] = EXPONENT.exec(text.trim()) ?? [];
  const read = readNumeral(digits, type, conventions);
  if ("reason" in read) return read;
  const value = Number(`${read.plain}e${exponent}`);
  return Number.isFinite(value) ? { value } : { reason: "Too large a number" };
}

/** A decimal string with two places, as `money` of kernel/schema.ts takes it. */
function readMoney(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readNumeral(text, type, conventions, true);
  if ("reason" in read) return read;
  const { currency } = conventions;
  const other = read.currencies.find((may) => currency && may.length > 0 && !may.includes(currency));
  if (other) return { reason: `Is in ${other.join(" or ")}, not in ${currency}` };
  return Money.isNegative(read.plain) ? { reason: "Must not be negative" } : Money.parse(read.plain);
}

function readDateCell(text: string, type: CellType, { date_format: said }: Conventions): ParsedDate {
  if (type === "boolean") return { reason: "Not a date but a boolean" };
  const format = said === undefined ? undefined : parseDateFormat(said);
  if (said !== undefined && !format) return { reason: `date_format "${said.slice(0, 40)}" is none such as DD.MM.YYYY` };
  // Only the type of the cell tells the number of a day from any other number.
  return type === "number" ? readSerial(Number(text)) : readDate(text, format, said);
}

/** The day as it stands there, also before a time with an offset: it is a date that somebody wrote down. */
function readDay(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readDateCell(text, type, conventions);
  return "reason" in read ? read : { value: formatDay(read.day) };
}

/** A date alone is its midnight in the zone of the file. */
function readInstant(text: string, _field: Field, conventions: Conventions, type: CellType): ConvertedCell {
  const read = readDateCell(text, type, conventions);
  if ("reason" in read) return read;
  const value = toInstant(read.day, read.time, conventions.timezone);
  return value === undefined ? { reason: `No such time in ${conventions.timezone}` } : { value };
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
  return { reason: "Neither yes nor no" };
}

const normalizeKey = (text: string): string => fold(text.trim()).replace(/[\s_-]+/g, "_");

const spellingCache = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

/** A field's values by their key, the first of two that share one. */
function indexSpellings(values: readonly string[]): ReadonlyMap<string, string> {
  const known = spellingCache.get(values) ?? new Map(values.map((value) => [normalizeKey(value), value] as const).reverse());
  spellingCache.set(values, known);
  return known;
}

/** One of the field's values as the field has it, however it is written in the file. */
function readChoice({ values = [] }: Field, text: string): ConvertedCell {
  const wanted = text.trim();
  const value = values.includes(wanted) ? wanted : indexSpellings(values).get(normalizeKey(wanted));
  if (value !== undefined) return { value };
  return { reason: `None of ${values.slice(0, 20).join(", ")}${values.length > 20 ? ", …" : ""}` };
}

function readChoices(text: string, field: Field): ConvertedCell {
  const parts = [...new Set(splitList(text))];
  const read = field.values ? parts.map((part) => readChoice(field, part)) : parts.map((value) => ({ value }));
  const refused = read.find((each) => "reason" in each);
  if (refused) return refused;
  const values = [...new Set(read.flatMap((each) => ("value" in each ? [each.value] : [])))];
  return { value: values.length > 0 ? values : null };
}

/**
 * The parts of a list. One character separates them all, `;` before `|` before `,`, so that a list by semicolons may have
 * commas in its parts (`Smith, Ltd; Jones`). Quotes around a part keep what is in it together.
 */
function splitList(text: string): string[] {
  const separator = [";", "|", ","].find((each) => splitUnquoted(text, each).length > 1) ?? ",";
  return splitUnquoted(text, separator)
    .map((part) => part.trim())
    .map((part) => (/^".*"$/s.test(part) && part.length > 1 ? part.slice(1, -1).replaceAll('""', '"').trim() : part))
    .filter((part) => part !== "");
}

/** Splits where no quotes stand around; a quote that is never closed is a character like any other. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  let closes = text.lastIndexOf('"');
  while (at < text.length) {
    if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    } else if (text[at] === '"' && at < closes && text.slice(start, at).trim() === "") {
      const end = findClosingQuote(text, at + 1);
      if (end === undefined) closes = -1;
      else at = end;
    }
    at++;
  }
  return [...parts, text.slice(start)];
}

/** Where the quotes close; `""` inside is a quote. */
function findClosingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] !== '"') return at;
    at++;
  }
  return undefined;
}

/** Deeper than any field takes, and not so deep that looking for its depth is work. */
const MAX_DEPTH = 64;
const MALFORMED_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:d[89a-f]|0000)/;

function readJson(text: string, _field: Field, _conventions: Conventions, type: CellType): ConvertedCell {
  const not = { reason: "Not a JSON object" };
  if (type !== "string" || !text.trim().startsWith("{")) return not;
  if (measureDepth(text) > MAX_DEPTH) return { reason: "Nested too deeply" };
  try {
    const value: unknown = JSON.parse(text);
    return MALFORMED_ESCAPE.test(JSON.stringify(value)) ? { reason: "Not well-formed Unicode" } : { value };
  } catch {
    return not;
  }
}

/** How deep the brackets outside of strings go. */
function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && "[{".includes(character)) deepest = Math.max(deepest, ++depth);
    else if (!quoted && "]}".includes(character)) depth--;
  }
  return deepest;
}

/** What a column is, and some of its cells. */
export interface ColumnSample {
  field: Field;
  samples: readonly Cell[];
}

const numberTypes: ReadonlySet<FieldType> = new Set(["money", "number", "integer"]);
const dateTypes: ReadonlySet<FieldType> = new Set(["date", "instant"]);

/**
 * What was not given, and all telling cells agree on: `1.234,56` tells the decimal mark, 25/12/2025 that days stand first. Where
 * they do not agree nothing is said, and cells that can be read in two ways are refused. A file without zone or country has those
 * that a tenant has by default.
 */
export function inferConventions(columns: readonly ColumnSample[], given: Partial<Conventions>): Conventions {
  const learning = createLearner(columns.map(({ field }) => field));
  for (const [at, { samples }] of columns.entries()) for (const cell of samples) learning.see(at, cell);
  return {
    timezone: given.timezone ?? "UTC",
    default_country: given.default_country ?? "US",
    ...(given.currency !== undefined && { currency: given.currency }),
    ...learning.told(given),
  };
}

/** What the cells of a file tell of how it writes. */
export type LearnedConventions = Pick<Conventions, "date_format" | "decimal_mark">;

/** Learns from one cell after the other, in two words of memory however many there are. */
export function createLearner(fields: readonly (Field | undefined)[]) {
  const marks = new Set<DecimalMark>();
  const orders = new Set<string>();
  return {
    /** A cell of the column at this place. */
    see(at: number, cell: Cell): void {
      const type = fields[at]?.type;
      if (type === undefined || typeof cell !== "string") return;
      if (numberTypes.has(type) && marks.size < 2) addSeen(marks, detectDecimalMark(cell));
      if (dateTypes.has(type) && orders.size < 2) addSeen(orders, detectDateOrder(cell));
    },
    told(given: LearnedConventions): LearnedConventions {
      const decimal_mark = given.decimal_mark ?? onlyMember(marks);
      const date_format = given.date_format ?? onlyMember(orders);
      return { ...(decimal_mark !== undefined && { decimal_mark }), ...(date_format !== undefined && { date_format }) };
    },
  };
}

const addSeen = <T>(seen: Set<T>, told: T | undefined): void => {
  if (told !== undefined) seen.add(told);
};

const onlyMember = <T>(seen: ReadonlySet<T>): T | undefined => (seen.size === 1 ? [...seen][0] : undefined);

/** Only dates that are none in the other order tell; those with points or month names need no order. */
function detectDateOrder(text: string): string | undefined {
  if (!/^\s*\d{1,2}[/-]\d{1,2}[/-](\d{4}|\d{2})\b/.test(text)) return undefined;
  const can = (format: string) => !("reason" in readDate(text, parseDateFormat(format), format));
  const [days, months] = [can("DD/MM/YYYY"), can("MM/DD/YYYY")];
  return days === months ? undefined : days ? "DD/MM/YYYY" : "MM/DD/YYYY";
}
