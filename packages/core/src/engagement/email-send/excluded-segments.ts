import { listContactCustomerIds } from "../../accounts/contact/customer-contacts.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import * as Identity from "../../people/person/identity.ts";
import { loadMembershipStates } from "../segment/membership.ts";
import type { Recipient } from "./audience.ts";

/** The segments that a send leaves out. Loaded by sends that name some. */

/** Marks the persons who are reached through a customer of these segments, whether or not the user sees that customer. */
export async function markExcluded(recipients: readonly Recipient[], segments: readonly string[]): Promise<readonly Recipient[]> {
  const customerIds = await Promise.all(recipients.map(listCustomerIds));
  const uniqueIds = [...new Set(customerIds.flat())];
  const states = await loadMembershipStates(uniqueIds);
  const excludedIds = new Set(uniqueIds.filter((_, index) => segments.some((segment) => states[index]?.entries[segment])));
  return recipients.map((recipient, index) =>
    recipient.leftOut === undefined && customerIds[index]?.some((id) => excludedIds.has(id))
      ? { ...recipient, leftOut: "excluded" }
      : recipient,
  );
}

/** Lists the customers through which a person is reached: their own, and those of their contacts. */
async function listCustomerIds({ person, customer }: Recipient): Promise<string[]> {
  const persons = Identity.listIds(person);
  const [own, employers] = await Promise.all([Customer.findByPerson(persons), listContactCustomerIds(persons)]);
  return [...new Set([...own.ids, ...employers, ...(customer ? [customer.id] : [])])];
}
