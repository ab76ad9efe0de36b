import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { type Failure, ruleViolation } from "../../kernel/error.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { type Key, tenantKey } from "../table/key.ts";
import { Records } from "./records.ts";
import { type Transaction, WriteConflict } from "./transaction.ts";

/**
 * Limits the records of a kind that cost work as long as they are open, such as exports that have not ended. One item for each scope lists the
 * records that took a place. Whether a record still needs its place follows from the record: a full list is checked against its records. So an
 * end, a cancellation, a deletion or a kill needs no step that gives the place back, and none is lost.
 */
interface OpenRecordLimit<R extends BaseRecord> {
  readonly collection: Collection<R>;
  readonly isOpen: (record: R) => boolean;
  /** Whose records are counted together: `["owner", "usr_…"]`. */
  readonly scope: readonly string[];
  readonly max: number;
  readonly rejection: () => Failure;
  /** Lists the open records of the scope that an earlier release wrote without a place. Called once for a scope. */
  readonly findFormer?: () => Promise<readonly string[]>;
}

/** A list that no record joined for so long is deleted by expiry. By then jobs have ended, and `findFormer` finds other records. */
const KEEP_SECONDS = 90 * 24 * 60 * 60;

const placesKey = ({
  collection,
  scope,
}: Pick<OpenRecordLimit<BaseRecord>, "scope"> & { collection: { name: string } }): Key => ({
  pk: tenantKey(useTenant(), "OPEN", collection.name),
  sk: scope.join("#"),
});

/**
 * Adds to the transaction that the record takes a place in each scope, or fails if one is full. Of two transactions at once, one conflicts: the
 * caller repeats it (`retryOnConflict`).
 */
export async function takePlaces<R extends BaseRecord>(
  tx: Transaction,
  { id }: Pick<R, "id">,
  ...limits: readonly OpenRecordLimit<R>[]
): Promise<void> {
  const items = await readItems(limits.map(placesKey));
  for (const [index, limit] of limits.entries()) {
    const item = items[index];
    const listed = item ? (item.ids as string[]) : ((await limit.findFormer?.()) ?? []);
    const others = listed.filter((other) => other !== id);
    const ids = others.length < limit.max ? others : await filterOpen(limit, others);
    if (ids.length >= limit.max) throw limit.rejection();
    const revision = Number(item?.revision ?? 0);
    tx.put(
      {
        ...placesKey(limit),
        ids: [...ids, id],
        revision: revision + 1,
        ttl: Clock.toEpochSeconds(Clock.addSeconds(KEEP_SECONDS)),
      },
      {
        condition: item ? "revision = :revision" : "attribute_not_exists(pk)",
        ...(item ? { values: { ":revision": revision } } : {}),
        rejection: () => new WriteConflict("Another record took a place"),
      },
    );
  }
}

async function filterOpen<R extends BaseRecord>(
  { collection, isOpen }: OpenRecordLimit<R>,
  ids: readonly string[],
): Promise<readonly string[]> {
  const records = await Records.loadMany(collection, ids, { live: true });
  return ids.filter((_, index) => {
    const record = records[index];
    return record !== undefined && isOpen(record);
  });
}

/** How many jobs of a kind may be open at a time: of one caller, and of all callers of the tenant. Programs start one for each file or list. */
const MAX_OPEN_JOBS = { caller: 20, tenant: 100 };

/** Adds to the transaction that starts a job that it takes a place among the open jobs of its caller and tenant. */
export function limitOpenJobs<R extends BaseRecord & { owner_id: string }>(
  tx: Transaction,
  job: R,
  { collection, isOpen }: Pick<OpenRecordLimit<R>, "collection" | "isOpen">,
): Promise<void> {
  const { caller, tenant } = MAX_OPEN_JOBS;
  return takePlaces(
    tx,
    job,
    {
      ...{ collection, isOpen, scope: ["owner", job.owner_id], max: caller },
      rejection: () =>
        ruleViolation(
          `You have ${caller} jobs of this kind that have not ended, which is the maximum: wait until one of them ends or is cancelled`,
        ),
    },
    {
      ...{ collection, isOpen, scope: ["all"], max: tenant },
      rejection: () =>
        ruleViolation(
          `Your organisation has ${tenant} jobs of this kind that have not ended, which is the maximum: wait until one of them ends or is cancelled`,
        ),
    },
  );
}
