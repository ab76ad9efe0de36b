import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { applyActivation, applyExpiry, applyTermination } from "./lifecycle.ts";
import { isUndelivered } from "./status.rules.ts";

/** Clocks of contracts. Their instants are days in the tenant's time zone. A repeated or late clock is safe. */

/** Marks all deliverables that are due now as told. The owner is notified once for them, and later for those of a later day. */
function markTold(contract: ContractRecord): ContractRecord {
  const now = Clock.now();
  const isDue = (due_at: string | null): boolean => due_at !== null && due_at <= now;
  return {
    ...contract,
    deliverables: contract.deliverables.map((deliverable) =>
      isUndelivered(deliverable.status) && deliverable.told_at === null && isDue(deliverable.due_at)
        ? { ...deliverable, told_at: now }
        : deliverable,
    ),
  };
}

const clockActions: Readonly<Record<string, (contract: ContractRecord) => ContractRecord>> = {
  start: applyActivation,
  expiry: applyExpiry,
  termination: applyTermination,
  deliverable: markTold,
};

export async function onContractClock(event: DomainEvent): Promise<void> {
  const [, clock = ""] = /^contract\.(\w+)_due$/.exec(event.type) ?? [];
  const act = clockActions[clock];
  if (!act) throw new Error(`${event.type} is not a contract clock`);
  await createClockListener((id, due_at) => Clocks.runDue(Contracts, id, clock, due_at, act))(event);
}
