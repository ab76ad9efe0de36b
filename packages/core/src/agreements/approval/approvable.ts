import * as z from "zod";
import { usePorts } from "../../kernel/context.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { id, oneOf } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { APPROVAL } from "./approval.kind.ts";
import { approvalStatuses, approverKinds } from "./approver.rules.ts";

/**
 * The port between approvals and the domains of their subjects (docs/agreements/approvals.md). A subject is the record to be approved: a quote, a
 * proposal, a contract, an amendment, or a record in a workflow. Its domain applies the outcome through an `Approvable`.
 */

const outcomes = ["APPROVED", "REJECTED", "EXPIRED"] as const;
export type Outcome = (typeof outcomes)[number];

/** An approver of a round, as stored in the subject: the status at the submission, and from the conclusion on the final status. */
export const PendingApprover = z.object({
  id: personalData("none", id(APPROVAL)),
  role: oneOf(approverKinds),
  approver_id: id(USER),
  status: oneOf(approvalStatuses),
});
export type PendingApprover = z.output<typeof PendingApprover>;

/** The record about which an approver is asked. */
export interface DecidedRecord {
  collection: Collection<BaseRecord>;
  record: BaseRecord;
}

export interface Approvable {
  /** Finds the owner whose manager is asked, if that is not the owner of the subject. */
  findOwnerId?(subject: BaseRecord): Promise<string | undefined>;
  /** Returns what the approver reads of the subject, beside the fields that lists show. */
  loadSheet?(subject: BaseRecord): Promise<Readonly<Record<string, unknown>>>;
  /** Loads the record about which the approver is asked, if that is not the subject. */
  loadDecided?(subject: BaseRecord): Promise<DecidedRecord | undefined>;
  /** Returns whether the subject, as it was read, waits for the outcome of this round. */
  isWaiting(subject: BaseRecord, round: number): boolean;
  /**
   * Checks that what the approver was asked about is unchanged, with conditions on it in the transaction of the approval. Throws a CONFLICT that names
   * what has changed, and asks again.
   */
  requireUnchanged?(tx: Transaction, subject: BaseRecord): Promise<void>;
  /**
   * Applies the outcome of a round to the subject. After REJECTED and EXPIRED a quote, a proposal or a contract is a DRAFT again. Returns false if
   * the outcome changed nothing because it was delivered before or belongs to an earlier round.
   */
  conclude(
    subject_id: string,
    round: number,
    outcome: Outcome,
    comment: string | null,
    approvers: readonly PendingApprover[],
  ): Promise<boolean>;
}

/** Loads the `Approvable` that a domain declares for this kind of subject. Throws if no domain declares one. */
export async function loadApprovable(kind: string): Promise<Approvable> {
  const load = usePorts().domains.find(({ approvables = {} }) => Object.hasOwn(approvables, kind))?.approvables?.[kind];
  if (!load) throw new Error(`No domain declares an approvable for ${kind}`);
  return (await load()) as Approvable;
}
