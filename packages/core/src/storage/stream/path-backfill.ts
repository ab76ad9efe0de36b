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
import { errorName, getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { dynamodbLimits } from "../table/table.ts";
import { transaction } from "../write/transaction.ts";
import { refreshPathEntries } from "./path-projection.ts";
import type { RecordState } from "./path-steps.ts";

/**
 * Brings the entries of all live records of a kind up to what is declared, in parts of at most 100: for a path that is
 * declared, changed or dropped. How far it is stands in the table, so it goes on wherever it was killed, and what it does twice
 * does nothing. Records themselves are not written. It begins GRACE seconds after the declaration was written, and not before:
 * whoever calls it sees to that, by the instant at which the declaration's record is due.
 */
/** Does parts of a job for some seconds, one at least. */
export async function backfill(
  collection: Collection<BaseRecord>,
  job: BackfillJob,
  options: { seconds?: number; parts?: number } = {},
): Promise<BackfillProgress> {
  const { seconds = 20, parts = Number.POSITIVE_INFINITY } = options;
  const until = Clock.ms() + seconds * 1000;
  let [kept = initialProgress(job)] = await readProgress(collection.name, [job]);
  for (let part = 0; !kept.done && part < parts && (part === 0 || Clock.ms() < until); part++) {
    kept = await backfillPart(collection, kept);
    await transaction()
      .put({ ...progressKey(collection.name, job.id), ...kept })
      .commit(undefined);
  }
  return kept;
}

async function backfillPart(collection: Collection<BaseRecord>, kept: StoredProgress): Promise<StoredProgress> {
  const reading = { order: "asc", after: kept.after || undefined, most: dynamodbLimits.batchGet } as const;
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), reading);
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => recordKey(tenant, id)));
  let failed = 0;
  const refuse = (id: string, error: unknown): void => {
    failed++;
    usePorts().log.write("error", "A record could not be brought up to a declaration", {
      id,
      error: error instanceof Error ? error.message : String(error),
    });
  };
  const shown: RecordState[] = [];
  for (const [at, item] of items.entries()) {
    const id = ids[at] as string;
    if (!item) continue;
    try {
      shown.push({ collection, id, version: Number(item.version), after: collection.fromItem(item), at: Clock.now() });
    } catch (error) {
      refuse(id, error);
    }
  }
  try {
    await refreshPathEntries(shown, { now: true });
  } catch (error) {
    const poison = await findPoisonRecords(collection, shown);
    // Not the records' fault: the part is done again.
    if (poison.size === 0 && !isRecordError(error)) throw error;
    for (const each of shown) {
      const wrong = poison.get(each) ?? (await refreshPathEntries([each]).catch(requireRecordError));
      if (wrong) refuse(each.id, wrong);
    }
  }
  return {
    ...kept,
    after: ids.at(-1) ?? kept.after,
    records_done: kept.records_done + ids.length,
    records_failed: kept.records_failed + failed,
    done: ids.length < dynamodbLimits.batchGet,
  };
}

/** Records whose entries cannot be made at all. */
async function findPoisonRecords(
  collection: Collection<BaseRecord>,
  shown: readonly RecordState[],
): Promise<Map<RecordState, unknown>> {
  const { all } = await readDeclarations(collection);
  const poison = new Map<RecordState, unknown>();
  for (const each of shown) {
    try {
      buildEntryNames(each.after, all);
    } catch (error) {
      poison.set(each, error);
    }
  }
  return poison;
}

/** What the table refuses of a record it refuses each time. */
const isRecordError = (error: unknown): boolean => errorName(error) === "ValidationException";

function requireRecordError(error: unknown): unknown {
  if (isRecordError(error)) return error;
  throw error;
}

export { listProgress, progressKey } from "../read/backfill-progress.ts";
export * as Backfill from "./path-backfill.ts";
