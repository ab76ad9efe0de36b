import { listCustomerContacts } from "../../accounts/contact/customer-contacts.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { collectionOwner, isId } from "../../kernel/id.ts";
import { PERSON } from "../../people/person/person.kind.ts";

/** The persons of sales. Ids are not resolved to the persons after merges. */

/** Returns the person in whose collection a record is; null if it is in none. */
export function findPersonId(id: string | null): string | null {
  const owner = id === null ? null : collectionOwner(id);
  return owner !== null && isId(owner, PERSON) ? owner : null;
}

/** Returns the person of an individual customer, or the persons of the contacts of another one. */
export async function listCustomerPersons(id: string | null): Promise<string[]> {
  const customer = id === null ? undefined : await Customer.load(id);
  if (!customer) return [];
  if (customer.personal_key_id) return [customer.personal_key_id];
  return (await listCustomerContacts(customer.id)).map(({ personal_key_id }) => personal_key_id);
}
