import { readMerged } from "../../storage/read/merged-list.ts";
import { References } from "../../storage/write/references.ts";
import { type ContactRecord, Contacts } from "./contact.entity.ts";

/** Contacts of a customer that stand for it, where all of it is meant. */
const MAX_CONTACTS = 50;

/** Those who stand for a customer, as lists show them, whoever sees them. One query. */
export async function listCustomerContacts(customer: string): Promise<readonly ContactRecord[]> {
  const { records } = await readMerged(
    Contacts,
    References.fieldPartitions(Contacts as never, "customer_id", [customer]),
    MAX_CONTACTS,
  );
  return records;
}
