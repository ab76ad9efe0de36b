import * as z from "zod";
import { type Assigned, assignmentKind, ofKind } from "../assignment/assigned.ts";
import type { Facts } from "../assignment/assignment.rules.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { Master } from "../masters/master.ts";
import { COUNTRIES, TERRITORIES } from "../masters/shared.masters.ts";
import { LIVE } from "../storage/read/counter.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { CUSTOMER_TYPES } from "./customer.masters.ts";

/** Whom customers go to. */

const When = z
  .strictObject({
    territories: ofKind(TERRITORIES),
    sources: ofKind(LEAD_SOURCES).describe("Any of these lead sources, by code or id: `source` of the customer is its code"),
    countries: ofKind(COUNTRIES).describe("Any of these countries, by code or id: of the billing address"),
    types: ofKind(CUSTOMER_TYPES),
  })
  .describe("All of it must hold; what is left out holds for every customer");

/** The customers that a user has are their load. */
export const customers: Assigned = {
  rule: assignmentKind({
    name: "customer_assignment",
    label: "Customer assignment",
    description:
      "Who is given a customer, by territory, source, country and type: one user, or users in turn or by load, among those who are free",
    many: "customers",
    when: When,
    masters: {
      territories: { kind: TERRITORIES, held: "id" },
      sources: { kind: LEAD_SOURCES, held: "id" },
      countries: { kind: COUNTRIES, held: "id" },
      types: { kind: CUSTOMER_TYPES, held: "id" },
    },
  }),
  load: { kind: "customer", count: LIVE, isCapped: false },
};

type Told = Pick<CustomerRecord, "territory_id" | "source" | "billing_country_id" | "customer_type_id">;

/** What of a customer the rule goes by. */
export const factsOf = async ({ territory_id, source, ...customer }: Told): Promise<Facts> => ({
  territory_id: territory_id ?? null,
  lead_source_id: (source && (await Master.named(LEAD_SOURCES, source))) || null,
  country_id: customer.billing_country_id ?? null,
  type: customer.customer_type_id ?? null,
});
