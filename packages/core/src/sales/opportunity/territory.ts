import type { RuleDecider } from "../../platform/bulk-change/rule-decision.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveCustomerTerritory } from "../territory/customer-territory.ts";
import { Territory, type TerritoryPlacement } from "../territory/territory.ts";
import { Opportunities } from "./opportunity.entity.ts";

/** Territories of opportunities. */

const NO_TERRITORY: TerritoryPlacement = { territory_id: null, territory_rule: null };

/** Returns the territory of a customer. */
export const territoryForCustomer = async (customer: string | null | undefined): Promise<string | null> =>
  customer ? (await resolveCustomerTerritory(customer)).territory_id : null;

/** Returns the territory of an opportunity's customer; undefined if the opportunity is gone. */
export const decideTerritory: RuleDecider = async (id) => {
  const opportunity = await Records.load(Opportunities, id, { live: true });
  if (!opportunity) return undefined;
  const { customer_id, territory_id } = opportunity;
  return Territory.decision(customer_id ? await resolveCustomerTerritory(customer_id) : NO_TERRITORY, territory_id ?? null);
};
