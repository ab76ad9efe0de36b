import { useNavigate } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { fillPath, fillTemplate } from "../data/record-template.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { type Action, type Field, type Kind, recordPath, useKindIndex } from "../data/schema.ts";
import { listDefaults } from "../fields/editable-field.ts";
import { readHelp } from "../fields/field-input.tsx";
import { hasFormInput } from "../fields/part-rules.ts";
import type { LabelledRecord } from "../fields/value-text.ts";
import { ActionFields } from "../form/action-fields.tsx";
import { FormLayer } from "../form/form-layer.tsx";
import { buildBody, useFormState } from "../form/form-state.ts";
import { FormSummary } from "../form/form-summary.tsx";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { showToast } from "../kit/toast.tsx";
import { readVerb, shortLabel } from "./action-label.ts";
import { findCreated } from "./action-results.ts";

export interface ActionDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  /** Values of the request that the user is not asked for. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Values with which inputs begin. The user can change them. */
  readonly suggested?: Readonly<Record<string, string>>;
  /** The inputs in place of those of the action, what they are for, and the input of the action that holds them. */
  readonly question?: { readonly fields: readonly Field[]; readonly container?: string; readonly reason?: string };
  /** The part of the record that the action is about. A change begins with its values. */
  readonly part?: { readonly name: string; readonly values: LabelledRecord };
  /** Says that it is done, in place of a message. */
  readonly onDone?: (record: ConsoleRecord) => void;
  readonly onClose: () => void;
}

/**
 * Lists the inputs of an action: first those that are required, and those with a suggestion. The currency is that of the record.
 */
function listInputs(action: Action, record: ConsoleRecord, preset: Readonly<Record<string, unknown>>): readonly Field[] {
  const fields = action.fields as unknown as Field[];
  const currencies = fields.flatMap(({ currency_field }) =>
    currency_field !== undefined && typeof record[currency_field] === "string" ? [currency_field] : [],
  );
  const asked = fields.filter((field) => hasFormInput(field) && !(field.name in preset) && !currencies.includes(field.name));
  const isFirst = ({ required, name }: Field): boolean => required || name in (action.preset ?? {});
  return [...asked.filter(isFirst), ...asked.filter((field) => !isFirst(field))];
}

/** Returns the values of required inputs that allow only one. */
const readOnlyChoices = (fields: readonly Field[]): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap(({ name, required, choices = [] }) => {
      const [first, ...others] = choices;
      return required && first && others.length === 0 ? [[name, first.code]] : [];
    }),
  );

/** Returns the values that inputs have. */
const readInputs = (fields: readonly Field[], values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(fields.flatMap(({ name }) => (name in values ? [[name, values[name]]] : [])));

/** More inputs are shown on demand. */
const MAX_INPUTS = 7;

/** Lists the inputs that an action shows at first: those that are required or have a message, and as many others as there is room for. */
const listFirstInputs = (fields: readonly Field[], errors: Readonly<Record<string, string>>): readonly Field[] =>
  fields.filter(({ name, required }, index) => required || index < MAX_INPUTS || name in errors);

/** Runs an action of a record, with the fields of its request. */
export function ActionDialog({
  kind,
  record,
  action,
  preset = {},
  suggested,
  question,
  part,
  onDone,
  onClose,
}: ActionDialogProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const navigate = useNavigate();
  const { data: kinds = [] } = useKindIndex();
  const [showsAll, setShowsAll] = useState(false);
  const isPartChange = part !== undefined && (action.method === "PATCH" || action.method === "PUT");
  const label = part ? (isPartChange ? t("Save") : readVerb(action.label)) : shortLabel(action, kind);
  const fields = question?.fields ?? listInputs(action, record, preset);
  // What the API says about changes is about requests.
  const help = isPartChange ? undefined : readHelp({ custom: false, help: action.help });
  const suggestions = { ...readOnlyChoices(fields), ...fillTemplate(action.preset ?? {}, record), ...suggested };
  const current = isPartChange ? readInputs(fields, part.values) : {};
  const form = useFormState({ ...listDefaults(fields), ...suggestions, ...current }, t);
  const shownFields = showsAll ? fields : listFirstInputs(fields, form.errors.fields);
  const run = async (): Promise<void> => {
    if (isPartChange && !form.isChanged) return onClose();
    const path = fillPath(action.path, record);
    const requiredFields = fields.filter(({ required }) => required || action.method === "PUT");
    const changes =
      question?.container === undefined
        ? { ...suggestions, ...readInputs(requiredFields, current), ...form.changes }
        : { [question.container]: buildBody(form.changes) };
    const body = buildBody({ ...preset, ...changes });
    const changed = await form.submit(() =>
      crm
        .request<ConsoleRecord | null>(action.method, path, action.method === "DELETE" ? {} : { body })
        .then((answer) => ({ answer })),
    );
    if (!changed) return;
    if (onDone) onDone(changed.answer ?? record);
    else {
      const created = findCreated(action.name, record, changed.answer);
      const createdKind = kinds.find((candidate) => candidate.kind === created?.kind);
      // The lists beside the record may have a new entry.
      await Promise.all([invalidate(kind, record.id), ...kind.related.map((list) => invalidate(list))]);
      showToast({
        text: t("Done: {action}", { action: action.label }),
        ...(created && createdKind
          ? {
              next: {
                label: t("Open the {kind}", { kind: toNoun(createdKind.label) }),
                run: () => void navigate({ to: recordPath(createdKind, created.id) as never }),
              },
            }
          : {}),
      });
    }
    onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={part ? t("{entry}: {name}", { entry: action.label, name: part.name }) : label}
      form={form}
      submit={{ label, isDanger: action.danger, run }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary
          form={form}
          shownFields={shownFields.map(({ name }) => name)}
          labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
        />
        {(question?.reason ?? help) === undefined ? null : (
          <p className="text-control text-text-muted">{question?.reason ?? help}</p>
        )}
        <ActionFields fields={shownFields} form={form} record={part?.values ?? record} areRequired={question !== undefined} />
        {shownFields.length < fields.length ? (
          <span className="-my-2 -ms-2 tablet:my-0">
            <Button variant="quiet" isSmall icon={<ChevronDown />} onPress={() => setShowsAll(true)}>
              {t("Show all fields")}
            </Button>
          </span>
        ) : null}
      </div>
    </FormLayer>
  );
}
