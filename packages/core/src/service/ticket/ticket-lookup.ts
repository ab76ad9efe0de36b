import { conflict, invalid } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Finds a ticket that the caller sees. */
export const findTicket = (id: string): Promise<TicketRecord | undefined> => Records.find(Tickets, id);

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
