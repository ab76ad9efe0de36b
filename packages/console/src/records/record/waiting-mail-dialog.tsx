import { crm } from "../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { FormLayer } from "../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { useDraft } from "../../input/form/use-draft.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { InstantField } from "../../ui/kit/instant-field.tsx";
import { RichText } from "../../ui/kit/rich-text.tsx";
import { TextArea } from "../../ui/kit/text-area.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { splitAddresses, withoutRelation } from "./mail-request.ts";

const TEXT_ROWS = 6;

interface WaitingMailDialogProps {
  readonly message: ConsoleRecord;
  readonly onClose: () => void;
}

/** Changes a message that waits. The text of a template stays that of the template. */
export function WaitingMailDialog({ message, onClose }: WaitingMailDialogProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const invalidate = useInvalidation();
  const { subject, body, body_html, send_at, template_id } = message;
  const form = useFormState(
    { subject, body, body_html, send_at, cc: ((message.cc ?? []) as readonly string[]).join(", ") },
    t,
    useDraft(`waiting mail ${message.id}`),
  );
  const isMail = message.channel === "email";
  const save = async (): Promise<void> => {
    const { cc, body_html: html, ...changes } = form.changes;
    const changed = {
      ...changes,
      ...(html === undefined ? {} : { body_html: withoutRelation(String(html)) }),
      ...(cc === undefined ? {} : { cc: splitAddresses(String(cc)) }),
    };
    const saved = await form.submit(() =>
      crm.request("POST", `/api/v1/messages/${message.id}/change`, { body: changed }).then(() => true),
    );
    if (!saved) return;
    form.complete();
    showToast({ text: t("The message was changed") });
    await invalidate({ kind: "message" });
    onClose();
  };
  return (
    <FormLayer
      layer="drawer"
      title={t("Change waiting message")}
      form={form}
      submit={{ label: t("Save"), run: save }}
      onClose={onClose}
    >
      <InstantField
        label={t("Send at")}
        value={(form.values.send_at as string | null) ?? null}
        onChange={(value) => form.set("send_at", value ?? send_at)}
        error={form.errors.fields.send_at}
        timeZone={timeZone}
      />
      {isMail ? <TextField label={t("Subject")} {...bindText(form, "subject")} /> : null}
      {isMail ? <TextField label={t("Cc")} help={t("Separate addresses by commas.")} {...bindText(form, "cc")} /> : null}
      {template_id ? (
        <p className="text-control text-text-muted">{t("The text is that of its template.")}</p>
      ) : body_html ? (
        <RichText
          label={t("Text")}
          value={String(form.values.body_html)}
          onChange={(value) => form.set("body_html", value)}
          error={form.errors.fields.body_html}
        />
      ) : (
        <TextArea label={t("Text")} rows={TEXT_ROWS} {...bindText(form, "body")} />
      )}
    </FormLayer>
  );
}
