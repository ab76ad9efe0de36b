import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import type { Action, Field, Kind } from "../data/schema.ts";
import { hasInput } from "../fields/editable-field.ts";
import { ActionFields } from "../form/action-fields.tsx";
import { FormLayer } from "../form/form-layer.tsx";
import { buildBody, listDefaults, useFormState } from "../form/form-state.ts";
import { FormSummary } from "../form/form-summary.tsx";
import { useText } from "../i18n/use-text.ts";
import { showToast } from "../kit/toast.tsx";

export interface ActionDialogProps {
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
  const fields =
    question?.fields ?? (action.fields as unknown as Field[]).filter((field) => hasInput(field) && !(field.name in preset));
  const form = useFormState(listDefaults(fields), t);
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
  return (
    <FormLayer
      layer="dialog"
      title={action.label}
      form={form}
      submit={{ label: action.label, isDanger: action.danger, run }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary
          form={form}
          shownFields={fields.map(({ name }) => name)}
          labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
        />
        {(question?.reason ?? action.help) === undefined ? null : (
          <p className="text-control text-text-muted">{question?.reason ?? action.help}</p>
        )}
        <ActionFields fields={fields} form={form} areRequired={question !== undefined} />
      </div>
    </FormLayer>
  );
}
