import * as z from "zod";
import { withArticle } from "./text.ts";

/**
 * A missing value of any type is required: its rule would tell a person who left a field empty how to write a timestamp. The library
 * asks this function unless a schema declares a message of its own (`unlessMissing`).
 */
z.config({ customError: (issue) => (isMissing(issue) ? "Required" : undefined) });

const issuesOfMissingValues: ReadonlySet<string | undefined> = new Set(["invalid_type", "invalid_value", "invalid_union"]);

function isMissing({ code, input, discriminator }: z.core.$ZodRawIssue): boolean {
  if (!issuesOfMissingValues.has(code)) return false;
  if (typeof discriminator !== "string") return input === undefined;
  return typeof input === "object" && input !== null && Reflect.get(input, discriminator) === undefined;
}

/** A message that a schema declares for its type, which a missing value does not get. */
export const unlessMissing =
  (message: string) =>
  ({ input }: { input?: unknown }): string | undefined =>
    input === undefined ? undefined : message;

/**
 * Messages for the issues that the schema library finds by itself. Its own texts are for developers: `Invalid option: expected one of
 * "MONTHLY"|"QUARTERLY"`. Messages that a schema declares stay as they are.
 */
type Issue = z.core.$ZodIssue;

/** The beginnings of the library's own texts. */
const LIBRARY_TEXT =
  /^(?:Invalid (?:input|option|string|number|key|value|discriminator)\b|Too (?:big|small): |Unrecognized keys?: )/;
const LIBRARY_FORMAT = "Invalid ";

const isLibraryText = ({ code, message }: Issue): boolean =>
  LIBRARY_TEXT.test(message) || (code === "invalid_format" && message.startsWith(LIBRARY_FORMAT));

/** Returns the message of an issue in plain language: the rule that the value must follow. */
export function describeIssue(issue: Issue): string {
  // An error in the name of an entry is reported for the entry.
  if (issue.code === "invalid_key") return issue.issues[0] ? describeIssue(issue.issues[0]) : "Must be a valid name";
  return isLibraryText(issue) ? describeRule(issue) : issue.message;
}

function describeRule(issue: Exclude<Issue, z.core.$ZodIssueInvalidKey>): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.message.endsWith("received undefined")) return "Required";
      return typeRules[issue.expected] ?? `Must be ${withArticle(issue.expected)}`;
    case "invalid_value":
      return describeValues(issue.values);
    case "too_big":
      return describeMaximum(issue);
    case "too_small":
      return describeMinimum(issue);
    case "invalid_format":
      return describeFormat(issue);
    case "not_multiple_of":
      return `Must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return issue.keys.length === 1 ? "Unknown field" : `Unknown fields: ${issue.keys.join(", ")}`;
    case "invalid_union":
      return describeUnion(issue);
    case "invalid_element":
      return `Contains a value that is not valid${issue.issues[0] ? `: ${describeIssue(issue.issues[0])}` : ""}`;
    case "custom":
      return "Must be a valid value";
  }
}

const typeRules: Readonly<Record<string, string>> = {
  string: "Must be text",
  number: "Must be a number",
  int: "Must be a whole number",
  bigint: "Must be a whole number",
  boolean: "Must be true or false",
  array: "Must be a list",
  tuple: "Must be a list",
  set: "Must be a list",
  object: "Must be an object",
  record: "Must be an object",
  map: "Must be an object",
  date: "Must be a date",
  null: "Must be null",
  undefined: "Must be left out",
  never: "Must be left out",
  nonoptional: "Must be given",
};

function describeValues(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length === 1 ? `Must be ${words[0]}` : `Must be one of ${words.join(", ")}`;
}

const sizeUnits: Readonly<Record<string, readonly [one: string, several: string]>> = {
  string: ["character", "characters"],
  file: ["byte", "bytes"],
  array: ["item", "items"],
  set: ["item", "items"],
  map: ["entry", "entries"],
  object: ["field", "fields"],
  record: ["entry", "entries"],
};

/** Words that fill placeholders of these messages, for the catalogues of translations. */
export const unitWords: readonly string[] = [...new Set(Object.values(sizeUnits).flat())];

type Bound = number | bigint;

const sizeRules = {
  exact: (bound: Bound, unit: string) => `Must have exactly ${bound} ${unit}`,
  most: (bound: Bound, unit: string) => `Must have at most ${bound} ${unit}`,
  least: (bound: Bound, unit: string) => `Must have at least ${bound} ${unit}`,
};

const valueRules = {
  exact: (bound: Bound) => `Must be exactly ${bound}`,
  most: (bound: Bound) => `Must be at most ${bound}`,
  least: (bound: Bound) => `Must be at least ${bound}`,
  less: (bound: Bound) => `Must be less than ${bound}`,
  greater: (bound: Bound) => `Must be greater than ${bound}`,
};

/** Describes a bound of a size or of a value. `strict` replaces the relation of a value that must not equal the bound. */
function describeBound(
  origin: string,
  relation: keyof typeof sizeRules,
  bound: Bound,
  strict: "less" | "greater" | undefined,
): string {
  const units = sizeUnits[origin];
  return units ? sizeRules[relation](bound, units[Number(bound) === 1 ? 0 : 1]) : valueRules[strict ?? relation](bound);
}

const describeMaximum = ({ origin, maximum, inclusive, exact }: z.core.$ZodIssueTooBig): string =>
  describeBound(origin, exact ? "exact" : "most", maximum, inclusive === false ? "less" : undefined);

function describeMinimum({ origin, minimum, inclusive, exact }: z.core.$ZodIssueTooSmall): string {
  if (sizeUnits[origin] && Number(minimum) === 1 && !exact) return "Must not be empty";
  return describeBound(origin, exact ? "exact" : "least", minimum, inclusive === false ? "greater" : undefined);
}

const formatRules: Readonly<Record<string, string>> = {
  email: "Must be an email address",
  url: "Must be a web address",
  datetime: "Must be an RFC 3339 timestamp",
  date: "Must be a date, YYYY-MM-DD",
  time: "Must be a time, HH:MM",
  duration: "Must be an ISO 8601 duration, such as PT2H",
  ipv4: "Must be an IPv4 address",
  ipv6: "Must be an IPv6 address",
  base64: "Must be base64",
  base64url: "Must be base64url",
  json_string: "Must be JSON",
  e164: "Must be a telephone number, such as +14155550123",
  uuid: "Must be a UUID",
  lowercase: "Must be in lower case",
  uppercase: "Must be in upper case",
};

function describeFormat(issue: z.core.$ZodIssueInvalidStringFormat): string {
  const { prefix, suffix, includes } = issue as { prefix?: string; suffix?: string; includes?: string };
  if (issue.format === "starts_with") return `Must begin with ${prefix}`;
  if (issue.format === "ends_with") return `Must end with ${suffix}`;
  if (issue.format === "includes") return `Must contain ${includes}`;
  if (issue.format === "regex") return `Must match the pattern ${issue.pattern}`;
  return formatRules[issue.format] ?? `Must be a valid ${issue.format.replaceAll("_", " ")}`;
}

/** Alternatives that a message lists. */
const MAX_ALTERNATIVES = 3;

function describeUnion(issue: z.core.$ZodIssueInvalidUnion): string {
  const { options } = issue as { options?: readonly unknown[] };
  if (options && options.length > 0) return describeValues(options);
  const alternatives: readonly (readonly Issue[])[] = issue.errors;
  if (alternatives.length === 0) return "Must have exactly one of the possible forms";
  const isOfParts = alternatives.some(([first]) => first && first.path.length > 0);
  const rules = isOfParts ? [] : [...new Set(alternatives.flatMap(([first]) => (first ? [describeIssue(first)] : [])))];
  if (rules.length === 1) return rules[0] as string;
  if (rules.length === 0 || rules.length > MAX_ALTERNATIVES || !rules.every((rule) => rule.startsWith("Must ")))
    return "Must have one of the possible forms";
  return `Must ${rules.map((rule) => rule.replace(/^Must /, "")).join(", or ")}`;
}
