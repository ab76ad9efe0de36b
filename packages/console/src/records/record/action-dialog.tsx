import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type ActionField, listActionFields } from "../../api/action-fields.ts";
import { menuLabel, readVerb, shortLabel } from "../../api/action-label.ts";
import { requestAction } from "../../api/action-request.ts";
import { crm } from "../../api/client.ts";
import { fillPath, fillTemplate } from "../../api/record-template.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { type Action, type Field, formatTitle, type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { isEmptyValue, type LabelledRecord } from "../../api/value-text.ts";
import { listDefaults } from "../../input/fields/editable-field.ts";
import { ActionFields } from "../../input/form/action-fields.tsx";
import { findLabel } from "../../input/form/fault-text.ts";
import { FormLayer } from "../../input/form/form-layer.tsx";
import { buildBody, type FormState, useFormState, withLabels } from "../../input/form/form-state.ts";
import { FormSummary } from "../../input/form/form-summary.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { toNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { isRequiredInput, listInputs, listItemLists, omitHiddenInputs, orderInputs } from "./action-inputs.ts";
import { findCreated } from "./action-results.ts";
import { AnswerDialog } from "./answer-dialog.tsx";
import { describeResult } from "./done-text.ts";
import { FigureRows } from "./figure-rows.tsx";
import { readShortList } from "./short-list.ts";

/** Says what an action has done: in a message, or above `content` in a dialog. */
interface ActionOutcome {
  readonly text: string;
  readonly content?: ReactNode;
}

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
  /** Says above the inputs what the action will do with their values. */
  readonly summary?: (form: FormState) => ReactNode;
  /** Says what was done with these inputs, in place of the words of the action. */
  readonly describeDone?: (inputs: Readonly<Record<string, unknown>>, answer: LabelledRecord | null) => Promise<ActionOutcome>;
  /** Says that it is done, in place of a message. */
  readonly onDone?: (record: ConsoleRecord) => void;
  readonly onClose: () => void;
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
const listFirstInputs = (
  fields: readonly ActionField[],
  values: Readonly<Record<string, unknown>>,
  errors: Readonly<Record<string, string>>,
): readonly ActionField[] =>
  fields.filter((field, index) => index < MAX_INPUTS || field.name in errors || isRequiredInput(fields, field, values));

const MAX_ITEMS = 100;

/** Reads the lists beside the record whose entries the inputs name. */
function useItemLists(kind: Kind, record: ConsoleRecord, names: readonly string[]): Readonly<Record<string, unknown>> {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "items", kind.kind, record.id, names],
    queryFn: async () => {
      const lists = names.map(async (name) => {
        const path = kind.tabs.find((tab) => tab.name === name)?.path;
        return [
          name,
          path === undefined ? [] : (await readShortList(fillPath(path, record), { limit: MAX_ITEMS })).rows,
        ] as const;
      });
      return Object.fromEntries(await Promise.all(lists));
    },
    enabled: names.length > 0,
  });
  return data ?? {};
}

/** What the action will do, as a request says that changes nothing. */
function PreviewPart({ preview, record }: { readonly preview: NonNullable<Action["preview"]>; readonly record: ConsoleRecord }) {
  const scope = useScope();
  const path = fillPath(preview.path, record);
  const { data } = useQuery({
    queryKey: [...scope, "preview", path],
    queryFn: () => crm.request<LabelledRecord>(preview.method, path, preview.method === "POST" ? { body: {} } : {}),
    retry: false,
  });
  return data ? (
    <ul className="flex flex-col gap-2">
      <FigureRows figures={data} fields={preview.fields as Field[]} />
    </ul>
  ) : null;
}

/** Runs an action of a record, with the fields of its request. */
export function ActionDialog({
  kind,
  record,
  action,
  preset = {},
  suggested,
  question,
  part,
  summary,
  describeDone,
  onDone,
  onClose,
}: ActionDialogProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const navigate = useNavigate();
  const { data: kinds = [] } = useKindIndex();
  const [showsAll, setShowsAll] = useState(false);
  const [result, setResult] = useState<{ readonly text: string; readonly answer: LabelledRecord }>();
  const [outcome, setOutcome] = useState<ActionOutcome>();
  const isPartChange = part !== undefined && (action.method === "PATCH" || action.method === "PUT");
  const label = part ? (isPartChange ? t("Save") : readVerb(menuLabel(action, kind))) : shortLabel(action, kind);
  const known: readonly ActionField[] = question?.fields ?? listInputs(action, record, preset);
  const suggestions = { ...readOnlyChoices(known), ...fillTemplate(action.preset ?? {}, record), ...suggested };
  const current = isPartChange ? readInputs(known, part.values) : {};
  const subject = [kind.kind, record.id, action.name, JSON.stringify([preset, part?.name, current])].join(" ");
  const draft = useDraft(`action ${subject}`, known as readonly Field[]);
  const state = useFormState({ ...listDefaults(known), ...suggestions, ...current }, t, draft);
  const form = withLabels(state, [...listActionFields(action), ...kind.fields]);
  const start = { ...record, ...part?.values };
  const values = { ...start, ...form.values };
  const fields = orderInputs(known, start, values, suggestions);
  const shownFields = showsAll ? fields : listFirstInputs(fields, values, form.errors.fields);
  const items = useItemLists(kind, record, listItemLists(fields, record));
  const run = async (): Promise<void> => {
    if (isPartChange && !form.isChanged) return onClose();
    const requiredFields = fields.filter(({ required }) => required || action.method === "PUT");
    const changes =
      question?.container === undefined
        ? omitHiddenInputs({ ...suggestions, ...readInputs(requiredFields, current), ...form.changes }, known, fields)
        : { [question.container]: buildBody(form.changes) };
    const body = buildBody({ ...preset, ...changes });
    const changed = await form.submit(() =>
      requestAction<ConsoleRecord | null>(action, record, body).then((answer) => ({ answer })),
    );
    if (!changed) return;
    const described = await describeDone?.(form.values, changed.answer);
    if (onDone) {
      onDone(changed.answer ?? record);
      if (described && !described.content) showToast({ text: described.text });
    } else {
      const created = findCreated(kind.kind, action.name, record, changed.answer);
      const createdKind = kinds.find((candidate) => candidate.kind === created?.kind);
      // The lists beside the record may have a new entry.
      await Promise.all([invalidate(kind, record.id), ...kind.related.map((list) => invalidate(list))]);
      const names = { name: formatTitle(kind, record), before: record, after: changed.answer };
      const text = described?.text ?? describeResult(kind, action, names, t);
      const { answer } = changed;
      if (answer && action.answer?.some(({ name }) => !isEmptyValue(answer[name]))) {
        form.complete();
        return setResult({ text, answer });
      }
      if (!described?.content)
        showToast({
          text,
          ...(created && createdKind
            ? {
                next: {
                  label: t("Open the {kind}", { kind: toNoun(createdKind.label) }),
                  run: () => void navigate({ to: recordPath(createdKind, created.id) }),
                },
              }
            : {}),
        });
    }
    if (!described?.content) return onClose();
    form.complete();
    setOutcome(described);
  };
  if (outcome)
    return (
      <Dialog
        title={outcome.text}
        isOpen
        onOpenChange={onClose}
        actions={(close) => <Button onPress={close}>{t("Close")}</Button>}
      >
        {outcome.content}
      </Dialog>
    );
  if (result) return <AnswerDialog {...result} fields={(action.answer ?? []) as Field[]} onClose={onClose} />;
  return (
    <FormLayer
      layer="dialog"
      title={part ? t("{entry}: {name}", { entry: menuLabel(action, kind), name: part.name }) : label}
      form={form}
      submit={{ label, isDanger: action.danger, run }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary
          form={form}
          shownFields={shownFields.map(({ name }) => name)}
          labelFor={(name) => findLabel(name, [...listActionFields(action), ...kind.fields])}
        />
        {(question?.reason ?? action.help) === undefined ? null : (
          <p className="text-control text-text-muted">{question?.reason ?? action.help}</p>
        )}
        {action.preview ? <PreviewPart preview={action.preview} record={record} /> : null}
        {summary?.(form)}
        <ActionFields
          fields={shownFields}
          form={form}
          record={{ ...record, ...part?.values, ...items }}
          isRequired={(field) => question !== undefined || isRequiredInput(fields, field, values)}
        />
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
