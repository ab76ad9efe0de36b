import { CUSTOMER } from "../customer/customer.domain.ts";
import { customersOf } from "../person/customers.ts";
import { idsOf, living } from "../person/identity.ts";
import { Records } from "../storage/write/records.ts";
import type { InteractionRecord } from "./interaction.entity.ts";

/**
 * With whom an interaction is that names a person and no customer: with the one that the person is, or stands for as a contact,
 * where there is one alone. It is said when the interaction is written, so that what counts by customer is read by customer, and a
 * person who stands for two counts for neither unless somebody says so.
 */

/** The customer of a person under all of their ids, if the caller may see it; null for none, and for several. */
export async function customerOf(persons: readonly string[]): Promise<string | null> {
  const { own, places } = await customersOf(persons);
  const [only, ...others] = new Set([...own, ...places]);
  if (only === undefined || others.length > 0) return null;
  return (await Records.isShown(CUSTOMER, only)) ? only : null;
}

/** An interaction of an earlier release, with whom it was. */
export async function joined(interaction: InteractionRecord): Promise<InteractionRecord> {
  const { customer_id, personal_key_id } = interaction;
  if (customer_id || !personal_key_id) return interaction;
  const person = await living(personal_key_id);
  return { ...interaction, customer_id: await customerOf(person ? idsOf(person) : [personal_key_id]) };
}
