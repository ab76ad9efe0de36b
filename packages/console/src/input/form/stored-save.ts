import { VersionConflictError } from "@crm/sdk/index.ts";
import { useState } from "react";
import { crm } from "../../api/client.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { FormState } from "./form-state.ts";
import { saveChanges } from "./save-changes.ts";

type Values = Readonly<Record<string, unknown>>;

/** How something is stored that takes no PATCH, such as a layout. */
interface StoredSteps<T> {
  /** Returns undefined if something with another version is stored. */
  readonly patch: (changes: Values, version: number) => Promise<T | undefined>;
  readonly load: () => Promise<T>;
}

const describeSteps = <T>(path: string): StoredSteps<T> => ({
  patch: (body, ifMatch) => crm.request<T>("PATCH", path, { body, ifMatch }),
  load: () => crm.request<T>("GET", path),
});

/**
 * Saves changes of something stored that is no record, such as a value of a list, on the version that the user saw. Changes of other fields by other users
 * are kept. If others changed the same field, the form says so at the field, and saves the user's value at the next attempt. A restored draft is saved on
 * the version at which it began, if the form has `version` among its values.
 */
export function useStoredSave<T extends { readonly version: number }>(
  path: string | StoredSteps<T>,
  seen: T | undefined,
  form: FormState,
): (changes: Values) => Promise<T | undefined> {
  const t = useText();
  const [base, setBase] = useState(seen);
  // After a conflict the user has seen the stored values, so the next attempt begins at them.
  const [hasSeenConflict, setSeenConflict] = useState(false);
  if (seen && base && seen.version > base.version && !form.isChanged && !form.isSaving) setBase(seen);
  const steps = typeof path === "string" ? describeSteps<T>(path) : path;
  return async (changes) => {
    if (!base) return undefined;
    let saved: T | undefined;
    let stored = base;
    let refusal: VersionConflictError | undefined;
    const patch = async (body: Values, version: number): Promise<Values | undefined> => {
      try {
        saved = await steps.patch(body, version);
        return saved && { ...saved };
      } catch (error) {
        if (!(error instanceof VersionConflictError)) throw error;
        refusal = error;
        return undefined;
      }
    };
    const load = async (): Promise<Values> => {
      stored = await steps.load();
      return { ...stored };
    };
    const start = { ...base, ...(hasSeenConflict ? {} : form.restoredBase) };
    const result = await form.submit(() => saveChanges<Values>(start, changes, { patch, load }));
    if (!result) return undefined;
    const isSaved = "saved" in result;
    setBase(isSaved ? saved : stored);
    setSeenConflict(!isSaved);
    if (isSaved) return saved;
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
