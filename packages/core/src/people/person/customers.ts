import { CONTACT } from "../../accounts/contact/contact.domain.ts";
import { readMerged } from "../../storage/read/merged-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { readUnique } from "./unique-per-person.ts";

/** Contacts of a person that are looked at: a person stands for few customers. */
export const MAX_CONTACTS = 50;

/** The customer that a person is, and those for which they stand as a contact, under all of their ids. */
export interface PersonCustomers {
  /** None, one, or after a merge of two who had one each, one of each. */
  ownCustomerIds: readonly string[];
  /** Those of the newest contacts, first; each once. */
  contactCustomerIds: readonly string[];
  /** Whether there may be more of these. */
  hasMore: boolean;
}

/** Whoever may see them. */
export async function listCustomers(persons: readonly string[]): Promise<PersonCustomers> {
  const [{ ids: own }, places] = await Promise.all([readUnique("PERSONCUSTOMER", persons), listContactCustomers(persons)]);
  return { ownCustomerIds: own, ...places };
}

/** Those for which they stand as a contact, alone. */
export async function listContactCustomers(
  persons: readonly string[],
): Promise<Pick<PersonCustomers, "contactCustomerIds" | "hasMore">> {
  const contacts = (await loadCollection(CONTACT)) as Collection<BaseRecord & { customer_id?: string | null }>;
  const { records, isBound } = await readMerged(contacts, personPartitions(persons), MAX_CONTACTS);
  return { contactCustomerIds: [...new Set(records.flatMap(({ customer_id }) => customer_id ?? []))], hasMore: isBound };
}
