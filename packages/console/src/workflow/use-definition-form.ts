import { VersionConflictError } from "@crm/sdk/index.ts";
import { useEffect, useState } from "react";
import { crm } from "../data/client.ts";
import { readRecord, useInvalidation } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { draftKey } from "../form/draft-store.ts";
import { type FormState, useFormState } from "../form/form-state.ts";
import { isSame, saveChanges } from "../form/save-changes.ts";
import { useText } from "../i18n/use-text.ts";
import { readDefinition, type WorkflowRecord } from "./definition.ts";

/** Names the draft of a workflow in the browser. */
export const workflowDraftKey = (scope: readonly string[], id: string): string => draftKey(scope, `workflow steps ${id}`);

interface DefinitionForm {
  readonly form: FormState;
  readonly save: () => Promise<void>;
  /** The workflow as another user saved it meanwhile. */
  readonly theirs: WorkflowRecord | undefined;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}

const toInitial = (record: WorkflowRecord) => ({ ...readDefinition(record), version: record.version });

/** The definition of a workflow as a form. It is saved on the version that the user saw. */
export function useDefinitionForm(kind: Kind, record: WorkflowRecord): DefinitionForm {
  const t = useText();
  const invalidate = useInvalidation();
  const key = workflowDraftKey(useScope(), record.id);
  const [base, setBase] = useState(record);
  const [theirs, setTheirs] = useState<WorkflowRecord>();
  const form = useFormState(toInitial(base), t, { key });
  const start = (next: WorkflowRecord): void => {
    setBase(next);
    form.reset(toInitial(next));
  };
  // Others' changes are shown as long as the user has made none.
  const isStale = record.version !== base.version && !form.isChanged && !form.isSaving;
  useEffect(() => {
    if (isStale && Number(record.version) > Number(base.version)) start(record);
  });
  const save = async (): Promise<void> => {
    const seen = form.restoredBase ? { ...base, ...form.restoredBase } : base;
    const result = await form.submit(() =>
      saveChanges(theirs ?? seen, form.changes, {
        load: () => readRecord(kind, record.id),
        patch: async (body, version) => {
          try {
            return await crm.request<WorkflowRecord>("PATCH", `${kind.path}/${record.id}`, { body, ifMatch: version });
          } catch (error) {
            if (error instanceof VersionConflictError) return undefined;
            throw error;
          }
        },
      }),
    );
    if (!result) return;
    if ("saved" in result) {
      setTheirs(undefined);
      start(result.saved);
      await invalidate(kind, record.id);
    } else setTheirs(result.stored);
  };
  return {
    form,
    save,
    theirs: theirs && !isSame(readDefinition(theirs), readDefinition(base)) ? theirs : undefined,
    keepMine: () => {
      if (theirs) setBase(theirs);
    },
    takeTheirs: () => {
      if (theirs) start(theirs);
      setTheirs(undefined);
    },
  };
}
