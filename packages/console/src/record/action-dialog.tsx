import { useId } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import type { Action, Field, Kind } from "../data/schema.ts";
import { hasInput } from "../fields/editable-field.ts";
import { FieldInput } from "../fields/field-input.tsx";
import { buildBody, useFormState } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { showToast } from "../kit/toast.tsx";

interface ActionDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  /** Values of the request that the user is not asked for. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** The inputs in place of those of the action, what they are for, and the input of the action that holds them. */
  readonly question?: { readonly fields: readonly Field[]; readonly container?: string; readonly reason?: string };
  /** Says that it is done, in place of a message. */
  readonly onDone?: (record: ConsoleRecord) => void;
  readonly onClose: () => void;
}

/** Runs an action of a record, with the fields of its request. */
export function ActionDialog({ kind, record, action, preset = {}, question, onDone, onClose }: ActionDialogProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const formId = useId();
  const fields =
    question?.fields ?? (action.fields as unknown as Field[]).filter((field) => hasInput(field) && !(field.name in preset));
  const form = useFormState(
    Object.fromEntries(fields.flatMap((field) => (field.default === undefined ? [] : [[field.name, field.default]]))),
    t,
  );
  const run = async (): Promise<void> => {
    const path = action.path.replace(/\{\w+\}/, record.id);
    const changes = question?.container === undefined ? form.changes : { [question.container]: buildBody(form.changes) };
    const body = buildBody({ ...preset, ...changes });
    const changed = await form.submit(() =>
      crm
        .request<ConsoleRecord | null>(action.method, path, action.method === "DELETE" ? {} : { body })
        .then((answer) => ({ answer })),
    );
    if (!changed) return;
    if (onDone) onDone(changed.answer ?? record);
    else {
      await invalidate(kind, record.id);
      showToast({ text: t("Done: {action}", { action: action.label }) });
    }
    onClose();
  };
  const unplaced = [
    form.errors.form,
    ...Object.entries(form.errors.fields)
      .filter(([name]) => !fields.some((field) => field.name === name))
      .map(([name, text]) => `${name}: ${text}`),
  ].filter(Boolean);
  return (
    <Dialog
      title={action.label}
      isOpen
      onOpenChange={onClose}
      isDismissable={!form.isChanged}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant={action.danger ? "danger" : "primary"} type="submit" form={formId} isPending={form.isSaving}>
            {action.label}
          </Button>
        </>
      )}
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
        className="flex flex-col gap-4"
      >
        {unplaced.length > 0 ? <Banner kind="danger" title={unplaced[0] ?? ""} /> : null}
        {(question?.reason ?? action.help) === undefined ? null : (
          <p className="text-control text-text-muted">{question?.reason ?? action.help}</p>
        )}
        {fields.map((field, index) => (
          <FieldInput
            key={field.name}
            field={field}
            value={form.values[field.name]}
            values={form.values}
            onChange={(value) => form.set(field.name, value)}
            error={form.errors.fields[field.name]}
            note={field.required || question !== undefined ? "required" : undefined}
            autoFocus={index === 0}
          />
        ))}
      </form>
    </Dialog>
  );
}
