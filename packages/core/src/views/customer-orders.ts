import { Customer } from "../accounts/customer/customer.ts";
import { Order } from "../commerce/order/order.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";

/** Lists the orders of a customer that the caller sees. */
export const listByCustomer = fn(Order.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Order.list({ ...query, customer: customer.id });
});

export * as CustomerOrders from "./customer-orders.ts";
