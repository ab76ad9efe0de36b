import { Customer } from "../../accounts/customer/customer.ts";
import { type Recipient, resolveRecipients, type UnreachedReason } from "../../scheduling/invitation/recipients.ts";
import type { ContractRecord } from "../contract/contract.entity.ts";

/** Returns the address for mails about a contract: of its contact, or else of the customer's own person. */
export async function resolveRecipient(
  contract: ContractRecord,
  knownCustomer?: { personal_key_id: string | null },
): Promise<Recipient | UnreachedReason> {
  const { contact_id } = contract;
  const person = contact_id ? null : (knownCustomer ?? (await Customer.load(contract.customer_id)))?.personal_key_id;
  const to = contact_id ?? person;
  return to ? ((await resolveRecipients([to])).get(to) ?? "NO_ADDRESS") : "NO_ADDRESS";
}
