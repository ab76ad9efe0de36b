import type { Translate } from "../../../ui/i18n/use-text.ts";

export type QuestionType =
  | "text"
  | "textarea"
  | "email"
  | "phone"
  | "number"
  | "date"
  | "select"
  | "radio"
  | "checkboxes"
  | "checkbox";

/** A question, as the API has it. */
export interface FormQuestion {
  readonly name: string;
  readonly label: string;
  readonly type: QuestionType;
  readonly is_required: boolean;
  readonly help: string | null;
  readonly choices: readonly string[];
  readonly field: string | null;
}

/** What a new form asks, until its author decides otherwise. */
export function listStarterQuestions(t: Translate): FormQuestion[] {
  const question = (name: string, label: string, type: QuestionType, is_required: boolean): FormQuestion => ({
    ...{ name, label, type, is_required, help: null, choices: [], field: name },
  });
  return [
    question("full_name", t("Name"), "text", true),
    question("email", t("Email"), "email", true),
    question("description", t("Message"), "textarea", false),
  ];
}
