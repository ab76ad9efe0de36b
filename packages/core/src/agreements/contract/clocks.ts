import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { applyActivation, applyExpiry, applyTermination } from "./lifecycle.ts";
import { isOwed } from "./status.rules.ts";

/** What comes to a contract by time, at the instants that its days have in the tenant's zone: twice and late too. */

/** The owner is told once of all that is due by now; of a later day another time. */
function markTold(contract: ContractRecord): ContractRecord {
  const now = Clock.now();
  const isDue = (due_at: string | null): boolean => due_at !== null && due_at <= now;
  return {
    ...contract,
    deliverables: contract.deliverables.map((each) =>
      isOwed(each.status) && each.told_at === null && isDue(each.due_at) ? { ...each, told_at: now } : each,
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
  if (!act) throw new Error(`${event.type} is no clock of contracts`);
  await createClockListener((id, due_at) => Clocks.runDue(Contracts, id, clock, due_at, act))(event);
}
