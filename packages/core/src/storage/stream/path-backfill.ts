import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import {
  type BackfillJob,
  type BackfillProgress,
  initialProgress,
  progressKey,
  readProgress,
  type StoredProgress,
} from "../read/backfill-progress.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import { readDeclarations } from "../read/path-declarations.ts";
import { buildEntryNames } from "../read/path-entries.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { errorName, readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { dynamodbLimits } from "../table/table.ts";
import { transaction } from "../write/transaction.ts";
import { refreshPathEntries } from "./path-projection.ts";
import type { RecordState } from "./path-steps.ts";

/**
 * Updates the entries of all live records of a kind after a search path was declared, changed or dropped, in parts of at most 100 records.
 * The progress is stored in the table, so a killed job continues. Repeating a part has no effect. Records themselves are not written. The
 * caller must not start it earlier than `BACKFILL_GRACE_SECONDS` after the declaration was written; the clock of the declaration's record
 * ensures this.
 */
/** Processes parts of a job for some seconds, at least one part. */
export async function backfill(
  collection: Collection<BaseRecord>,
  job: BackfillJob,
  options: { seconds?: number; parts?: number } = {},
): Promise<BackfillProgress> {
  const { seconds = 20, parts = Number.POSITIVE_INFINITY } = options;
  const until = Clock.ms() + seconds * 1000;
  let [progress = initialProgress(job)] = await readProgress(collection.name, [job]);
  for (let part = 0; !progress.done && part < parts && (part === 0 || Clock.ms() < until); part++) {
    progress = await backfillPart(collection, progress);
    await transaction()
      .put({ ...progressKey(collection.name, job.id), ...progress })
      .commit(undefined);
  }
  return progress;
}

async function backfillPart(collection: Collection<BaseRecord>, progress: StoredProgress): Promise<StoredProgress> {
  const reading = { order: "asc", after: progress.after || undefined, limit: dynamodbLimits.batchGet } as const;
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), reading);
  const tenant = useTenant();
  const items = await readItems(ids.map((id) => recordKey(tenant, id)));
  let failed = 0;
  const refuse = (id: string, error: unknown): void => {
    failed++;
    usePorts().log.write("error", "The index entries of a record could not be updated to a declaration", {
      id,
      error: error instanceof Error ? error.message : String(error),
    });
  };
  const states: RecordState[] = [];
  for (const [index, item] of items.entries()) {
    const id = ids[index] as string;
    if (!item) continue;
    try {
      states.push({ collection, id, version: Number(item.version), after: collection.fromItem(item), changedAt: Clock.now() });
    } catch (error) {
      refuse(id, error);
    }
  }
  try {
    await refreshPathEntries(states, { now: true });
  } catch (error) {
    const poison = await findPoisonRecords(collection, states);
    // The records are not the cause: the part is repeated.
    if (poison.size === 0 && !isRecordError(error)) throw error;
    for (const state of states) {
      const recordError = poison.get(state) ?? (await refreshPathEntries([state]).catch(requireRecordError));
      if (recordError) refuse(state.id, recordError);
    }
  }
  return {
    ...progress,
    after: ids.at(-1) ?? progress.after,
    records_done: progress.records_done + ids.length,
    records_failed: progress.records_failed + failed,
    done: ids.length < dynamodbLimits.batchGet,
  };
}

/** Finds records whose entries cannot be built at all. */
async function findPoisonRecords(
  collection: Collection<BaseRecord>,
  states: readonly RecordState[],
): Promise<Map<RecordState, unknown>> {
  const { all } = await readDeclarations(collection);
  const poison = new Map<RecordState, unknown>();
  for (const state of states) {
    try {
      buildEntryNames(state.after, all);
    } catch (error) {
      poison.set(state, error);
    }
  }
  return poison;
}

/** The table refuses such a write at every try. */
const isRecordError = (error: unknown): boolean => errorName(error) === "ValidationException";

function requireRecordError(error: unknown): unknown {
  if (isRecordError(error)) return error;
  throw error;
}

export { listProgress, progressKey } from "../read/backfill-progress.ts";
export * as Backfill from "./path-backfill.ts";
