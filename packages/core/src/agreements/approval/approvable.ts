import * as z from "zod";
import { usePorts } from "../../kernel/context.ts";
import { id, oneOf } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.domain.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { APPROVAL } from "./approval.domain.ts";
import { approvalStatuses, approverKinds } from "./approver.rules.ts";

/** What approvals decide of: a quote, a proposal (docs/agreements/approvals.md). Each domain says by an `Approvable` what it does with the outcome. */

export const outcomes = ["APPROVED", "REJECTED", "EXPIRED"] as const;
export type Outcome = (typeof outcomes)[number];

/** One who is asked, as the record says it: as of its submission, and from the conclusion on as it ended. */
export const AskedApprover = z.object({
  id: id(APPROVAL),
  role: oneOf(approverKinds),
  approver_id: id(USER),
  status: oneOf(approvalStatuses),
});
export type AskedApprover = z.output<typeof AskedApprover>;

export interface Approvable {
  /** Whether the record, as it was read, waits for the outcome of this round. */
  isWaiting(subject: BaseRecord, round: number): boolean;
  /**
   * Makes the outcome of a round what the record says; an approval that was refused, or that nobody gave in time, leads back to DRAFT. Whether
   * that decided anything: an outcome that comes twice, or of an earlier round, does not.
   */
  conclude(
    subject_id: string,
    round: number,
    outcome: Outcome,
    comment: string | null,
    asked: readonly AskedApprover[],
  ): Promise<boolean>;
}

/** What a domain says of the kind with this name. */
export async function loadApprovable(kind: string): Promise<Approvable> {
  const load = usePorts().domains.find(({ approvables: approves = {} }) => Object.hasOwn(approves, kind))?.approvables?.[kind];
  if (!load) throw new Error(`No domain says what approvals of a ${kind} come to`);
  return (await load()) as Approvable;
}
