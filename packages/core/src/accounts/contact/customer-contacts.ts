import { readMerged } from "../../storage/read/merged-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { References } from "../../storage/write/references.ts";
import { type ContactRecord, Contacts } from "./contact.entity.ts";

/** The most contacts that are read for one customer or person. */
const MAX_CONTACTS = 50;

/** Lists the contacts of a customer as list rows, without a visibility check. One query. */
export async function listCustomerContacts(customer: string): Promise<readonly ContactRecord[]> {
  const { records } = await readMerged(Contacts, References.fieldPartitions(Contacts, "customer_id", [customer]), MAX_CONTACTS);
  return records;
}

/** Lists the customers of a person's contacts, by all ids of the person, without a visibility check. One query for each id. */
export async function listContactCustomerIds(persons: readonly string[]): Promise<string[]> {
  const { records } = await readMerged(Contacts, personPartitions(persons), MAX_CONTACTS);
  return records.flatMap(({ customer_id }) => customer_id ?? []);
}
