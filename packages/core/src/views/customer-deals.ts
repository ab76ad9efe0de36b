import { Customer } from "../accounts/customer/customer.ts";
import { Deal } from "../agreements/deal/deal.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";

/** The deals of a customer that the caller sees, as far as they see the deals themselves. */
export const listByCustomer = fn(Deal.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Deal.list({ ...query, customer: customer.id });
});

export * as CustomerDeals from "./customer-deals.ts";
