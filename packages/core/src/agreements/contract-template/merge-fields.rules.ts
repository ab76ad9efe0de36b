import { editDistance } from "../../kernel/edit-distance.ts";
import type { LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { type BillingFrequency, billingFrequencies } from "./billing-frequency.rules.ts";
import type { ContractTranslations } from "./i18n.ts";

/**
 * Pure rules of merge fields in contract texts: `{{customer.name}}`, `{{contract.contract_value | money}}`, `{{ref:payment}}`. `fields` defines every
 * field with its type. One pass inserts the values. A value is text of one line and is never parsed as markup, field or reference.
 */

const types = ["text", "money", "number", "date", "boolean", "frequency"] as const;
export type Type = (typeof types)[number];

/** All merge fields, by object. */
export const fields = {
  contract: {
    number: "text",
    title: "text",
    description: "text",
    contract_type: "text",
    contract_value: "money",
    currency: "text",
    monthly_fee: "money",
    billing_frequency: "frequency",
    payment_terms: "text",
    start_date: "date",
    end_date: "date",
    duration_months: "number",
    auto_renew: "boolean",
    renewal_notice_days: "number",
    renewal_terms: "text",
    requires_signature: "boolean",
    governing_law: "text",
    jurisdiction: "text",
  },
  customer: { name: "text", number: "text", legal_name: "text", address: "text", country: "text" },
  contact: { first_name: "text", last_name: "text", full_name: "text", job_title: "text", email: "text" },
  owner: { first_name: "text", last_name: "text", full_name: "text", email: "text" },
  opportunity: { name: "text", number: "text", amount: "money", currency: "text", close_date: "date" },
  quote: { name: "text", number: "text", quote_date: "date", net_amount: "money", total_amount: "money", currency: "text" },
  tenant: { name: "text", address: "text" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Type>>>>;

export type Group = keyof typeof fields;
type Value = string | number | boolean | null;
/** The known values of an object. A missing field is unknown. */
type KnownFields<G extends Group> = { readonly [F in keyof (typeof fields)[G]]?: Value };

/** All values that a contract's text can contain, as plain data. Amounts have the decimals of their currency, days are YYYY-MM-DD. */
export type ContractFacts = { readonly [G in Group]?: KnownFields<G> } & {
  /** Values of the tenant's own fields of contracts, by name. */
  readonly custom?: Readonly<Record<string, unknown>>;
};

/** Types of the tenant's own fields of contracts, by name. */
export type CustomTypes = ReadonlyMap<string, Type>;

/** The type of every path, such as `customer.name`. */
const typesByPath: ReadonlyMap<string, Type> = new Map(
  Object.entries(fields).flatMap(([group, groupFields]) =>
    Object.entries(groupFields).map(([name, type]) => [`${group}.${name}`, type as Type]),
  ),
);

const paths: readonly string[] = [...typesByPath.keys()];

const CUSTOM_PREFIX = "custom.";

export const findType = (path: string, customs: CustomTypes): Type | undefined =>
  path.startsWith(CUSTOM_PREFIX) ? customs.get(path.slice(CUSTOM_PREFIX.length)) : typesByPath.get(path);

/** Formats of each type; the first is the default. */
const formats = {
  text: ["text", "upper"],
  money: ["money", "number"],
  number: ["number"],
  date: ["date", "iso"],
  boolean: ["yes_no"],
  frequency: ["words"],
} as const satisfies Readonly<Record<Type, readonly string[]>>;

type Format = (typeof formats)[Type][number];

/** Keys by which clauses refer to each other. */
export const KEY_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

export interface FieldPart {
  readonly path: string;
  readonly format: Format;
}
interface RefPart {
  readonly ref: string;
}
export type Part = string | FieldPart | RefPart;

interface ParsedText {
  readonly parts: readonly Part[];
  readonly faults: readonly string[];
}

const FIELD_PATTERN = /\{\{([^{}]*)\}\}/g;

/** Parses a text into parts, and lists its faults. */
export function parse(text: string, customs: CustomTypes): ParsedText {
  const parts: Part[] = [];
  const faults: string[] = [];
  const plain = (plainText: string): void => {
    if (/\{\{|\}\}/.test(plainText)) faults.push("Double braces must enclose a merge field, such as {{customer.name}}");
    if (plainText !== "") parts.push(plainText);
  };
  let end = 0;
  for (const { 0: token, 1: inner = "", index } of text.matchAll(FIELD_PATTERN)) {
    const [before, behind] = [text.slice(end, index), text[index + token.length]];
    plain(before.endsWith("{") || behind === "}" ? "{{" : before);
    end = index + token.length;
    const part = parsePart(inner.trim(), customs);
    if (typeof part === "string") faults.push(part);
    else parts.push(part);
  }
  plain(text.slice(end));
  return { parts, faults: [...new Set(faults)] };
}

/** Returns a field or a reference, or the fault as a string. */
function parsePart(inner: string, customs: CustomTypes): Exclude<Part, string> | string {
  if (inner.startsWith("ref:")) {
    const ref = inner.slice("ref:".length).trim();
    return KEY_PATTERN.test(ref) ? { ref } : `Invalid clause key "${shorten(ref)}" in {{ref:…}}`;
  }
  const [path = "", format, ...more] = inner.split("|").map((part) => part.trim());
  const type = findType(path, customs);
  if (!type) return `Unknown merge field "${shorten(path)}": ${suggestPath(path, customs)}`;
  const allowedFormats: readonly string[] = formats[type];
  if (more.length > 0 || (format !== undefined && !allowedFormats.includes(format)))
    return `${path} can be formatted as ${allowedFormats.join(" or ")}, not as "${shorten(inner.slice(inner.indexOf("|") + 1).trim())}"`;
  return { path, format: (format ?? allowedFormats[0]) as Format };
}

const shorten = (text: string): string => text.slice(0, 100);

/** Suggests the most similar known field, and lists the other fields of its object. */
export function suggestPath(unknownPath: string, customs: CustomTypes): string {
  const all = [...paths, ...[...customs.keys()].map((name) => CUSTOM_PREFIX + name)];
  const typed = unknownPath.slice(0, 100).toLowerCase();
  const nearest = all.reduce((best, candidate) =>
    editDistance(typed, candidate) < editDistance(typed, best) ? candidate : best,
  );
  const near = all.filter((path) => path.split(".")[0] === nearest.split(".")[0] && path !== nearest);
  return `did you mean ${nearest}? Other fields: ${[...near].slice(0, 30).join(", ")}`;
}

/** Returns the keys that a text refers to, without duplicates. */
export const listRefs = (text: string): string[] => [
  ...new Set([...text.matchAll(FIELD_PATTERN)].flatMap(([, inner = ""]) => /^\s*ref:\s*([a-z0-9-]+)\s*$/.exec(inner)?.[1] ?? [])),
];

/** Blank line for an unknown value, to be filled in by hand. */
export const BLANK = "____________";

const MAX_VALUE_LENGTH = 2000;

/** Returns the value as one line, without control characters and characters that change the direction of text. */
const toSingleLine = (value: string): string =>
  [...value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g, "")]
    .slice(0, MAX_VALUE_LENGTH)
    .join("")
    .trim();

/** The locale of a text: how numbers are written, and the words for values such as yes and no. */
export interface MergeLocale {
  speech: LocaleFormat;
  contract: ContractTranslations;
}

/** Returns the raw value at a path. */
export function readValue(facts: ContractFacts, path: string): unknown {
  const separatorIndex = path.indexOf(".");
  const [group, name] = [path.slice(0, separatorIndex), path.slice(separatorIndex + 1)];
  const groupFacts = Object.hasOwn(facts, group) ? (facts as Readonly<Record<string, object | undefined>>)[group] : undefined;
  return groupFacts && Object.hasOwn(groupFacts, name) ? (groupFacts as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Returns the path of the currency for an amount: of the same object, or else of the contract. */
export function findCurrencyPath(facts: ContractFacts, path: string): string {
  const currencyPath = `${path.split(".")[0]}.currency`;
  return readValue(facts, currencyPath) == null ? "contract.currency" : currencyPath;
}

const readCurrency = (facts: ContractFacts, path: string): string | undefined => {
  const currency = readValue(facts, findCurrencyPath(facts, path));
  return typeof currency === "string" && /^[A-Z]{3}$/.test(currency) ? currency : undefined;
};

const isDecimal = (value: string): boolean => /^-?\d{1,20}(\.\d{1,10})?$/.test(value);
const isDay = (value: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`));

/** Returns the formatted value of a field. Returns undefined if the value is unknown or does not fit its type. */
export function formatValueAt(
  facts: ContractFacts,
  { path, format }: FieldPart,
  customs: CustomTypes,
  tongue: MergeLocale,
): string | undefined {
  const value = readValue(facts, path);
  if (value === undefined || value === null || value === "") return undefined;
  const { speech, contract } = tongue;
  const type = findType(path, customs);
  const valueText = Array.isArray(value) ? value.map(String).join(", ") : String(value);
  switch (type) {
    case "money":
      return isDecimal(valueText)
        ? formatMoney(valueText, format === "money" ? readCurrency(facts, path) : undefined, speech)
        : undefined;
    case "number":
      return isDecimal(valueText) ? speech.number(valueText) : undefined;
    case "date":
      return isDay(valueText) ? (format === "iso" ? valueText : speech.day(valueText)) : undefined;
    case "boolean":
      return typeof value === "boolean" ? (value ? contract.yes : contract.no) : undefined;
    case "frequency":
      return billingFrequencies.some((billingFrequency) => billingFrequency === value)
        ? contract.frequencies[value as BillingFrequency]
        : undefined;
    default: {
      const line = toSingleLine(valueText);
      return (format === "upper" ? line.toLocaleUpperCase(speech.language) : line) || undefined;
    }
  }
}

/** Formats an amount. Without a known currency it is formatted as a number. */
const formatMoney = (decimal: string, currency: string | undefined, speech: LocaleFormat): string =>
  currency ? speech.money(decimal, currency) : speech.number(decimal);
