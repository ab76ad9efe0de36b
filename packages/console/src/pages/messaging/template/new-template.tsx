import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Kind, recordPath } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import type { MailBlock } from "../../../records/mail/mail-block.ts";
import type { MailStarter } from "../../../records/mail/mail-data.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { nameStarter } from "./block-names.ts";
import { StarterList } from "./starter-list.tsx";

interface NewTemplateProps {
  readonly kind: Kind;
  readonly name: string;
  /** Takes the new template in place of opening it. */
  readonly onCreated?: (record: ConsoleRecord) => void;
  readonly onClose: () => void;
}

/** With what a mail begins that has no layout. */
const emptyBlocks = (name: string): readonly MailBlock[] => [
  { type: "heading", text: name, level: 1, align: "start" },
  { type: "footer" },
];

/** Creates a message template. A mail begins with a layout, so that its text is written in the editor. */
export function NewTemplate({ kind, name, onCreated, onClose }: NewTemplateProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const form = useFormState({ name, channel: "EMAIL", body_text: "" }, t, useDraft(`create message_template ${name}`));
  const isMail = form.values.channel === "EMAIL";
  const labelOf = (field: string): string => kind.fields.find((candidate) => candidate.name === field)?.label ?? field;
  const create = async (starter?: MailStarter): Promise<void> => {
    const written = String(form.values.name).trim();
    const title = written === "" && starter ? nameStarter(starter.key, starter.name, t) : written;
    const body = isMail
      ? { name: title, channel: "EMAIL", subject: starter?.subject ?? title, blocks: starter?.blocks ?? emptyBlocks(title) }
      : { name: title, channel: "SMS", body_text: form.values.body_text };
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.complete();
    await invalidate(kind, created.id);
    onClose();
    if (onCreated) return onCreated(created);
    await navigate({ to: recordPath(kind, created.id), ignoreBlocker: true });
  };
  return (
    <FormLayer
      layer="drawer"
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      form={form}
      submit={{ label: isMail ? t("Start from scratch") : t("Create"), run: () => create() }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={["name", "body_text"]} labelFor={labelOf} />
      <TextField label={labelOf("name")} note="required" autoFocus {...bindText(form, "name")} />
      <SegmentedControl
        label={labelOf("channel")}
        segments={[
          { id: "EMAIL", label: t("Email") },
          { id: "SMS", label: t("Text message") },
        ]}
        value={String(form.values.channel)}
        onChange={(channel) => form.set("channel", channel)}
      />
      {isMail ? (
        <section aria-label={t("Layouts")} className="flex min-w-0 flex-col gap-3">
          <h3 className="text-body font-semibold">{t("Layouts")}</h3>
          <StarterList onChoose={(starter) => void create(starter)} />
        </section>
      ) : (
        <TextArea label={t("Text")} note="required" {...bindText(form, "body_text")} />
      )}
    </FormLayer>
  );
}
