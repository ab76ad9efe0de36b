import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Fact } from "../sla/clock.rules.ts";
import { AgentLoad } from "./agent-load.ts";
import { requireUnmerged } from "./merge.rules.ts";
import { SlaClocks } from "./sla-clocks.ts";
import { buildHistory } from "./state-history.rules.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";
import { WaitingQueue } from "./waiting-queue.ts";

/**
 * What every write of a ticket brings with it, in its transaction, whichever verb it is of: the load of agents and what its clocks go by.
 * A verb says what the ticket is like afterwards, and what was said; the rest follows from before and after.
 */

/** What was said, by whom: what no field of the ticket tells. */
export type MessageFact =
  | Extract<Fact, { type: "requester_message" | "agent_answer" | "merged" }>
  | { at: string; type: "merged_into" };

export interface WriteOptions {
  /** What was said in this change. */
  messageFacts?: readonly MessageFact[];
  /** The most tickets that who is given it may hold with it. */
  maxHeld?: number | undefined;
}

/** The ticket as it is written; null is before it was made, or once it is gone. What was said comes before what it did to the status. */
export function apply(
  tx: Transaction,
  before: TicketRecord | null,
  after: TicketRecord,
  { maxHeld: most, messageFacts: said = [] }: WriteOptions = {},
): Promise<TicketRecord> {
  requireUnmerged(before, after);
  AgentLoad.move(tx, before, after, most);
  WaitingQueue.move(tx, before, after);
  const now = Clock.now();
  const at = said[0]?.at ?? (before === null ? after.created_at : now);
  const facts = [...said, ...deriveStatusFacts(before?.status ?? null, after.status, at)];
  const standing = { ...after, ...buildHistory(before, after, now, useSettings().timezone) };
  return SlaClocks.advanceClocks(tx, before, standing, { at, facts });
}

/** The ticket by the policies and calendars as they are now, though nothing has happened with it. */
export const reviewClocks = (tx: Transaction, ticket: TicketRecord): Promise<TicketRecord> =>
  SlaClocks.advanceClocks(tx, ticket, ticket, { at: Clock.now(), facts: [], isReview: true });

/** What a change of status is to the clocks of a ticket (docs/service/sla.md, Clocks). */
export function deriveStatusFacts(before: TicketStatus | null, after: TicketStatus, at: string): Fact[] {
  if (before === null) return [{ at, type: "opened" }];
  if (before === after) return [];
  if (isEnded(before) !== isEnded(after)) return [{ at, type: isEnded(after) ? "resolved" : "reopened" }];
  if (after === "WAITING_ON_CUSTOMER") return [{ at, type: "waiting" }];
  return before === "WAITING_ON_CUSTOMER" ? [{ at, type: "resumed" }] : [];
}

export * as WriteEffects from "./write-effects.ts";
