import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { ignoreLeaseLoss, Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { PreOrders, waitingPartition } from "../order/pre-order.entity.ts";
import { replacePreOrder } from "../order/pre-order-changes.ts";
import { withCurrentRelease } from "./ready.ts";
import { type ReschedulingRecord, Reschedulings, reschedulingId } from "./rescheduling.entity.ts";

/**
 * Moves the release date of waiting items with that of their product, in slices. Each item gets the date that the product has when the item is written,
 * so of two moves in a row the last one stays, in any order of their events. A second pass finds items that the index did not show yet.
 */
export const onReleaseEvent = ({ id, record_id, due_at }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    if (due_at === undefined) return runSlice(record_id, id, false);
    const work = await Clocks.loadDue(Reschedulings, record_id, "work", due_at);
    if (work) await runSlice(work.product_id, work.purpose, work.is_last);
  });

/** Items that are written before the progress is saved. */
const BATCH_SIZE = 100;

const runSlice = (product_id: string, purpose: string, is_last: boolean): Promise<void> =>
  ignoreLeaseLoss(async () => {
    const isThrough = await runPartitionJob(reschedulingId(product_id), Clocks.SLICE_SECONDS, {
      collection: PreOrders,
      partitions: [waitingPartition(product_id)],
      purpose: `${purpose} ${is_last}`,
      batchSize: BATCH_SIZE,
      work: forEachId(moveRelease),
    });
    if (!isThrough) return schedule(product_id, { due_at: Clock.now(), purpose, is_last });
    await schedule(
      product_id,
      is_last ? { due_at: null, purpose, is_last } : { due_at: Clock.addSeconds(Job.INDEX_LAG_SECONDS), purpose, is_last: true },
    );
  });

/** The item is read before its product, so a run that read the former date conflicts when it writes after one that read the new one. */
const moveRelease = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const item = await Records.load(PreOrders, id, { live: true });
    if (item?.status !== "WAITING") return;
    const next = await withCurrentRelease(item);
    if (next.release_at === item.release_at) return;
    const tx = transaction();
    replacePreOrder(tx, item, next);
    await tx.commit(undefined);
  });

type Plan = Pick<ReschedulingRecord, "due_at" | "purpose" | "is_last">;

const schedule = (product_id: string, plan: Plan): Promise<void> =>
  retryOnConflict(async () => {
    const id = reschedulingId(product_id);
    const stored = await Records.load(Reschedulings, id);
    const tx = transaction();
    if (stored) tx.replace(Reschedulings, stored, Records.nextVersion(stored, { ...stored, ...plan }));
    else {
      // The id contains no time.
      const now = Clock.now();
      const record = { ...Records.init(Reschedulings, { product_id, ...plan }, { id }), created_at: now, updated_at: now };
      tx.create(Reschedulings, record, () => new WriteConflict("The rescheduling already exists"));
    }
    await tx.commit(undefined);
  });
