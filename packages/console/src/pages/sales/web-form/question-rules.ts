import type { Field, Kind } from "../../../api/schema.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import { type FormQuestion, listStarterQuestions, type QuestionType } from "./starter-questions.ts";

/** The questions of a form while they are edited. */

/** Fields of a lead that visitors may fill, in the order in which the editor offers them. */
const leadFields: Readonly<Record<string, QuestionType>> = {
  ...{ full_name: "text", first_name: "text", last_name: "text", email: "email", phone: "phone", mobile: "phone" },
  ...{ company: "text", job_title: "text", website: "text", street_address: "text", postal_code: "text" },
  ...{ description: "textarea", need: "textarea", timeline: "text", budget: "text", notes: "textarea" },
} as const;

const customTypes: Partial<Record<Field["type"], QuestionType>> = {
  ...{ boolean: "checkbox", integer: "number", number: "number", money: "number", date: "date", email: "email", phone: "phone" },
} as const;

/** Returns how a custom field is asked for at first. */
function resolveType({ type, multiple, choices }: Field): QuestionType {
  if (choices !== undefined) return multiple ? "checkboxes" : "select";
  return customTypes[type] ?? "text";
}

/** A field of the lead that a question can fill. */
export interface LeadField {
  readonly name: string;
  readonly label: string;
  readonly type: QuestionType;
  /** Whether the field brings its own choices. */
  readonly hasChoices: boolean;
}

const CUSTOM_PREFIX = "custom_fields.";

/** Lists the fields that a question can fill: those of the person, and those of the tenant except references. */
export function listLeadFields({ fields }: Pick<Kind, "fields">): LeadField[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const usual = Object.entries(leadFields).flatMap(([name, type]) => {
    const field = byName.get(name);
    return field ? [{ name, label: field.label, type, hasChoices: false }] : [];
  });
  const custom = fields.filter(({ name, type, editable }) => name.startsWith(CUSTOM_PREFIX) && editable && type !== "reference");
  return [
    ...usual,
    ...custom.map((field) => ({
      ...{ name: field.name, label: field.label, type: resolveType(field), hasChoices: field.choices !== undefined },
    })),
  ];
}

/** Types whose answers are among the choices of the question. */
export const hasChoices = ({ type }: Pick<FormQuestion, "type">): boolean =>
  type === "select" || type === "radio" || type === "checkboxes";

/** Returns a name that no other question has. */
function buildName(base: string, questions: readonly FormQuestion[]): string {
  const isFree = (name: string): boolean => !questions.some((question) => question.name === name);
  if (isFree(base)) return base;
  for (let number = 2; ; number++) if (isFree(`${base}_${number}`)) return `${base}_${number}`;
}

/** Builds a question that fills a field of the lead. */
export const buildFieldQuestion = (field: LeadField, questions: readonly FormQuestion[]): FormQuestion => ({
  name: buildName(field.name.replace(CUSTOM_PREFIX, ""), questions),
  ...{ label: field.label, type: field.type, is_required: false, help: null, choices: [], field: field.name },
});

/** Builds a question whose answer stays with the submission. */
export const buildOwnQuestion = (label: string, questions: readonly FormQuestion[]): FormQuestion => ({
  name: buildName("question", questions),
  ...{ label, type: "text", is_required: false, help: null, choices: [], field: null },
});

type StoredForm = Readonly<Record<string, unknown>>;

/** Reads the questions of a form. One without questions asks for the fields of its mapping, so the editor begins with these. */
export function readQuestions(
  { questions, field_mapping }: StoredForm,
  fields: readonly LeadField[],
  t: Translate,
): readonly FormQuestion[] {
  if (Array.isArray(questions) && questions.length > 0) return questions as readonly FormQuestion[];
  const mapping = Object.entries((field_mapping ?? {}) as Readonly<Record<string, string>>);
  if (mapping.length === 0) return listStarterQuestions(t);
  return mapping.flatMap(([name, target]) => {
    const field = fields.find((candidate) => candidate.name === target);
    return field ? [{ ...buildFieldQuestion(field, []), name }] : [];
  });
}

/** Moves a question by some places. */
export function moveQuestion(questions: readonly FormQuestion[], name: string, places: number): readonly FormQuestion[] {
  const index = questions.findIndex((question) => question.name === name);
  const target = index + places;
  if (index < 0 || target < 0 || target >= questions.length) return questions;
  const rest = questions.filter((_, other) => other !== index);
  return [...rest.slice(0, target), ...questions.slice(index, index + 1), ...rest.slice(target)];
}

/** Returns the question with another field. A field decides its type, and its label until its author writes one. */
export function changeField(
  question: FormQuestion,
  field: LeadField | undefined,
  former: LeadField | undefined,
  ownLabel: string,
): FormQuestion {
  if (!field) return { ...question, field: null };
  const isOwnLabel = question.label !== "" && question.label !== ownLabel && question.label !== former?.label;
  return { ...question, field: field.name, type: field.type, label: isOwnLabel ? question.label : field.label };
}
