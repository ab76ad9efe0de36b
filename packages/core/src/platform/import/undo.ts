import { runRestoring } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { Audit } from "../audit/audit.ts";
import type { ImportRecord } from "./import.ts";
import { type Input, loadImportable } from "./importable.ts";
import { removeMadeValues } from "./made-values.ts";
import { type LoggedRow, type Progress, RowLog } from "./row-log.ts";
import { openText } from "./sealed-text.ts";

/** Row log entries that are undone between two saves of the progress. */
const ENTRIES_PER_STEP = 10;

type RevertCounts = NonNullable<ImportRecord["reverted"]>;

/**
 * Reverts an import from its first row to its last. Created records are deleted, updated records get their former values, and records that others
 * have changed since stay as they are. Rows that a killed worker has already reverted are recognised.
 */
export async function undo(
  record: ImportRecord,
  initialLease: JobLease<Progress>,
  until: number,
): Promise<{ reverted: RevertCounts; done: boolean }> {
  let lease = initialLease;
  for (;;) {
    const progress = lease.state as Progress;
    const { created, updated, skipped } = progress.counts;
    const reverted = { removed: created, restored: updated, kept: skipped };
    if (performance.now() >= until) return { reverted, done: false };
    const entries = await RowLog.listEntries(record.id, progress.part, undefined, ENTRIES_PER_STEP);
    if (entries.length === 0)
      return { reverted, done: (await undoMembership(record, until)) && (await removeMadeValues(record, until)) };
    const counts = { ...progress.counts };
    for (const entry of entries) {
      const outcome = await undoRow(record, entry);
      counts[outcome === "kept" ? "skipped" : entry.outcome] += 1;
    }
    lease = await Job.saveProgress(record.id, lease, { ...progress, part: (entries.at(-1)?.row ?? 0) + 1, counts });
  }
}

/** Removes the records that the import added to a list, as far as time permits; returns whether all are removed. */
async function undoMembership({ entity, list_id, ...record }: ImportRecord, until: number): Promise<boolean> {
  if (list_id === null) return true;
  const { target } = await loadImportable(entity);
  return target === undefined || target.leave(record, list_id, until);
}

async function undoRow(
  importRecord: ImportRecord,
  { id, version, outcome, part, beside: sideRecords, ...done }: LoggedRow,
): Promise<"kept" | "done"> {
  const { entity } = importRecord;
  const before = done.replaced ? (JSON.parse(await openText(importRecord.id, done.replaced)) as Input) : done.before;
  const importable = await loadImportable(entity);
  const record = await loadRecord(id);
  if (!record) return "done";
  if (part !== undefined) return (await importable.removePart?.(id, part)) ? "done" : "kept";
  if (record.deleted_at && outcome === "created") {
    // A worker that was killed may have deleted the lead but not the person that the row created.
    for (const [sideId, sideVersion] of sideRecords ?? []) await importable.removeBeside?.(sideId, sideVersion);
    return "done";
  }
  // A killed worker has already restored this record without saving the progress.
  const isBack = outcome === "updated" && record.version === version + 1 && before && (await hasValues(record, before));
  if (isBack) return "done";
  const isDisposable = outcome === "created" && importRecord.options.is_sample;
  if (!(isDisposable || (await isUntouched(record, version, importRecord.created_at))) || (outcome === "updated" && !before))
    return "kept";
  try {
    if (outcome === "updated") await runRestoring(() => (importable.restore ?? importable.update)(id, before ?? {}));
    else await importable.remove(id);
  } catch (error) {
    if (isFailure(error)) return "kept";
    throw error;
  }
  for (const [sideId, sideVersion] of sideRecords ?? []) await importable.removeBeside?.(sideId, sideVersion);
  return "done";
}

/** Whether no user has changed the record since. Changes by the system, such as scoring a lead, do not count. */
export async function isUntouched({ id, version }: BaseRecord, since: number, writtenAt: string): Promise<boolean> {
  if (version === since) return true;
  const { rows } = await Audit.list({ record_id: id, limit: 100, "changed_at[gte]": writtenAt });
  const changes = rows.filter(({ record_version }) => record_version > since);
  return changes.length === version - since && changes.every(({ user_id }) => user_id.startsWith("system:"));
}

async function loadRecord(id: string): Promise<BaseRecord | undefined> {
  const collection = await loadCollectionById(id);
  return collection && Records.load(collection, id);
}

/** Whether the record has these values; of custom fields, only the given ones are compared. */
async function hasValues(record: BaseRecord, { custom_fields, ...values }: Record<string, unknown>): Promise<boolean> {
  const customFields = (record as BaseRecord & { custom_fields?: object | null }).custom_fields ?? {};
  const hasSameFields = (now: object, expected: object): boolean =>
    Records.changedFields(now, { ...now, ...expected }).length === 0;
  return hasSameFields(record, values) && hasSameFields(customFields, (custom_fields as object | undefined) ?? {});
}
