import { useState } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { type Kind, useKindIndex } from "../data/schema.ts";
import { useFormState } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { DateField } from "../kit/date-field.tsx";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { TextArea } from "../kit/text-area.tsx";
import { TextField } from "../kit/text-field.tsx";

type Entry = "note" | "task" | "call";

/** Adds a note, a task or a call to a record, without leaving its page. */
export function Composer({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const [entry, setEntry] = useState<Entry>("note");
  const takes = (name: string): boolean =>
    kind.related.some((related) => related.kind === name && related.preset !== undefined) &&
    kinds.some((candidate) => candidate.kind === name && candidate.operations.includes("create"));
  const entries = [
    ...(takes("note") ? [{ id: "note", label: t("Note") }] : []),
    ...(takes("activity")
      ? [
          { id: "task", label: t("Task") },
          { id: "call", label: t("Call") },
        ]
      : []),
  ];
  const shown = entries.some(({ id }) => id === entry) ? entry : (entries[0]?.id as Entry | undefined);
  if (shown === undefined) return null;
  return (
    <div className="flex flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <SegmentedControl label={t("What to add")} segments={entries} value={shown} onChange={(id) => setEntry(id as Entry)} />
      <EntryForm key={shown} entry={shown} kind={kind} record={record} />
    </div>
  );
}

function EntryForm({ entry, kind, record }: { readonly entry: Entry; readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const invalidate = useInvalidation();
  const form = useFormState({}, t);
  const text = String(form.values.text ?? "");
  const save = async (): Promise<void> => {
    const owner = { related_to_type: kind.kind, related_to_id: record.id };
    const request =
      entry === "note"
        ? { path: "/api/v1/notes", body: { ...owner, content: text } }
        : {
            path: "/api/v1/activities",
            body: {
              ...owner,
              subject: text,
              activity_type_id: entry,
              ...(form.values.due_date ? { due_date: form.values.due_date } : {}),
              ...(entry === "call" ? { status: "COMPLETED" } : {}),
            },
          };
    const isDone = await form.submit(() => crm.request("POST", request.path, { body: request.body }).then(() => true));
    if (!isDone) return;
    form.reset({});
    await invalidate({ kind: entry === "note" ? "note" : "activity" });
  };
  const errors = Object.values(form.errors.fields);
  const labels: Readonly<Record<Entry, readonly [field: string, button: string]>> = {
    note: [t("Note"), t("Add note")],
    task: [t("What is to be done"), t("Plan task")],
    call: [t("What was the call about"), t("Log call")],
  };
  const [label, button] = labels[entry];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      className="flex flex-col gap-3"
    >
      {form.errors.form === undefined && errors.length === 0 ? null : (
        <Banner kind="danger" title={form.errors.form ?? errors[0] ?? ""} />
      )}
      {entry === "note" ? (
        <TextArea label={label} rows={2} value={text} onChange={(value) => form.set("text", value)} />
      ) : (
        <TextField label={label} value={text} onChange={(value) => form.set("text", value)} />
      )}
      {entry === "task" ? (
        <DateField
          label={t("Due")}
          value={(form.values.due_date as string | undefined) ?? null}
          onChange={(value) => form.set("due_date", value)}
        />
      ) : null}
      <span>
        <Button type="submit" isSmall isDisabled={text.trim() === ""} isPending={form.isSaving}>
          {button}
        </Button>
      </span>
    </form>
  );
}
