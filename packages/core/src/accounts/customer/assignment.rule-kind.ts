import * as z from "zod";
import { COUNTRIES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { type AssignableKind, assignmentKind, masterValues } from "../../sales/assignment/assignable-kind.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";
import { LIVE } from "../../storage/read/counter.ts";
import { CUSTOMER_TYPES } from "./customer.masters.ts";

/** Rules that assign customers to owners. */

const Conditions = z
  .strictObject({
    territories: masterValues(TERRITORIES),
    sources: masterValues(LEAD_SOURCES).describe(
      "Any of these lead sources, by code or id; `source` of the customer contains the code",
    ),
    countries: masterValues(COUNTRIES).describe("Any of these countries of the billing address, by code or id"),
    types: masterValues(CUSTOMER_TYPES),
  })
  .describe("All given conditions must hold; an omitted condition holds for every customer");

/** The load of a user is the number of their customers. */
export const assignableCustomers: AssignableKind = {
  rule: assignmentKind({
    name: "customer_assignment",
    label: "Customer assignment",
    description:
      "Assigns customers by territory, source, country and type: to one user, or to available users in rotation or by load",
    plural: "customers",
    when: Conditions,
    masters: { types: { kind: CUSTOMER_TYPES, storageForm: "id" } },
  }),
  load: { kind: "customer", count: LIVE, isCapped: false },
};
