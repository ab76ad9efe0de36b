/** Pure rules of potentials. */

/** Combines status and stage into one value, so that an index can list potentials by both. */
export const statusStage = ({ status, stage }: { status: string; stage: string | null }): string | null =>
  stage === null ? null : `${status}.${stage}`;

interface ConversionOutcome {
  converted_at: string | null;
  converted_to_order_id: string | null;
  converted_opportunity_id: string | null;
}

/** Returns what a converted potential became, as an error detail; undefined if it was not converted. */
export function describeOutcome(potential: ConversionOutcome): { field: string; message: string } | undefined {
  if (potential.converted_at === null) return undefined;
  return potential.converted_to_order_id === null
    ? { field: "converted_opportunity_id", message: String(potential.converted_opportunity_id) }
    : { field: "converted_to_order_id", message: potential.converted_to_order_id };
}
