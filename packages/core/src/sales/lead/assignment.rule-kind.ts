import * as z from "zod";
import { COUNTRIES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { filterCount } from "../../storage/read/counter.ts";
import { type AssignableKind, assignmentKind, masterValues } from "../assignment/assignable-kind.ts";
import { LEAD_SOURCES, PRODUCT_LINES } from "./lead.masters.ts";

const score = () => z.number().int().min(0).max(100).nullish();

const Conditions = z
  .strictObject({
    territories: masterValues(TERRITORIES),
    sources: masterValues(LEAD_SOURCES),
    countries: masterValues(COUNTRIES),
    product_lines: masterValues(PRODUCT_LINES),
    min_score: score().describe("Minimum score"),
    max_score: score().describe("Maximum score"),
  })
  .refine(({ min_score, max_score }) => (min_score ?? 0) <= (max_score ?? 100), {
    path: ["max_score"],
    message: "Must not be less than min_score",
  })
  .describe("All given conditions must hold; an omitted condition holds for every lead");

export const LeadAssignment = assignmentKind({
  name: "lead_assignment",
  label: "Lead assignment",
  description:
    "Assigns leads by territory, source, country, product line and score: to one user, or to available users in rotation or by load",
  plural: "leads",
  when: Conditions,
  masters: { product_lines: { kind: PRODUCT_LINES, storageForm: "code" } },
});

/** The load of a user is the number of leads that are not converted. */
export const assignableLeads: AssignableKind = {
  rule: LeadAssignment,
  load: { kind: "lead", count: filterCount("is_converted", "false"), isCapped: true },
};
