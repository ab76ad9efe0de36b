import { type ReactNode, useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, useKind } from "../../../api/schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { omitCreateHelp } from "../../../input/fields/help-text.ts";
import { ConflictBanner } from "../../../input/form/conflict-banner.tsx";
import type { FormState } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { SaveBar } from "../../../input/form/save-bar.tsx";
import { useVersionedForm } from "../../../input/form/versioned-form.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Sheet } from "../../../ui/kit/sheet.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { FormPreview } from "./form-preview.tsx";
import { QuestionForm } from "./question-form.tsx";
import { QuestionList } from "./question-list.tsx";
import { type LeadField, listLeadFields, readQuestions } from "./question-rules.ts";
import type { FormQuestion } from "./starter-questions.ts";

const TEXT_FIELDS = ["title", "introduction", "submit_label", "language"] as const;
const AFTER_FIELDS = ["thank_you_text", "redirect_url"] as const;
const LEAD_FIELDS = ["makes_lead", "lead_source_id", "assigns_by_rule", "owner_id", "campaign_id"] as const;
const CONSENT_FIELDS = [
  "consent_text",
  "is_consent_required",
  "consent_channel",
  "subscription_type",
  "confirms_by_mail",
] as const;
const PLACE_FIELDS = ["allowed_origins"] as const;

/** Fields of the record that the editor changes. */
const EDITED_FIELDS: readonly string[] = [
  "questions",
  ...[...TEXT_FIELDS, ...AFTER_FIELDS, ...LEAD_FIELDS, ...CONSENT_FIELDS, ...PLACE_FIELDS],
];

interface FormEditorProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The questions of a form and all that its page says, with the page beside them. */
export function FormEditor(props: FormEditorProps) {
  const { data: lead } = useKind("lead");
  return lead ? <Editor {...props} fields={listLeadFields(lead)} /> : <Skeleton shape="block" />;
}

const QUESTION_ERROR = /^questions\[(\d+)\]\.?(\w*)/;

function Editor({ kind, record, fields }: FormEditorProps & { readonly fields: readonly LeadField[] }) {
  const t = useText();
  const isPhone = useIsPhone();
  const readFields = (stored: ConsoleRecord) => ({
    ...Object.fromEntries(EDITED_FIELDS.map((name) => [name, stored[name] ?? null])),
    questions: readQuestions(stored, fields, t),
  });
  const { form, save, theirs, keepMine, takeTheirs } = useVersionedForm(kind, record, { readFields, draft: `form ${record.id}` });
  const [openName, setOpenName] = useState<string>();
  const questions = form.values.questions as readonly FormQuestion[];
  const canEdit = kind.operations.includes("update");
  const index = questions.findIndex(({ name }) => name === openName);
  const open = questions[index];
  const setQuestions = (next: readonly FormQuestion[]): void => form.set("questions", next);
  const errors = listQuestionErrors(form, questions);
  const Layer = isPhone ? Sheet : Drawer;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      {form.errors.fields.questions === undefined ? null : <Banner kind="danger" title={form.errors.fields.questions} />}
      {theirs ? <ConflictBanner onKeepMine={keepMine} onTakeTheirs={takeTheirs} /> : null}
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2">
        <Section title={t("Questions")}>
          <QuestionList
            questions={questions}
            fields={fields}
            errors={Object.fromEntries(errors.map(({ name, message }) => [name, message]))}
            onOpen={setOpenName}
            onChange={canEdit ? setQuestions : undefined}
          />
        </Section>
        {/* Where there is one column, the page follows the questions. */}
        <div className="min-w-0 desktop:sticky desktop:top-4 desktop:col-start-2 desktop:row-span-2 desktop:row-start-1">
          <FormPreview fields={readPreviewFields(record, form.values)} />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <FieldSection title={t("Texts")} names={TEXT_FIELDS} kind={kind} form={form} />
          <FieldSection title={t("After sending")} names={AFTER_FIELDS} kind={kind} form={form} />
          <FieldSection title={t("Leads")} names={LEAD_FIELDS} kind={kind} form={form} />
          <FieldSection title={t("Consent")} names={CONSENT_FIELDS} kind={kind} form={form} />
          <FieldSection title={t("Where the form may be shown")} names={PLACE_FIELDS} kind={kind} form={form} />
        </div>
      </div>
      {form.isChanged ? <SaveBar form={form} label={t("Save the form")} onSave={save} /> : null}
      <LeaveGuard form={form} />
      {open ? (
        <Layer title={t("Question")} isOpen onOpenChange={() => setOpenName(undefined)}>
          <QuestionForm
            question={open}
            fields={fields}
            taken={new Set(questions.flatMap(({ field }) => field ?? []))}
            errors={Object.fromEntries(
              errors.filter(({ name }) => name === openName).map(({ part, message }) => [part, message]),
            )}
            canEdit={canEdit}
            onChange={(next) => setQuestions(questions.map((question, place) => (place === index ? next : question)))}
          />
        </Layer>
      ) : null}
    </div>
  );
}

/** Lists the errors of the last save, by the name of the question and its part. */
const listQuestionErrors = ({ errors }: FormState, questions: readonly FormQuestion[]) =>
  Object.entries(errors.fields).flatMap(([path, message]) => {
    const [, place, part = ""] = QUESTION_ERROR.exec(path) ?? [];
    const name = place === undefined ? undefined : questions[Number(place)]?.name;
    return name === undefined ? [] : [{ name, part, message }];
  });

const PREVIEW_FIELDS = [
  ...["title", "introduction", "submit_label", "language", "thank_you_text", "consent_text", "is_consent_required"],
] as const;

/** Lines of choices that are still empty are no choices. */
const withoutBlanks = (questions: readonly FormQuestion[]): readonly FormQuestion[] =>
  questions.map((question) => ({ ...question, choices: question.choices.filter((choice) => choice.trim() !== "") }));

const readPreviewFields = ({ name }: ConsoleRecord, values: FormState["values"]): Record<string, unknown> => ({
  name,
  ...Object.fromEntries(PREVIEW_FIELDS.map((field) => [field, values[field] === "" ? null : (values[field] ?? null)])),
  questions: withoutBlanks(values.questions as readonly FormQuestion[]),
});

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-4">
      <h2 className="text-section font-semibold">{title}</h2>
      {children}
    </section>
  );
}

interface FieldSectionProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly kind: Kind;
  readonly form: FormState;
}

/** Consent by a form is for mails, unless its author chooses another channel. */
const CONSENT_CHANNEL = "email";

/** Fields of the record, as its schema describes them. */
function FieldSection({ title, names, kind, form }: FieldSectionProps) {
  const fields = names.flatMap((name) => kind.fields.find((field) => field.name === name && field.editable) ?? []);
  const change = (name: string, value: unknown): void => {
    form.set(name, value);
    if (name === "consent_text" && value && !form.values.consent_channel) form.set("consent_channel", CONSENT_CHANNEL);
  };
  return (
    <Section title={title}>
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={omitCreateHelp(field)}
          value={form.values[field.name]}
          values={form.values}
          onChange={(value) => change(field.name, value)}
          {...(form.errors.fields[field.name] === undefined ? {} : { error: form.errors.fields[field.name] as string })}
          errors={form.errors.fields}
        />
      ))}
    </Section>
  );
}
