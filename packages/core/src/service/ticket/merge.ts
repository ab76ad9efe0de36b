import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { closeAsMerged, mergeIntoSurvivor, requireMergeable, requireUnmerged } from "./merge.rules.ts";
import { slaDueFor } from "./sla-due.ts";
import { TICKET } from "./ticket.domain.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { requireOtherTicket } from "./ticket-lookup.ts";
import { WriteEffects } from "./write-effects.ts";

/** Two tickets about one thing become one (docs/service/tickets.md, Merging). */

/** The one whose `id` is asked for stays; both are as they were read when they are written, or else it starts over. */
export const merge = fn(
  z.strictObject({ id: text(64), ticket_id: id(TICKET).describe("The one that goes into it, and is closed") }),
  ({ id: wanted, ticket_id }) =>
    Records.change(Tickets, wanted, async (survivor, tx) => {
      requireUnmerged(survivor, survivor);
      const other = await requireOtherTicket(survivor, ticket_id);
      requireMergeable(survivor, other);
      const at = Clock.now();
      const gone = await WriteEffects.apply(tx, other, closeAsMerged(other, survivor, at), {
        messageFacts: [{ at, type: "merged_into" }],
      });
      tx.replace(Tickets, other, Tickets.applyComputed(Records.nextVersion(other, gone)));
      return WriteEffects.apply(tx, survivor, mergeIntoSurvivor(survivor, other), {
        messageFacts: [{ at, type: "merged", owed: slaDueFor(other, at) }],
      });
    }),
);

/** Where a ticket goes on: itself, or the one that it was merged into, as far as the caller sees that. */
export async function resolveSurvivor(ticket: TicketRecord): Promise<TicketRecord> {
  let survivor = ticket;
  while (survivor.merged_into_id !== null) {
    const next = await Records.find(Tickets, survivor.merged_into_id);
    if (!next)
      throw conflict(`It was merged into ${survivor.merged_into_id}, which is deleted or not shown to you`, [
        { field: "id", message: "Merged" },
      ]);
    survivor = next;
  }
  return survivor;
}

export * as TicketMerge from "./merge.ts";
