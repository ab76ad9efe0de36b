import { Customer } from "../accounts/customer/customer.ts";
import { Contract } from "../agreements/contract/contract.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";

/** The contracts of a customer that the caller sees, as far as they see the contracts themselves. */
export const listByCustomer = fn(Contract.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Contract.list({ ...query, customer: customer.id });
});

export * as CustomerContracts from "./customer-contracts.ts";
