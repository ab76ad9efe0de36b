import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { usePresence } from "../data/presence.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../data/records.ts";
import { formatTitle, type Kind, type KindSummary, listPath, recordPath, useKind } from "../data/schema.ts";
import { listLabels } from "../fields/value-text.ts";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { showToast } from "../kit/toast.tsx";
import { buildBody, useFormState } from "./form-state.ts";
import { RecordForm } from "./record-form.tsx";

/** All fields of a new record, or of one that exists. */
export function FormPage({ summary, id }: { readonly summary: KindSummary; readonly id?: string }) {
  const { data: kind } = useKind(summary.kind);
  if (!kind) return <Skeleton shape="block" />;
  return id === undefined ? <RecordFields kind={kind} record={undefined} /> : <StoredRecord kind={kind} id={id} />;
}

function StoredRecord({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { data } = useRecord(kind, id);
  usePresence(id, true);
  return data ? <RecordFields key={data.id} kind={kind} record={data} /> : <Skeleton shape="block" />;
}

function RecordFields({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const custom = Object.fromEntries(
    Object.entries((record?.custom_fields as Record<string, unknown> | undefined) ?? {}).map(([name, value]) => [
      `custom_fields.${name}`,
      value,
    ]),
  );
  const form = useFormState({ ...record, ...custom }, t);
  // The record is read again when others change it, but the form shows what it began with.
  const [version] = useState(Number(record?.version));
  useBlocker({
    shouldBlockFn: () => form.isChanged && !form.isSaving && !confirm(t("Leave this form? Your changes are not saved.")),
    enableBeforeUnload: form.isChanged,
  });
  const labels = Object.fromEntries(
    kind.fields.flatMap((field) => {
      const [label] = record === undefined ? [] : listLabels(record, field);
      return label?.id === undefined ? [] : [[field.name, { id: label.id, label: label.name }]];
    }),
  );
  const save = async (): Promise<void> => {
    const saved = await form.submit(async () => {
      const body = buildBody(form.changes);
      return record === undefined
        ? crm.request<ConsoleRecord>("POST", kind.path, { body }).then((created) => created)
        : crm.request<ConsoleRecord>("PATCH", `${kind.path}/${record.id}`, { body, ifMatch: version }).then((changed) => changed);
    });
    if (!saved) return;
    form.reset({});
    await invalidate(kind, saved.id);
    showToast({ text: t("{name} was saved", { name: formatTitle(kind, saved) }) });
    await navigate({ to: recordPath(kind, saved.id) as never, ignoreBlocker: true });
  };
  const title = record === undefined ? t("New {kind}", { kind: toNoun(kind.label) }) : formatTitle(kind, record);
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        className="mx-auto flex w-full max-w-form flex-col gap-6 px-4 py-4 tablet:px-6"
      >
        <h1 dir="auto" className="text-title font-semibold wrap-anywhere">
          {title}
        </h1>
        <RecordForm kind={kind} form={form} mode={record === undefined ? "create" : "edit"} labels={labels} />
        <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-border bg-bg py-3">
          <Button
            onPress={() => void navigate({ to: (record === undefined ? listPath(kind) : recordPath(kind, record.id)) as never })}
          >
            {t("Cancel")}
          </Button>
          <Button type="submit" variant="primary" isPending={form.isSaving}>
            {form.isSaving ? t("Saving…") : t("Save")}
          </Button>
        </footer>
      </form>
    </div>
  );
}
