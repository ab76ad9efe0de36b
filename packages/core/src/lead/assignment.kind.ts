import * as z from "zod";
import { type Assigned, assignmentKind, ofKind } from "../assignment/assigned.ts";
import { COUNTRIES, TERRITORIES } from "../masters/shared.masters.ts";
import { filterCount } from "../storage/read/counter.ts";
import { LEAD_SOURCES, PRODUCT_LINES } from "./lead.masters.ts";

const score = () => z.number().int().min(0).max(100).nullish();

const When = z
  .strictObject({
    territories: ofKind(TERRITORIES),
    sources: ofKind(LEAD_SOURCES),
    countries: ofKind(COUNTRIES),
    product_lines: ofKind(PRODUCT_LINES),
    min_score: score().describe("This score or more"),
    max_score: score().describe("This score or less"),
  })
  .refine(({ min_score, max_score }) => (min_score ?? 0) <= (max_score ?? 100), {
    path: ["max_score"],
    message: "Less than min_score",
  })
  .describe("All of it must hold; what is left out holds for every lead");

export const LeadAssignment = assignmentKind({
  name: "lead_assignment",
  label: "Lead assignment",
  description:
    "Who is given a lead, by territory, source, country, product line and score: one user, or users in turn or by load, among those who are free",
  many: "leads",
  when: When,
  masters: {
    territories: { kind: TERRITORIES, held: "id" },
    sources: { kind: LEAD_SOURCES, held: "id" },
    countries: { kind: COUNTRIES, held: "id" },
    product_lines: { kind: PRODUCT_LINES, held: "code" },
  },
});

/** Leads that are not converted are a user's load. */
export const leads: Assigned = {
  rule: LeadAssignment,
  load: { kind: "lead", count: filterCount("is_converted", "false"), isCapped: true },
};
