import { rowsOf } from "../storage/read/among.ts";
import { References } from "../storage/write/references.ts";
import { type ContactRecord, Contacts } from "./contact.entity.ts";

/** Contacts of a customer that stand for it, where all of it is meant. */
const MOST = 50;

/** Those who stand for a customer, as lists show them, whoever sees them. One query. */
export async function contactsOf(customer: string): Promise<readonly ContactRecord[]> {
  const { records } = await rowsOf(Contacts, References.partitionsBy(Contacts as never, "customer_id", [customer]), MOST);
  return records;
}
