import { ApiError, ConnectionError } from "@crm/sdk/index.ts";
import { useCallback, useEffect, useState } from "react";
import type { Field } from "../../api/schema.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { focusUnreadField } from "../../ui/kit/unread-field.ts";
import type { FormValue } from "../fields/field-input.tsx";
import { buildDraftBase, readDraft, saveDraft } from "./draft-store.ts";
import { findFormMessage, findLabel, nameFields } from "./fault-text.ts";
import { isSame } from "./save-changes.ts";

/** The values of a form as the API has them, which of them the user changed, and what the server refused. */

type Values = Readonly<Record<string, FormValue>>;

interface FormErrors {
  /** The first message for each field. */
  readonly fields: Readonly<Record<string, string>>;
  /** What is wrong beside the fields. */
  readonly form?: string;
  /** `form` says all, so fields that are not shown add nothing: a conflict names their values, such as DRAFT. */
  readonly isComplete?: boolean;
  readonly requestId?: string;
}

const noErrors: FormErrors = { fields: {} };

export interface FormState {
  readonly values: Values;
  readonly changes: Values;
  readonly errors: FormErrors;
  readonly isSaving: boolean;
  readonly isChanged: boolean;
  /** Whether the changes come from a draft that the browser kept. */
  readonly isRestored: boolean;
  /** The version of the record, and the values of its changed fields, that the user saw when a restored draft began. */
  readonly restoredBase: Readonly<Record<string, unknown>> | undefined;
  readonly set: (name: string, value: FormValue) => void;
  readonly reset: (values: Values) => void;
  /** After saving: there is nothing to lose any more, and the values stay in view until the form closes. */
  readonly complete: () => void;
  /** Takes all changes back. */
  readonly discard: () => void;
  /** Shows what is wrong with fields, where the page has found it and not the server. */
  readonly refuse: (fields: FormErrors["fields"]) => void;
  /** Sends the form. Returns what the server answers, or undefined if it refuses. */
  readonly submit: <T>(send: () => Promise<T>) => Promise<T | undefined>;
}

/** Binds a text input to a field of a form. */
export const bindText = (form: FormState, name: string) => ({
  value: String(form.values[name] ?? ""),
  onChange: (value: string): void => form.set(name, value),
  error: form.errors.fields[name],
});

/** The fields that the browser must not keep. */
export const listSecretFields = (fields: readonly Field[]): ReadonlySet<string> =>
  new Set(fields.filter(({ format }) => format === "secret").map(({ name }) => name));

export interface DraftOptions {
  /** Names what the draft is of (draft-store.ts). */
  readonly key: string;
  /** Fields that the browser must not keep. */
  readonly secretFields?: ReadonlySet<string>;
}

/**
 * Why a form keeps no draft: it has secrets, its user is not signed in yet, it shows how another form looks, or nothing is typed into it.
 */
type NoDraft = "secrets" | "visitor" | "sample" | "no input";

/** Whether an error is about a field, or about a part of it. */
const isOfField = (path: string, name: string): boolean =>
  path === name || path.startsWith(`${name}[`) || path.startsWith(`${name}.`);

const noDraft: ReturnType<typeof readDraft> = { changes: {} };

/** The browser keeps the changes as a draft until they are saved or taken back, also over a reload. A form without a draft says why. */
export function useFormState(initial: Values, t: Translate, draftOrReason: DraftOptions | NoDraft): FormState {
  const draft = typeof draftOrReason === "string" ? undefined : draftOrReason;
  const [start, setStart] = useState(initial);
  const [restored, setRestored] = useState(() => (draft ? readDraft(sessionStorage, draft.key) : noDraft));
  const [changes, setChanges] = useState(restored.changes as Values);
  const [errors, setErrors] = useState(noErrors);
  const [isSaving, setSaving] = useState(false);
  useEffect(() => {
    const base = buildDraftBase(start, changes, restored.base);
    if (draft) saveDraft(sessionStorage, draft.key, { changes, ...(base ? { base } : {}) }, draft.secretFields);
  }, [draft, start, changes, restored]);
  const set = useCallback(
    (name: string, value: FormValue): void => {
      setChanges(({ [name]: _before, ...others }) => (isSame(value, start[name]) ? others : { ...others, [name]: value }));
      setErrors((before) => ({
        ...before,
        fields: Object.fromEntries(Object.entries(before.fields).filter(([field]) => !isOfField(field, name))),
      }));
    },
    [start],
  );
  const key = draft?.key;
  const discard = useCallback((): void => {
    // At once, because a form that closes now has no further effect.
    if (key !== undefined) saveDraft(sessionStorage, key, noDraft);
    setChanges({});
    setErrors(noErrors);
    setRestored(noDraft);
  }, [key]);
  const reset = useCallback(
    (values: Values): void => {
      setStart(values);
      discard();
    },
    [discard],
  );
  const refuse = (fields: FormErrors["fields"]): void => setErrors({ fields });
  const complete = (): void => reset({ ...start, ...changes });
  const submit = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
    if (focusUnreadField()) return undefined;
    setSaving(true);
    setErrors(noErrors);
    try {
      return await send();
    } catch (error) {
      setErrors(readErrors(error, t));
      return undefined;
    } finally {
      setSaving(false);
    }
  };
  return {
    values: { ...start, ...changes },
    changes,
    errors,
    isSaving,
    isChanged: Object.keys(changes).length > 0,
    isRestored: Object.keys(restored.changes).length > 0,
    restoredBase: restored.base && buildDraftBase(start, changes, restored.base),
    set,
    reset,
    complete,
    discard,
    refuse,
    submit,
  };
}

/** Returns a form whose messages name fields by their labels. */
export function withLabels(form: FormState, fields: readonly Pick<Field, "name" | "label">[]): FormState {
  const labelFor = (name: string): string => findLabel(name, fields);
  const { errors } = form;
  const messages = Object.entries(errors.fields).map(([name, message]) => [name, nameFields(message, labelFor)]);
  return {
    ...form,
    errors: {
      ...errors,
      fields: Object.fromEntries(messages),
      ...(errors.form === undefined ? {} : { form: nameFields(errors.form, labelFor) }),
    },
  };
}

/** Says what went wrong, why, and what to do. */
export function readErrors(error: unknown, t: Translate): FormErrors {
  if (error instanceof ConnectionError)
    return { fields: {}, form: t("The server cannot be reached. Your input is kept: try again.") };
  if (!(error instanceof ApiError)) throw error;
  const requestId = error.requestId === undefined ? {} : { requestId: error.requestId };
  if (error.code === "VERSION_CONFLICT")
    return {
      fields: error.fields,
      form: t("The record was changed while you were editing it. Load it again, then make your change."),
      ...requestId,
    };
  const form = findFormMessage(error);
  return { fields: error.fields, ...(form === undefined ? {} : { form, isComplete: error.code === "CONFLICT" }), ...requestId };
}

/** The body of a request: fields of the tenant are in `custom_fields`. */
export function buildBody(values: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith("custom_fields.")) custom[name.slice("custom_fields.".length)] = value;
    else body[name] = value;
  }
  return Object.keys(custom).length === 0 ? body : { ...body, custom_fields: custom };
}
