import { personIdentifyingFields } from "../../kernel/person-name.ts";
import { parseWebUrl } from "../../kernel/web-url.ts";
import { customName, isCustomPath } from "../../storage/table/custom-field-values.ts";

/** Pure rules of public forms. */

export const formKinds = ["web_form", "page_visit", "email_open", "email_click", "download"] as const;
export type FormKind = (typeof formKinds)[number];

/** The code of the interaction type for each kind of form, and of its channel. */
export const interactionByKind: Record<FormKind, { type: string; channel: string | null }> = {
  web_form: { type: "form_submission", channel: null },
  page_visit: { type: "website_visit", channel: null },
  email_open: { type: "email_opened", channel: "email" },
  email_click: { type: "email_clicked", channel: "email" },
  download: { type: "download", channel: null },
};

/** How a question is asked. */
export const questionTypes = [
  "text",
  "textarea",
  "email",
  "phone",
  "number",
  "date",
  "select",
  "radio",
  "checkboxes",
  "checkbox",
] as const;
export type QuestionType = (typeof questionTypes)[number];

/** Types whose answers are among the choices of the question. */
export const choiceTypes: ReadonlySet<QuestionType> = new Set(["select", "radio", "checkboxes"]);

/** Fields of a lead that a form may fill. None of them references a record, so the public cannot find out whether a record exists. */
export const targets = [
  "first_name",
  "last_name",
  "full_name",
  "email",
  "phone",
  "mobile",
  "company",
  "job_title",
  "website",
  "street_address",
  "postal_code",
  "budget",
  "need",
  "timeline",
  "description",
  "notes",
] as const;
export type Target = (typeof targets)[number];

/** Fields that a form without its own mapping accepts, under these names. */
const defaultTargets: readonly Target[] = ["first_name", "last_name", "email", "phone", "company", "description"];

/** Names of fields that the form endpoints use themselves. */
export const reservedNames = ["key", "submission_id", "token", "t", "consent"] as const;

export type Mapping = Readonly<Record<string, Target>>;

interface MappedForm {
  field_mapping: Mapping;
  questions: readonly { name: string; field: string | null }[] | null;
}

/** Returns the fields of the page that fill fields of the lead: those of the questions, and those that a page of the tenant sends besides. */
export function resolveMapping({ field_mapping, questions }: MappedForm): Mapping {
  const isKnown = (field: string | null): field is Target => (targets as readonly (string | null)[]).includes(field);
  const asked = (questions ?? []).flatMap(({ name, field }) => (isKnown(field) ? [[name, field] as const] : []));
  if (questions?.length) return { ...field_mapping, ...Object.fromEntries(asked) };
  return Object.keys(field_mapping).length > 0
    ? field_mapping
    : Object.fromEntries(defaultTargets.map((target) => [target, target]));
}

/** Returns the questions that fill custom fields of the lead: name on the page → name of the field. */
export const resolveCustomMapping = ({ questions }: Pick<MappedForm, "questions">): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (questions ?? []).flatMap(({ name, field }) => (field && isCustomPath(field) ? [[name, customName(field)]] : [])),
  );

const HIDDEN_FIELD = "leave_empty";

/** The field that people do not see. A form that was made in the editor has one by itself. */
export const resolveHoneypot = ({
  honeypot_field,
  questions,
}: Pick<MappedForm, "questions"> & { honeypot_field: string | null }) =>
  honeypot_field ?? (questions?.length && !questions.some(({ name }) => name === HIDDEN_FIELD) ? HIDDEN_FIELD : null);

/** Lists the fields of the page that can identify the person of a lead. Any one of them is enough. */
export const listIdentifyingFields = (mapping: Mapping): string[] =>
  personIdentifyingFields.flatMap((field) => Object.keys(mapping).filter((box) => mapping[box] === field));

/** Whether a submission without this field of the page could not become a lead. */
export const isRequired = (mapping: Mapping, box: string, makesLead: boolean): boolean => {
  const boxes = listIdentifyingFields(mapping);
  return makesLead && boxes.length === 1 && boxes[0] === box;
};

export type BoxValue = string | number | boolean | null | readonly string[];

/** Splits a submission into values for fields of a lead and the rest, which is stored with the interaction unchanged. */
export function splitPayload(payload: Readonly<Record<string, BoxValue>>, mapping: Mapping) {
  const mapped: Partial<Record<Target, string>> = {};
  const rest: Record<string, BoxValue> = {};
  for (const [name, value] of Object.entries(payload)) {
    const target = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
    const fieldText = toBoxText(value);
    if (target === undefined) rest[name] = value;
    else if (fieldText !== "") mapped[target] = fieldText;
  }
  return { mapped, rest };
}

/** Converts the value of a field to text; empty if there is none. */
export const toBoxText = (value: BoxValue | undefined): string =>
  value === null || value === undefined ? "" : Array.isArray(value) ? value.join(", ").trim() : String(value).trim();

/** Whether a checkbox is ticked. */
export const isTicked = (value: BoxValue | undefined): boolean => /^(true|on|yes|1)$/i.test(toBoxText(value));

/** Parses the origin of a web page: `https://shop.example`, without a path. */
export function parseOrigin(text: string): string | undefined {
  const { url } = parseWebUrl(text);
  return url?.pathname === "/" && url.search === "" ? url.origin : undefined;
}

/**
 * Returns the origin that may use the form, for the CORS header, or undefined if this origin may not. A form without allowed origins is
 * open to all.
 */
export function resolveAllowedOrigin(allowed: readonly string[], origin: string | undefined): string | undefined {
  if (allowed.length === 0) return "*";
  return origin !== undefined && allowed.includes(origin) ? origin : undefined;
}
