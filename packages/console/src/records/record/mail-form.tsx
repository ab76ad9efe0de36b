import { useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope, useSession } from "../../api/session.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { draftKey } from "../../input/form/draft-store.ts";
import { type FormState, useFormState } from "../../input/form/form-state.ts";
import { FormSummary } from "../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../input/form/leave-guard.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { InstantField } from "../../ui/kit/instant-field.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { MailContent } from "./mail-content.tsx";
import { useMailComposer } from "./mail-data.ts";
import { formatMoment } from "./mail-entry.tsx";
import { MailFiles } from "./mail-files.tsx";
import { MailRecipients } from "./mail-recipients.tsx";
import { buildMailRequest, findAccount, listMissingParts, type MailComposerData, omitMergeFaults } from "./mail-request.ts";

interface MailFormProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly onSaved?: () => void;
}

/** Writes a mail about a record: sent now, or at a time. */
export function MailForm(props: MailFormProps) {
  const t = useText();
  const composer = useMailComposer(props.record.id);
  if (composer.error) return <LoadError query={composer} text={t("The form could not be loaded")} />;
  if (!composer.data) return <Skeleton shape="block" />;
  if (composer.data.accounts.length === 0) return <NoAccount />;
  return <MailFields {...props} composer={composer.data} />;
}

function NoAccount() {
  const t = useText();
  const { role } = useSession();
  return (
    <p className="text-control text-text-muted">
      {t("No mail account is active yet.")}{" "}
      {role === "ADMIN" ? <Link href="/crm/mail-accounts">{t("Add a mail account")}</Link> : t("An administrator can add one.")}
    </p>
  );
}

/** Fields whose errors stand beside them. */
const SHOWN_FIELDS = ["to", "person_id", "cc", "subject", "body_html", "template_id", "attachment_ids", "send_at", "merge"];

function MailFields({ kind, record, composer, onSaved }: MailFormProps & { readonly composer: MailComposerData }) {
  const t = useText();
  const options = useTextOptions();
  const invalidate = useInvalidation();
  const form = useFormState({}, t, { key: draftKey(useScope(), `${kind.kind} ${record.id} email`) });
  const [isChecked, setChecked] = useState(false);
  const [count, setCount] = useState(0);
  const place = useRef<HTMLFormElement>(null);
  const missing = listMissingParts(form.values, composer);
  const findError = (field: string): string | undefined =>
    form.errors.fields[field] ??
    form.errors.fields[`${field}[0]`] ??
    (isChecked && missing.includes(field) ? t("Fill this in first") : undefined);
  const send = async (): Promise<void> => {
    if (form.isSaving) return;
    setChecked(missing.length > 0);
    if (missing.length > 0) return;
    const body = buildMailRequest(form.values, composer, record.id);
    const sent = await form.submit(() =>
      crm
        .request<{ send_at: string; held_reason?: string | null }>("POST", "/api/v1/messages", { body })
        .then((answer) => answer),
    );
    if (!sent) return;
    form.discard();
    setCount(count + 1);
    showToast({
      text: form.values.is_later
        ? t("The email will be sent on {date}", { date: formatMoment(sent.send_at, options) })
        : sent.held_reason
          ? t("The email waits to be sent")
          : t("The email is on its way"),
    });
    await invalidate({ kind: "message" });
    onSaved?.();
  };
  return (
    <form
      key={count}
      ref={place}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      // Before the buttons of the form, which take Enter as a press.
      onKeyDownCapture={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        void send();
      }}
      className="flex min-w-0 flex-col gap-3"
    >
      <FormSummary form={omitMergeFaults(form)} shownFields={SHOWN_FIELDS} labelFor={(field) => field} />
      <MailRecipients form={form} composer={composer} findError={findError} />
      <MailContent form={form} composer={composer} recordId={record.id} findError={findError} />
      <MailFiles form={form} kind={kind} recordId={record.id} error={findError("attachment_ids")} />
      <MailOptions form={form} composer={composer} />
      <SendTime form={form} error={findError("send_at")} />
      <span className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" isPending={form.isSaving}>
          {form.values.is_later ? t("Schedule email") : t("Send email")}
        </Button>
      </span>
      <LeaveGuard form={form} />
    </form>
  );
}

interface MailOptionsProps {
  readonly form: FormState;
  readonly composer: MailComposerData;
}

function MailOptions({ form, composer }: MailOptionsProps) {
  const t = useText();
  const canTrack = findAccount(form.values, composer)?.tracks === true;
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-x-4 gap-y-1">
      {composer.signature === null ? (
        <span className="text-meta text-text-muted">
          <Link variant="muted" href="/crm/profile">
            {t("Add a signature in your profile")}
          </Link>
        </span>
      ) : (
        <span className="flex min-w-0 flex-col">
          <Checkbox
            isSelected={form.values.adds_signature !== false}
            onChange={(adds) => form.set("adds_signature", adds ? undefined : false)}
          >
            {t("Add signature")}
          </Checkbox>
          <span className="ps-6 text-meta whitespace-pre-line text-text-muted">{composer.signature}</span>
        </span>
      )}
      {canTrack ? (
        <Checkbox isSelected={form.values.tracks !== false} onChange={(tracks) => form.set("tracks", tracks ? undefined : false)}>
          {t("Track opens and clicks")}
        </Checkbox>
      ) : (
        <span className="flex min-h-target items-center text-meta text-text-muted">{t("Opens and clicks are not tracked.")}</span>
      )}
    </div>
  );
}

function SendTime({ form, error }: { readonly form: FormState; readonly error: string | undefined }) {
  const t = useText();
  const { timeZone } = useTextOptions();
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-x-4 gap-y-3">
      <Checkbox isSelected={form.values.is_later === true} onChange={(isLater) => form.set("is_later", isLater || undefined)}>
        {t("Send later")}
      </Checkbox>
      {form.values.is_later === true ? (
        <InstantField
          label={t("Send at")}
          value={(form.values.send_at as string | undefined) ?? null}
          onChange={(value) => form.set("send_at", value ?? undefined)}
          error={error}
          timeZone={timeZone}
        />
      ) : null}
    </div>
  );
}
