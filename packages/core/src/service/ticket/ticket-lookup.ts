import { conflict, invalid } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Finds a ticket that the caller sees. */
export const findTicket = (id: string): Promise<TicketRecord | undefined> => Records.find(Tickets, id);

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

/** Returns the other ticket of a request. The caller must be able to see it, and it must not be merged into another. */
export async function requireOtherTicket({ id }: TicketRecord, ticket_id: string): Promise<TicketRecord> {
  if (ticket_id === id) throw invalid("ticket_id", "Must be another ticket");
  const otherTicket = await Records.find(Tickets, ticket_id);
  if (!otherTicket) throw invalid("ticket_id", "No such ticket");
  if (otherTicket.merged_into_id !== null)
    throw conflict(`The ticket was already merged into ${otherTicket.merged_into_id}`, [
      { field: "ticket_id", message: "Merged" },
    ]);
  return otherTicket;
}
