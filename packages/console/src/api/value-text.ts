import { nameRegion } from "../ui/i18n/format-region.ts";
import { dateFormat, formatPercent, numberFormat } from "../ui/i18n/formatters.ts";
import { nameLanguage } from "../ui/i18n/language-name.ts";
import type { Translate } from "../ui/i18n/use-text.ts";
import { formatDecimal, formatShortAmount, isDecimal, readCurrencyDecimals } from "../ui/kit/decimal.ts";
import { formatBytes } from "../ui/kit/file-rules.ts";
import { isProgram, nameAuthor } from "./author-name.ts";
import { isConvertedStatus } from "./converted-status.ts";
import type { Field } from "./kind.ts";
import { nameRecord } from "./title.ts";

/** Writes values as people read them. Every type of the schema has a text, also for export, tooltips and titles. */

export interface Label {
  readonly id?: string;
  readonly code?: string;
  readonly name: string;
  readonly color?: string | null;
  /** The user may know the name of the record, but not open it. */
  readonly is_hidden?: boolean;
}

/** A record with the names behind its ids (`expand=labels`). */
export type LabelledRecord = Readonly<Record<string, unknown>> & {
  readonly expanded?: Readonly<Record<string, Label | readonly Label[] | null>>;
};

export interface TextOptions {
  readonly locale: string;
  readonly timeZone: string;
  /** Currency of money whose record names none. */
  readonly currency: string;
  readonly t: Translate;
}

export const EMPTY = "–";

/** Reads the value of a field. Custom fields are in `custom_fields`. */
export function readValue(record: Readonly<Record<string, unknown>>, name: string): unknown {
  const [head = "", tail] = name.split(".");
  const value = record[head];
  return tail === undefined ? value : (value as Record<string, unknown> | null | undefined)?.[tail];
}

export const isEmptyValue = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);

/** The parts of a field that its labels depend on. */
type LabelledField = Pick<Field, "name" | "type"> & Partial<Pick<Field, "choices">>;

/** Returns the names behind the value of a field: of master data, of users, of records, or of a fixed choice. */
export function listLabels(record: LabelledRecord, field: LabelledField): readonly Label[] {
  const value = readValue(record, field.name);
  if (isEmptyValue(value)) return [];
  // Choices have the language of the user.
  const chosen = field.type === "master" ? findChoices(field, value) : undefined;
  if (chosen) return chosen;
  const expanded = record.expanded?.[field.name];
  if (expanded) return ([expanded].flat() as readonly Label[]).map((label) => ({ ...label, name: nameRecord({ ...label }) }));
  return [value]
    .flat()
    .map((item) => field.choices?.find(({ id, code }) => item === code || item === id) ?? { name: String(item) });
}

/** Returns the choices of a stored value. Undefined if one of them is no longer in use. */
function findChoices({ choices = [] }: LabelledField, value: unknown): readonly Label[] | undefined {
  const ids = [value].flat();
  const found = ids.flatMap((id) => choices.find((choice) => choice.id === id || choice.code === id) ?? []);
  return found.length === ids.length ? found : undefined;
}

const findName = ({ expanded }: LabelledRecord, { name }: Field): string | undefined => [expanded?.[name]].flat()[0]?.name;

/** Whether the record behind an id was asked for and the user does not see it. */
export const isHiddenRecord = ({ expanded }: LabelledRecord, { name, type }: Field): boolean =>
  type === "reference" && expanded?.[name] !== undefined;

/** An id says nothing to people. Ids of parts are longer than others. */
export const isReadable = (text: string): boolean => !/^[a-z]{3}_[0-9a-z]{18,}$/.test(text);

const UNITS = { seconds: "second", minutes: "minute", hours: "hour", days: "day", months: "month" } as const;

/** Returns the unit of a number, such as hours, in the names of `Intl`. */
export const readUnit = ({ format }: Field): string | undefined =>
  format === undefined ? undefined : UNITS[format as keyof typeof UNITS];

function formatNumber(value: number, field: Field, locale: string): string {
  const { format } = field;
  if (format === "percent") return formatPercent(value, locale);
  if (format === "bytes") return formatBytes(value, locale);
  const unit = readUnit(field);
  return numberFormat(locale, unit ? { style: "unit", unit, unitDisplay: "long" } : {}).format(value);
}

/** Writes an amount of money without its currency. A whole one has no decimals, unless its format is `exact`. */
export function formatAmount(value: string, currency: string, locale: string, format?: Field["format"]): string {
  if (!isDecimal(value)) return value;
  const decimals = readCurrencyDecimals(currency);
  return format === "exact" ? formatDecimal(value, locale, decimals) : formatShortAmount(value, locale, decimals);
}

/** Writes an amount of money. The text is isolated, so that the currency stays behind the amount from right to left. */
export const formatMoney = (value: string, currency: string, locale: string, format?: Field["format"]): string =>
  isDecimal(value) ? `\u2068${formatAmount(value, currency, locale, format)} ${currency}\u2069` : value;

export const formatDate = (value: string, locale: string): string =>
  dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`));

const formatInstant = (value: string, { locale, timeZone }: Pick<TextOptions, "locale" | "timeZone">): string =>
  dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(value));

/** Returns the currency of an amount. */
export const currencyFor = (record: LabelledRecord, field: Field, { currency }: Pick<TextOptions, "currency">): string =>
  field.currency ?? String((field.currency_field === undefined ? undefined : record[field.currency_field]) ?? currency);

export function formatValue(record: LabelledRecord, field: Field, options: TextOptions): string {
  const value = readValue(record, field.name);
  const { locale, t } = options;
  if (isEmptyValue(value)) return EMPTY;
  switch (field.type) {
    case "boolean":
      return value ? t("Yes") : t("No");
    case "money":
      return formatMoney(String(value), currencyFor(record, field, options), locale, field.format);
    case "integer":
    case "number":
      return formatNumber(Number(value), field, locale);
    case "date":
      return formatDate(String(value), locale);
    case "instant":
      return formatInstant(String(value), options);
    case "json":
      return summarizeJson(value, field, options, record);
    case "reference":
      if (field.record === "user" && isProgram(String(value))) return nameAuthor(String(value), findName(record, field), t);
      return listLabels(record, field)
        .map(({ name }) => (isReadable(name) ? name : isHiddenRecord(record, field) ? t("Not visible to you") : EMPTY))
        .join(", ");
    case "choice":
    case "master":
      if (isConvertedStatus(field.name, record)) return t("Converted");
      return listLabels(record, field)
        .map(({ name }) => name)
        .join(", ");
    default:
      if (field.format === "language") return nameLanguage(String(value), locale);
      // Values of older records can be objects where the schema has texts.
      if ([value].flat().some((item) => typeof item === "object" && item !== null))
        return summarizeJson(value, field, options, record) || EMPTY;
      return [value].flat().map(String).filter(isReadable).join(", ") || EMPTY;
  }
}

/** The currency of money in an object that is a part of a record. */
const PART_CURRENCY = "currency";

/** Returns the fields of the objects in a field. Money in them has the currency of the record, unless they name one. */
export const listPartFields = ({ fields }: Pick<Field, "fields">): Field[] =>
  ((fields ?? []) as Field[]).map((part) =>
    part.type === "money" && part.currency === undefined ? { ...part, currency_field: PART_CURRENCY } : part,
  );

/** Returns a part of a record as a record of its own. A reference of the part has a name if the record names the same record, as members do. */
export function readPart(record: LabelledRecord, part: unknown): LabelledRecord {
  const values = part as Readonly<Record<string, unknown>>;
  const named = new Map(
    Object.values(record.expanded ?? {})
      .flat()
      .flatMap((other) => (other ? [[other.id, other] as const] : [])),
  );
  const expanded = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const other = typeof value === "string" ? named.get(value) : undefined;
      return other ? [[name, other]] : [];
    }),
  );
  return { [PART_CURRENCY]: record.currency, ...values, expanded };
}

/** Writes an object, or a list of objects one in a line. */
function summarizeJson(value: unknown, field: Field, options: TextOptions, record: LabelledRecord): string {
  if (Array.isArray(value)) return value.map((part) => summarizeJson(part, field, options, record)).join("\n");
  if (typeof value !== "object" || value === null) return String(value);
  if ("address_line1" in value) return formatAddress(value as Record<string, string | null>, options.locale);
  const part = readPart(record, value);
  const fields = listPartFields(field);
  const texts =
    fields.length > 0
      ? fields.map((partField) => formatValue(part, partField, options))
      : Object.values(value).map((item) => (item === null || typeof item === "object" ? "" : String(item)));
  return texts.filter((text) => text !== "" && text !== EMPTY && isReadable(text)).join(", ");
}

/** Writes an address in the lines of a letter. */
function formatAddress(address: Readonly<Record<string, string | null | undefined>>, locale: string): string {
  const { recipient, address_line1, address_line2, postal_code, city, state, country } = address;
  const place = [[postal_code, city].filter(Boolean).join(" "), state].filter(Boolean).join(", ");
  const countryName = country ? nameRegion(locale, country) : "";
  return [recipient, address_line1, address_line2, place, countryName].filter(Boolean).join("\n");
}
