import { CONTACT } from "../contact/contact.domain.ts";
import { partitionsWithin } from "../storage/read/plan.ts";
import { merged } from "../storage/read/scan.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { collectionOf } from "../storage/table/collections.ts";
import { readSingle } from "./single.ts";

/** Contacts of a person that are looked at: a person stands for few customers. */
export const MOST_PLACES = 50;

/** The customer that a person is, and those for which they stand as a contact, under all of their ids. */
export interface Customers {
  /** None, one, or after a merge of two who had one each, one of each. */
  own: readonly string[];
  /** Those of the newest contacts, first; each once. */
  places: readonly string[];
  /** Whether there may be more of these. */
  isBound: boolean;
}

/** Whoever may see them. */
export async function customersOf(persons: readonly string[]): Promise<Customers> {
  const [{ ids: own }, contacts] = await Promise.all([readSingle("PERSONCUSTOMER", persons), collectionOf(CONTACT)]);
  const places = new Set<string>();
  let count = 0;
  for await (const { row } of merged(contacts, partitionsWithin(persons), {
    order: "desc",
    after: undefined,
    chunk: MOST_PLACES,
  })) {
    const { customer_id } = contacts.fromRow(row) as BaseRecord & { customer_id?: string | null };
    if (customer_id) places.add(customer_id);
    if (++count === MOST_PLACES) break;
  }
  return { own, places: [...places], isBound: count === MOST_PLACES };
}
