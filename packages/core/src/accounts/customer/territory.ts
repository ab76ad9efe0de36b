import type { RuleDecider } from "../../platform/bulk-change/rule-decision.ts";
import { toPlacementInput } from "../../sales/territory/customer-territory.ts";
import { Territory } from "../../sales/territory/territory.ts";
import { Records } from "../../storage/write/records.ts";
import { Customers } from "./customer.entity.ts";

/** Returns the territory that the rule in force assigns to a customer; undefined if the customer is gone. */
export const decideTerritory: RuleDecider = async (id) => {
  const customer = await Records.load(Customers, id, { live: true });
  return (
    customer && Territory.decision(await Territory.placeByRule(await toPlacementInput(customer)), customer.territory_id ?? null)
  );
};
