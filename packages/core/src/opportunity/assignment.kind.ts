import * as z from "zod";
import { type Assigned, assignmentKind, ofKind } from "../assignment/assigned.ts";
import type { Facts } from "../assignment/assignment.rules.ts";
import { ownerOfNew } from "../assignment/new-owner.ts";
import { factsOf as factsOfCustomer, type Told as OfCustomer } from "../assignment/of-customer.ts";
import { useSettings } from "../kernel/context.ts";
import { amount, oneOf } from "../kernel/schema.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { Master } from "../masters/master.ts";
import { COUNTRIES, TERRITORIES } from "../masters/shared.masters.ts";
import { filterCount } from "../storage/read/counter.ts";
import { customerWith } from "../territory/of-customer.ts";
import { type OpportunityRecord, types } from "./opportunity.entity.ts";

/** Whom opportunities go to. */

const When = z
  .strictObject({
    territories: ofKind(TERRITORIES).describe("Any of these territories, by code or id: its own, or else its customer's"),
    sources: ofKind(LEAD_SOURCES).describe("Any of these lead sources, by code or id: of the customer"),
    countries: ofKind(COUNTRIES).describe("Any of these countries, by code or id: of the customer's billing address"),
    types: z.array(oneOf(types)).max(types.length).nullish(),
    min_amount: amount().nullish().describe("This amount or more, in the tenant's currency; one in another does not count"),
  })
  .describe("All of it must hold; what is left out holds for every opportunity");

/** Open opportunities are a user's load. */
export const opportunities: Assigned = {
  rule: assignmentKind({
    name: "opportunity_assignment",
    label: "Opportunity assignment",
    description:
      "Who is given an opportunity, by territory, source and country of its customer, type and amount: one user, or users in turn or by load, among those who are free",
    many: "opportunities",
    when: When,
    masters: {
      territories: { kind: TERRITORIES, held: "id" },
      sources: { kind: LEAD_SOURCES, held: "id" },
      countries: { kind: COUNTRIES, held: "id" },
    },
  }),
  load: { kind: "opportunity", count: filterCount("is_closed", "false"), isCapped: false },
};

type About = Pick<OpportunityRecord, "customer_id" | "territory_id" | "type" | "amount" | "currency">;
type Told = { readonly [F in keyof About]?: About[F] | null | undefined };

/** What of an opportunity the rule goes by. */
export async function factsOf({ customer_id, territory_id, type, amount, currency }: Told): Promise<Facts> {
  const customer = customer_id ? await customerWith<OfCustomer>(customer_id) : undefined;
  const known = customer ? await factsOfCustomer(customer) : { territory_id: null, lead_source_id: null, country_id: null };
  const own = useSettings().currency;
  return {
    ...known,
    territory_id: territory_id ?? known.territory_id,
    type: type ?? null,
    amount: (currency ?? own) === own ? (amount ?? null) : null,
  };
}

/** Whom a new one goes to: who is named, or as the tenant's setting new_opportunity_owner says. */
export const ownerFor = async (input: Told & { owner_id?: string | null | undefined }, named: () => Promise<string | null>) => {
  const { owner_id: given, territory_id, ...told } = input;
  const choose = await ownerOfNew({ given, setting: useSettings().new_opportunity_owner, named, by: opportunities });
  return choose(async () =>
    factsOf({
      ...told,
      territory_id: territory_id ? await Master.resolve(TERRITORIES, territory_id, "territory_id") : null,
    }),
  );
};
