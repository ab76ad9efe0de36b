import { usePorts, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { recordKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, StaleWrite, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Deliveries, type DeliveryRecord } from "./delivery.entity.ts";
import { DeliveryBody } from "./delivery-body.ts";
import { applyFailure, applyResult } from "./delivery-state.ts";
import { extractEventText, summarizeEvent } from "./event-summary.rules.ts";
import { confirmSubscription } from "./sns-subscription.ts";
import { WaitingDeliveries } from "./waiting-deliveries.ts";
import { type HandlerResult, loadHandler } from "./webhook-handler.ts";

/** Processes deliveries by their events and clocks: each once, in any order. */
export const onDeliveryEvent = ({ record_id, type, due_at }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    if (due_at === undefined) return executeDelivery(record_id);
    if (type.endsWith(".expiry_due")) return expireDelivery(record_id, due_at);
    if (await Clocks.loadDue(Deliveries, record_id, "work", due_at)) await executeDelivery(record_id);
  });

/** Processes a delivery unless that is done. The effects are written together with its new state. */
export async function executeDelivery(id: string): Promise<void> {
  const became = await attemptDelivery(id);
  // The record may have been created before the delivery was waiting, so it checks once more. From now on the record's creator
  // resumes it.
  if (became?.status === "held" && became.tries === 1) await attemptDelivery(id);
}

const attemptDelivery = (id: string): Promise<DeliveryRecord | undefined> =>
  retryOnConflict(async () => {
    const current = await Records.load(Deliveries, id, { live: true });
    if (!current || current.settled_at !== null) return undefined;
    const { next, tx } = await computeStep(current);
    if (current.held_for !== next.held_for) {
      WaitingDeliveries.release(tx, current);
      if (next.held_for !== null) WaitingDeliveries.add(tx, next.held_for, id);
    }
    const updatedDelivery = Records.nextVersion(current, next);
    await tx.replace(Deliveries, current, updatedDelivery).commit(undefined);
    return updatedDelivery;
  });

async function computeStep(current: DeliveryRecord): Promise<{ next: DeliveryRecord; tx: Transaction }> {
  const tx = transaction();
  try {
    const bytes = await DeliveryBody.open(current);
    const body = extractEventText(current.provider, bytes, current.content_type);
    const summary = summarizeEvent(current.provider, body);
    const delivery = { ...current, ...summary };
    // Only messages of SNS itself count, not text inside a notification.
    const outcome =
      (current.provider === "ses" ? await confirmSubscription(bytes) : undefined) ?? (await runHandler(delivery, body, tx));
    return { next: applyResult(delivery, outcome), tx: "done" in outcome ? tx : transaction() };
  } catch (error) {
    if (error instanceof WriteConflict || error instanceof StaleWrite) throw error;
    if (!isFailure(error))
      usePorts().log.write("error", "A delivery could not be processed", {
        delivery: current.id,
        error: error instanceof Error ? (error.stack ?? error.message) : "unknown",
      });
    return {
      next: applyFailure(current, isFailure(error) ? error.message : "An internal error occurred"),
      tx: transaction(),
    };
  }
}

async function runHandler(delivery: DeliveryRecord, body: string, tx: Transaction): Promise<HandlerResult> {
  const { provider, event_type } = delivery;
  const handler = await loadHandler(provider);
  if (handler) return handler.handle({ body, delivery }, tx);
  // The tenant reads events of the generic provider itself.
  if (provider === "standard") return { done: `Stored: ${event_type ?? "no type"}` };
  return { quarantined: `No handler for events from ${provider}` };
}

/** Deletes an expired delivery. */
const expireDelivery = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const delivery = await Clocks.loadDue(Deliveries, id, "expiry", due_at);
    if (!delivery) return;
    const tx = transaction().delete(recordKey(useTenant(), id), {
      condition: "version = :read",
      values: { ":read": delivery.version },
      rejection: () => new WriteConflict(`${id} no longer has version ${delivery.version}`),
    });
    await WaitingDeliveries.release(tx, delivery).commit(undefined);
  });

export * as DeliveryWorker from "./worker.ts";
