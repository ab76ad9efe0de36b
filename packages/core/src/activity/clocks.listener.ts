import { useTenant } from "../kernel/context.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { partitionOfPlaces } from "../storage/table/place.ts";
import { Activities, blockedBy } from "./activity.entity.ts";
import { Activity } from "./activity.ts";

/** What is done when a reminder is due, and when what others wait for is done. */

/** At `activity.reminder_due`, twice and late too: each instant is passed once. */
export const remind = onClock((id, due_at) =>
  Clocks.attend(Activities, id, "reminder", due_at, (activity) => ({ ...activity, reminded_at: due_at, reminders_from: due_at })),
);

/** So many that wait for one are let go at a time; the index of places is read again until there are no more. */
const TOGETHER = 25;

/** Lets go what waited for an activity that is over, or gone: once, because what waits no longer stands in no such place. */
export async function letGo({ record_id }: DomainEvent): Promise<void> {
  const partition = {
    index: "entry" as const,
    facets: { pk: partitionOfPlaces(useTenant(), Activities.name, blockedBy(record_id)) },
  };
  let after: string | undefined;
  for (;;) {
    const keys = await keysBehind(Activities, [partition], { order: "asc", after, most: TOGETHER });
    for (const key of keys) await Activity.unblock(key.slice(1));
    if (keys.length < TOGETHER) return;
    after = keys.at(-1);
  }
}
