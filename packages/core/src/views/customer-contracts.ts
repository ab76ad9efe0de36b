import { Customer } from "../accounts/customer/customer.ts";
import { Contract } from "../agreements/contract/contract.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";

/** Lists the contracts of a customer that the caller sees. Contracts that the caller does not see are left out. */
export const listByCustomer = fn(Contract.Query.omit({ customer: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Contract.list({ ...query, customer: customer.id });
});

export * as CustomerContracts from "./customer-contracts.ts";
