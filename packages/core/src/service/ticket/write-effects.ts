import { Clock } from "../../kernel/clock.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Fact } from "../sla/clock.rules.ts";
import { AgentLoad } from "./agent-load.ts";
import { requireUnmerged } from "./merge.rules.ts";
import { SlaClocks } from "./sla-clocks.ts";
import { buildHistory } from "./state-history.rules.ts";
import { isEnded, type TicketStatus } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";
import { WaitingQueue } from "./waiting-queue.ts";
import { type AssignmentCause, appendWork } from "./work-history.rules.ts";

/**
 * The effects that every write of a ticket has in its transaction: on agents' load, the waiting queue, the state history and the SLA clocks. The
 * caller provides the ticket after the change and the message facts; the effects follow from before and after.
 */

/** A fact about a message or a merge, which no ticket field shows. */
export type MessageFact =
  | Extract<Fact, { type: "requester_message" | "agent_answer" | "merged" }>
  | { at: string; type: "merged_into" | "unmerged" };

export interface WriteOptions {
  /** The message facts of this change. */
  messageFacts?: readonly MessageFact[];
  /** Maximum number of tickets that the new assignee may hold, this one included. */
  maxLoad?: number | undefined;
  /** The facts of the clocks were corrected: what is due is computed again. */
  isCorrected?: boolean;
  /** Why the ticket has another assignee, if no user chose it by hand. */
  assignment?: AssignmentCause | undefined;
}

/** Returns the ticket to write. `before` is null for a new ticket. Message facts come before the status facts that they cause. */
export function apply(
  tx: Transaction,
  before: TicketRecord | null,
  after: TicketRecord,
  { maxLoad, messageFacts = [], isCorrected = false, assignment }: WriteOptions = {},
): Promise<TicketRecord> {
  requireUnmerged(before, after);
  AgentLoad.move(tx, before, after, maxLoad);
  WaitingQueue.move(tx, before, after);
  const now = Clock.now();
  const instant = messageFacts[0]?.at ?? (before === null ? after.created_at : now);
  // A merge and its undo change the status, but no agent has resolved or reopened the ticket.
  const isSameWork = before !== null && before.merged_into_id !== after.merged_into_id;
  const facts = [...messageFacts, ...(isSameWork ? [] : deriveStatusFacts(before?.status ?? null, after.status, instant))];
  const snoozed_until = isEnded(after.status) || after.deleted_at !== null ? null : after.snoozed_until;
  const awake = { ...after, snoozed_until };
  const work_history = appendWork(before, awake, { at: now, by: useActorId(), assignment });
  const standing = { ...awake, work_history, ...buildHistory(before, after, now, useSettings().timezone) };
  return SlaClocks.advanceClocks(tx, before, standing, { instant, facts, isCorrected });
}

/** Updates the clocks to the current policies and calendars, although nothing happened to the ticket. */
export const reviewClocks = (tx: Transaction, ticket: TicketRecord): Promise<TicketRecord> =>
  SlaClocks.advanceClocks(tx, ticket, ticket, { instant: Clock.now(), facts: [], isReview: true });

/** Returns the clock facts of a status change (docs/service/sla.md, Clocks). */
export function deriveStatusFacts(before: TicketStatus | null, after: TicketStatus, instant: string): Fact[] {
  if (before === null) return [{ at: instant, type: "opened" }];
  if (before === after) return [];
  if (isEnded(before) !== isEnded(after)) return [{ at: instant, type: isEnded(after) ? "resolved" : "reopened" }];
  if (after === "WAITING_ON_CUSTOMER") return [{ at: instant, type: "waiting" }];
  return before === "WAITING_ON_CUSTOMER" ? [{ at: instant, type: "resumed" }] : [];
}

export * as WriteEffects from "./write-effects.ts";
