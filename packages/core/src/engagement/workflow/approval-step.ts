import type { ApprovalRecord } from "../../agreements/approval/approval.entity.ts";
import { Approval } from "../../agreements/approval/approval.ts";
import { type ApproverKind, type Deadlines, defaultDeadlines } from "../../agreements/approval/approver.rules.ts";
import { Clock } from "../../kernel/clock.ts";
import { describeFailure, type ErrorDetail, isFailure } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { listChangedFields, readApprovalState } from "./approval-state.ts";
import { type Step, toSeconds } from "./definition.ts";
import type { CollectedRecord } from "./enrolled-record.ts";
import { type EnrollmentRecord, Enrollments } from "./enrollment.entity.ts";
import type { PlannedApproval, StepOutcome } from "./step-plan.ts";
import { type WorkflowRecord, Workflows } from "./workflow.entity.ts";

/**
 * The step that asks a user to approve. The subject of the approval is the enrollment. The approval and the wait of the enrollment are written in one
 * transaction. A decision requires that the enrollment is unchanged, and the time-out requires that the approval is unchanged, so one of them counts.
 */

export type ApprovalStep = Extract<Step, { do: "approval" }>;

/** The longest time for a decision, if the step names none. */
const DEFAULT_TIMEOUT = "7d";

const HOUR_SECONDS = 60 * 60;
const MAX_TIMEOUT_SECONDS = 90 * 24 * HOUR_SECONDS;

const readTimeout = ({ timeout = DEFAULT_TIMEOUT }: ApprovalStep): number => toSeconds(timeout);

/** Returns what is wrong with a step. */
export async function findApprovalProblems(step: ApprovalStep, { definition }: Collection<BaseRecord>): Promise<ErrorDetail[]> {
  const problems: ErrorDetail[] = [];
  const seconds = readTimeout(step);
  if (seconds < HOUR_SECONDS || seconds > MAX_TIMEOUT_SECONDS)
    problems.push({ field: "timeout", message: "Must be from 1h to 90d" });
  if (isId(step.to, USER) && !(await Directory.findActive(step.to)))
    problems.push({ field: "to", message: "No active user has this id" });
  if (definition.privacy || definition.visibleWithPrivate)
    problems.push({ field: "do", message: "Records of this kind can be private, so no user is asked to approve them" });
  return problems;
}

interface ApprovalRun {
  readonly workflow: WorkflowRecord;
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  readonly step: ApprovalStep;
}

const roles: Readonly<Record<string, ApproverKind>> = { DIRECTOR: "DIRECTOR", ADMIN: "ADMIN" };

/** Adds the approval to a transaction. Throws a RULE_VIOLATION if no user can approve. */
async function addApproval(
  tx: Transaction,
  { workflow, enrollment, subject, step }: ApprovalRun,
  { to, record_title, question }: PlannedApproval,
) {
  const owner = subject.collection.ownerId(subject.record);
  const preferred = to === "owner" ? owner : isId(to, USER) ? to : undefined;
  // The workflow asks, so its owner does not answer. The owner of the record answers only if the step asks the owner.
  const excluded = [workflow.owner_id, preferred === owner ? undefined : owner];
  const title = `${record_title}: ${question ?? workflow.name}`;
  const [approver] = await Approval.request(tx, {
    collection: Enrollments,
    record: enrollment,
    ownerId: owner,
    // Each wait of an enrollment has a number of its own.
    round: enrollment.version + 1,
    number: title,
    name: title,
    level: workflow.name,
    reasons: [],
    conditions: [],
    approvers: [roles[to] ?? "MANAGER"],
    side_by_side: false,
    patience: buildDeadlines(readTimeout(step) / HOUR_SECONDS),
    excludedIds: excluded.filter((id) => typeof id === "string"),
    preferredIds: preferred === undefined ? [] : [preferred],
  });
  return approver;
}

/** The usual deadlines, as far as they are before the time-out. */
function buildDeadlines(hours: number): Deadlines {
  const { remind_after_hours, escalate_after_hours } = defaultDeadlines;
  return {
    remind_after_hours: remind_after_hours < hours ? remind_after_hours : null,
    escalate_after_hours: escalate_after_hours < hours ? escalate_after_hours : null,
    expire_after_hours: hours,
  };
}

/** Asks for an approval, and lets the enrollment wait for the decision or the time-out. */
export async function requestApproval(
  run: Omit<ApprovalRun, "step"> & { readonly step: Step },
  plan: PlannedApproval,
): Promise<void> {
  const { enrollment, step } = run;
  if (step.do !== "approval") return;
  const tx = transaction();
  const approver = await addApproval(tx, { ...run, step }, plan);
  const approval_state = await readApprovalState(run.subject, step);
  const next = Records.nextVersion(enrollment, {
    ...enrollment,
    status: "WAITING",
    waiting: {
      step_id: step.id,
      since: Clock.now(),
      until: null,
      ...(approver ? { approval_id: approver.id, approval_round: enrollment.version + 1 } : {}),
    },
    approval_state,
    step_due_at: Clock.addSeconds(readTimeout(step)),
  });
  await tx.replace(Enrollments, enrollment, next).commit(undefined);
}

/** Finds who would be asked, or why no user would be. */
export async function findApprover(
  run: Omit<ApprovalRun, "workflow">,
  plan: PlannedApproval,
): Promise<{ readonly id: string | null } | { readonly problem: string }> {
  const workflow = await Records.load(Workflows, run.enrollment.workflow_id);
  if (!workflow) return { id: null };
  try {
    // The transaction is never committed.
    return { id: (await addApproval(transaction(), { ...run, workflow }, plan))?.approver_id ?? null };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { problem: describeFailure(error) };
  }
}

/**
 * Whether the approver has to be asked again: the record is not as it was when they were asked. A rejection counts all the same, and so does the
 * time-out.
 */
export const isOutdated = (
  { approval_state }: EnrollmentRecord,
  { record }: CollectedRecord,
  { outcome, waitUntil }: Decision,
): boolean =>
  approval_state !== null &&
  (outcome.result === "DONE" || waitUntil !== undefined) &&
  listChangedFields(approval_state, record).length > 0;

export interface Decision {
  readonly approval: ApprovalRecord | undefined;
  readonly outcome: StepOutcome;
  /** Until then the enrollment goes on waiting, because there is no decision yet. */
  readonly waitUntil?: string;
}

/** Reads how an approval was decided. */
export async function readDecision({ waiting }: EnrollmentRecord, step: ApprovalStep): Promise<Decision> {
  const approval = waiting?.approval_id === undefined ? undefined : await Approval.load(waiting.approval_id);
  const record_id = approval?.id ?? null;
  const { status, decided_by = null, comment = null } = approval ?? {};
  if (status === "approved" || status === "rejected") {
    const names = decided_by !== null && isId(decided_by, USER) ? await Directory.loadNames([decided_by]) : undefined;
    const by = `${status === "approved" ? "Approved" : "Rejected"} by ${names?.get(decided_by ?? "") ?? decided_by}`;
    const reason = comment ? `${by}: ${comment}` : by;
    const outputs = { [step.id]: { decision: status, decided_by, comment } };
    return {
      approval,
      outcome: { result: status === "approved" ? "DONE" : "REJECTED", reason: reason.slice(0, 500), record_id, outputs },
    };
  }
  const until = Clock.addSeconds(readTimeout(step), Date.parse(waiting?.since ?? Clock.now()));
  const outcome = {
    result: "TIMED_OUT" as const,
    reason: `No decision within ${step.timeout ?? DEFAULT_TIMEOUT}`,
    record_id,
    outputs: { [step.id]: { decision: "timed_out", decided_by: null, comment: null } },
  };
  return { approval, outcome, ...(status === "pending" && until > Clock.now() ? { waitUntil: until } : {}) };
}
