import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { readMerged } from "../../storage/read/merged-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { readUnique } from "./unique-per-person.ts";

/** Maximum number of contacts read for a person: a person is a contact of few customers. */
export const MAX_CONTACTS = 50;

/** The customers of a person, under all of the person's ids. */
interface PersonCustomers {
  /** The person's individual customer. Several only after a merge of persons who each had one. */
  ownCustomerIds: readonly string[];
  /** The customers for which the person is a contact, by the newest contact first, without duplicates. */
  contactCustomerIds: readonly string[];
  /** Whether there may be more contacts than were read. */
  hasMore: boolean;
}

/** Lists the customers of a person, without a check of visibility. */
export async function listCustomers(persons: readonly string[]): Promise<PersonCustomers> {
  const [{ ids }, places] = await Promise.all([readUnique("PERSONCUSTOMER", persons), listContactCustomers(persons)]);
  return { ownCustomerIds: ids, ...places };
}

/** Lists only the customers for which the person is a contact. */
export async function listContactCustomers(
  persons: readonly string[],
): Promise<Pick<PersonCustomers, "contactCustomerIds" | "hasMore">> {
  const contacts = (await loadCollection(CONTACT)) as Collection<BaseRecord & { customer_id?: string | null }>;
  const { records, isBound } = await readMerged(contacts, personPartitions(persons), MAX_CONTACTS);
  return { contactCustomerIds: [...new Set(records.flatMap(({ customer_id }) => customer_id ?? []))], hasMore: isBound };
}
