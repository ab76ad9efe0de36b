import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { closeAsMerged, mergeIntoSurvivor, requireMergeable, requireUnmerged } from "./merge.rules.ts";
import { slaDueFor } from "./sla-due.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TICKET } from "./ticket.kind.ts";
import { requireOtherTicket } from "./ticket-lookup.ts";
import { WriteEffects } from "./write-effects.ts";

/** Merges two tickets about the same issue (docs/service/tickets.md, Merging). */

/** Merges `ticket_id` into `id`, which survives. If either changes before the write, the merge starts over. */
export const merge = fn(
  z.strictObject({ id: text(64), ticket_id: id(TICKET).describe("Ticket that is merged into this one and closed") }),
  ({ id: survivorId, ticket_id }) =>
    Records.change(Tickets, survivorId, async (survivor, tx) => {
      requireUnmerged(survivor, survivor);
      const mergedTicket = await requireOtherTicket(survivor, ticket_id);
      requireMergeable(survivor, mergedTicket);
      const now = Clock.now();
      const closedTicket = await WriteEffects.apply(tx, mergedTicket, closeAsMerged(mergedTicket, survivor, now), {
        messageFacts: [{ at: now, type: "merged_into" }],
      });
      tx.replace(Tickets, mergedTicket, Tickets.applyComputed(Records.nextVersion(mergedTicket, closedTicket)));
      return WriteEffects.apply(tx, survivor, mergeIntoSurvivor(survivor, mergedTicket), {
        messageFacts: [{ at: now, type: "merged", owed: slaDueFor(mergedTicket, now) }],
      });
    }),
);

/** Follows merges from a ticket to the surviving ticket. Fails if the caller cannot see that one. */
export async function resolveSurvivor(ticket: TicketRecord): Promise<TicketRecord> {
  let survivor = ticket;
  while (survivor.merged_into_id !== null) {
    const next = await Records.find(Tickets, survivor.merged_into_id);
    if (!next)
      throw conflict(`The ticket was merged into ${survivor.merged_into_id}, which is deleted or not visible to you`, [
        { field: "id", message: "Merged" },
      ]);
    survivor = next;
  }
  return survivor;
}

export * as TicketMerge from "./merge.ts";
