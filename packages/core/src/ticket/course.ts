import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import type { Fact } from "../sla/clock.rules.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Load } from "./load.ts";
import { requireUnmerged } from "./merged.rules.ts";
import { Queue } from "./queue.ts";
import { remembered } from "./standing.rules.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";
import { TicketClocks } from "./ticket-clocks.ts";

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

/** The ticket as it is written; null is before it was made, or once it is gone. What was said comes before what it did to the status. */
export function follow(
  tx: Transaction,
  before: TicketRecord | null,
  after: TicketRecord,
  { most, said = [] }: How = {},
): Promise<TicketRecord> {
  requireUnmerged(before, after);
  Load.move(tx, before, after, most);
  Queue.move(tx, before, after);
  const now = Clock.now();
  const at = said[0]?.at ?? (before === null ? after.created_at : now);
  const facts = [...said, ...factsBetween(before?.status ?? null, after.status, at)];
  const standing = { ...after, ...remembered(before, after, now, useSettings().timezone) };
  return TicketClocks.follow(tx, before, standing, { at, facts });
}

/** The ticket by the policies and calendars as they are now, though nothing has happened with it. */
export const review = (tx: Transaction, ticket: TicketRecord): Promise<TicketRecord> =>
  TicketClocks.follow(tx, ticket, ticket, { at: Clock.now(), facts: [], isReview: true });

/** What a change of status is to the clocks of a ticket (docs/sla.md, Clocks). */
export function factsBetween(before: TicketStatus | null, after: TicketStatus, at: string): Fact[] {
  if (before === null) return [{ at, type: "opened" }];
  if (before === after) return [];
  if (isEnded(before) !== isEnded(after)) return [{ at, type: isEnded(after) ? "resolved" : "reopened" }];
  if (after === "WAITING_ON_CUSTOMER") return [{ at, type: "waiting" }];
  return before === "WAITING_ON_CUSTOMER" ? [{ at, type: "resumed" }] : [];
}

export * as Course from "./course.ts";
