import { conflict, ruleViolation } from "../../kernel/error.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Decides which tickets can be merged and what happens to both (docs/service/tickets.md, Merging). Pure. */

/** Maximum number of tickets merged into one. A list of comments reads a partition for each. */
const MAX_MERGED = 20;

type MergeState = Pick<TicketRecord, "merged_into_id" | "deleted_at">;

/** Refuses changes to a merged ticket, except undoing the merge, and deleting and restoring it. */
export function requireUnmerged(before: MergeState | null, after: MergeState): void {
  if (!before?.merged_into_id || before.deleted_at !== after.deleted_at || after.merged_into_id === null) return;
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
  merge_state: {
    ...{ status: mergedTicket.status, status_changed_at: mergedTicket.status_changed_at },
    ...{ is_resolved: mergedTicket.is_resolved, resolved_at: mergedTicket.resolved_at, closed_at: mergedTicket.closed_at },
    awaiting_since: mergedTicket.awaiting_since,
    survivor: { awaiting_since: survivor.awaiting_since, had_customer: survivor.customer_id !== null },
  },
});

type MergedState = NonNullable<TicketRecord["merge_state"]>;

/** Returns a ticket that is merged into the survivor, and the state to which the undo takes it back. */
export function requireSeparable(
  mergedTicket: TicketRecord | undefined,
  survivor: TicketRecord,
): { mergedTicket: TicketRecord; state: MergedState } {
  if (!mergedTicket || mergedTicket.merged_into_id !== survivor.id)
    throw conflict("The ticket is not merged into this one", [{ field: "ticket_id", message: "Not merged" }]);
  const { merge_state } = mergedTicket;
  if (!merge_state)
    throw conflict("The merge was made by an earlier release, which did not store what an undo needs", [
      { field: "ticket_id", message: "Cannot be undone" },
    ]);
  return { mergedTicket, state: merge_state };
}

/** Returns the ticket as it was before its merge, with what it owed then. Without an active assignee it waits for one. */
export const separate = (
  mergedTicket: TicketRecord,
  { survivor: _survivor, ...state }: MergedState,
  assigned_to_id: string | null,
): TicketRecord => ({
  ...mergedTicket,
  ...state,
  assigned_to_id,
  assigned_at: assigned_to_id === null ? null : mergedTicket.assigned_at,
  merged_into_id: null,
  merge_state: null,
});

/** Returns the survivor without the ticket, and without what it took over from it. Messages that came since stay with the survivor. */
export function releaseMerged(survivor: TicketRecord, mergedTicket: TicketRecord, state: MergedState): TicketRecord {
  const released = new Set([mergedTicket.id, ...mergedTicket.merged_ids]);
  const hasOwnCustomer = state.survivor.had_customer || survivor.customer_id !== mergedTicket.customer_id;
  const isInherited = survivor.awaiting_since !== null && survivor.awaiting_since === state.awaiting_since;
  return {
    ...survivor,
    ...(hasOwnCustomer ? {} : { customer_id: null, contact_id: null, customer_owner_id: null }),
    merged_ids: survivor.merged_ids.filter((id) => !released.has(id)),
    awaiting_since: isInherited ? state.survivor.awaiting_since : survivor.awaiting_since,
    sla: {
      ...survivor.sla,
      facts: survivor.sla.facts.filter((fact) => fact.type !== "merged" || fact.ticket_id !== mergedTicket.id),
    },
  };
}
