import { Clock } from "../../kernel/clock.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type BackgroundJobRecord, BackgroundJobs, backgroundJobId } from "./background-job.entity.ts";

/** Loads a background job if its clock is still due. It stays due until it is rescheduled. */

export const loadDue = (id: string, clock: "queue" | "owners", due_at: string): Promise<BackgroundJobRecord | undefined> =>
  Clocks.loadDue(BackgroundJobs, id, clock, due_at);

/**
 * Sets the next run of a background job, based on its current state. `next` is called again if another process changes the job in the meantime.
 */
export const reschedule = (
  customer_id: string | null,
  next: (duty: BackgroundJobRecord | undefined) => Promise<Pick<BackgroundJobRecord, "due_at" | "purpose" | "is_last">>,
): Promise<void> =>
  retryOnConflict(async () => {
    const id = backgroundJobId(customer_id);
    const duty = await Records.load(BackgroundJobs, id);
    const set = await next(duty);
    const isSame = duty?.due_at === set.due_at && duty.purpose === set.purpose && duty.is_last === set.is_last;
    if (isSame || (!duty && set.due_at === null)) return;
    const tx = transaction();
    if (duty) tx.replace(BackgroundJobs, duty, Records.nextVersion(duty, { ...duty, ...set }));
    else
      tx.create(
        BackgroundJobs,
        buildJob(id, { customer_id, ...set }),
        () => new WriteConflict("The background job already exists"),
      );
    await tx.commit(undefined);
  });

/** The id is derived from the job's purpose and contains no time, so the timestamps are set here. */
function buildJob(
  id: string,
  fields: Pick<BackgroundJobRecord, "customer_id" | "due_at" | "purpose" | "is_last">,
): BackgroundJobRecord {
  const now = Clock.now();
  return { ...Records.init(BackgroundJobs, fields, { id }), created_at: now, updated_at: now };
}

export * as BackgroundJob from "./background-job.ts";
