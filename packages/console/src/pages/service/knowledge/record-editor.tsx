import type { ReactNode } from "react";
import { crm } from "../../../api/client.ts";
import { usePresence } from "../../../api/presence.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../../../api/records.ts";
import { type Kind, useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { ConflictPanel } from "../../../input/form/conflict-panel.tsx";
import { draftKey } from "../../../input/form/draft-store.ts";
import { type FormState, useFormState } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useRecordSave } from "../../../input/form/use-record-save.ts";
import { RecordError } from "../../../records/record/record-error.tsx";
import { hasFailed } from "../../../records/record/record-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

/** What a page with a form of its own gets: the form, the record if there is one, and what saves. */
export interface Editor {
  readonly kind: Kind;
  readonly form: FormState;
  readonly record: ConsoleRecord | undefined;
  /** Saves and returns the record; undefined if the API refuses, or if another user changed the same fields. */
  readonly save: () => Promise<ConsoleRecord | undefined>;
  /** What the form cannot say at a field: conflicts, and refusals of the whole. */
  readonly notices: ReactNode;
}

interface RecordEditorProps {
  readonly kindName: string;
  /** Undefined: a new record. */
  readonly id: string | undefined;
  readonly defaults: FormState["values"];
  /** The fields of a stored record that the form changes. */
  readonly readFields: (record: ConsoleRecord) => FormState["values"];
  /** The fields with an error beside their input. Other errors stand above the form. */
  readonly hasInput: (path: string) => boolean;
  readonly children: (editor: Editor) => ReactNode;
}

interface EditorFooterProps {
  readonly editor: Editor;
  /** Where the user goes after saving, and to leave. */
  readonly listPath: string;
}

/** The foot of the form: leaves, or saves and leaves. */
export function EditorFooter({ editor: { form, save }, listPath }: EditorFooterProps) {
  const t = useText();
  const navigate = useNavigate();
  const submit = async (): Promise<void> => {
    const saved = await save();
    if (!saved) return;
    showToast({ text: t("{name} was saved", { name: String(saved.name) }) });
    await navigate({ to: listPath, replace: true, ignoreBlocker: true });
  };
  return (
    <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-border bg-bg py-3">
      <Button onPress={() => void navigate({ to: listPath })}>{t("Cancel")}</Button>
      <Button variant="primary" isPending={form.isSaving} onPress={() => void submit()}>
        {form.isSaving ? t("Saving…") : t("Save")}
      </Button>
    </footer>
  );
}

/** A record in a form of its own, with the rules of all forms: a draft over a reload, the version that the user saw, conflicts by field. */
export function RecordEditor({ kindName, id, ...props }: RecordEditorProps) {
  const t = useText();
  const kind = useKind(kindName);
  const record = useRecord(id === undefined ? undefined : kind.data, id ?? "");
  usePresence(id ?? "", id !== undefined);
  if (kind.data && hasFailed(record)) return <RecordError summary={kind.data} query={record} />;
  if (kind.error) return <LoadError query={kind} text={t("The record could not be loaded")} />;
  if (!kind.data) return <Skeleton shape="block" />;
  if (id === undefined) return <NewRecord kind={kind.data} {...props} />;
  // Each version begins a form of its own. Changes that are not saved come from the draft, with the version that the user saw.
  return record.data ? (
    <StoredRecord key={`${id} ${String(record.data.version)}`} kind={kind.data} record={record.data} {...props} />
  ) : (
    <Skeleton shape="block" />
  );
}

type PartProps = Omit<RecordEditorProps, "kindName" | "id"> & { readonly kind: Kind };

function NewRecord({ kind, defaults, hasInput, children }: PartProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState(defaults, t, { key: draftKey(useScope(), `${kind.kind} own`) });
  const save = async (): Promise<ConsoleRecord | undefined> => {
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body: dropEmpty(form.values) }));
    if (!created) return undefined;
    form.discard();
    await invalidate(kind, created.id);
    return created;
  };
  return (
    <>
      <LeaveGuard form={form} />
      {children({ kind, form, record: undefined, save, notices: <FormNotices form={form} hasInput={hasInput} /> })}
    </>
  );
}

function StoredRecord({ kind, record, readFields, hasInput, children }: PartProps & { readonly record: ConsoleRecord }) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState(readFields(record), t, { key: draftKey(useScope(), `${kind.kind} own ${record.id}`) });
  const { save: saveRecord, stored, conflicts, resolve } = useRecordSave(kind, record, form);
  const save = async (): Promise<ConsoleRecord | undefined> => {
    if (conflicts.length > 0) return undefined;
    const saved = await saveRecord();
    if (!saved) return undefined;
    form.discard();
    await invalidate(kind, saved.id);
    return saved;
  };
  return (
    <>
      <LeaveGuard form={form} />
      {children({
        kind,
        form,
        record,
        save,
        notices: (
          <>
            {stored && conflicts.length > 0 ? (
              <ConflictPanel
                kind={kind}
                stored={stored}
                conflicts={conflicts}
                onKeepMine={resolve}
                onTakeTheirs={(conflict) => {
                  form.set(conflict.name, conflict.theirs);
                  resolve(conflict);
                }}
              />
            ) : null}
            <FormNotices form={form} hasInput={hasInput} />
          </>
        ),
      })}
    </>
  );
}

const dropEmpty = (values: FormState["values"]): FormState["values"] =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ""));

function FormNotices({ form, hasInput }: { readonly form: FormState; readonly hasInput: (path: string) => boolean }) {
  const hidden = Object.entries(form.errors.fields).flatMap(([path, message]) => (hasInput(path) ? [] : [message]));
  const [first, ...rest] = [form.errors.form, ...hidden].filter((text) => text !== undefined);
  return first === undefined ? null : (
    <Banner kind="danger" title={first}>
      {rest.join(" ")}
    </Banner>
  );
}
