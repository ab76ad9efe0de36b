import { useTenant } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { extraIndexPartition } from "../../storage/table/extra-index.ts";
import { Activities, blockedPartition } from "./activity.entity.ts";
import { Activity } from "./activity.ts";

/** What is done when a reminder is due, and when what others wait for is done. */

/** At `activity.reminder_due`, twice and late too: each instant is passed once. */
export const onReminderDue = createClockListener((id, due_at) =>
  Clocks.runDue(Activities, id, "reminder", due_at, (activity) => ({ ...activity, reminded_at: due_at, reminders_from: due_at })),
);

/** So many that wait for one are let go at a time; the index of places is read again until there are no more. */
const BATCH_SIZE = 25;

/** Lets go what waited for an activity that is over, or gone: once, because what waits no longer stands in no such place. */
export async function onBlockerEnded({ record_id }: DomainEvent): Promise<void> {
  const partition = {
    index: "entry" as const,
    facets: { pk: extraIndexPartition(useTenant(), Activities.name, blockedPartition(record_id)) },
  };
  let after: string | undefined;
  for (;;) {
    const keys = await listKeysAfter(Activities, [partition], { order: "asc", after, most: BATCH_SIZE });
    for (const key of keys) await Activity.unblock(key.slice(1));
    if (keys.length < BATCH_SIZE) return;
    after = keys.at(-1);
  }
}
