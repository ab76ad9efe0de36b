import { useMemo } from "react";
import type { FormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { MailFrame } from "../../ui/kit/mail-frame.tsx";
import { Reference } from "../../ui/kit/reference.tsx";
import { RichText } from "../../ui/kit/rich-text.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { useMailPreview } from "../mail/mail-data.ts";
import { MergeFieldMenu } from "../mail/merge-field-menu.tsx";
import { useMergeLabels } from "../mail/merge-labels.ts";
import { searchTemplates } from "./mail-data.ts";
import { listMergeValues, listMissingValues, type MailComposerData, mergePrefix } from "./mail-request.ts";

const PREVIEW_WIDTH = 640;

interface MailContentProps {
  readonly form: FormState;
  readonly composer: MailComposerData;
  readonly recordId: string;
  readonly findError: (field: string) => string | undefined;
}

/** What a mail says: a template as the recipient gets it, or a text with merge fields. */
export function MailContent({ form, composer, recordId, findError }: MailContentProps) {
  const t = useText();
  const template = typeof form.values.template_id === "string" ? form.values.template_id : undefined;
  return (
    <>
      <Reference
        label={t("Template")}
        placeholder={t("No template")}
        value={template === undefined ? null : { id: template, label: String(form.values.template_name ?? "") }}
        onChange={(option) => {
          form.set("template_id", option?.id);
          form.set("template_name", option?.label);
        }}
        search={searchTemplates}
        error={findError("template_id")}
      />
      {template === undefined ? (
        <WrittenContent form={form} composer={composer} findError={findError} />
      ) : (
        <TemplateContent key={template} form={form} template={template} recordId={recordId} findError={findError} />
      )}
    </>
  );
}

function WrittenContent({ form, composer, findError }: Omit<MailContentProps, "recordId">) {
  const t = useText();
  const paths = useMemo(() => composer.merge_fields.map(({ path }) => `{{${path}}}`).join(""), [composer]);
  const { nameField, isReady } = useMergeLabels(paths);
  const fields = composer.merge_fields.map(({ path, value }) => ({ path, label: nameField(path) ?? path, value }));
  const missing = listMergeValues(form);
  return (
    <>
      <TextField
        label={t("Subject")}
        value={String(form.values.subject ?? "")}
        onChange={(value) => form.set("subject", value)}
        error={findError("subject")}
      />
      {isReady ? (
        <RichText
          label={t("Text")}
          value={String(form.values.body_html ?? "")}
          onChange={(value) => form.set("body_html", value)}
          error={findError("body_html")}
          nameField={nameField}
          {...(composer.merge_fields.length === 0
            ? {}
            : { fieldMenu: (insert) => <MergeFieldMenu isSmall label={t("Text")} fields={fields} onInsert={insert} /> })}
        />
      ) : (
        <Skeleton shape="block" />
      )}
      <MergeValues form={form} paths={missing} help={t("The text needs this value, and the record has none.")} />
    </>
  );
}

interface MergeValuesProps {
  readonly form: FormState;
  readonly paths: readonly string[];
  readonly help: string;
}

/** Asks for the values of merge fields that the record lacks. */
function MergeValues({ form, paths, help }: MergeValuesProps) {
  const t = useText();
  const { nameField } = useMergeLabels(paths.map((path) => `{{${path}}}`).join(""));
  return paths.map((path) => {
    const [name, label] = [mergePrefix + path, nameField(path) ?? path];
    return (
      <TextField
        key={path}
        label={label}
        help={help}
        value={String(form.values[name] ?? "")}
        onChange={(value) => form.set(name, value)}
        error={form.errors.fields[name] === undefined ? undefined : t("{field} has no value. Enter one.", { field: label })}
      />
    );
  });
}

interface TemplateContentProps extends Pick<MailContentProps, "form" | "recordId" | "findError"> {
  readonly template: string;
}

/** A template with the values of the record. Values that the record lacks are asked for. */
function TemplateContent({ form, template, recordId, findError }: TemplateContentProps) {
  const t = useText();
  const preview = useMailPreview({ id: template, unsaved: undefined, version: 0, person: recordId });
  const missing = new Set([...(preview.data?.missing ?? []), ...listMissingValues(form)]);
  return (
    <>
      <TextField
        label={t("Subject")}
        value={String(form.values.subject ?? preview.data?.subject ?? "")}
        onChange={(value) => form.set("subject", value)}
        error={findError("subject")}
      />
      <MergeValues form={form} paths={[...missing]} help={t("The template needs this value, and the record has none.")} />
      {preview.data ? <Preview {...preview.data} /> : <Skeleton shape="block" />}
    </>
  );
}

function Preview({ html, text }: { readonly html: string | null; readonly text: string }) {
  const t = useText();
  if (html === null)
    return <p className="rounded-card border border-border bg-surface p-3 text-body whitespace-pre-wrap wrap-anywhere">{text}</p>;
  return (
    <div className="max-h-panel overflow-auto rounded-card border border-border">
      <MailFrame title={t("Preview")} html={html} width={PREVIEW_WIDTH} />
    </div>
  );
}
