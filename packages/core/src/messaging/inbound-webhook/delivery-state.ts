import { Clock } from "../../kernel/clock.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";
import { computeBackoff, computeNextCheck, MAX_ATTEMPTS, RECOVERY_SECONDS } from "./retry-schedule.rules.ts";
import type { HandlerResult } from "./webhook-handler.ts";

/** What comes after a delivery, by what became of it. */

type StateChange = (delivery: DeliveryRecord) => DeliveryRecord;

/** It is to be worked off, now. */
export const toReceived: StateChange = (delivery) => ({
  ...delivery,
  status: "received",
  reason: null,
  held_for: null,
  tries: 0,
  settled_at: null,
  work_at: Clock.addSeconds(RECOVERY_SECONDS),
});

const toFinalized = (delivery: DeliveryRecord, how: Partial<DeliveryRecord>): DeliveryRecord => ({
  ...delivery,
  reason: null,
  held_for: null,
  work_at: null,
  settled_at: Clock.now(),
  ...how,
});

export const toQuarantined = (delivery: DeliveryRecord, reason: string): DeliveryRecord =>
  toFinalized(delivery, { status: "quarantined", reason });

/** What the handler has said of it. */
export function applyResult(delivery: DeliveryRecord, outcome: HandlerResult): DeliveryRecord {
  if ("done" in outcome)
    return toFinalized(delivery, { status: "done", outcome: outcome.done, record_id: outcome.record_id ?? null });
  if ("quarantined" in outcome) return toQuarantined(delivery, outcome.quarantined);
  // One that looks a second time for the same has waited in vain.
  const tries = delivery.held_for === outcome.held ? delivery.tries + 1 : 1;
  const next = computeNextCheck(Date.parse(delivery.created_at), tries, Clock.ms());
  if (next === undefined) return toQuarantined(delivery, `What it waits for did not come: ${outcome.held}`);
  const work_at = new Date(next).toISOString();
  return { ...delivery, status: "held", held_for: outcome.held, reason: "What it is about is not there yet", tries, work_at };
}

/** It was tried in vain. */
export function applyFailure(delivery: DeliveryRecord, why: string): DeliveryRecord {
  const tries = delivery.tries + 1;
  if (tries >= MAX_ATTEMPTS) return { ...toQuarantined(delivery, why), tries };
  return { ...delivery, tries, reason: why, work_at: Clock.addSeconds(computeBackoff(tries)) };
}
