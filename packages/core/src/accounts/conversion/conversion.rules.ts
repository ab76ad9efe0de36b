import * as z from "zod";
import type { ErrorDetail } from "../../kernel/error.ts";
import { oneOf } from "../../kernel/schema.ts";
import { ACTIVITY_TYPES } from "../../people/activity/activity.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";

/** The rule for when a lead may be converted, and for the records that a conversion creates. */

const bant = ["budget", "authority", "need", "timeline"] as const;

const Definition = z.strictObject({
  required: z.array(oneOf(bant)).max(bant.length).describe("BANT fields that are required"),
  min_score: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullable()
    .describe("Minimum score; null: the lowest score for a conversion in the settings of the organization"),
  qualified_passes: z
    .boolean()
    .optional()
    .describe("Whether a lead that a person has set to qualified needs no minimum score. Default: false"),
  close_days: z.number().int().min(0).max(3650).describe("Default number of days until the opportunity is expected to close"),
  follow_up: z.strictObject({
    activity_type: z.string().min(1).max(64).describe("Type of the activity").meta({ "x-master": ACTIVITY_TYPES.name }),
    subject: z.string().min(1).max(200).describe("Precedes the name of the opportunity"),
    days: z.number().int().min(0).max(365).describe("Days until it is due"),
  }),
});

export type Definition = z.output<typeof Definition>;

export const ConversionRule = ruleKind({
  name: "conversion",
  label: "Conversion",
  description: "Requirements for the conversion of a lead, and defaults of the records that it creates",
  schema: Definition,
  defaults: [
    {
      required: [...bant],
      min_score: null,
      close_days: 90,
      follow_up: { activity_type: "task", subject: "Follow up: ", days: 1 },
    },
    // Without visits, mails and downloads no lead reaches 70 points, so a person may also decide.
    {
      required: [...bant],
      min_score: null,
      qualified_passes: true,
      close_days: 90,
      follow_up: { activity_type: "task", subject: "Follow up: ", days: 1 },
    },
  ],
});

interface Lead {
  email: string | null;
  phone: string | null;
  mobile: string | null;
  lead_score: number;
  is_qualified: boolean;
  budget: string | null;
  authority: string | null;
  need: string | null;
  timeline: string | null;
}

const isBlank = (value: string | null): boolean => value === null || value.trim() === "";

/**
 * Lists the gaps that no reason can waive: a customer must be reachable by email or telephone. Names are not checked, since a lead always
 * has them.
 */
export const listMandatoryGaps = ({ email, phone, mobile }: Lead): ErrorDetail[] =>
  [email, phone, mobile].every(isBlank) ? [{ field: "email", message: "Required, unless a telephone number is given" }] : [];

/** Whether the score of a lead is enough: it reaches the minimum, or a person has marked the lead as qualified and the rule accepts that. */
const hasEnoughScore = (
  lead: Lead,
  { qualified_passes = false }: Pick<Definition, "qualified_passes">,
  minScore: number,
): boolean => lead.lead_score >= minScore || (qualified_passes && lead.is_qualified);

/** Lists the gaps that a reason can waive: a score that is too low, and missing BANT fields. */
export function listWaivableGaps(
  lead: Lead,
  definition: Pick<Definition, "required" | "qualified_passes">,
  minScore: number,
): ErrorDetail[] {
  const unknown = bant.filter((field) => definition.required.includes(field) && isBlank(lead[field]));
  const score = definition.qualified_passes
    ? `Score is ${lead.lead_score}, but must be at least ${minScore}, or the lead must be marked as qualified`
    : `Score is ${lead.lead_score}, but must be at least ${minScore}`;
  return [
    ...(hasEnoughScore(lead, definition, minScore) ? [] : [{ field: "lead_score", message: score }]),
    ...unknown.map((field) => ({ field, message: "Required for a conversion" })),
  ];
}
