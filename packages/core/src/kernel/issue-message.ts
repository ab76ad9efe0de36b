import type * as z from "zod";
import { withArticle } from "./text.ts";

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
      return `Must be ${typeNames[issue.expected] ?? withArticle(issue.expected)}`;
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

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  set: "a list",
  object: "an object",
  record: "an object",
  map: "an object",
  date: "a date",
  null: "null",
  undefined: "left out",
  never: "left out",
  nonoptional: "given",
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

/** Describes a bound of a size or of a value. `strict` replaces the relation of a value that must not equal the bound. */
function describeBound(origin: string, relation: string, bound: number | bigint, strict: string | undefined): string {
  const units = sizeUnits[origin];
  if (units) return `Must have ${relation} ${bound} ${units[Number(bound) === 1 ? 0 : 1]}`;
  return `Must be ${strict ?? relation} ${bound}`;
}

const describeMaximum = ({ origin, maximum, inclusive, exact }: z.core.$ZodIssueTooBig): string =>
  describeBound(origin, exact ? "exactly" : "at most", maximum, inclusive === false ? "less than" : undefined);

function describeMinimum({ origin, minimum, inclusive, exact }: z.core.$ZodIssueTooSmall): string {
  if (sizeUnits[origin] && Number(minimum) === 1 && !exact) return "Must not be empty";
  return describeBound(origin, exact ? "exactly" : "at least", minimum, inclusive === false ? "greater than" : undefined);
}

const formatNames: Readonly<Record<string, string>> = {
  email: "an email address",
  url: "a web address",
  datetime: "an RFC 3339 timestamp",
  date: "a date, YYYY-MM-DD",
  time: "a time, HH:MM",
  duration: "an ISO 8601 duration, such as PT2H",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  base64: "base64",
  base64url: "base64url",
  json_string: "JSON",
  e164: "a telephone number, such as +14155550123",
  uuid: "a UUID",
  lowercase: "in lower case",
  uppercase: "in upper case",
};

function describeFormat(issue: z.core.$ZodIssueInvalidStringFormat): string {
  const { prefix, suffix, includes } = issue as { prefix?: string; suffix?: string; includes?: string };
  if (issue.format === "starts_with") return `Must begin with ${prefix}`;
  if (issue.format === "ends_with") return `Must end with ${suffix}`;
  if (issue.format === "includes") return `Must contain ${includes}`;
  if (issue.format === "regex") return `Must match the pattern ${issue.pattern}`;
  return `Must be ${formatNames[issue.format] ?? `a valid ${issue.format.replaceAll("_", " ")}`}`;
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
