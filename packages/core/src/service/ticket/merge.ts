import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { fn } from "../../kernel/fn.ts";
import { id, text } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { SlaDue } from "../sla/clock.rules.ts";
import { Comments } from "./comment.entity.ts";
import { Comment } from "./comment.ts";
import {
  closeAsMerged,
  mergeIntoSurvivor,
  releaseMerged,
  requireMergeable,
  requireSeparable,
  requireUnmerged,
  separate,
} from "./merge.rules.ts";
import { slaDueFor } from "./sla-due.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TICKET } from "./ticket.kind.ts";
import { requireOtherTicket } from "./ticket-lookup.ts";
import { WriteEffects } from "./write-effects.ts";

/** Merges two tickets about the same issue, and separates them again (docs/service/tickets.md, Merging). */

/** Merges `ticket_id` into `id`, which survives. If either changes before the write, the merge starts over. */
export const merge = fn(
  z.strictObject({ id: text(64), ticket_id: id(TICKET).describe("Ticket that is merged into this one and closed") }),
  ({ id: survivorId, ticket_id }) =>
    Records.change(Tickets, survivorId, async (survivor, tx) => {
      requireUnmerged(survivor, survivor);
      const mergedTicket = await requireOtherTicket(survivor, ticket_id);
      requireMergeable(survivor, mergedTicket);
      tx.create(Comments, Comment.buildEvent(survivor, "MERGED", mergedTicket));
      return addMerge(tx, survivor, mergedTicket);
    }),
);

/** Since when a requester waits for an answer, and which clocks run for it. */
interface PendingWork {
  awaiting_since: string | null;
  owed: SlaDue;
}

/** Adds a merge to the transaction, by which the survivor takes over what the other ticket owes. Returns the survivor. */
export async function addMerge(
  tx: Transaction,
  survivor: TicketRecord,
  mergedTicket: TicketRecord,
  pending?: PendingWork,
): Promise<TicketRecord> {
  const now = Clock.now();
  const { awaiting_since, owed } = pending ?? {
    awaiting_since: mergedTicket.awaiting_since,
    owed: slaDueFor(mergedTicket, now),
  };
  const closedTicket = await WriteEffects.apply(tx, mergedTicket, closeAsMerged(mergedTicket, survivor, now), {
    messageFacts: [{ at: now, type: "merged_into" }],
  });
  tx.replace(Tickets, mergedTicket, Tickets.applyComputed(Records.nextVersion(mergedTicket, closedTicket)));
  return WriteEffects.apply(tx, survivor, mergeIntoSurvivor(survivor, { ...mergedTicket, awaiting_since }), {
    messageFacts: [{ at: now, type: "merged", owed, ticket_id: mergedTicket.id }],
  });
}

/** Separates a ticket from the survivor `id` again. It continues as it was; its clocks were paused while it was merged. */
export const unmerge = fn(
  z.strictObject({ id: text(64), ticket_id: id(TICKET).describe("Ticket that was merged into this one") }),
  ({ id: survivorId, ticket_id }) =>
    Records.change(Tickets, survivorId, async (survivor, tx) => {
      requireUnmerged(survivor, survivor);
      const { mergedTicket, state } = requireSeparable(await Records.load(Tickets, ticket_id, { live: true }), survivor);
      const { assigned_to_id } = mergedTicket;
      const isActive = assigned_to_id !== null && (await Directory.findActive(assigned_to_id)) !== undefined;
      const separated = await WriteEffects.apply(
        tx,
        mergedTicket,
        separate(mergedTicket, state, isActive ? assigned_to_id : null),
        {
          messageFacts: [{ at: Clock.now(), type: "unmerged" }],
        },
      );
      tx.replace(Tickets, mergedTicket, Tickets.applyComputed(Records.nextVersion(mergedTicket, separated)));
      tx.create(Comments, Comment.buildEvent(survivor, "UNMERGED", mergedTicket));
      tx.create(Comments, Comment.buildEvent(mergedTicket, "UNMERGED", survivor));
      return WriteEffects.apply(tx, survivor, releaseMerged(survivor, mergedTicket, state), { isCorrected: true });
    }),
);

export * as TicketMerge from "./merge.ts";
