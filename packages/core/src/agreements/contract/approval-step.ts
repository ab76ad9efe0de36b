import * as z from "zod";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { AskedApprover } from "../approval/approvable.ts";
import { approverKinds } from "../approval/approver.rules.ts";

/** Who is asked about a contract, or an amendment of one, and what came of it. */

export const approvalSteps = ["LEGAL_REVIEW", "APPROVAL"] as const;

/** Who is asked in one of the two rounds, and what came of it. */
export const ApprovalStep = z.object({
  step: oneOf(approvalSteps),
  round: z
    .number()
    .int()
    .nullable()
    .describe("null: its turn has not come. It rises: an answer to an earlier one decides nothing"),
  level: z.string(),
  approvers: z.array(oneOf(approverKinds)),
  side_by_side: z.boolean(),
  patience: z.object({
    remind_after_hours: z.number().int().nullable(),
    escalate_after_hours: z.number().int().nullable(),
    expire_after_hours: z.number().int(),
  }),
  reasons: z.array(z.string()),
  outcome: oneOf(["APPROVED", "REJECTED", "EXPIRED"]).nullable().describe("null while it waits"),
  decided_at: instant().nullable(),
  comment: text(2000).nullable(),
  approvals: z.array(AskedApprover).describe("Those asked, as of the submission, and once it is decided as they ended"),
});
export type ApprovalStep = z.output<typeof ApprovalStep>;

/** What was found when it was submitted. */
export const ApprovalSummary = z.object({
  rule: z.object({ kind: z.string(), id: z.string(), number: z.number().int() }),
  submitted_by: z.string(),
  submitted_at: instant(),
  steps: z.array(ApprovalStep).describe("Legal review, then approval; none where nobody is asked"),
});

/** What goes through the rounds. */
export interface ApprovalSubject {
  approval: z.output<typeof ApprovalSummary> | null;
  approval_round: number;
  /** They do not approve it. */
  written_by: string[];
}

/** The step whose turn it is. */
export const findActiveStep = ({
  approval,
  approval_round,
}: Pick<ApprovalSubject, "approval" | "approval_round">): ApprovalStep | undefined =>
  approval?.steps.find(({ round }) => round === approval_round);

/** With another state of the step of that name. */
export const withStep = <R extends Pick<ApprovalSubject, "approval">>(record: R, step: ApprovalStep): R => ({
  ...record,
  approval: record.approval && {
    ...record.approval,
    steps: record.approval.steps.map((each) => (each.step === step.step ? step : each)),
  },
});
