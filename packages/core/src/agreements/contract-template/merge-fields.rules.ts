import type { LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { type BillingFrequency, billingFrequencies } from "./billing-frequency.rules.ts";
import type { ContractTranslations } from "./i18n.ts";

/**
 * What the text of a contract says of its facts: `{{customer.name}}`, `{{contract.contract_value | money}}`, `{{ref:payment}}`. Here is
 * every field there is, with its type, and nowhere else. One pass puts values in place: what a value says is text of one line, and
 * neither markup nor a field nor a reference. Pure.
 */

export const types = ["text", "money", "number", "date", "boolean", "frequency"] as const;
export type Type = (typeof types)[number];

/** By object, the fields that there are. */
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
/** What is known of each object, field by field; what is left out is not known. */
type KnownFields<G extends Group> = { readonly [F in keyof (typeof fields)[G]]?: Value };

/** All that a contract's text can say, as plain data: amounts in the form of their currency, days as YYYY-MM-DD. */
export type ContractFacts = { readonly [G in Group]?: KnownFields<G> } & {
  /** The tenant's own fields of contracts, by name. */
  readonly custom?: Readonly<Record<string, unknown>>;
};

/** The tenant's own fields of contracts, by name, with their types. */
export type CustomTypes = ReadonlyMap<string, Type>;

/** `customer.name`: every path there is, with its type. */
const typesByPath: ReadonlyMap<string, Type> = new Map(
  Object.entries(fields).flatMap(([group, own]) => Object.entries(own).map(([name, type]) => [`${group}.${name}`, type as Type])),
);

export const paths: readonly string[] = [...typesByPath.keys()];

const CUSTOM_PREFIX = "custom.";

export const findType = (path: string, customs: CustomTypes): Type | undefined =>
  path.startsWith(CUSTOM_PREFIX) ? customs.get(path.slice(CUSTOM_PREFIX.length)) : typesByPath.get(path);

/** How a value of each type can be written; the first unless told otherwise. */
const formats = {
  text: ["text", "upper"],
  money: ["money", "number"],
  number: ["number"],
  date: ["date", "iso"],
  boolean: ["yes_no"],
  frequency: ["words"],
} as const satisfies Readonly<Record<Type, readonly string[]>>;

type Format = (typeof formats)[Type][number];

/** What clauses are called by each other. */
export const KEY_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

export interface FieldPart {
  readonly path: string;
  readonly format: Format;
}
export interface RefPart {
  readonly ref: string;
}
export type Part = string | FieldPart | RefPart;

export interface ParsedText {
  readonly parts: readonly Part[];
  readonly faults: readonly string[];
}

const FIELD_PATTERN = /\{\{([^{}]*)\}\}/g;

/** A text in its parts, and all that is wrong with it. */
export function parse(text: string, customs: CustomTypes): ParsedText {
  const parts: Part[] = [];
  const faults: string[] = [];
  const plain = (said: string): void => {
    if (/\{\{|\}\}/.test(said)) faults.push("Braces that are no merge field, such as {{customer.name}}");
    if (said !== "") parts.push(said);
  };
  let end = 0;
  for (const { 0: whole, 1: inner = "", index } of text.matchAll(FIELD_PATTERN)) {
    const [before, behind] = [text.slice(end, index), text[index + whole.length]];
    plain(before.endsWith("{") || behind === "}" ? "{{" : before);
    end = index + whole.length;
    const part = parsePart(inner.trim(), customs);
    if (typeof part === "string") faults.push(part);
    else parts.push(part);
  }
  plain(text.slice(end));
  return { parts, faults: [...new Set(faults)] };
}

/** A field or a reference, or what is wrong with it. */
function parsePart(inner: string, customs: CustomTypes): Exclude<Part, string> | string {
  if (inner.startsWith("ref:")) {
    const ref = inner.slice("ref:".length).trim();
    return KEY_PATTERN.test(ref) ? { ref } : `No key of a clause: "${shorten(ref)}" in {{ref:…}}`;
  }
  const [path = "", format, ...more] = inner.split("|").map((each) => each.trim());
  const type = findType(path, customs);
  if (!type) return `No merge field "${shorten(path)}": ${suggestPath(path, customs)}`;
  const written: readonly string[] = formats[type];
  if (more.length > 0 || (format !== undefined && !written.includes(format)))
    return `${path} is written as ${written.join(" or ")}, not as "${shorten(inner.slice(inner.indexOf("|") + 1).trim())}"`;
  return { path, format: (format ?? written[0]) as Format };
}

const shorten = (said: string): string => said.slice(0, 100);

/** The known name that is most like what was typed, and those of its object. */
export function suggestPath(given: string, customs: CustomTypes): string {
  const all = [...paths, ...[...customs.keys()].map((name) => CUSTOM_PREFIX + name)];
  const typed = given.slice(0, 100).toLowerCase();
  const nearest = all.reduce((best, each) => (computeDistance(typed, each) < computeDistance(typed, best) ? each : best));
  const near = all.filter((path) => path.split(".")[0] === nearest.split(".")[0] && path !== nearest);
  return `did you mean ${nearest}? There are ${[...near].slice(0, 30).join(", ")} too`;
}

/** How many letters differ (Levenshtein). */
function computeDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to++)
      next.push(Math.min((row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1, (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1)));
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The keys that a text refers to, each once. */
export const listRefs = (text: string): string[] => [
  ...new Set([...text.matchAll(FIELD_PATTERN)].flatMap(([, inner = ""]) => /^\s*ref:\s*([a-z0-9-]+)\s*$/.exec(inner)?.[1] ?? [])),
];

/** Where a value is not known, somebody writes it by hand. */
export const BLANK = "____________";

const MAX_VALUE_LENGTH = 2000;

/** One line, without signs that nobody sees, or that turn the direction of what follows. */
export const toSingleLine = (value: string): string =>
  [...value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g, "")]
    .slice(0, MAX_VALUE_LENGTH)
    .join("")
    .trim();

/** The languages of it: how numbers are written, and the words that stand for what is no text. */
export interface MergeLocale {
  speech: LocaleFormat;
  contract: ContractTranslations;
}

/** What a path says: its value as it was given. */
export function readValue(facts: ContractFacts, path: string): unknown {
  const at = path.indexOf(".");
  const [group, name] = [path.slice(0, at), path.slice(at + 1)];
  const own = Object.hasOwn(facts, group) ? (facts as Readonly<Record<string, object | undefined>>)[group] : undefined;
  return own && Object.hasOwn(own, name) ? (own as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Where the currency stands that is written beside an amount: at its object's, or the contract's. */
export function findCurrencyPath(facts: ContractFacts, path: string): string {
  const own = `${path.split(".")[0]}.currency`;
  return readValue(facts, own) == null ? "contract.currency" : own;
}

const readCurrency = (facts: ContractFacts, path: string): string | undefined => {
  const own = readValue(facts, findCurrencyPath(facts, path));
  return typeof own === "string" && /^[A-Z]{3}$/.test(own) ? own : undefined;
};

const isDecimal = (value: string): boolean => /^-?\d{1,20}(\.\d{1,10})?$/.test(value);
const isDay = (value: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`));

/** What stands in place of a field; undefined where nothing is known, or where what is known is nothing of its type. */
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
  const written = Array.isArray(value) ? value.map(String).join(", ") : String(value);
  switch (type) {
    case "money":
      return isDecimal(written)
        ? formatMoney(written, format === "money" ? readCurrency(facts, path) : undefined, speech)
        : undefined;
    case "number":
      return isDecimal(written) ? speech.number(written) : undefined;
    case "date":
      return isDay(written) ? (format === "iso" ? written : speech.day(written)) : undefined;
    case "boolean":
      return typeof value === "boolean" ? (value ? contract.yes : contract.no) : undefined;
    case "frequency":
      return billingFrequencies.some((each) => each === value) ? contract.frequencies[value as BillingFrequency] : undefined;
    default: {
      const line = toSingleLine(written);
      return (format === "upper" ? line.toLocaleUpperCase(speech.language) : line) || undefined;
    }
  }
}

/** Without its currency, where that is not known, it is a number. */
const formatMoney = (decimal: string, currency: string | undefined, speech: LocaleFormat): string =>
  currency ? speech.money(decimal, currency) : speech.number(decimal);
