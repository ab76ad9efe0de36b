import { OrderAccess } from "../../commerce/order/order-access.ts";
import { Clock } from "../../kernel/clock.ts";
import { useContext } from "../../kernel/context.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { recompute } from "./attribution-recompute.ts";
import { isOpen, type RunRecord, Runs } from "./attribution-run.entity.ts";
import { initialProgress, type Progress } from "./attribution-run.ts";

/**
 * Computes the conversions of all won opportunities and confirmed orders, page by page in order of ids. A page that is repeated after a kill writes
 * nothing, because an equal conversion is not written. Sales that change meanwhile are computed by their own events.
 */

/** Records of a page, after which the progress is saved. */
const PAGE_SIZE = 50;
/** Conversions that are computed at a time. */
const PARALLEL = 5;

const runner = createWorker<RunRecord, Progress>({
  name: "campaign-fills",
  collection: Runs,
  isOpen,
  sliceMs: 10_000,
  // The run computes sales of all owners, so it works as the system.
  contextFor: async () => useContext(),
  work: (run, lease, until) => Tenant.runWithSettings(() => work(run, lease, until)),
  onFailed: ({ id }): Promise<void> => runner.retryLater(id, initialProgress, Job.INDEX_LAG_SECONDS),
});
export const { onContinueRequested } = runner;

async function work({ id, number }: RunRecord, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  for (;;) {
    const { stage, after } = lease.state ?? initialProgress;
    if (lease !== from && performance.now() >= until) return runner.requestNextSlice(id);
    const page = await pageReaders[stage](after ?? undefined);
    for (const ids of splitIntoChunks(page.ids, PARALLEL)) await Promise.all(ids.map(recompute));
    if (page.after === undefined && stage === "order") break;
    lease = await Job.saveProgress<Progress>(id, lease, {
      stage: page.after === undefined ? "order" : stage,
      after: page.after ?? null,
    });
  }
  // A run that has begun meanwhile goes on.
  await runner.change(id, (current) =>
    current.number === number ? { status: "completed", finished_at: Clock.now(), attention_at: null } : {},
  );
}

/** Ids of sales, and the record after which the next page begins; undefined at the end. */
interface SalePage {
  ids: string[];
  after: string | undefined;
}

/** Reads a page of an index in order of ids, and keeps the records that are sales. */
async function readPage<R extends BaseRecord>(
  collection: Collection<R>,
  partition: Partition,
  after: string | undefined,
  isSale: (record: R) => boolean,
): Promise<SalePage> {
  const ids: string[] = [];
  let read = 0;
  for await (const row of queryPartitions(collection, [partition], { order: "asc", after, chunk: PAGE_SIZE })) {
    if (isSale(collection.fromRow(row))) ids.push(row.key);
    if (++read === PAGE_SIZE) return { ids, after: row.key };
  }
  return { ids, after: undefined };
}

const pageReaders: Readonly<Record<Progress["stage"], (after: string | undefined) => Promise<SalePage>>> = {
  opportunity: (after) =>
    readPage(
      Opportunity.listDefinition.collection,
      { index: "by_outcome", facets: { is_closed: "true" } },
      after,
      ({ is_won }) => is_won === true,
    ),
  order: (after) =>
    readPage(
      OrderAccess.collection,
      { index: "by_time", facets: { life: "live" } },
      after,
      ({ confirmed_at }) => confirmed_at !== null,
    ),
};
