import type { ReactNode } from "react";
import { crm } from "../../api/client.ts";
import { usePresence } from "../../api/presence.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../../api/records.ts";
import { formatTitle, type Kind, type KindSummary, listPath, recordPath, useKind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { listLabels } from "../../api/value-text.ts";
import { listDefaults } from "../../input/fields/editable-field.ts";
import { ConflictPanel } from "../../input/form/conflict-panel.tsx";
import { draftKey } from "../../input/form/draft-store.ts";
import { buildBody, type FormState, listSecretFields, useFormState } from "../../input/form/form-state.ts";
import { LeaveGuard } from "../../input/form/leave-guard.tsx";
import { RecordForm } from "../../input/form/record-form.tsx";
import type { FieldConflict } from "../../input/form/save-changes.ts";
import { useRecordSave } from "../../input/form/use-record-save.ts";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { RecordError } from "../record/record-error.tsx";

/** All fields of a new record, or of one that exists. */
export function FormPage({ summary, id }: { readonly summary: KindSummary; readonly id?: string }) {
  const { data: kind } = useKind(summary.kind);
  const needed = id === undefined ? ["create"] : ["update", "replace"];
  if (!summary.operations.some((operation) => needed.includes(operation))) return <MissingRight summary={summary} id={id} />;
  if (!kind) return <Skeleton shape="block" />;
  return id === undefined ? <NewRecordForm kind={kind} /> : <StoredRecord kind={kind} id={id} />;
}

/** In place of a form without fields: the address is that of a form, which the user may not use. */
function MissingRight({ summary, id }: { readonly summary: KindSummary; readonly id: string | undefined }) {
  const t = useText();
  const kinds = toPluralNoun(summary.labels);
  return (
    <EmptyState
      isPage
      kind="forbidden"
      title={id === undefined ? t("You may not create {kinds}", { kinds }) : t("You may not change {kinds}", { kinds })}
      action={
        <Link variant="action" href={listPath(summary)}>
          {t("Back to {kinds}", { kinds })}
        </Link>
      }
    >
      {t("Ask an administrator for the right.")}
    </EmptyState>
  );
}

function NewRecordForm({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const form = useDraftedForm(kind, "create all", listDefaults(kind.fields));
  const save = async (): Promise<ConsoleRecord | undefined> => {
    const body = buildBody(form.changes);
    return form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((created) => created));
  };
  const title = nameCreation(kind, t);
  return <FormFrame kind={kind} form={form} title={title} backPath={listPath(kind)} mode="create" save={save} />;
}

function StoredRecord({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { data, error, refetch } = useRecord(kind, id);
  usePresence(id, true);
  if (data) return <StoredRecordForm key={data.id} kind={kind} record={data} />;
  if (!error) return <Skeleton shape="block" />;
  return <RecordError summary={kind} query={{ error, refetch }} />;
}

function StoredRecordForm({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const custom = Object.entries((record.custom_fields as Record<string, unknown> | undefined) ?? {});
  const initial = { ...record, ...Object.fromEntries(custom.map(([name, value]) => [`custom_fields.${name}`, value])) };
  const form = useDraftedForm(kind, record.id, initial);
  const { save, stored, conflicts, resolve } = useRecordSave(kind, record, form);
  const takeTheirs = (conflict: FieldConflict): void => {
    form.set(conflict.name, conflict.theirs);
    resolve(conflict);
  };
  const labels = Object.fromEntries(
    kind.fields.flatMap((field) => {
      const [label] = listLabels(stored ?? record, field);
      return label?.id === undefined ? [] : [[field.name, { id: label.id, label: label.name }]];
    }),
  );
  return (
    <FormFrame
      kind={kind}
      form={form}
      title={formatTitle(kind, record)}
      backPath={recordPath(kind, record.id)}
      mode="edit"
      labels={labels}
      save={() => (conflicts.length > 0 ? Promise.resolve(undefined) : save())}
    >
      {stored && conflicts.length > 0 ? (
        <ConflictPanel kind={kind} stored={stored} conflicts={conflicts} onKeepMine={resolve} onTakeTheirs={takeTheirs} />
      ) : null}
    </FormFrame>
  );
}

function useDraftedForm(kind: Kind, name: string, initial: Readonly<Record<string, unknown>>): FormState {
  const t = useText();
  const key = draftKey(useScope(), `${kind.kind} ${name}`);
  return useFormState(initial, t, { key, secretFields: listSecretFields(kind.fields) });
}

interface FormFrameProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly title: string;
  readonly backPath: string;
  readonly mode: "create" | "edit";
  readonly labels?: Parameters<typeof RecordForm>[0]["labels"];
  readonly save: () => Promise<ConsoleRecord | undefined>;
  readonly children?: ReactNode;
}

function FormFrame({ kind, form, title, backPath, mode, labels, save, children }: FormFrameProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const submit = async (): Promise<void> => {
    const saved = await save();
    if (!saved) return;
    form.complete();
    await invalidate(kind, saved.id);
    showToast({ text: t("{name} was saved", { name: formatTitle(kind, saved) }) });
    // The way back leads past the form, which is done.
    await navigate({ to: recordPath(kind, saved.id), replace: true, ignoreBlocker: true });
  };
  return (
    <div className="relative min-h-0 flex-1 overflow-auto">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!form.isSaving) void submit();
        }}
        className="mx-auto flex w-full max-w-form flex-col gap-6 px-4 py-4 tablet:px-6"
      >
        <h1 dir="auto" className="text-title font-semibold wrap-anywhere">
          {title}
        </h1>
        {children}
        <RecordForm kind={kind} form={form} mode={mode} {...(labels ? { labels } : {})} />
        <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-border bg-bg py-3">
          <Button onPress={() => void navigate({ to: backPath })}>{t("Cancel")}</Button>
          <Button type="submit" variant="primary" isPending={form.isSaving}>
            {form.isSaving ? t("Saving…") : t("Save")}
          </Button>
        </footer>
      </form>
      <LeaveGuard form={form} />
    </div>
  );
}
