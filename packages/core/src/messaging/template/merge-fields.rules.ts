import { escapeHtml } from "../../kernel/html.ts";
import { stripLinks } from "../../kernel/mail-sanitizer.ts";

/**
 * Merge fields: `{{contact.first_name}}`, or with a default for a missing value, `{{contact.first_name|there}}`. There is no logic
 * and nothing is evaluated: one pass replaces the listed paths by values, and values are always text.
 */

/** All merge fields, with the values of a preview without a record. None is sensitive, hidden or a custom field. */
export const sampleValues = {
  "opportunity.name": "Fleet policy",
  "opportunity.number": "O-2026-000001",
  "opportunity.stage": "Proposal",
  "opportunity.amount": "1200.00",
  "opportunity.currency": "EUR",
  "opportunity.close_date": "2026-06-30",
  "opportunity.next_step": "Send the contract",
  "opportunity.next_step_date": "2026-06-15",
  "contact.first_name": "Ada",
  "contact.last_name": "Lovelace",
  "contact.full_name": "Ada Lovelace",
  "contact.job_title": "Head of Fleet",
  "contact.email": "ada@example.com",
  "customer.name": "Analytical Engines Ltd",
  "customer.number": "C-2026-000001",
  "lead.first_name": "Ada",
  "lead.last_name": "Lovelace",
  "lead.full_name": "Ada Lovelace",
  "lead.company": "Analytical Engines Ltd",
  "lead.number": "L-2026-000001",
  "owner.first_name": "Grace",
  "owner.last_name": "Hopper",
  "owner.full_name": "Grace Hopper",
  "owner.email": "grace@example.com",
  "tenant.name": "Harbour Insurance",
  "quote.name": "Fleet policy",
  "quote.number": "Q-2026-000001",
  "quote.net_amount": "1200.00",
  "quote.total_amount": "1428.00",
  "quote.currency": "EUR",
  "quote.expiration_date": "2026-06-30",
  "proposal.name": "Fleet policy",
  "proposal.number": "P-2026-000001",
  "proposal.expiration_date": "2026-06-30",
  "person.first_name": "Ada",
  "person.last_name": "Lovelace",
  "person.full_name": "Ada Lovelace",
  "person.email": "ada@example.com",
  "contract.title": "Fleet policy",
  "contract.number": "CT-2026-000001",
  "contract.value": "1200.00",
  "contract.currency": "EUR",
  "contract.start_date": "2026-07-01",
  "contract.end_date": "2027-06-30",
  "ticket.number": "T-2026-000001",
  "ticket.subject": "The pump is loud",
  "requester.first_name": "Ada",
  "requester.last_name": "Lovelace",
  "requester.full_name": "Ada Lovelace",
  "agent.first_name": "Grace",
  "agent.last_name": "Hopper",
  "agent.full_name": "Grace Hopper",
  "agent.email": "grace@example.com",
} as const;

export type Path = keyof typeof sampleValues;
export const paths = Object.keys(sampleValues) as readonly Path[];
export type Values = Readonly<Partial<Record<Path, string | null>>>;

/** The formats of texts, which determine how values are written. */
type OutputFormat = "line" | "text" | "html" | "document" | "comment";

const commonObjects = ["opportunity", "contact", "customer"];
const messageObjects = [...commonObjects, "lead", "person", "quote", "proposal", "contract", "ticket", "owner", "tenant"];
/** The objects whose fields are allowed in each format. */
const objectsByFormat: Readonly<Record<OutputFormat, readonly string[]>> = {
  line: messageObjects,
  text: messageObjects,
  html: messageObjects,
  document: [...commonObjects, "owner", "tenant", "quote", "proposal"],
  comment: ["ticket", "requester", "customer", "contact", "agent", "tenant"],
};

export const objectName = (path: string): string => path.split(".")[0] ?? "";
const isPath = (input: string, form: OutputFormat): input is Path =>
  Object.hasOwn(sampleValues, input) && objectsByFormat[form].includes(objectName(input));

type TemplatePart = string | { path: Path; fallback: string | null };

/** A parsed text with merge fields, and its errors. */
interface ParsedTemplate {
  parts: TemplatePart[];
  faults: string[];
}

/** Returns the message for an unknown path: it lists the fields of its object, or else one of each object. */
function describeUnknownField(input: string, form: OutputFormat): string {
  const all = paths.filter((path) => isPath(path, form));
  const near = all.filter((path) => objectName(path) === objectName(input));
  if (near.length > 0) return `Unknown merge field "${input.slice(0, 100)}": use one of ${near.join(", ")}`;
  const first = objectsByFormat[form].map((object) => all.find((path) => objectName(path) === object));
  return `Unknown merge field "${input.slice(0, 100)}": use one such as ${first.join(", ")}`;
}

const FIELD_PATTERN = /\{\{([^{}]*)\}\}/g;
const MAX_DEFAULT_LENGTH = 100;

export function parseMergeFields(text: string, form: OutputFormat = "text"): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const faults: string[] = [];
  const plain = (literal: string): void => {
    if (/\{\{|\}\}/.test(literal)) faults.push("Braces must enclose a merge field, such as {{contact.first_name}}");
    parts.push(literal);
  };
  let end = 0;
  for (const { 0: placeholder, 1: inner = "", index } of text.matchAll(FIELD_PATTERN)) {
    const [before, behind] = [text.slice(end, index), text[index + placeholder.length]];
    plain(before.endsWith("{") || behind === "}" ? "{{" : before);
    end = index + placeholder.length;
    const [path = "", ...more] = inner.split("|").map((segment) => segment.trim());
    const otherwise = more.length > 0 ? more.join("|") : null;
    if (!isPath(path, form)) faults.push(describeUnknownField(path, form));
    else if ((otherwise ?? "").length > MAX_DEFAULT_LENGTH || /\p{Cc}/u.test(otherwise ?? ""))
      faults.push(`The fallback for ${path} must be one line of at most ${MAX_DEFAULT_LENGTH} characters`);
    else parts.push({ path, fallback: otherwise });
  }
  plain(text.slice(end));
  return { parts, faults: [...new Set(faults)] };
}

/** Lists the paths in texts, in order and without duplicates. */
export const listMergeFields = (...texts: readonly (string | null)[]): Path[] => [
  ...new Set(
    texts.flatMap((text) => parseMergeFields(text ?? "").parts.flatMap((part) => (typeof part === "string" ? [] : [part.path]))),
  ),
];

const MAX_VALUE_LENGTH = 300;

/** Converts a value to one line, without invisible characters and characters that change the text direction. */
const toSingleLine = (value: string): string =>
  [...value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")]
    .slice(0, MAX_VALUE_LENGTH)
    .join("")
    .trim();

/**
 * Renders a value. Email addresses stay as they are. Other values may come from strangers, so mail programs must not turn them into
 * links.
 */
const renderValue = (path: Path, value: string, form: OutputFormat): string =>
  path.endsWith(".email") || form === "document" ? toSingleLine(value) : stripLinks(toSingleLine(value));

const escapeByFormat: Readonly<Record<OutputFormat, (value: string) => string>> = {
  line: (value) => value,
  text: (value) => value,
  html: escapeHtml,
  document: (value) => value,
  comment: (value) => value,
};

/** Fills in a text. Fields without a value or default are returned as `missing`, and are left empty. */
export function fillMergeFields(text: string, form: OutputFormat, values: Values): { text: string; missing: Path[] } {
  const missing = new Set<Path>();
  const renderedParts = parseMergeFields(text, form).parts.map((part) => {
    if (typeof part === "string") return part;
    const value = renderValue(part.path, values[part.path] ?? "", form) || part.fallback;
    if (value === null) missing.add(part.path);
    return escapeByFormat[form](value ?? "");
  });
  return { text: form === "line" ? toSingleLine(renderedParts.join("")) : renderedParts.join(""), missing: [...missing] };
}
