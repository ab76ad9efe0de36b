import { Clock } from "../../kernel/clock.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";
import { computeBackoff, computeNextCheck, MAX_ATTEMPTS, RECOVERY_SECONDS } from "./retry-schedule.rules.ts";
import type { HandlerResult } from "./webhook-handler.ts";

/** The state changes of a delivery. */

type StateChange = (delivery: DeliveryRecord) => DeliveryRecord;

/** The delivery is to be processed now. */
export const toReceived: StateChange = (delivery) => ({
  ...delivery,
  status: "received",
  reason: null,
  held_for: null,
  tries: 0,
  settled_at: null,
  work_at: Clock.addSeconds(RECOVERY_SECONDS),
});

const toFinalized = (delivery: DeliveryRecord, changes: Partial<DeliveryRecord>): DeliveryRecord => ({
  ...delivery,
  reason: null,
  held_for: null,
  work_at: null,
  settled_at: Clock.now(),
  ...changes,
});

const toQuarantined = (delivery: DeliveryRecord, reason: string): DeliveryRecord =>
  toFinalized(delivery, { status: "quarantined", reason });

/** Applies the handler's result. */
export function applyResult(delivery: DeliveryRecord, outcome: HandlerResult): DeliveryRecord {
  if ("done" in outcome)
    return toFinalized(delivery, { status: "done", outcome: outcome.done, record_id: outcome.record_id ?? null });
  if ("quarantined" in outcome) return toQuarantined(delivery, outcome.quarantined);
  // Waiting again for the same key counts as another try.
  const tries = delivery.held_for === outcome.held ? delivery.tries + 1 : 1;
  const next = computeNextCheck(Date.parse(delivery.created_at), tries, Clock.ms());
  if (next === undefined) return toQuarantined(delivery, `The awaited record did not arrive: ${outcome.held}`);
  const work_at = new Date(next).toISOString();
  return {
    ...delivery,
    status: "held",
    held_for: outcome.held,
    reason: "The record that the delivery refers to does not exist yet",
    tries,
    work_at,
  };
}

/** Applies a failed try. */
export function applyFailure(delivery: DeliveryRecord, why: string): DeliveryRecord {
  const tries = delivery.tries + 1;
  if (tries >= MAX_ATTEMPTS) return { ...toQuarantined(delivery, why), tries };
  return { ...delivery, tries, reason: why, work_at: Clock.addSeconds(computeBackoff(tries)) };
}
