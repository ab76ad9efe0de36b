import { Contract } from "../contract/contract.ts";
import { Customer } from "../customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";

/** The contracts of a customer that the caller sees, as far as they see the contracts themselves. */
export const ofCustomer = fn(Contract.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Contract.list({ ...query, customer: customer.id });
});

export * as ContractsOf from "./contracts-of.ts";
