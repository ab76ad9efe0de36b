import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import type { PlacementRule } from "./territory.schema.ts";
import { Territory, type TerritoryPlacement } from "./territory.ts";

/** Territories of customers, by their billing address, and of records sold to them. */

/** Fields of a customer that territory and assignment rules use. */
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

/** Finds the lead source that the customer's `source` names. */
export const resolveSource = async ({ source }: Pick<TerritoryCustomer, "source">): Promise<string | null> =>
  (source && (await Master.findByName(LEAD_SOURCES, source))) || null;

/** Returns the fields of a customer on which the territory rule depends. */
export const toPlacementInput = async (customer: TerritoryCustomer): Promise<Territory.PlacementInput> => ({
  country_id: customer.billing_country_id ?? null,
  state_id: customer.billing_state_id ?? null,
  postal_code: customer.billing_postal_code ?? null,
  industry_id: customer.industry_id ?? null,
  source_id: await resolveSource(customer),
  employee_count: customer.employee_count ?? null,
  company_size_id: customer.company_size_id ?? null,
});

/** Loads the live customer without a visibility check. It avoids an import of the customer domain. */
export async function loadCustomer<C extends object>(id: string): Promise<C | undefined> {
  return (await Records.load(await loadCollection(CUSTOMER), id, { live: true })) as C | undefined;
}

/**
 * Returns the territory for records sold to a customer: the customer's territory, or else the one that the rule assigns to the customer.
 */
export async function resolveCustomerTerritory(id: string): Promise<TerritoryPlacement> {
  const customer = await loadCustomer<TerritoryCustomer>(id);
  if (!customer) return { territory_id: null, territory_rule: null };
  const { territory_id, territory_rule = null } = customer;
  return territory_id ? { territory_id, territory_rule } : Territory.placeByRule(await toPlacementInput(customer));
}
