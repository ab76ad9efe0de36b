import { Clock } from "../kernel/clock.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";
import type { Outcome } from "./hook-handler.ts";
import { lookAgain, pauseAfter, TRIES, UNHEARD } from "./wait.rules.ts";

/** What comes after a delivery, by what became of it. */

type Next = (delivery: DeliveryRecord) => DeliveryRecord;

/** It is to be worked off, now. */
export const resumed: Next = (delivery) => ({
  ...delivery,
  status: "received",
  reason: null,
  held_for: null,
  tries: 0,
  settled_at: null,
  work_at: Clock.after(UNHEARD),
});

const settled = (delivery: DeliveryRecord, how: Partial<DeliveryRecord>): DeliveryRecord => ({
  ...delivery,
  reason: null,
  held_for: null,
  work_at: null,
  settled_at: Clock.now(),
  ...how,
});

export const quarantined = (delivery: DeliveryRecord, reason: string): DeliveryRecord =>
  settled(delivery, { status: "quarantined", reason });

/** What the handler has said of it. */
export function after(delivery: DeliveryRecord, outcome: Outcome): DeliveryRecord {
  if ("done" in outcome)
    return settled(delivery, { status: "done", outcome: outcome.done, record_id: outcome.record_id ?? null });
  if ("quarantined" in outcome) return quarantined(delivery, outcome.quarantined);
  // One that looks a second time for the same has waited in vain.
  const tries = delivery.held_for === outcome.held ? delivery.tries + 1 : 1;
  const next = lookAgain(Date.parse(delivery.created_at), tries, Clock.ms());
  if (next === undefined) return quarantined(delivery, `What it waits for did not come: ${outcome.held}`);
  const work_at = new Date(next).toISOString();
  return { ...delivery, status: "held", held_for: outcome.held, reason: "What it is about is not there yet", tries, work_at };
}

/** It was tried in vain. */
export function failed(delivery: DeliveryRecord, why: string): DeliveryRecord {
  const tries = delivery.tries + 1;
  if (tries >= TRIES) return { ...quarantined(delivery, why), tries };
  return { ...delivery, tries, reason: why, work_at: Clock.after(pauseAfter(tries)) };
}
