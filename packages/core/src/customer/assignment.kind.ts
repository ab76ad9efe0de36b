import * as z from "zod";
import { type Assigned, assignmentKind, ofKind } from "../assignment/assigned.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { COUNTRIES, TERRITORIES } from "../masters/shared.masters.ts";
import { LIVE } from "../storage/read/counter.ts";
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
