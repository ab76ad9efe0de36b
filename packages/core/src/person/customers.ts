import { CONTACT } from "../contact/contact.domain.ts";
import { rowsOf } from "../storage/read/among.ts";
import { partitionsWithin } from "../storage/read/plan.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
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
  const [{ ids: own }, places] = await Promise.all([readSingle("PERSONCUSTOMER", persons), placesOf(persons)]);
  return { own, ...places };
}

/** Those for which they stand as a contact, alone. */
export async function placesOf(persons: readonly string[]): Promise<Pick<Customers, "places" | "isBound">> {
  const contacts = (await collectionOf(CONTACT)) as Collection<BaseRecord & { customer_id?: string | null }>;
  const { records, isBound } = await rowsOf(contacts, partitionsWithin(persons), MOST_PLACES);
  return { places: [...new Set(records.flatMap(({ customer_id }) => customer_id ?? []))], isBound };
}
