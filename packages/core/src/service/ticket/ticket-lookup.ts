import { conflict, invalid } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Another ticket that `ticket_id` names and the caller sees, which has not been merged away. */
export async function requireOtherTicket({ id }: TicketRecord, ticket_id: string): Promise<TicketRecord> {
  if (ticket_id === id) throw invalid("ticket_id", "Another ticket than this one");
  const other = await Records.find(Tickets, ticket_id);
  if (!other) throw invalid("ticket_id", "No such ticket");
  if (other.merged_into_id !== null)
    throw conflict(`It was merged into ${other.merged_into_id} before`, [{ field: "ticket_id", message: "Merged" }]);
  return other;
}
