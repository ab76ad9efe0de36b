import { Clock } from "../../kernel/clock.ts";
import { runIn, usePorts, useSettings } from "../../kernel/context.ts";
import { describeFailure, type Failure, isFailure } from "../../kernel/error.ts";
import type { Json } from "../../kernel/json.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { Records } from "../../storage/write/records.ts";
import {
  retryOnConflict,
  type Transaction,
  transaction,
  WriteConflict,
  withExtraSteps,
} from "../../storage/write/transaction.ts";
import { type ApprovalStep, type Decision, isOutdated, readDecision, requestApproval } from "./approval-step.ts";
import { hasReachedExit, meetsWhere } from "./condition.ts";
import { type Definition, isYearly, type Step } from "./definition.ts";
import { type CollectedRecord, findPersonId, findRecord } from "./enrolled-record.ts";
import { type EnrollmentRecord, Enrollments, isManaged, isRunning } from "./enrollment.entity.ts";
import { addLockRelease, buildEnd, end, prepareLockRelease } from "./enrollment-end.ts";
import { takeMessage } from "./quota.ts";
import { listDueBefore, listRunning } from "./record-enrollments.ts";
import { buildRunContext } from "./run-context.ts";
import { runsAsSystem } from "./run-rights.ts";
import { callWebhook, notifyUsers } from "./step-effects.ts";
import { planStep, type StepDetails, type StepOutcome, type StepPlan } from "./step-plan.ts";
import { findNext, findStep } from "./step-tree.rules.ts";
import { findOpenInstant } from "./time-window.rules.ts";
import { countRotation } from "./value-rotation.ts";
import { loadVersion } from "./version.ts";
import { isManagedByRecord, type WorkflowRecord, Workflows } from "./workflow.entity.ts";
import { loadWorkflowManager, type StepRecorder } from "./workflow-manager.ts";
import { pauseBySystem } from "./workflow-pause.ts";

/**
 * Runs the steps of an enrollment that are due, one after the other, until it waits or ends. The change of a step and the progress of the enrollment
 * are one transaction, conditional on the enrollment's version. So a step is done once, at any kill and by any number of workers.
 */

/** Steps of one call. The rest continues by the clock. */
const MAX_STEPS_PER_CALL = 25;

export async function runEnrollment(id: string, options: RunOptions = {}): Promise<void> {
  const call: StepCall = { ...options };
  for (let count = 0; count < MAX_STEPS_PER_CALL; count++) if (!(await runNextStep(id, call))) return;
}

/** One call, which runs several steps. */
interface StepCall extends RunOptions {
  /** When its first step came due. */
  dueAt?: string;
}

interface RunOptions {
  /** Whether the enrollments of the same record that came due before run first. */
  readonly isInOrder?: boolean;
  /** Whether a postponed step runs before its time, because the record has changed. */
  readonly isRetry?: boolean;
}

/** Whether the operation of the next step has answered that it has to run again later. */
const isPostponed = ({ status, waiting }: EnrollmentRecord): boolean => status === "WAITING" && waiting === null;

/** Runs the next step if it is due. Returns whether a further one may be. */
async function runNextStep(id: string, call: StepCall): Promise<boolean> {
  const enrollment = await Records.load(Enrollments, id, { live: true });
  if (!enrollment || !isRunning(enrollment) || enrollment.step_due_at === null) return false;
  if (enrollment.step_due_at > Clock.now() && !(call.isRetry && isPostponed(enrollment))) return false;
  const workflow = await Records.load(Workflows, enrollment.workflow_id);
  if (!workflow || workflow.deleted_at) return end(enrollment, "STOPPED", "The workflow was deleted");
  if (workflow.status === "ENDED" && isManagedByRecord(workflow)) return end(enrollment, "STOPPED", "The workflow has ended");
  if (workflow.status === "PAUSED") return holdWhilePaused(enrollment, workflow);
  const version = await loadVersion(workflow.id, enrollment.workflow_version);
  const { definition } = version;
  const openAt = findOpenInstant(definition.window, useSettings().timezone, Clock.now());
  if (openAt > Clock.now()) return postpone(enrollment, openAt);
  // Only such a workflow has a record several times.
  const isRepeated = definition.enrollment.repeat === "every_time";
  const isFirst = call.dueAt === undefined;
  for (const earlier of isFirst && isRepeated && call.isInOrder ? await listDueBefore(enrollment) : [])
    await runEnrollment(earlier);
  call.dueAt ??= enrollment.step_due_at;
  const waitsFrom = findWaitStart(call.dueAt);
  const context = await buildRunContext(workflow, version, enrollment.id);
  if (!context) {
    await pauseBySystem(workflow.id, "owner", "The owner can no longer sign in: choose another owner");
    return hold(enrollment, "The workflow is paused");
  }
  try {
    return await runIn(context, () => runAsOwner({ workflow, definition, waitsFrom }, enrollment));
  } catch (error) {
    if (error instanceof WriteConflict) return true;
    throw error;
  }
}

/** A clock is found within a minute. So many seconds later, something was down. */
const MAX_LAG_SECONDS = 5 * 60;

/** Returns from when the waits of a call count: from when its first step came due. So the lag of one wait does not move the next one. */
const findWaitStart = (dueAt: string): string =>
  dueAt > Clock.now() || dueAt < Clock.addSeconds(-MAX_LAG_SECONDS) ? Clock.now() : dueAt;

type WorkflowRun = Pick<StepRun, "workflow" | "definition" | "waitsFrom">;

async function runAsOwner(workflowRun: WorkflowRun, enrollment: EnrollmentRecord): Promise<boolean> {
  const { workflow, definition } = workflowRun;
  const subject = await findRecord(enrollment.record_id);
  if (!subject) return end(enrollment, "STOPPED", "The record was deleted, or the owner of the workflow no longer sees it");
  if (subject.record.id !== enrollment.record_id) return followMerge(enrollment, subject.record.id);
  const manager = isManaged(enrollment) ? await loadWorkflowManager(workflow.managed_by) : undefined;
  const isRestricted = !isManagedByRecord(workflow) && !(await mayProcess(findPersonId(subject.record), "automate"));
  if (isRestricted && !manager) return end(enrollment, "STOPPED", RESTRICTED);
  if (await hasReachedExit(definition, subject)) return end(enrollment, "EXITED", "The exit conditions hold");
  // A date enrolls a record long before its first step, so the conditions are asked when the date is reached.
  if (enrollment.status === "PLANNED" && definition.where && !(await meetsWhere(subject, definition.where, "where")))
    return end(enrollment, "STOPPED", "The record does not meet the conditions");
  if (enrollment.waiting) {
    const waited = findStep(definition.steps, enrollment.waiting.step_id);
    if (!waited) return end(enrollment, "COMPLETED", null);
    if (waited.do === "approval") {
      const decision = await readDecision(enrollment, waited);
      if (isOutdated(enrollment, subject, decision)) return runStep({ ...workflowRun, enrollment, subject, step: waited });
      return endApproval({ definition, enrollment, step: waited }, decision);
    }
    return runAsOwner(workflowRun, advance({ definition, enrollment, step: waited }, buildWaitOutcome(enrollment)));
  }
  const step = enrollment.step_id === null ? undefined : findStep(definition.steps, enrollment.step_id);
  if (!step) return end(enrollment, "COMPLETED", null);
  if (!manager || !isManaged(enrollment)) return runStep({ ...workflowRun, enrollment, subject, step });
  const recorder = await manager.prepareStep(enrollment, step);
  // A former release has done the step.
  if (!recorder) return proceed({ definition, enrollment, step }, { result: "DONE" });
  const run = { ...workflowRun, enrollment, subject, step, recorder };
  const holdReason = isRestricted ? RESTRICTED : recorder.holdReason;
  return holdReason === undefined ? runStep(run) : proceed(run, { result: "SKIPPED", reason: holdReason });
}

const RESTRICTED = "The person's data are restricted";

interface StepRun {
  readonly workflow: WorkflowRecord;
  readonly definition: Definition;
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  readonly step: Step;
  /** From when the times of a wait count. */
  readonly waitsFrom: string;
  /** Records the outcome with the manager of the workflow. */
  readonly recorder?: StepRecorder;
}

async function runStep(run: StepRun): Promise<boolean> {
  const { workflow, definition, enrollment, subject, step, waitsFrom } = run;
  try {
    const runs = await countRotation(workflow.id, step);
    const choose = (values: readonly Json[]): Json => values[runs % values.length] ?? null;
    return await performPlan(run, await planStep(step, { definition, enrollment, subject, waitsFrom, choose }));
  } catch (error) {
    if (error instanceof WriteConflict) throw error;
    return handleFailure(run, error);
  }
}

async function performPlan(run: StepRun, plan: StepPlan): Promise<boolean> {
  const { definition, enrollment, step } = run;
  if ("wait" in plan) {
    const { until, isOver, endsByTime } = plan.wait;
    if (isOver) return proceed(run, { result: "DONE" });
    await replace(enrollment, {
      status: "WAITING",
      waiting: { step_id: step.id, since: Clock.now(), until: endsByTime ? until : null },
      step_due_at: until,
    });
    return recheckWait(enrollment.id);
  }
  if ("way" in plan) {
    // Nothing was done, so the way that was taken is written with the step that follows.
    const taken = advance(run, { result: "DONE", reason: plan.way.reason }, plan.way.next);
    return runAsOwner(run, taken);
  }
  if ("end" in plan) {
    const results = [...enrollment.results, toResult(step, { result: "DONE", reason: plan.end.reason })];
    return end({ ...enrollment, results }, "COMPLETED", plan.end.reason);
  }
  if ("outcome" in plan) return finish(run, plan.outcome);
  if ("mail" in plan) return sendMail(run, plan.mail);
  if ("approval" in plan) {
    await requestApproval(run, plan.approval);
    return false;
  }
  if ("notify" in plan) return proceed(run, await notifyUsers(run, plan.notify));
  if ("webhook" in plan) return proceed(run, await callWebhook(run, plan.webhook));
  return runOperation(run, plan, definition);
}

/** Claims a mail of the product's mail service and then sends it, so that a repeat sends the same mail with the same id. */
async function sendMail(run: StepRun, mail: Extract<StepPlan, { mail: object }>["mail"]): Promise<boolean> {
  const { enrollment, step } = run;
  const { SystemMail } = await import("./system-mail.ts");
  const prepared = await SystemMail.prepare(run, mail);
  if ("outcome" in prepared) return finish(run, prepared.outcome);
  if ("claim" in prepared) {
    const { outputs } = enrollment;
    await replace(enrollment, { outputs: { ...outputs, [step.id]: prepared.claim } }).catch(async (error) => {
      await prepared.release();
      throw error;
    });
    return true;
  }
  await usePorts().mail.send(prepared.message);
  return proceed(run, { result: "DONE", details: prepared.details });
}

const finish = (run: StepRun, outcome: StepOutcome): Promise<boolean> =>
  outcome.result === "FAILED" ? failStep(run, outcome.reason ?? null, outcome.details) : proceed(run, outcome);

/** Runs an operation and the progress of the enrollment in one transaction. */
async function runOperation(
  run: StepRun,
  plan: Extract<StepPlan, { operation: string }>,
  definition: Definition,
): Promise<boolean> {
  const { enrollment, step, workflow } = run;
  const isSending = step.do === "send";
  if (isSending && !(await takeMessage({ workflow: workflow.id, enrollment: enrollment.id, step: step.id })))
    return hold(enrollment, "The workflow has reached its quota");
  let next: EnrollmentRecord | undefined;
  const release = await prepareEnd(run, findNext(definition.steps, step.id));
  const answer = await withExtraSteps(
    (result) => {
      const outcome = toOutcome(result, plan);
      next = buildProgress(run, outcome);
      const tx = transaction().replace(Enrollments, enrollment, next);
      run.recorder?.addTo(tx, outcome);
      if (next.status === "COMPLETED") release(tx);
      return tx.toPlainSteps();
    },
    () => usePorts().operations.run(plan.operation, plan.input),
  );
  // A try that met a conflict may have been followed by one that had nothing to change, so the enrollment is read again.
  if (next) return !isPostponed(next);
  // An operation that changes nothing writes nothing.
  const outcome = toOutcome(answer, plan);
  const isSame = isPostponed(enrollment) && outcome.postponed_until === enrollment.step_due_at;
  return isSame ? false : proceed(run, outcome);
}

/** Bytes of the answers that an enrollment keeps. */
const MAX_OUTPUT_BYTES = 16 * 1024;

function toOutcome(answer: unknown, { saveAs, details }: Extract<StepPlan, { operation: string }>): StepOutcome {
  const { id, reason, postponed_until, results } = (answer ?? {}) as {
    id?: unknown;
    reason?: unknown;
    postponed_until?: unknown;
    results?: { success: boolean; error?: { message: string } | null }[];
  };
  const refused = results?.find(({ success }) => !success);
  if (refused) return { result: "SKIPPED", reason: refused.error?.message ?? null };
  // An operation that had nothing to do answers no id and why.
  if (id === null && typeof reason === "string") return { result: "SKIPPED", reason };
  const record_id = typeof id === "string" ? id : null;
  return {
    result: "DONE",
    record_id,
    ...(details === undefined ? {} : { details }),
    ...(typeof postponed_until === "string" ? { postponed_until } : {}),
    ...(saveAs !== undefined && record_id !== null ? { outputs: { [saveAs]: { id: record_id } } } : {}),
  };
}

const toResult = (step: Step, { result, reason = null, record_id = null }: StepOutcome): EnrollmentRecord["results"][number] => ({
  step_id: step.id,
  do: step.do,
  result,
  at: Clock.now(),
  reason: reason === null ? null : reason.slice(0, 500),
  record_id,
});

type StepPlace = Pick<StepRun, "definition" | "enrollment" | "step">;

/** Returns the enrollment after a step, before it is written. `next` names the step that follows, if it is not the usual one. */
function advance(
  { definition, enrollment, step }: StepPlace,
  outcome: StepOutcome,
  next: string | null = findNext(definition.steps, step.id),
): EnrollmentRecord {
  const outputs = { ...enrollment.outputs, ...outcome.outputs };
  // The payload of a webhook has a limit of its own.
  const { webhook: _payload, ...saved } = outputs;
  const keeps = Buffer.byteLength(JSON.stringify(saved)) <= MAX_OUTPUT_BYTES;
  return {
    ...enrollment,
    status: "ACTIVE",
    waiting: null,
    approval_state: null,
    attempts: 0,
    reason: null,
    outputs: keeps ? outputs : enrollment.outputs,
    results: [...enrollment.results, toResult(step, outcome)],
    step_id: next,
    step_due_at: Clock.now(),
  };
}

/** Returns the next version of the enrollment after a step. It stays at the step if that has not ended, and ends after the last one. */
function buildProgress(place: StepPlace, outcome: StepOutcome, next?: string | null): EnrollmentRecord {
  const { enrollment } = place;
  if (outcome.postponed_until !== undefined) {
    const waits = { status: "WAITING" as const, waiting: null, attempts: 0, reason: null };
    return Records.nextVersion(enrollment, { ...enrollment, ...waits, step_due_at: outcome.postponed_until });
  }
  const after = advance(place, outcome, ...(next === undefined ? [] : [next]));
  return Records.nextVersion(enrollment, after.step_id === null ? buildEnd(after, "COMPLETED", null) : after);
}

/** Returns a function that adds what the end of the enrollment needs, if this step is the last one. */
const prepareEnd = async ({ enrollment }: StepPlace, next: string | null): Promise<(tx: Transaction) => void> =>
  next === null ? prepareLockRelease(enrollment) : () => undefined;

async function proceed(
  run: StepPlace & Pick<StepRun, "recorder">,
  outcome: StepOutcome,
  next: string | null = findNext(run.definition.steps, run.step.id),
  tx = transaction(),
): Promise<boolean> {
  const after = buildProgress(run, outcome, next);
  tx.replace(Enrollments, run.enrollment, after);
  run.recorder?.addTo(tx, outcome);
  if (after.status === "COMPLETED") (await prepareEnd(run, next))(tx);
  await tx.commit(undefined);
  return isRunning(after) && !isPostponed(after);
}

/** Writes a change of an enrollment that is no progress. */
const replace = async (enrollment: EnrollmentRecord, fields: Partial<EnrollmentRecord>): Promise<void> => {
  const next = Records.nextVersion(enrollment, { ...enrollment, ...fields });
  await transaction().replace(Enrollments, enrollment, next).commit(undefined);
};

async function postpone(enrollment: EnrollmentRecord, step_due_at: string): Promise<boolean> {
  await replace(enrollment, { step_due_at });
  return false;
}

/** Keeps an enrollment until its workflow continues. */
async function hold(enrollment: EnrollmentRecord, reason: string): Promise<boolean> {
  await replace(enrollment, { status: "HELD", step_due_at: null, reason });
  return false;
}

/** The same while the workflow is paused. If it was resumed meanwhile, the enrollment is read again: the resumption may have passed it by. */
async function holdWhilePaused(enrollment: EnrollmentRecord, workflow: WorkflowRecord): Promise<boolean> {
  const held = { ...enrollment, status: "HELD" as const, step_due_at: null, reason: "The workflow is paused" };
  const tx = transaction().requireUnchanged(workflow).replace(Enrollments, enrollment, Records.nextVersion(enrollment, held));
  try {
    await tx.commit(undefined);
    return false;
  } catch (error) {
    if (error instanceof WriteConflict) return true;
    throw error;
  }
}

/** Seconds after which a step is tried again that failed for a reason that may pass. */
const RETRY_SECONDS = [60, 5 * 60, 30 * 60];

/** Errors that another try meets again. */
const finalErrorCodes = ["VALIDATION_ERROR", "NOT_FOUND", "FORBIDDEN", "RULE_VIOLATION", "CONFLICT", "VERSION_CONFLICT"] as const;

async function handleFailure(run: StepRun, error: unknown): Promise<boolean> {
  const { workflow, definition, enrollment } = run;
  if (isFailure(error, "FORBIDDEN") && !runsAsSystem(workflow, definition)) {
    await pauseBySystem(workflow.id, "owner", `The owner may not do the step ${run.step.id}: ${error.message}`);
    return hold(enrollment, "The workflow is paused");
  }
  if (finalErrorCodes.some((code) => isFailure(error, code))) return failStep(run, describeFailure(error as Failure));
  const delay = RETRY_SECONDS[enrollment.attempts];
  usePorts().log.write("warn", "A step of a workflow failed", {
    enrollment: enrollment.id,
    step: run.step.id,
    error: error instanceof Error ? error.name : "",
  });
  if (delay === undefined) return failStep(run, isFailure(error) ? describeFailure(error) : "The step failed again and again");
  await replace(enrollment, { attempts: enrollment.attempts + 1, step_due_at: Clock.addSeconds(delay) });
  return false;
}

/** Records a failed step: the enrollment ends, or continues where the step says so. */
async function failStep(run: StepRun, reason: string | null, details: StepDetails = {}): Promise<boolean> {
  const { enrollment, step } = run;
  if (step.on_error === "continue") return proceed(run, { result: "FAILED", reason, details });
  const results = [...enrollment.results, toResult(step, { result: "FAILED", reason })];
  const fields = { status: "FAILED" as const, results, reason, step_due_at: null, ended_at: Clock.now() };
  const tx = transaction().replace(Enrollments, enrollment, Records.nextVersion(enrollment, { ...enrollment, ...fields }));
  // The lock stays, so that the step can be retried. A yearly workflow enrolls the record again next year.
  if (isYearly(run.definition)) await addLockRelease(tx, enrollment);
  await tx.commit(undefined);
  return false;
}

/** Ends the wait of an enrollment because its event came or its conditions hold. */
async function endWait(definition: Definition, enrollment: EnrollmentRecord): Promise<boolean> {
  const step = findStep(definition.steps, enrollment.waiting?.step_id ?? "");
  if (!step) return end(enrollment, "COMPLETED", null);
  return proceed({ definition, enrollment, step }, buildWaitOutcome(enrollment, "DONE"));
}

/** Returns how a wait has ended. One for a condition or an event has timed out, unless that is what ends it. */
const buildWaitOutcome = ({ waiting }: EnrollmentRecord, conditionalResult: "DONE" | "TIMED_OUT" = "TIMED_OUT"): StepOutcome => ({
  result: waiting?.until === null ? conditionalResult : "DONE",
});

/** Continues an enrollment with the decision about it, or without one after the time-out. */
async function endApproval(
  place: StepPlace & { readonly step: ApprovalStep },
  { approval, outcome, waitUntil }: Decision,
): Promise<boolean> {
  const { enrollment, step } = place;
  if (waitUntil !== undefined) {
    await replace(enrollment, { status: "WAITING", step_due_at: waitUntil });
    return false;
  }
  // A decision that is made now is not written, because it requires the enrollment as it was.
  const tx = approval ? transaction().requireUnchanged(approval) : transaction();
  if (outcome.result === "DONE") return proceed(place, outcome, undefined, tx);
  const [first] = step.rejected ?? [];
  if (first) return proceed(place, outcome, first.id, tx);
  const results = [...enrollment.results, toResult(step, outcome)];
  return end({ ...enrollment, results }, "STOPPED", outcome.reason ?? null, tx);
}

/** Ends a wait because its event came or its conditions hold. Returns whether the enrollment waited for it. */
export const wakeEnrollment = (id: string, stepId: string, at: string): Promise<boolean> =>
  retryOnConflict(async () => {
    const enrollment = await Records.load(Enrollments, id, { live: true });
    if (enrollment?.status !== "WAITING" || enrollment.waiting?.step_id !== stepId || enrollment.waiting.since > at) return false;
    const { definition } = await loadVersion(enrollment.workflow_id, enrollment.workflow_version);
    return endWait(definition, enrollment);
  });

/** Asks again whether the conditions of a wait hold: the record may have changed while the wait was written. */
export async function recheckWait(id: string): Promise<boolean> {
  const enrollment = await Records.load(Enrollments, id, { live: true });
  if (enrollment?.status !== "WAITING" || enrollment.waiting?.until !== null) return false;
  const { definition } = await loadVersion(enrollment.workflow_id, enrollment.workflow_version);
  const step = findStep(definition.steps, enrollment.waiting.step_id);
  const subject = await findRecord(enrollment.record_id);
  if (step?.do !== "wait" || step.until_where === undefined || !subject) return false;
  return (await meetsWhere(subject, step.until_where, "until_where")) ? endWait(definition, enrollment) : false;
}

/** Continues with the record into which the enrolled one was merged, unless that one is in the workflow itself. */
async function followMerge(enrollment: EnrollmentRecord, survivor: string): Promise<boolean> {
  const others = await listRunning(survivor, enrollment.workflow_id);
  const further = others.find(({ results }) => results.length >= enrollment.results.length);
  if (further) return end(enrollment, "STOPPED", `The record was merged into ${survivor}, which is in the workflow already`);
  for (const other of others) await end(other, "STOPPED", `${enrollment.record_id} was merged into the record and is further`);
  await replace(enrollment, { record_id: survivor });
  return true;
}
