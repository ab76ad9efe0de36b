import { CUSTOMER } from "../../accounts/customer/customer.domain.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import type { PlacementRule } from "./territory.schema.ts";
import { Territory, type TerritoryPlacement } from "./territory.ts";

/** Of which territory customers are, by their billing address, and what is sold to them. */

/** What of a customer is looked at, here and by whoever gives customers and what is sold to them to users. */
export interface TerritoryCustomer {
  territory_id?: string | null | undefined;
  territory_rule?: PlacementRule | undefined;
  billing_country_id: string | null;
  billing_state_id: string | null;
  billing_postal_code: string | null;
  industry_id?: string | null | undefined;
  source?: string | null | undefined;
  employee_count?: number | null | undefined;
  company_size_id?: string | null | undefined;
}

/** The lead source whose code a customer names as its source. */
export const resolveSource = async ({ source }: Pick<TerritoryCustomer, "source">): Promise<string | null> =>
  (source && (await Master.findByName(LEAD_SOURCES, source))) || null;

/** What of a customer the rule goes by. */
export const toPlacementInput = async (customer: TerritoryCustomer): Promise<Territory.PlacementInput> => ({
  country_id: customer.billing_country_id ?? null,
  state_id: customer.billing_state_id ?? null,
  postal_code: customer.billing_postal_code ?? null,
  industry_id: customer.industry_id ?? null,
  source_id: await resolveSource(customer),
  employee_count: customer.employee_count ?? null,
  company_size_id: customer.company_size_id ?? null,
});

/** The customer, whoever may see it, for domains that it goes by. */
export async function loadCustomer<C extends object>(id: string): Promise<C | undefined> {
  return (await Records.load(await loadCollection(CUSTOMER), id, { live: true })) as unknown as C | undefined;
}

/** That of what is sold to a customer: the customer's, or else what the rule gives it by the customer. */
export async function resolveCustomerTerritory(id: string): Promise<TerritoryPlacement> {
  const customer = await loadCustomer<TerritoryCustomer>(id);
  if (!customer) return { territory_id: null, territory_rule: null };
  const { territory_id, territory_rule = null } = customer;
  return territory_id ? { territory_id, territory_rule } : Territory.placeByRule(await toPlacementInput(customer));
}
