import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { PendingApprover } from "../approval/approvable.ts";
import { approverKinds } from "../approval/approver.rules.ts";
import { reachedConditions } from "../approval/level-condition.ts";

/** Schemas for the approval of a contract or an amendment, and its outcome. */

const approvalSteps = ["LEGAL_REVIEW", "APPROVAL"] as const;

/** One of the two rounds: its approvers and its outcome. */
export const ApprovalStep = z.object({
  step: oneOf(approvalSteps),
  round: z
    .number()
    .int()
    .nullable()
    .describe("null: the step has not started. Each new round has a higher number; decisions on earlier rounds have no effect"),
  level: personalData("none", z.string()),
  approvers: z.array(oneOf(approverKinds)),
  side_by_side: z.boolean(),
  patience: personalData(
    "none",
    z.object({
      remind_after_hours: z.number().int().nullable(),
      escalate_after_hours: z.number().int().nullable(),
      expire_after_hours: z.number().int(),
    }),
  ),
  reasons: z.array(z.string()),
  conditions: reachedConditions().optional(),
  outcome: oneOf(["APPROVED", "REJECTED", "EXPIRED"]).nullable().describe("null while the step is open"),
  decided_at: personalData("none", instant().nullable()),
  comment: text(2000).nullable(),
  approvals: z.array(PendingApprover).describe("The approvers as of the submission; after the decision, with their final status"),
});
export type ApprovalStep = z.output<typeof ApprovalStep>;

/** The rounds that were determined at the submission. */
export const ApprovalSummary = z.object({
  rule: personalData("none", z.object({ kind: z.string(), id: z.string(), number: z.number().int() })),
  submitted_by: personalData("staff", z.string()),
  submitted_at: personalData("none", instant()),
  steps: z.array(ApprovalStep).describe("Legal review, then approval; empty if no approval is needed"),
});

/** A record that goes through the rounds. */
export interface ApprovalSubject {
  approval: z.output<typeof ApprovalSummary> | null;
  approval_round: number;
  /** Authors of the agreed fields; they may not approve. */
  written_by: string[];
}

/** Returns the step that is asked at present. */
export const findActiveStep = ({
  approval,
  approval_round,
}: Pick<ApprovalSubject, "approval" | "approval_round">): ApprovalStep | undefined =>
  approval?.steps.find(({ round }) => round === approval_round);

/** Returns the record with the step of the same name replaced. */
export const withStep = <R extends Pick<ApprovalSubject, "approval">>(record: R, step: ApprovalStep): R => ({
  ...record,
  approval: record.approval && {
    ...record.approval,
    steps: record.approval.steps.map((storedStep) => (storedStep.step === step.step ? step : storedStep)),
  },
});
