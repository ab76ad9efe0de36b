import type { Fact } from "../sla/clock.rules.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Load } from "./load.ts";
import { requireUnmerged } from "./merged.rules.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * What every write of a ticket brings with it, in its transaction, whichever verb it is of: the load of agents and what its clocks go by.
 * A verb says what the ticket is like afterwards, and what was said; the rest follows from before and after.
 */

/** What was said, by whom: what no field of the ticket tells. */
export type Said = Extract<Fact, { type: "requester_message" | "agent_answer" | "merged" }> | { at: string; type: "merged_into" };

export interface How {
  /** What was said in this change. */
  said?: readonly Said[];
  /** The most tickets that who is given it may hold with it. */
  most?: number | undefined;
}

/** The ticket as it is written; null is before it was made, or once it is gone. */
export function follow(tx: Transaction, before: TicketRecord | null, after: TicketRecord, { most }: How = {}): TicketRecord {
  requireUnmerged(before, after);
  Load.move(tx, before, after, most);
  return after;
}

/** What a change of status is to the clocks of a ticket (docs/sla.md, Clocks). */
export function factsBetween(before: TicketStatus | null, after: TicketStatus, at: string): Fact[] {
  if (before === null) return [{ at, type: "opened" }];
  if (before === after) return [];
  if (isEnded(before) !== isEnded(after)) return [{ at, type: isEnded(after) ? "resolved" : "reopened" }];
  if (after === "WAITING_ON_CUSTOMER") return [{ at, type: "waiting" }];
  return before === "WAITING_ON_CUSTOMER" ? [{ at, type: "resumed" }] : [];
}

export * as Course from "./course.ts";
