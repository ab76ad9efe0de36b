import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { changeField, hasChoices, type LeadField } from "./question-rules.ts";
import { listQuestionTypes } from "./question-types.ts";
import type { FormQuestion, QuestionType } from "./starter-questions.ts";

interface QuestionFormProps {
  readonly question: FormQuestion;
  readonly fields: readonly LeadField[];
  /** Fields that other questions fill. */
  readonly taken: ReadonlySet<string>;
  /** By the part of the question: `label`, `choices`. */
  readonly errors: Readonly<Record<string, string>>;
  readonly canEdit: boolean;
  readonly onChange: (question: FormQuestion) => void;
}

const OWN = "own";

/** One question: what it asks, how, and what the answer fills. */
export function QuestionForm({ question, fields, taken, errors, canEdit, onChange }: QuestionFormProps) {
  const t = useText();
  const field = fields.find(({ name }) => name === question.field);
  const set = (changes: Partial<FormQuestion>): void => onChange({ ...question, ...changes });
  const choose = (id: unknown): void => {
    const next = fields.find(({ name }) => name === id);
    onChange(changeField(question, next, field, t("New question")));
  };
  const others = Object.entries(errors).filter(([part]) => !["label", "help", "choices", "type", "field"].includes(part));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {others.map(([part, message]) => (
        <Banner key={part} kind="danger" title={message} />
      ))}
      <TextField
        autoFocus
        // The text of a new question is only there to be replaced.
        onFocus={({ target }) => {
          if (question.label === t("New question")) (target as HTMLInputElement).select();
        }}
        label={t("Question")}
        value={question.label}
        onChange={(label) => set({ label })}
        error={errors.label}
        isDisabled={!canEdit}
      />
      <Combobox
        label={t("Saved in")}
        help={field ? undefined : t("The answer stays with the submission.")}
        options={[
          { id: OWN, label: t("Submission only") },
          ...fields
            .filter(({ name }) => name === question.field || !taken.has(name))
            .map(({ name, label }) => ({ id: name, label })),
        ]}
        selectedKey={question.field ?? OWN}
        onSelectionChange={(id) => {
          if (id !== null) choose(id);
        }}
        error={errors.field}
        isDisabled={!canEdit}
      />
      <Select
        label={t("Type")}
        options={listQuestionTypes(t)}
        value={question.type}
        onChange={(type) => set({ type: String(type) as QuestionType })}
        error={errors.type}
        isDisabled={!canEdit}
      />
      {hasChoices(question) && !field?.hasChoices ? (
        <TextArea
          label={t("Choices")}
          help={t("One on each line")}
          value={question.choices.join("\n")}
          onChange={(text) => set({ choices: text === "" ? [] : text.split("\n") })}
          error={errors.choices}
          isDisabled={!canEdit}
        />
      ) : null}
      {hasChoices(question) && field?.hasChoices ? (
        <p className="text-control text-text-muted">{t("The choices are the options of the field.")}</p>
      ) : null}
      <TextField
        label={t("Help")}
        note="optional"
        value={question.help ?? ""}
        onChange={(help) => set({ help: help === "" ? null : help })}
        error={errors.help}
        isDisabled={!canEdit}
      />
      <Checkbox isSelected={question.is_required} onChange={(is_required) => set({ is_required })} isDisabled={!canEdit}>
        {t("Required")}
      </Checkbox>
    </div>
  );
}
