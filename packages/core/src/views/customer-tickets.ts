import { Customer } from "../accounts/customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Ticket } from "../service/ticket/ticket.ts";

/** Lists the tickets of a customer that the caller sees. Tickets that the caller does not see are left out. */
export const listByCustomer = fn(Ticket.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Ticket.list({ ...query, customer: customer.id });
});

export * as CustomerTickets from "./customer-tickets.ts";
