import { useEffect, useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { editPath, type Kind, recordPath } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { isEmptyValue, listLabels } from "../../../api/value-text.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { buildBody, type FormState, listSecretFields, useFormState } from "../../../input/form/form-state.ts";
import type { FieldConflict } from "../../../input/form/save-changes.ts";
import { useRecordSave } from "../../../input/form/use-record-save.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Option } from "../../../ui/kit/option-type.ts";
import { type EditedLine, type LineDocument, type StoredLine, toEdited, toLineInputs } from "./line-rules.ts";

/** The list inside a document that has an editor of its own: the lines of a quote, the sections of a proposal. */
export interface DocumentList {
  readonly name: string;
  readonly toEdited: (stored: readonly unknown[]) => readonly unknown[];
  readonly toInputs: (edited: readonly unknown[], stored: readonly unknown[]) => readonly unknown[];
  /** Whether a new document without entries takes those of the record that it is made from. */
  readonly isTakenOver?: boolean;
}

export const createLineList = (document: LineDocument): DocumentList => ({
  name: "line_items",
  toEdited: (stored) => (stored as readonly StoredLine[]).map(toEdited),
  toInputs: (edited, stored) => toLineInputs(edited as readonly EditedLine[], stored as readonly StoredLine[], document),
  isTakenOver: document === "order",
});

export type Labels = Readonly<Record<string, Option | null>>;

/** Returns the name of the record that a field refers to. */
export const toLabel = (record: ConsoleRecord, name: string): Option | null => {
  const [label] = listLabels(record, { name, type: "reference" });
  return label?.id === undefined ? null : { id: label.id, label: label.name };
};

/** What a new document takes over of another record, and the names of the records that it then refers to. */
export interface TakenValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly labels: Labels;
}

/** The record that a new document is made from. */
export interface DocumentSource {
  /** The field of the document that refers to it. */
  readonly name: string;
  readonly id: string;
}

/**
 * Takes over what another record says: at once of the one in the address, and later of those that the user chooses. What the form has already stays.
 */
export function useTakenValues(
  form: FormState,
  inAddress: DocumentSource | undefined,
  readSource: (source: DocumentSource) => Promise<TakenValues>,
): { readonly labels: Labels; readonly take: (source: DocumentSource) => Promise<void> } {
  const [labels, setLabels] = useState<Labels>({});
  const take = async (source: DocumentSource): Promise<void> => {
    const taken = await readSource(source);
    setLabels((before) => ({ ...before, ...taken.labels }));
    for (const [name, value] of Object.entries(taken.values)) if (isEmptyValue(form.values[name]) && value) form.set(name, value);
  };
  // The address does not change while the form is open.
  const first = useRef(inAddress);
  useEffect(() => {
    const source = first.current;
    first.current = undefined;
    if (source !== undefined) void take(source);
  });
  return { labels, take };
}

interface DocumentForm {
  readonly form: FormState;
  readonly save: (staysOpen: boolean) => Promise<void>;
}

/** The form of a new document. `about` names what it is created for, so that each has a draft of its own. */
export function useNewDocument(
  kind: Kind,
  list: DocumentList,
  preset: Readonly<Record<string, unknown>>,
  about: string,
): DocumentForm {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const key = draftKey(useScope(), `create all ${kind.kind} ${about}`);
  const form = useFormState({ [list.name]: [], ...preset }, t, { key, secretFields: listSecretFields(kind.fields) });
  const save = async (staysOpen: boolean): Promise<void> => {
    const { [list.name]: edited, ...values } = form.values;
    const items = list.toInputs(edited as readonly unknown[], []);
    const body = { ...buildBody(values), ...(list.isTakenOver && items.length === 0 ? {} : { [list.name]: items }) };
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.discard();
    await invalidate(kind, created.id);
    await navigate({
      to: staysOpen ? editPath(kind, created.id) : recordPath(kind, created.id),
      search: staysOpen ? { preview: "open" } : {},
      replace: true,
      ignoreBlocker: true,
    });
  };
  return { form, save };
}

interface StoredDocumentForm extends DocumentForm {
  readonly labels: Labels;
  /** The record as it is stored now, if someone else changed the same fields. */
  readonly theirs: ConsoleRecord | undefined;
  readonly conflicts: readonly FieldConflict[];
  readonly keepMine: (conflict: FieldConflict) => void;
  readonly takeTheirs: (conflict: FieldConflict) => void;
}

/** The form of a stored document. It is saved on the version that the user saw. */
export function useStoredDocument(
  kind: Kind,
  record: ConsoleRecord,
  list: DocumentList,
  onSaved: () => void,
): StoredDocumentForm {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const stored = (record[list.name] ?? []) as readonly unknown[];
  const custom = Object.entries((record.custom_fields as Record<string, unknown> | undefined) ?? {});
  const initial = {
    ...record,
    ...Object.fromEntries(custom.map(([name, value]) => [`custom_fields.${name}`, value])),
    [list.name]: list.toEdited(stored),
  };
  const key = draftKey(useScope(), `${kind.kind} ${record.id}`);
  const form = useFormState(initial, t, { key, secretFields: listSecretFields(kind.fields) });
  const { save: saveRecord, stored: theirs, conflicts, resolve } = useRecordSave(kind, record, form);
  const save = async (staysOpen: boolean): Promise<void> => {
    if (conflicts.length > 0) return;
    const { [list.name]: edited, ...changes } = form.changes;
    const items = edited === undefined ? {} : { [list.name]: list.toInputs(edited as readonly unknown[], stored) };
    const saved = await saveRecord({ ...changes, ...items });
    if (!saved) return;
    form.discard();
    await invalidate(kind, saved.id);
    if (staysOpen) onSaved();
    else await navigate({ to: recordPath(kind, saved.id), replace: true, ignoreBlocker: true });
  };
  const labels = Object.fromEntries(
    kind.fields.flatMap(({ name, type }) => (type === "reference" ? [[name, toLabel(theirs ?? record, name)]] : [])),
  );
  return {
    form,
    save,
    labels,
    theirs,
    conflicts,
    keepMine: resolve,
    takeTheirs: (conflict) => {
      const { name, theirs: value } = conflict;
      form.set(name, name === list.name ? list.toEdited(value as readonly unknown[]) : value);
      resolve(conflict);
    },
  };
}
