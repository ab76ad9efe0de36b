import { type OfCustomer, sourceOf } from "../territory/of-customer.ts";
import type { Facts } from "./assignment.rules.ts";

/** What of a customer the rules go by. */
export type Told = Pick<OfCustomer, "territory_id" | "source" | "billing_country_id"> & {
  customer_type_id?: string | null | undefined;
};

export const factsOf = async (customer: Told): Promise<Facts> => ({
  territory_id: customer.territory_id ?? null,
  lead_source_id: await sourceOf(customer),
  country_id: customer.billing_country_id ?? null,
  type: customer.customer_type_id ?? null,
});
