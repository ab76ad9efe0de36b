import { CustomerLookup } from "../../accounts/customer/customer-lookup.ts";
import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { ignoreLeaseLoss, Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { backgroundJobId } from "./background-job.entity.ts";
import { BackgroundJob } from "./background-job.ts";
import { customerPartitions, Tickets } from "./ticket.entity.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * Keeps `customer_owner_id` of tickets current, because the owner of a customer can see its tickets. It runs in slices. A second pass finds
 * tickets that the index did not show yet. A ticket that is restored or moves to another customer is updated by its own event.
 */
export async function onOwnerEvent({ id, type, record_id, due_at }: DomainEvent): Promise<void> {
  await Tenant.runWithSettings(async () => {
    if (type.startsWith("ticket.")) return refreshOwner(record_id);
    if (due_at === undefined) return runSlice(record_id, id, false);
    const duty = await BackgroundJob.loadDue(record_id, "owners", due_at);
    if (duty?.customer_id && duty.purpose !== null) await runSlice(duty.customer_id, duty.purpose, duty.is_last);
  });
}

/** Processes the tickets of a customer for some seconds and schedules the next slice. */
const runSlice = (customer_id: string, purpose: string, is_last: boolean): Promise<void> =>
  ignoreLeaseLoss(async () => {
    const isThrough = await runPartitionJob(backgroundJobId(customer_id), Clocks.SLICE_SECONDS, {
      collection: Tickets,
      partitions: customerPartitions(customer_id),
      purpose: `${purpose} ${is_last}`,
      batchSize: 100,
      work: forEachId(refreshOwner),
    });
    await BackgroundJob.reschedule(customer_id, async () => {
      if (!isThrough) return { due_at: Clock.now(), purpose, is_last };
      return is_last
        ? { due_at: null, purpose: null, is_last }
        : { due_at: Clock.addSeconds(Job.INDEX_LAG_SECONDS), purpose, is_last: true };
    });
  });

/** The ticket is read before its customer. So a run that read the former owner conflicts when it writes after a run that read the new one. */
const refreshOwner = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const ticket = await Records.load(Tickets, id);
    if (!ticket) return;
    const customer_owner_id = await readOwner(ticket.customer_id ?? null);
    if (ticket.customer_owner_id === customer_owner_id) return;
    const tx = transaction();
    const owned = { ...ticket, customer_owner_id };
    // Users cannot change a merged ticket. It is closed, so its owner affects no queue, clock or load.
    const followed = ticket.merged_into_id === null ? await WriteEffects.apply(tx, ticket, owned) : owned;
    await tx.replace(Tickets, ticket, Tickets.applyComputed(Records.nextVersion(ticket, followed))).commit(undefined);
  });

/** Returns the owner of the customer, or of the customer it was merged into; null for a deleted customer. */
async function readOwner(customer_id: string | null): Promise<string | null> {
  const customer = customer_id === null ? undefined : await CustomerLookup.resolveMerged(customer_id);
  return customer && customer.deleted_at === null ? (customer.owner_id ?? null) : null;
}
