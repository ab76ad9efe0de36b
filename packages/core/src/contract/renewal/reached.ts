import { Customer } from "../../customer/customer.ts";
import { type Recipient, recipientsOf, type Unreached } from "../../invitation/recipients.ts";
import type { ContractRecord } from "../contract.entity.ts";

/** Where the customer of a contract is reached: its contact, or else the person that the customer is. */
export async function reached(
  contract: ContractRecord,
  known?: { personal_key_id: string | null },
): Promise<Recipient | Unreached> {
  const { contact_id } = contract;
  const person = contact_id ? null : (known ?? (await Customer.load(contract.customer_id)))?.personal_key_id;
  const to = contact_id ?? person;
  return to ? ((await recipientsOf([to])).get(to) ?? "NO_ADDRESS") : "NO_ADDRESS";
}
