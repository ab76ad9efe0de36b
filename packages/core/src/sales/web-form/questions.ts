import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import type { Json } from "../../kernel/json.ts";
import { personIdentifyingFields } from "../../kernel/person-name.ts";
import type { CustomFieldRecord } from "../../platform/custom-field/custom-field.entity.ts";
import { baseType, takesOptions } from "../../platform/custom-field/custom-field.rules.ts";
import { canEditField, isInUse, listDefinitions } from "../../platform/custom-field/definitions.ts";
import { customPath, isCustomPath } from "../../storage/table/custom-field-values.ts";
import {
  type BoxValue,
  choiceTypes,
  isRequired,
  isTicked,
  type Mapping,
  type QuestionType,
  resolveCustomMapping,
  resolveMapping,
  toBoxText,
} from "./form.rules.ts";
import type { Question } from "./question.schema.ts";

/** The questions of a form: what its page asks, and what the answers fill. */

interface AskingForm {
  field_mapping: Mapping;
  questions: readonly Question[] | null;
  makes_lead: boolean;
}

/** A question as a page asks it. A form without questions has names alone. */
export interface DisplayedQuestion {
  name: string;
  label: string | null;
  type: QuestionType | null;
  help: string | null;
  is_required: boolean;
  choices: { value: string; label: string }[];
}

/** Lists what the page of a form asks. */
export async function listDisplayed(form: AskingForm): Promise<DisplayedQuestion[]> {
  if (form.questions?.length) return listOwn(form.questions);
  const mapping = resolveMapping(form);
  return Object.keys(mapping).map((name) => ({
    ...{ name, label: null, type: null, help: null, choices: [] },
    is_required: isRequired(mapping, name, form.makes_lead),
  }));
}

/** Lists the questions that users wrote, with the options of custom fields as their choices. */
export async function listOwn(questions: readonly Question[]): Promise<(DisplayedQuestion & { type: QuestionType })[]> {
  const definitions = await loadDefinitions(questions);
  return questions.map(({ name, label, type, help, is_required, choices, field }) => {
    const definition = findDefinition(definitions, field);
    const options = definition && takesOptions(definition.field_type) ? listOptions(definition) : undefined;
    return {
      name,
      label,
      type,
      help,
      is_required,
      choices: options ?? choices.map((choice) => ({ value: choice, label: choice })),
    };
  });
}

const listOptions = ({ picklist_values }: CustomFieldRecord) =>
  (picklist_values ?? []).filter(({ is_retired }) => !is_retired).map(({ code, label }) => ({ value: code, label }));

/** Loads the definitions of the custom fields, if a question fills one. */
const loadDefinitions = async (questions: readonly Pick<Question, "field">[]): Promise<readonly CustomFieldRecord[]> =>
  questions.some(({ field }) => isCustomPath(field ?? "")) ? listDefinitions("lead") : [];

const findDefinition = (definitions: readonly CustomFieldRecord[], field: string | null): CustomFieldRecord | undefined =>
  definitions.find((definition) => customPath(definition.field_name) === field && isInUse(definition));

/** Refuses a submission that lacks a required answer, or answers with something else than the choices. */
export function requireAnswers(questions: readonly DisplayedQuestion[], boxes: Readonly<Record<string, BoxValue>>): void {
  const details = questions.flatMap((question): ErrorDetail[] => {
    const message = findAnswerProblem(question, boxes[question.name]);
    return message === undefined ? [] : [{ field: question.name, message }];
  });
  if (details.length > 0) throw invalidAll(details);
}

function findAnswerProblem({ type, is_required, choices }: DisplayedQuestion, answer: BoxValue | undefined): string | undefined {
  const isEmpty = type === "checkbox" ? !isTicked(answer) : toBoxText(answer) === "";
  if (isEmpty) return is_required ? "Required" : undefined;
  if (type === null || !choiceTypes.has(type)) return undefined;
  const chosen = Array.isArray(answer) ? answer : [toBoxText(answer)];
  const isOffered = chosen.every((value) => choices.some((choice) => choice.value === value));
  return isOffered && (type === "checkboxes" || chosen.length === 1) ? undefined : "Must be one of the choices";
}

/** Returns the custom fields of the lead; undefined if the form fills none. */
export async function buildCustomFields(
  form: AskingForm,
  boxes: Readonly<Record<string, BoxValue>>,
): Promise<Record<string, Json> | undefined> {
  const mapping = Object.entries(resolveCustomMapping(form));
  if (mapping.length === 0 || !form.makes_lead) return undefined;
  const definitions = await loadDefinitions(form.questions ?? []);
  return Object.fromEntries(
    mapping.flatMap(([box, name]) => {
      const definition = findDefinition(definitions, customPath(name));
      const answer = boxes[box];
      // A field that was removed takes no answer: the interaction keeps it.
      return definition && toBoxText(answer) !== "" ? [[name, toCustomValue(definition, answer)]] : [];
    }),
  );
}

/** Converts an answer to the type of the field. A text that is no number stays, so that the field refuses it. */
function toCustomValue({ field_type }: CustomFieldRecord, answer: BoxValue | undefined): Json {
  const type = baseType(field_type);
  if (type === "boolean") return isTicked(answer);
  if (type === "choices") return Array.isArray(answer) ? answer.map(String) : [toBoxText(answer)];
  const typed = toBoxText(answer);
  return type === "number" && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

/** Types of custom fields that a visitor may fill. A reference would tell whether a record exists. */
const isFillable = ({ field_type }: CustomFieldRecord): boolean => field_type !== "reference";

/** Refuses questions that no page can ask, or whose answers the author may not let others write. */
export async function requireAskable(
  { questions, makes_lead }: Pick<AskingForm, "questions" | "makes_lead">,
  before: Pick<AskingForm, "questions"> | undefined,
): Promise<void> {
  if (!questions?.length) return;
  const definitions = await loadDefinitions(questions);
  const former = new Set((before?.questions ?? []).flatMap(({ field }) => field ?? []));
  const details = questions.flatMap((question, index): ErrorDetail[] => {
    const path = `questions[${index}]`;
    const { name, field, type, choices } = question;
    const earlier = questions.slice(0, index);
    const definition = findDefinition(definitions, field);
    const isCustom = isCustomPath(field ?? "");
    const hasChoices = choices.length > 0 || (definition !== undefined && takesOptions(definition.field_type));
    const mayFill = definition !== undefined && isFillable(definition) && canEditField(definition);
    return [
      ...(earlier.some((other) => other.name === name)
        ? [{ field: `${path}.name`, message: "Another question has this name" }]
        : []),
      ...(field !== null && earlier.some((other) => other.field === field)
        ? [{ field: `${path}.field`, message: "Another question fills this field" }]
        : []),
      ...(isCustom && !mayFill && !former.has(field ?? "")
        ? [{ field: `${path}.field`, message: "Must be a custom field of leads that you can change, and no reference" }]
        : []),
      ...(choiceTypes.has(type) && !hasChoices ? [{ field: `${path}.choices`, message: "Add at least one choice" }] : []),
    ];
  });
  if (details.length > 0) throw invalidAll(details);
  const isIdentified = questions.some(({ field }) => (personIdentifyingFields as readonly (string | null)[]).includes(field));
  if (makes_lead && !isIdentified)
    throw invalidAll([{ field: "questions", message: "A lead needs a question for a name, company, email or phone number" }]);
}

export * as Questions from "./questions.ts";
