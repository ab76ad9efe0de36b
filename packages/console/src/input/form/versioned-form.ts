import { VersionConflictError } from "@crm/sdk/index.ts";
import { useEffect, useState } from "react";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, readRecord, useInvalidation } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { draftKey } from "./draft-store.ts";
import { type FormState, useFormState } from "./form-state.ts";
import { isSame, saveChanges } from "./save-changes.ts";

export interface VersionedForm {
  readonly form: FormState;
  /** Returns whether the changes are stored. */
  readonly save: () => Promise<boolean>;
  /** The record as another user saved it meanwhile. */
  readonly theirs: ConsoleRecord | undefined;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}

interface VersionedFormOptions {
  /** Returns the fields that the form changes. */
  readonly readFields: (record: ConsoleRecord) => FormState["values"];
  /** Names the draft in the browser (draft-store.ts). */
  readonly draft: string;
}

/** Some fields of a record as a form. They are saved on the version that the user saw. */
export function useVersionedForm(kind: Kind, record: ConsoleRecord, { readFields, draft }: VersionedFormOptions): VersionedForm {
  const t = useText();
  const invalidate = useInvalidation();
  const key = draftKey(useScope(), draft);
  const toInitial = (stored: ConsoleRecord): FormState["values"] => ({
    ...readFields(stored),
    version: stored.version as FormState["values"][string],
  });
  const [base, setBase] = useState(record);
  const [theirs, setTheirs] = useState<ConsoleRecord>();
  const form = useFormState(toInitial(base), t, { key });
  const start = (next: ConsoleRecord): void => {
    setBase(next);
    form.reset(toInitial(next));
  };
  // Others' changes are shown as long as the user has made none.
  const isStale = record.version !== base.version && !form.isChanged && !form.isSaving;
  useEffect(() => {
    if (isStale && Number(record.version) > Number(base.version)) start(record);
  });
  const save = async (): Promise<boolean> => {
    const seen = form.restoredBase ? { ...base, ...form.restoredBase } : base;
    const result = await form.submit(() =>
      saveChanges(theirs ?? seen, form.changes, {
        load: () => readRecord(kind, record.id),
        patch: async (body, version) => {
          try {
            return await crm.request<ConsoleRecord>("PATCH", `${kind.path}/${record.id}`, { body, ifMatch: version });
          } catch (error) {
            if (error instanceof VersionConflictError) return undefined;
            throw error;
          }
        },
      }),
    );
    if (!result) return false;
    if (!("saved" in result)) {
      setTheirs(result.stored);
      return false;
    }
    setTheirs(undefined);
    start(result.saved);
    await invalidate(kind, record.id);
    return true;
  };
  return {
    form,
    save,
    theirs: theirs && !isSame(readFields(theirs), readFields(base)) ? theirs : undefined,
    keepMine: () => {
      if (theirs) setBase(theirs);
    },
    takeTheirs: () => {
      if (theirs) start(theirs);
      setTheirs(undefined);
    },
  };
}
