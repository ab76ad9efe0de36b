/** What approvals decide of: a quote, a proposal (docs/approvals.md). Each domain says by an `Approvable` what it does with the outcome. */

export const outcomes = ["APPROVED", "REJECTED", "EXPIRED"] as const;
export type Outcome = (typeof outcomes)[number];

export interface Approvable {
  /**
   * Makes the outcome of a round what the record says; an approval that was refused, or that nobody gave in time, leads back to DRAFT. Whether
   * that decided anything: an outcome that comes twice, or of an earlier round, does not.
   */
  conclude(subject_id: string, round: number, outcome: Outcome, comment: string | null): Promise<boolean>;
}
