import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Records } from "../../storage/write/records.ts";
import { listCustomers } from "../person/customers.ts";
import { listIds, resolveMerged } from "../person/identity.ts";
import type { InteractionRecord } from "./interaction.entity.ts";

/**
 * Finds the customer of an interaction that names only a person: the customer that the person is or is a contact of, if there is
 * exactly one. It is stored when the interaction is written, so that counts by customer can be read by customer. An interaction
 * with a contact of two customers counts for neither, unless a user names one.
 */

/** Returns the customer of a person under all of the person's ids, if the caller sees it; null if there is none or more than one. */
export async function inferCustomer(persons: readonly string[]): Promise<string | null> {
  const { ownCustomerIds, contactCustomerIds } = await listCustomers(persons);
  const [customerId, ...otherIds] = new Set([...ownCustomerIds, ...contactCustomerIds]);
  if (customerId === undefined || otherIds.length > 0) return null;
  return (await Records.isVisible(CUSTOMER, customerId)) ? customerId : null;
}

/** Migrates an interaction of an earlier release by adding its customer. */
export async function fillCustomer(interaction: InteractionRecord): Promise<InteractionRecord> {
  const { customer_id, personal_key_id } = interaction;
  if (customer_id || !personal_key_id) return interaction;
  const person = await resolveMerged(personal_key_id);
  return { ...interaction, customer_id: await inferCustomer(person ? listIds(person) : [personal_key_id]) };
}
