import { conflict, ruleViolation } from "../../kernel/error.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Decides which tickets can be merged and what happens to both (docs/service/tickets.md, Merging). Pure. */

/** Maximum number of tickets merged into one. A list of comments reads a partition for each. */
const MAX_MERGED = 20;

type MergeState = Pick<TicketRecord, "merged_into_id" | "deleted_at">;

/** Refuses changes to a merged ticket, except deleting and restoring it. */
export function requireUnmerged(before: MergeState | null, after: MergeState): void {
  if (!before?.merged_into_id || before.deleted_at !== after.deleted_at) return;
  throw conflict(`The ticket was merged into ${before.merged_into_id}: change that ticket instead`, [
    { field: "id", message: "Merged" },
  ]);
}

/** Refuses to merge tickets of different customers, or more than the maximum. */
export function requireMergeable(survivor: TicketRecord, mergedTicket: TicketRecord): void {
  if (survivor.customer_id !== null && mergedTicket.customer_id !== null && survivor.customer_id !== mergedTicket.customer_id)
    throw ruleViolation("Tickets of different customers cannot be merged", [
      { field: "ticket_id", message: "Belongs to another customer" },
    ]);
  if (listMergedIds(survivor, mergedTicket).length > MAX_MERGED)
    throw ruleViolation(`At most ${MAX_MERGED} tickets can be merged into one`, [
      { field: "ticket_id", message: "Exceeds the maximum" },
    ]);
}

/** Includes the tickets that were merged into the other one before, because their comments move along. */
const listMergedIds = (survivor: TicketRecord, mergedTicket: TicketRecord): string[] => [
  ...survivor.merged_ids,
  mergedTicket.id,
  ...mergedTicket.merged_ids,
];

/** Returns the surviving ticket. It waits since the earlier of both waiting times, and takes over the customer if it has none. */
export const mergeIntoSurvivor = (survivor: TicketRecord, mergedTicket: TicketRecord): TicketRecord => ({
  ...survivor,
  ...(survivor.customer_id === null
    ? {
        customer_id: mergedTicket.customer_id,
        contact_id: mergedTicket.contact_id,
        customer_owner_id: mergedTicket.customer_owner_id,
      }
    : {}),
  merged_ids: listMergedIds(survivor, mergedTicket),
  awaiting_since: [survivor.awaiting_since, mergedTicket.awaiting_since].filter((instant) => instant !== null).sort()[0] ?? null,
  last_comment_at:
    [survivor.last_comment_at, mergedTicket.last_comment_at]
      .filter((instant) => instant !== null)
      .sort()
      .at(-1) ?? null,
});

/** Returns the merged ticket: closed, although no agent resolved it. */
export const closeAsMerged = (mergedTicket: TicketRecord, survivor: TicketRecord, instant: string): TicketRecord => ({
  ...mergedTicket,
  status: "CLOSED",
  status_changed_at: mergedTicket.status === "CLOSED" ? mergedTicket.status_changed_at : instant,
  is_resolved: true,
  resolved_at: mergedTicket.resolved_at ?? instant,
  closed_at: mergedTicket.closed_at ?? instant,
  awaiting_since: null,
  merged_into_id: survivor.id,
});
