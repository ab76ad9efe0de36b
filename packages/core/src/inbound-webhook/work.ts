import { usePorts, useTenant } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { recordKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, Overtaken, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { aboutOf, textIn } from "./about.rules.ts";
import { Body } from "./body.ts";
import { Deliveries, type DeliveryRecord } from "./delivery.entity.ts";
import { Held } from "./held.ts";
import { handlerOf, type Outcome } from "./hook-handler.ts";
import { after, failed } from "./state.ts";
import { subscription } from "./subscription.ts";

/** Works off what came in: once each, in any order, by its events and its clock. */
export async function hear({ record_id, type, due_at }: DomainEvent): Promise<void> {
  if (due_at === undefined) return work(record_id);
  if (type.endsWith(".expiry_due")) return expire(record_id, due_at);
  if (await Clocks.standing(Deliveries, record_id, "work", due_at)) await work(record_id);
}

/** Does what follows from a delivery, unless that is done: what it did is written with that it did it. */
export async function work(id: string): Promise<void> {
  const became = await worked(id);
  // Its record may have come between the look for it and that it waits: whoever brings it finds what waits from here on.
  if (became?.status === "held" && became.tries === 1) await worked(id);
}

const worked = (id: string): Promise<DeliveryRecord | undefined> =>
  retryOnConflict(async () => {
    const current = await Records.load(Deliveries, id, { live: true });
    if (!current || current.settled_at !== null) return undefined;
    const { next, tx } = await stepOf(current);
    if (current.held_for !== next.held_for) {
      Held.release(tx, current);
      if (next.held_for !== null) Held.hold(tx, next.held_for, id);
    }
    const written = Records.nextVersion(current, next);
    await tx.replace(Deliveries, current, written).commit(undefined);
    return written;
  });

async function stepOf(current: DeliveryRecord): Promise<{ next: DeliveryRecord; tx: Transaction }> {
  const tx = transaction();
  try {
    const bytes = await Body.open(current);
    const body = textIn(current.provider, bytes, current.content_type);
    const about = aboutOf(current.provider, body);
    const known = { ...current, ...about };
    // What the envelope says, and not what somebody wrote into it.
    const outcome = (current.provider === "ses" ? await subscription(bytes) : undefined) ?? (await outcomeOf(known, body, tx));
    return { next: after(known, outcome), tx: "done" in outcome ? tx : transaction() };
  } catch (error) {
    if (error instanceof Moved || error instanceof Overtaken) throw error;
    if (!isFailure(error))
      usePorts().log.write("error", "A delivery could not be worked off", {
        delivery: current.id,
        error: error instanceof Error ? (error.stack ?? error.message) : "unknown",
      });
    return { next: failed(current, isFailure(error) ? error.message : "Something went wrong on our side"), tx: transaction() };
  }
}

async function outcomeOf(delivery: DeliveryRecord, body: string, tx: Transaction): Promise<Outcome> {
  const { provider, event_type } = delivery;
  const handler = await handlerOf(provider);
  if (handler) return handler.handle({ body, delivery }, tx);
  // What anybody may send, the tenant reads by itself.
  if (provider === "standard") return { done: `Kept: ${event_type ?? "no type"}` };
  return { quarantined: `Nobody handles what ${provider} tells` };
}

/** Takes away what has had its time. */
const expire = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const delivery = await Clocks.standing(Deliveries, id, "expiry", due_at);
    if (!delivery) return;
    const tx = transaction().delete(recordKey(useTenant(), id), {
      condition: "version = :read",
      values: { ":read": delivery.version },
      refused: () => new Moved(`${id} has another version than ${delivery.version}`),
    });
    await Held.release(tx, delivery).commit(undefined);
  });

export * as HookWork from "./work.ts";
