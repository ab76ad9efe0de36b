import { ApiError, ConnectionError } from "@crm/sdk/index.ts";
import { useCallback, useState } from "react";
import type { FormValue } from "../fields/field-input.tsx";
import type { Translate } from "../i18n/use-text.ts";

/** The values of a form as the API has them, which of them the user changed, and what the server refused. */

type Values = Readonly<Record<string, FormValue>>;

interface FormErrors {
  /** The first message for each field. */
  readonly fields: Readonly<Record<string, string>>;
  /** What is wrong beside the fields. */
  readonly form?: string;
  readonly requestId?: string;
}

const noErrors: FormErrors = { fields: {} };

export interface FormState {
  readonly values: Values;
  readonly changes: Values;
  readonly errors: FormErrors;
  readonly isSaving: boolean;
  readonly isChanged: boolean;
  readonly set: (name: string, value: FormValue) => void;
  readonly reset: (values: Values) => void;
  /** Sends the form. Returns what the server answers, or undefined if it refuses. */
  readonly submit: <T>(send: () => Promise<T>) => Promise<T | undefined>;
}

export function useFormState(initial: Values, t: Translate): FormState {
  const [start, setStart] = useState(initial);
  const [changes, setChanges] = useState<Values>({});
  const [errors, setErrors] = useState(noErrors);
  const [isSaving, setSaving] = useState(false);
  const set = useCallback((name: string, value: FormValue): void => {
    setChanges((before) => ({ ...before, [name]: value }));
    setErrors((before) => ({
      ...before,
      fields: Object.fromEntries(Object.entries(before.fields).filter(([field]) => field !== name)),
    }));
  }, []);
  const reset = useCallback((values: Values): void => {
    setStart(values);
    setChanges({});
    setErrors(noErrors);
  }, []);
  const submit = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
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
    set,
    reset,
    submit,
  };
}

/** Says what went wrong, why, and what to do. */
export function readErrors(error: unknown, t: Translate): FormErrors {
  if (error instanceof ConnectionError)
    return { fields: {}, form: t("The server cannot be reached. Your input is kept: try again.") };
  if (!(error instanceof ApiError)) throw error;
  const requestId = error.requestId === undefined ? {} : { requestId: error.requestId };
  const [message = ""] = error.message.split("\n");
  if (error.code === "VERSION_CONFLICT")
    return {
      fields: error.fields,
      form: t("The record was changed while you were editing it. Load it again, then make your change."),
      ...requestId,
    };
  return { fields: error.fields, ...(error.details.length > 0 ? {} : { form: message }), ...requestId };
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
