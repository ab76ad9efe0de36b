import type { DomainEvent } from "../../kernel/event.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Activities, blockedPartition } from "./activity.entity.ts";
import { Activity } from "./activity.ts";

/** Listeners for due reminders, and for blocking activities that are closed. */

/** Handles `activity.reminder_due`. The event may arrive twice or late: each due instant is handled once. */
export const onReminderDue = createClockListener((id, due_at) =>
  Clocks.runDue(Activities, id, "reminder", due_at, (activity) => ({ ...activity, reminded_at: due_at, reminders_from: due_at })),
);

/** Activities unblocked in one batch. The extra index is read again until it has no more. */
const BATCH_SIZE = 25;

/**
 * Unblocks the activities that wait for a closed or deleted activity. A repeated event finds none, because an unblocked activity
 * leaves the partition.
 */
export async function onBlockerEnded({ record_id }: DomainEvent): Promise<void> {
  const partition = buildExtraPartition(Activities, blockedPartition(record_id));
  let after: string | undefined;
  for (;;) {
    const keys = await listKeysAfter(Activities, [partition], { order: "asc", after, limit: BATCH_SIZE });
    for (const key of keys) await Activity.unblock(key.slice(1));
    if (keys.length < BATCH_SIZE) return;
    after = keys.at(-1);
  }
}
