import { conflict, ruleViolation } from "../../kernel/error.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Decides which tickets can be merged and what happens to both (docs/service/tickets.md, Merging). Pure. */

/** Maximum number of tickets merged into one. A list of comments reads a partition for each. */
export const MAX_MERGED = 20;

type MergeState = Pick<TicketRecord, "merged_into_id" | "deleted_at">;

/** Refuses changes to a merged ticket, except deleting and restoring it. */
export function requireUnmerged(before: MergeState | null, after: MergeState): void {
  if (!before?.merged_into_id || before.deleted_at !== after.deleted_at) return;
  throw conflict(`The ticket was merged into ${before.merged_into_id}: change that ticket instead`, [
    { field: "id", message: "Merged" },
  ]);
}

/** Refuses to merge tickets of different customers, or more than the maximum. */
export function requireMergeable(survivor: TicketRecord, other: TicketRecord): void {
  if (survivor.customer_id !== null && other.customer_id !== null && survivor.customer_id !== other.customer_id)
    throw ruleViolation("Tickets of different customers cannot be merged", [
      { field: "ticket_id", message: "Belongs to another customer" },
    ]);
  if (listMergedIds(survivor, other).length > MAX_MERGED)
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
export const mergeIntoSurvivor = (survivor: TicketRecord, other: TicketRecord): TicketRecord => ({
  ...survivor,
  ...(survivor.customer_id === null
    ? { customer_id: other.customer_id, contact_id: other.contact_id, customer_owner_id: other.customer_owner_id }
    : {}),
  merged_ids: listMergedIds(survivor, other),
  awaiting_since: [survivor.awaiting_since, other.awaiting_since].filter((at) => at !== null).sort()[0] ?? null,
  last_comment_at:
    [survivor.last_comment_at, other.last_comment_at]
      .filter((at) => at !== null)
      .sort()
      .at(-1) ?? null,
});

/** Returns the merged ticket: closed, although no agent resolved it. */
export const closeAsMerged = (other: TicketRecord, survivor: TicketRecord, at: string): TicketRecord => ({
  ...other,
  status: "CLOSED",
  status_changed_at: other.status === "CLOSED" ? other.status_changed_at : at,
  is_resolved: true,
  resolved_at: other.resolved_at ?? at,
  closed_at: other.closed_at ?? at,
  awaiting_since: null,
  merged_into_id: survivor.id,
});
