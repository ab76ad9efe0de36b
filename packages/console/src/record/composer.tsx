import { useRef, useState } from "react";
import { MentionField } from "../comments/mention-field.tsx";
import type { Mention } from "../comments/mention-text.ts";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { type Kind, useKindIndex } from "../data/schema.ts";
import { useScope, useSession } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { draftKey } from "../form/draft-store.ts";
import { useFormState } from "../form/form-state.ts";
import { FormSummary } from "../form/form-summary.tsx";
import { LeaveGuard } from "../form/leave-guard.tsx";
import { type Translate, useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { DateField } from "../kit/date-field.tsx";
import { InstantField } from "../kit/instant-field.tsx";
import { NumberField } from "../kit/number-field.tsx";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { TextArea } from "../kit/text-area.tsx";
import { TextField } from "../kit/text-field.tsx";
import { showToast } from "../kit/toast.tsx";
import {
  buildEntryRequest,
  DEFAULT_MEETING_MINUTES,
  DEFAULT_MINUTES,
  type EntryName,
  listEntryNames,
  listMissing,
} from "./composer-entries.ts";

const TEXT_ROWS = 2;

interface ComposerProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

interface EntryTexts {
  readonly tab: string;
  /** Label of the text. */
  readonly label: string;
  readonly button: string;
}

export const describeEntries = (t: Translate): Readonly<Record<EntryName, EntryTexts>> => ({
  comment: { tab: t("Comment"), label: t("Comment"), button: t("Add comment") },
  note: { tab: t("Note"), label: t("Note"), button: t("Add note") },
  call: { tab: t("Call"), label: t("Subject"), button: t("Log call") },
  task: { tab: t("Task"), label: t("Subject"), button: t("Plan task") },
  meeting: { tab: t("Meeting"), label: t("Subject"), button: t("Plan meeting") },
  email: { tab: t("Email"), label: t("Text"), button: t("Send email") },
});

/** Adds a comment, a note, a call, a task, a meeting or a mail to a record, without leaving its page. */
export function Composer({ kind, record }: ComposerProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { permissions } = useSession();
  const [chosen, setChosen] = useState<EntryName>("note");
  const names = listEntryNames({ kind, kinds, record, permissions });
  const shown = names.includes(chosen) ? chosen : names[0];
  if (shown === undefined) return null;
  const texts = describeEntries(t);
  return (
    <div className="flex flex-col gap-3 rounded-card border border-border bg-raised p-4 print:hidden">
      <SegmentedControl
        isOneRow
        label={t("What to add")}
        segments={names.map((name) => ({ id: name, label: texts[name].tab }))}
        value={shown}
        onChange={(name) => setChosen(name as EntryName)}
      />
      <EntryForm key={shown} name={shown} texts={texts[shown]} kind={kind} record={record} isBelowTab />
    </div>
  );
}

interface EntryFormProps extends ComposerProps {
  readonly name: EntryName;
  readonly texts: EntryTexts;
  readonly autoFocus?: boolean;
  /** Below a tab that names the entry, the text needs no label of its own. */
  readonly isBelowTab?: boolean;
  readonly onSaved?: () => void;
}

/** The fields of an entry, and the button that adds it. */
export function EntryForm({ name, texts, kind, record, autoFocus = false, isBelowTab = false, onSaved }: EntryFormProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const invalidate = useInvalidation();
  const form = useFormState({}, t, { key: draftKey(useScope(), `${kind.kind} ${record.id} ${name}`) });
  const [isChecked, setChecked] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  const missing = listMissing(name, form.values);
  const read = (field: string): string => String(form.values[field] ?? "");
  const findError = (field: string): string | undefined =>
    isChecked && missing.includes(field) ? t("Fill this in first") : undefined;
  const save = async (): Promise<void> => {
    if (form.isSaving) return;
    setChecked(missing.length > 0);
    if (missing.length > 0) {
      formRef.current?.querySelector<HTMLElement>("input, textarea")?.focus();
      return;
    }
    const request = buildEntryRequest(name, form.values, kind, record);
    const created = await form.submit(() =>
      crm.request<{ held_reason?: string | null }>("POST", request.path, { body: request.body }).then((answer) => answer),
    );
    if (!created) return;
    form.discard();
    if (name === "email")
      showToast({ text: created.held_reason ? t("The email waits to be sent") : t("The email is on its way") });
    await invalidate({ kind: request.kind });
    onSaved?.();
  };
  const isMentioning = name === "comment";
  const isLong = name === "note" || name === "email";
  const TextInput = isLong ? TextArea : TextField;
  return (
    <form
      ref={formRef}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void save();
      }}
      className="flex flex-col gap-3"
    >
      <FormSummary form={form} shownFields={[]} labelFor={() => texts.label} />
      {name === "email" ? (
        <TextField
          label={t("Subject")}
          value={read("subject")}
          onChange={(value) => form.set("subject", value)}
          error={findError("subject")}
        />
      ) : null}
      {isMentioning ? (
        <MentionField
          recordId={record.id}
          label={texts.label}
          isLabelHidden={isBelowTab}
          autoFocus={autoFocus}
          error={findError("text")}
          rows={TEXT_ROWS}
          value={read("text")}
          onChange={(value) => form.set("text", value)}
          onMention={(mention) =>
            form.set("mentions", [...((form.values.mentions as readonly Mention[] | undefined) ?? []), mention])
          }
        />
      ) : (
        <TextInput
          label={texts.label}
          autoFocus={autoFocus}
          isLabelHidden={isBelowTab && name === "note"}
          error={findError("text")}
          {...(isLong ? { rows: TEXT_ROWS } : {})}
          value={read("text")}
          onChange={(value) => form.set("text", value)}
        />
      )}
      {name === "task" ? (
        <DateField
          label={t("Due")}
          value={(form.values.due_date as string | undefined) ?? null}
          onChange={(value) => form.set("due_date", value)}
        />
      ) : null}
      {name === "meeting" ? (
        <InstantField
          label={t("Start")}
          value={(form.values.start_datetime as string | undefined) ?? null}
          onChange={(value) => form.set("start_datetime", value)}
          error={findError("start_datetime")}
          timeZone={timeZone}
        />
      ) : null}
      {name === "call" || name === "meeting" ? (
        <NumberField
          label={t("Minutes")}
          minValue={1}
          value={Number(form.values.duration_minutes ?? (name === "call" ? DEFAULT_MINUTES : DEFAULT_MEETING_MINUTES))}
          onChange={(minutes) => form.set("duration_minutes", Number.isNaN(minutes) ? undefined : minutes)}
        />
      ) : null}
      <span>
        <Button type="submit" isSmall isPending={form.isSaving}>
          {texts.button}
        </Button>
      </span>
      <LeaveGuard form={form} />
    </form>
  );
}
