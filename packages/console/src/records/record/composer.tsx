import { Plus } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import { isEnded } from "../../api/record-outcomes.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { formatTitle, type Kind, useKindIndex } from "../../api/schema.ts";
import { useScope, useSession } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { draftKey, hasDraft } from "../../input/form/draft-store.ts";
import { type FormState, useFormState } from "../../input/form/form-state.ts";
import { FormSummary } from "../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../input/form/leave-guard.tsx";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { DateField } from "../../ui/kit/date-field.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { TextArea } from "../../ui/kit/text-area.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { MentionField } from "../comments/mention-field.tsx";
import type { Mention } from "../comments/mention-text.ts";
import {
  buildEntryRequest,
  completeText,
  type EntryName,
  type FormEntryName,
  findInvitee,
  listEntryNames,
  listMissing,
} from "./composer-entries.ts";
import { QuickDayChoice } from "./quick-day-choice.tsx";

const TEXT_ROWS = 2;

const CallFields = lazy(() => import("./call-fields.tsx").then(({ CallFields: fields }) => ({ default: fields })));
const MeetingFields = lazy(() => import("./meeting-fields.tsx").then(({ MeetingFields: fields }) => ({ default: fields })));

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

/** Names the draft of an entry of a record, also that of a mail (mail-form.tsx). */
const entryDraftKey = (scope: readonly string[], kind: Kind, record: ConsoleRecord, name: EntryName): string =>
  draftKey(scope, `${kind.kind} ${record.id} ${name}`);

/** Adds a comment, a note, a call, a task, a meeting or a mail to a record, without leaving its page. */
export function Composer({ kind, record }: ComposerProps) {
  const { data: kinds = [] } = useKindIndex();
  const { permissions } = useSession();
  const names = listEntryNames({ kind, kinds, record, permissions });
  return names.length === 0 ? null : <EntryTabs key={record.id} kind={kind} record={record} names={names} />;
}

function EntryTabs({ kind, record, names }: ComposerProps & { readonly names: readonly EntryName[] }) {
  const t = useText();
  const scope = useScope();
  // An entry that a reload has interrupted is shown again.
  const [chosen, setChosen] = useState<EntryName>(
    () => names.find((name) => hasDraft(sessionStorage, entryDraftKey(scope, kind, record, name))) ?? "note",
  );
  // A press of the mouse leads into the text. A finger would open the keyboard, and keys move on among the tabs.
  const pointerType = useRef<string>(undefined);
  const [isFocused, setFocused] = useState(false);
  const [isFolded, setFolded] = useState(
    () =>
      isEnded(kind.kind, record) && names.every((name) => !hasDraft(sessionStorage, entryDraftKey(scope, kind, record, name))),
  );
  const shown = names.find((name) => name === chosen) ?? names[0] ?? "note";
  const texts = describeEntries(t);
  const open = (name: EntryName): void => {
    setFocused(true);
    setChosen(name);
    setFolded(false);
  };
  if (isFolded) return <FoldedEntries names={names} texts={texts} onOpen={open} />;
  return (
    <div
      onPointerDownCapture={(event) => {
        pointerType.current = event.pointerType;
      }}
      onKeyDownCapture={() => {
        pointerType.current = undefined;
      }}
      className="flex flex-col gap-3 rounded-card border border-border bg-raised p-4 print:hidden"
    >
      <SegmentedControl
        isOneRow
        label={t("What to add")}
        segments={names.map((name) => ({ id: name, label: texts[name].tab }))}
        value={shown}
        onChange={(name) => {
          setFocused(pointerType.current === "mouse");
          setChosen(name as EntryName);
        }}
      />
      <EntryForm key={shown} name={shown} texts={texts[shown]} kind={kind} record={record} autoFocus={isFocused} isBelowTab />
    </div>
  );
}

interface FoldedEntriesProps {
  readonly names: readonly EntryName[];
  readonly texts: Readonly<Record<EntryName, EntryTexts>>;
  readonly onOpen: (name: EntryName) => void;
}

/** The entries in one line, for a record to which little is added any more. */
function FoldedEntries({ names, texts, onOpen }: FoldedEntriesProps) {
  const t = useText();
  return (
    <fieldset
      aria-label={t("What to add")}
      className="flex min-w-0 flex-wrap items-center gap-x-1 rounded-card border border-border bg-raised px-4 py-2 print:hidden"
    >
      <Plus aria-hidden="true" className="text-text-muted" />
      {names.map((name) => (
        <Button key={name} isSmall variant="quiet" onPress={() => onOpen(name)}>
          {texts[name].tab}
        </Button>
      ))}
    </fieldset>
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

/** The editor of formatted texts is loaded with the first mail. */
const MailForm = lazy(() => import("./mail-form.tsx").then(({ MailForm: form }) => ({ default: form })));

/** The fields of an entry, and the button that adds it. */
export function EntryForm({ name, ...props }: EntryFormProps) {
  if (name !== "email") return <ActivityForm name={name} {...props} />;
  const { kind, record, onSaved } = props;
  return (
    <Suspense fallback={<Skeleton shape="block" />}>
      <MailForm kind={kind} record={record} {...(onSaved ? { onSaved } : {})} />
    </Suspense>
  );
}

type ActivityFormProps = Omit<EntryFormProps, "name"> & { readonly name: FormEntryName };

function ActivityForm({ name, texts, kind, record, autoFocus = false, isBelowTab = false, onSaved }: ActivityFormProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({}, t, { key: entryDraftKey(useScope(), kind, record, name) });
  const [isChecked, setChecked] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  // Most calls need no words of their own: their outcome says what happened.
  const usualText = name === "call" ? t("Call with {name}", { name: formatTitle(kind, record) }) : "";
  const entry = completeText(form.values, usualText);
  const missing = listMissing(name, entry);
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
    const values = { follow_up_subject: t("Follow-up: {subject}", { subject: String(entry.text ?? "") }), ...entry };
    const request = buildEntryRequest(name, values, kind, record);
    const created = await form.submit(() => crm.request("POST", request.path, { body: request.body }).then(() => true));
    if (!created) return;
    form.discard();
    await invalidate({ kind: request.kind });
    onSaved?.();
  };
  const isMentioning = name === "comment";
  const isLong = name === "note";
  const TextInput = isLong ? TextArea : TextField;
  return (
    <form
      ref={formRef}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      // Before the buttons of the form, which take Enter as a press.
      onKeyDownCapture={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        void save();
      }}
      className="flex flex-col gap-3"
    >
      <FormSummary form={form} shownFields={[]} labelFor={() => texts.label} />
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
          {...(usualText === "" ? {} : { placeholder: usualText })}
          value={read("text")}
          onChange={(value) => form.set("text", value)}
        />
      )}
      {name === "task" ? <TaskFields form={form} /> : null}
      <Suspense fallback={<Skeleton shape="block" />}>
        {name === "call" ? <CallFields form={form} subject={String(entry.text ?? "")} /> : null}
        {name === "meeting" ? (
          <MeetingFields
            form={form}
            startError={findError("start_datetime")}
            canInvite={findInvitee(kind, record) !== undefined}
          />
        ) : null}
      </Suspense>
      {/* A phone shows the button of a long form at once. */}
      <span className="sticky -bottom-px z-1 bg-raised py-1 tablet:static tablet:py-0">
        <Button type="submit" isSmall isPending={form.isSaving}>
          {texts.button}
        </Button>
      </span>
      <LeaveGuard form={form} />
    </form>
  );
}

function TaskFields({ form }: { readonly form: FormState }) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const due = (form.values.due_date as string | undefined) ?? null;
  const setDue = (day: string | null): void => form.set("due_date", day ?? undefined);
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-x-4 gap-y-3">
      <QuickDayChoice
        label={t("Due")}
        names={["today", "tomorrow", "next_monday", "in_a_week"]}
        value={due}
        onChange={setDue}
        timeZone={timeZone}
      />
      <DateField label={t("Due")} isLabelHidden value={due} onChange={setDue} />
    </div>
  );
}
