import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { declared } from "../read/declared.ts";
import { entriesOf } from "../read/path-entries.ts";
import { beginning, type Job, type Kept, type Progress, progressKey, readProgress } from "../read/path-progress.ts";
import { keysBehind } from "../read/scan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { errorName, getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { limits } from "../table/table.ts";
import { transaction } from "../write/transaction.ts";
import { bringUp } from "./path-projection.ts";
import type { Shown } from "./path-steps.ts";

/**
 * Brings the entries of all live records of a kind up to what is declared, in parts of at most 100: for a path that is
 * declared, changed or dropped. How far it is stands in the table, so it goes on wherever it was killed, and what it does twice
 * does nothing. Records themselves are not written. It begins GRACE seconds after the declaration was written, and not before:
 * whoever calls it sees to that, by the instant at which the declaration's record is due.
 */
/** Does parts of a job for some seconds, one at least. */
export async function backfill(
  collection: Collection<BaseRecord>,
  job: Job,
  options: { seconds?: number; parts?: number } = {},
): Promise<Progress> {
  const { seconds = 20, parts = Number.POSITIVE_INFINITY } = options;
  const until = Clock.ms() + seconds * 1000;
  let [kept = beginning(job)] = await readProgress(collection.name, [job]);
  for (let part = 0; !kept.done && part < parts && (part === 0 || Clock.ms() < until); part++) {
    kept = await onePart(collection, kept);
    await transaction()
      .put({ ...progressKey(collection.name, job.id), ...kept })
      .commit(undefined);
  }
  return kept;
}

async function onePart(collection: Collection<BaseRecord>, kept: Kept): Promise<Kept> {
  const reading = { order: "asc", after: kept.after || undefined, most: limits.batchGet } as const;
  const ids = await keysBehind(collection, collection.whole("live"), reading);
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
  const shown: Shown[] = [];
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
    await bringUp(shown, { now: true });
  } catch (error) {
    const poison = await poisonIn(collection, shown);
    // Not the records' fault: the part is done again.
    if (poison.size === 0 && !isOfRecord(error)) throw error;
    for (const each of shown) {
      const wrong = poison.get(each) ?? (await bringUp([each]).catch(orThrow));
      if (wrong) refuse(each.id, wrong);
    }
  }
  return {
    ...kept,
    after: ids.at(-1) ?? kept.after,
    records_done: kept.records_done + ids.length,
    records_failed: kept.records_failed + failed,
    done: ids.length < limits.batchGet,
  };
}

/** Records whose entries cannot be made at all. */
async function poisonIn(collection: Collection<BaseRecord>, shown: readonly Shown[]): Promise<Map<Shown, unknown>> {
  const { all } = await declared(collection);
  const poison = new Map<Shown, unknown>();
  for (const each of shown) {
    try {
      entriesOf(each.after, all);
    } catch (error) {
      poison.set(each, error);
    }
  }
  return poison;
}

/** What the table refuses of a record it refuses each time. */
const isOfRecord = (error: unknown): boolean => errorName(error) === "ValidationException";

function orThrow(error: unknown): unknown {
  if (isOfRecord(error)) return error;
  throw error;
}

export { progressKey, progressOf } from "../read/path-progress.ts";
export * as Backfill from "./backfill.ts";
