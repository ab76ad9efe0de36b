import { VersionConflictError } from "@crm/sdk/index.ts";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { useText } from "../i18n/use-text.ts";
import type { FormState } from "./form-state.ts";
import { saveChanges } from "./save-changes.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Saves changes of something stored that is no record, such as a value of a list, on the version that the user saw. Changes of other fields by other users
 * are kept. If others changed the same field, the form says so at the field, and saves the user's value at the next attempt.
 */
export function useStoredSave<T extends { readonly version: number }>(
  path: string,
  seen: T | undefined,
  form: FormState,
): (changes: Values) => Promise<T | undefined> {
  const t = useText();
  const [base, setBase] = useState(seen);
  return async (changes) => {
    if (!base) return undefined;
    let saved: T | undefined;
    let stored = base;
    let refusal: VersionConflictError | undefined;
    const patch = async (body: Values, ifMatch: number): Promise<Values | undefined> => {
      try {
        saved = await crm.request<T>("PATCH", path, { body, ifMatch });
        return { ...saved };
      } catch (error) {
        if (!(error instanceof VersionConflictError)) throw error;
        refusal = error;
        return undefined;
      }
    };
    const load = async (): Promise<Values> => {
      stored = await crm.request<T>("GET", path);
      return { ...stored };
    };
    const result = await form.submit(() => saveChanges<Values>({ ...base }, changes, { patch, load }));
    if (!result || "saved" in result) return saved;
    setBase(stored);
    // Others changed it at each attempt. The form says so, and the user tries again.
    if (result.conflicts.length === 0) return form.submit(() => Promise.reject(refusal));
    form.refuse(
      Object.fromEntries(
        result.conflicts.map(({ name, theirs }) => [
          name,
          typeof theirs === "string" || typeof theirs === "number"
            ? t("Someone changed this to “{value}”. Save again to keep yours.", { value: String(theirs) })
            : t("Someone changed this while you were editing. Save again to keep yours."),
        ]),
      ),
    );
    return undefined;
  };
}
