import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { inferCustomer } from "../../people/interaction/customer-inference.ts";
import { readMerged } from "../../storage/read/merged-list.ts";
import { Records } from "../../storage/write/records.ts";
import { Tickets } from "./ticket.entity.ts";

/** Number of the requester's newest tickets whose customers are compared. */
const MAX_TICKETS = 20;

/**
 * Returns the customer of a known requester, under all of the person's ids: the one that the person is or is a contact of. A person who is neither, such
 * as a colleague of a contact, has the customer of their earlier tickets. Null if there is more than one, or if the caller does not see the customer.
 */
export const findRequesterCustomer = async (persons: readonly string[]): Promise<string | null> =>
  (await inferCustomer(persons)) ?? (await findTicketCustomer(persons));

async function findTicketCustomer(persons: readonly string[]): Promise<string | null> {
  const partitions = persons.map((person) => ({ index: "by_rank" as const, facets: { personal_key_id: person } }));
  const { records } = await readMerged(Tickets, partitions, MAX_TICKETS);
  const [customerId, ...otherIds] = new Set(records.flatMap(({ customer_id }) => customer_id ?? []));
  if (customerId === undefined || otherIds.length > 0) return null;
  return (await Records.isVisible(CUSTOMER, customerId)) ? customerId : null;
}
