import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { conflict } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { id, text } from "../kernel/schema.ts";
import { Records } from "../storage/write/records.ts";
import { Course } from "./course.ts";
import { mergedInto, requireFit, requireUnmerged, survivorWith } from "./merged.rules.ts";
import { otherOf } from "./others.ts";
import { owedBy } from "./owed.ts";
import { TICKET } from "./ticket.domain.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Two tickets about one thing become one (docs/tickets.md, Merging). */

/** The one whose `id` is asked for stays; both are as they were read when they are written, or else it starts over. */
export const merge = fn(
  z.strictObject({ id: text(64), ticket_id: id(TICKET).describe("The one that goes into it, and is closed") }),
  ({ id: wanted, ticket_id }) =>
    Records.change(Tickets, wanted, async (survivor, tx) => {
      requireUnmerged(survivor, survivor);
      const other = await otherOf(survivor, ticket_id);
      requireFit(survivor, other);
      const at = Clock.now();
      const gone = await Course.follow(tx, other, mergedInto(other, survivor, at), { said: [{ at, type: "merged_into" }] });
      tx.replace(Tickets, other, Tickets.computed(Records.nextVersion(other, gone)));
      return Course.follow(tx, survivor, survivorWith(survivor, other), {
        said: [{ at, type: "merged", owed: owedBy(other, at) }],
      });
    }),
);

/** Where a ticket goes on: itself, or the one that it was merged into, as far as the caller sees that. */
export async function survivorOf(ticket: TicketRecord): Promise<TicketRecord> {
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

export * as TicketMerge from "./merge-tickets.ts";
