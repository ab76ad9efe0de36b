import { CUSTOMER } from "../../accounts/customer/customer.domain.ts";
import { Records } from "../../storage/write/records.ts";
import { listCustomers } from "../person/customers.ts";
import { listIds, resolveMerged } from "../person/identity.ts";
import type { InteractionRecord } from "./interaction.entity.ts";

/**
 * With whom an interaction is that names a person and no customer: with the one that the person is, or stands for as a contact,
 * where there is one alone. It is said when the interaction is written, so that what counts by customer is read by customer, and a
 * person who stands for two counts for neither unless somebody says so.
 */

/** The customer of a person under all of their ids, if the caller may see it; null for none, and for several. */
export async function inferCustomer(persons: readonly string[]): Promise<string | null> {
  const { ownCustomerIds: own, contactCustomerIds: places } = await listCustomers(persons);
  const [only, ...others] = new Set([...own, ...places]);
  if (only === undefined || others.length > 0) return null;
  return (await Records.isVisible(CUSTOMER, only)) ? only : null;
}

/** An interaction of an earlier release, with whom it was. */
export async function fillCustomer(interaction: InteractionRecord): Promise<InteractionRecord> {
  const { customer_id, personal_key_id } = interaction;
  if (customer_id || !personal_key_id) return interaction;
  const person = await resolveMerged(personal_key_id);
  return { ...interaction, customer_id: await inferCustomer(person ? listIds(person) : [personal_key_id]) };
}
