import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { amount, oneOf } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { COUNTRIES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { filterCount } from "../../storage/read/counter.ts";
import { type AssignableKind, assignmentKind, masterValues } from "../assignment/assignable-kind.ts";
import type { Facts } from "../assignment/assignment.rules.ts";
import { loadFacts as factsOfCustomer, type AssignmentCustomer as OfCustomer } from "../assignment/customer-facts.ts";
import { createOwnerChooser } from "../assignment/new-owner.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { loadCustomer } from "../territory/customer-territory.ts";
import type { OpportunityRecord } from "./opportunity.entity.ts";
import { opportunityTypes } from "./opportunity.rules.ts";

/** Rules that assign opportunities to owners. */

const Conditions = z
  .strictObject({
    territories: masterValues(TERRITORIES).describe(
      "Any of these territories, by code or id: that of the opportunity, or else of its customer",
    ),
    sources: masterValues(LEAD_SOURCES).describe("Any of these lead sources of the customer, by code or id"),
    countries: masterValues(COUNTRIES).describe("Any of these countries of the customer's billing address, by code or id"),
    types: z.array(oneOf(opportunityTypes)).max(opportunityTypes.length).nullish(),
    min_amount: amount()
      .nullish()
      .describe("Minimum amount in the tenant's currency; an amount in another currency does not match"),
  })
  .describe("All given conditions must hold; an omitted condition holds for every opportunity");

/** The load of a user is the number of open opportunities. */
export const assignableOpportunities: AssignableKind = {
  rule: assignmentKind({
    name: "opportunity_assignment",
    label: "Opportunity assignment",
    description:
      "Assigns opportunities by type, amount, and the territory, source and country of the customer: to one user, or to available users in rotation or by load",
    plural: "opportunities",
    when: Conditions,
  }),
  load: { kind: "opportunity", count: filterCount("is_closed", "false"), isCapped: false },
};

type AssignmentFields = Pick<
  OpportunityRecord,
  "customer_id" | "personal_key_id" | "territory_id" | "type" | "amount" | "currency"
>;
type AssignmentInput = { readonly [F in keyof AssignmentFields]?: AssignmentFields[F] | null | undefined };

/** Loads the facts of an opportunity that the rule tests. */
export async function loadFacts({
  customer_id,
  personal_key_id,
  territory_id,
  type,
  amount,
  currency,
}: AssignmentInput): Promise<Facts> {
  const customer = customer_id ? await loadCustomer<OfCustomer>(customer_id) : undefined;
  const customerFacts = customer
    ? await factsOfCustomer(customer)
    : { personal_key_id: null, territory_id: null, lead_source_id: null, country_id: null };
  const tenantCurrency = useSettings().currency;
  return {
    ...customerFacts,
    personal_key_id: personal_key_id ?? customerFacts.personal_key_id ?? null,
    territory_id: territory_id ?? customerFacts.territory_id,
    type: type ?? null,
    amount: (currency ?? tenantCurrency) === tenantCurrency ? (amount ?? null) : null,
  };
}

/** Chooses the owner of a new opportunity: the named user, or else by the tenant's setting new_opportunity_owner. */
export const ownerFor = async (
  input: AssignmentInput & { owner_id?: string | null | undefined },
  loadAssignableOwner: () => Promise<string | null>,
) => {
  const { owner_id, territory_id, ...attributes } = input;
  const choose = await createOwnerChooser({
    requestedOwner: owner_id,
    setting: useSettings().new_opportunity_owner,
    requireAssignable: loadAssignableOwner,
    assignable: assignableOpportunities,
  });
  return choose(async () =>
    loadFacts({
      ...attributes,
      territory_id: territory_id ? await Master.resolve(TERRITORIES, territory_id, "territory_id") : null,
    }),
  );
};
