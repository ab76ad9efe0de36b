import { Customer } from "../accounts/customer/customer.ts";
import { Deal } from "../agreements/deal/deal.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";

/** Lists the deals of a customer that the caller sees. Deals that the caller does not see are left out. */
export const listByCustomer = fn(Deal.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Deal.list({ ...query, customer: customer.id });
});

export * as CustomerDeals from "./customer-deals.ts";
