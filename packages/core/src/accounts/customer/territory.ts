import type { RuleDecider } from "../../platform/bulk-change/territory-decision.ts";
import { toPlacementInput } from "../../sales/territory/customer-territory.ts";
import { Territory } from "../../sales/territory/territory.ts";
import { Records } from "../../storage/write/records.ts";
import { Customers } from "./customer.entity.ts";

/** The territory that the rule in force gives a customer; undefined where it is gone. */
export const decideTerritory: RuleDecider = async (id) => {
  const customer = await Records.load(Customers, id, { live: true });
  return (
    customer && Territory.decision(await Territory.placeByRule(await toPlacementInput(customer)), customer.territory_id ?? null)
  );
};
