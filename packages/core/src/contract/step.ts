import * as z from "zod";
import { Asked } from "../approval/approvable.ts";
import { approverKinds } from "../approval/approver.rules.ts";
import { instant, oneOf, text } from "../kernel/schema.ts";

/** Who is asked about a contract, or an amendment of one, and what came of it. */

export const approvalSteps = ["LEGAL_REVIEW", "APPROVAL"] as const;

/** Who is asked in one of the two rounds, and what came of it. */
export const Step = z.object({
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
  approvals: z.array(Asked).describe("Those asked, as of the submission, and once it is decided as they ended"),
});
export type Step = z.output<typeof Step>;

/** What was found when it was submitted. */
export const Approval = z.object({
  rule: z.object({ kind: z.string(), id: z.string(), number: z.number().int() }),
  submitted_by: z.string(),
  submitted_at: instant(),
  steps: z.array(Step).describe("Legal review, then approval; none where nobody is asked"),
});

/** What goes through the rounds. */
export interface Reviewed {
  approval: z.output<typeof Approval> | null;
  approval_round: number;
  /** They do not approve it. */
  written_by: string[];
}

/** The step whose turn it is. */
export const stepIn = ({ approval, approval_round }: Pick<Reviewed, "approval" | "approval_round">): Step | undefined =>
  approval?.steps.find(({ round }) => round === approval_round);

/** With another state of the step of that name. */
export const withStep = <R extends Pick<Reviewed, "approval">>(record: R, step: Step): R => ({
  ...record,
  approval: record.approval && {
    ...record.approval,
    steps: record.approval.steps.map((each) => (each.step === step.step ? step : each)),
  },
});
