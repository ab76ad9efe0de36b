import type { Field } from "../../../api/kind.ts";

/** Pure rules of the dialog that converts a lead. */

interface Gap {
  readonly field: string;
}

/** The field of a lead by which a person says that its score does not matter. */
export const QUALIFIED = "is_qualified";

/** Lists the inputs that fill gaps, in the order of the gaps. A score is no input: the mark of a qualified lead stands in its place. */
export const listGapFields = (fields: readonly Field[], gaps: readonly Gap[], qualifiedPasses: boolean): Field[] =>
  gaps.flatMap(({ field }): Field[] => {
    const name = field === "lead_score" ? (qualifiedPasses ? QUALIFIED : undefined) : field;
    const found = fields.find((candidate) => candidate.name === name);
    return found && !found.read_only ? [found] : [];
  });

/** Whether the amount of the opportunity is still the suggested one, or the budget as typed before: then it follows the budget. */
export const isAmountOfBudget = (values: Readonly<Record<string, unknown>>, suggested: unknown): boolean =>
  [suggested, values.budget].includes(values["opportunity.amount"]);

interface ConversionInput {
  readonly values: Readonly<Record<string, unknown>>;
  readonly changes: Readonly<Record<string, unknown>>;
}

const OPPORTUNITY_PREFIX = "opportunity.";

/** Returns the changes of the lead, and the request that converts it. Fields of an opportunity that exists are not sent. */
export function buildConversion(
  { values, changes }: ConversionInput,
  { opportunity }: { readonly opportunity: { readonly id: string | null } },
): { leadChanges: Record<string, unknown>; body: Record<string, unknown> } {
  const { override_reason, ...others } = changes;
  const leadChanges = Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith(OPPORTUNITY_PREFIX)));
  const fields = Object.entries(values).flatMap(([name, value]) =>
    name.startsWith(OPPORTUNITY_PREFIX) ? [[name.slice(OPPORTUNITY_PREFIX.length), value]] : [],
  );
  return {
    leadChanges,
    body: {
      ...(typeof override_reason === "string" && override_reason.trim() !== "" ? { override_reason } : {}),
      ...(opportunity.id === null ? { opportunity: Object.fromEntries(fields) } : {}),
    },
  };
}
