import { VersionConflictError } from "@crm/sdk/index.ts";
import { useState } from "react";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, readRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { buildBody, type FormState } from "./form-state.ts";
import { type FieldConflict, saveChanges } from "./save-changes.ts";

interface RecordSave {
  /** Saves the changes of the form, or those that are given. Returns the saved record, or undefined if it is not saved. */
  readonly save: (changes?: Readonly<Record<string, unknown>>) => Promise<ConsoleRecord | undefined>;
  /** The record as it is stored now, if someone else changed the same fields. */
  readonly stored: ConsoleRecord | undefined;
  readonly conflicts: readonly FieldConflict[];
  /** Decides about a field. */
  readonly resolve: (conflict: FieldConflict) => void;
}

/** Saves changes of a record on the version that the user saw. After a conflict it saves them on the version that the user was shown. */
export function useRecordSave(kind: Kind, record: ConsoleRecord, form: FormState): RecordSave {
  // The record is read again when others change it. The user began with this one, or with an older one if the changes are a restored draft.
  const [first] = useState(record);
  const base = form.restoredBase ? withValues(first, form.restoredBase) : first;
  const [stored, setStored] = useState<ConsoleRecord>();
  const [conflicts, setConflicts] = useState<readonly FieldConflict[]>([]);
  let refusal: VersionConflictError | undefined;
  const patch = async (changes: Readonly<Record<string, unknown>>, version: number): Promise<ConsoleRecord | undefined> => {
    try {
      const body = buildBody(changes);
      return await crm.request<ConsoleRecord>("PATCH", `${kind.path}/${record.id}`, { body, ifMatch: version });
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
      refusal = error;
      return undefined;
    }
  };
  const save: RecordSave["save"] = async (changes = form.changes) => {
    const load = (): Promise<ConsoleRecord> => readRecord(kind, record.id);
    const result = await form.submit(() => saveChanges(stored ?? base, changes, { patch, load }));
    if (!result) return undefined;
    if ("saved" in result) return result.saved;
    setStored(result.stored);
    setConflicts(result.conflicts);
    // Others changed the record at each attempt. The form says so, and the user tries again.
    if (result.conflicts.length === 0) await form.submit(() => Promise.reject(refusal));
    return undefined;
  };
  const resolve = (conflict: FieldConflict): void => setConflicts(conflicts.filter((other) => other !== conflict));
  return { save, stored, conflicts, resolve };
}

/** Returns a record as it was with these values. Those of the tenant's fields are named `custom_fields.…`. */
function withValues(record: ConsoleRecord, values: Readonly<Record<string, unknown>>): ConsoleRecord {
  const { custom_fields, ...others } = buildBody(values);
  if (custom_fields === undefined) return { ...record, ...others };
  return { ...record, ...others, custom_fields: { ...(record.custom_fields ?? {}), ...custom_fields } };
}
