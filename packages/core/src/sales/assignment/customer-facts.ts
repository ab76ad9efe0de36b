import { resolveSource, type TerritoryCustomer } from "../territory/customer-territory.ts";
import type { Facts } from "./assignment.rules.ts";

/** Fields of a customer that assignment rules test. */
export type AssignmentCustomer = Pick<TerritoryCustomer, "territory_id" | "source" | "billing_country_id"> & {
  customer_type_id?: string | null | undefined;
  personal_key_id?: string | null | undefined;
};

export const loadFacts = async (customer: AssignmentCustomer): Promise<Facts> => ({
  personal_key_id: customer.personal_key_id ?? null,
  territory_id: customer.territory_id ?? null,
  lead_source_id: await resolveSource(customer),
  country_id: customer.billing_country_id ?? null,
  type: customer.customer_type_id ?? null,
});
