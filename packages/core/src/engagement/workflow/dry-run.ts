import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { type Context, runIn, useActorId, useContext, usePorts } from "../../kernel/context.ts";
import { describeFailure, isFailure } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { instant } from "../../kernel/schema.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { createDryRunBatch } from "../../storage/table/transaction-batch.ts";
import { hasReachedExit, meetsWhere } from "./condition.ts";
import type { Definition, Step } from "./definition.ts";
import { findPersonId, findRecord } from "./enrolled-record.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import { planStep, type StepPlan } from "./step-plan.ts";
import { findNext, findStep } from "./step-tree.rules.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import { WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";

/**
 * Says what a workflow would do with a record now, and does nothing. Changes are made in memory with all their checks, so each step sees what those
 * before it would have changed. Messages, notifications and calls of addresses are only named.
 */

const DryRunStep = z.object({
  id: z.string(),
  do: z.string(),
  would: z.string().describe("The operation that would run, or what else would happen"),
  input: z.record(z.string(), z.json()).nullable().describe("Input of the operation, or the facts of what else would happen"),
  until: instant().nullable().describe("When a wait would end; for a condition or an event, when it would time out"),
  problem: z.string().nullable().describe("Why the step would fail"),
});

export const DryRunEnrollment = z.object({
  record_id: z.string(),
  steps: z.array(DryRunStep),
  reason: z.string().nullable().describe("Why the record would not be enrolled, or why it would leave"),
});
type DryRunEnrollment = z.output<typeof DryRunEnrollment>;

/** Runs the draft of a workflow in memory for a record that the caller sees. */
export async function dryRunRecord(
  workflow: WorkflowRecord,
  definition: Definition,
  record_id: string,
): Promise<DryRunEnrollment> {
  const enrollment = buildEnrollment(workflow, definition, record_id);
  const refuse = (reason: string): DryRunEnrollment => ({ record_id, steps: [], reason });
  const context = await buildTrialContext(workflow, enrollment.id);
  if (!context) return refuse("The owner of the workflow can no longer sign in");
  return runIn(context, async () => {
    const subject = await findRecord(record_id);
    if (!subject || subject.collection.name !== definition.kind) return refuse("The owner of the workflow sees no such record");
    if (!(await mayProcess(findPersonId(subject.record), "automate"))) return refuse("The person's data are restricted");
    const { where } = definition;
    if (where && !(await meetsWhere(subject, where, "where"))) return refuse("The record does not meet the conditions");
    return { record_id, ...(await runSteps(definition, enrollment)) };
  });
}

/** The context of a trial: with the rights that both the caller and the owner have, so that the caller learns nothing from the owner's. */
export const buildTrialContext = async ({ run_as, owner_id }: WorkflowRecord, request: string): Promise<Context | undefined> =>
  run_as === "system" || owner_id === null ? useContext() : buildActorContext(useActorId(), { request, jobOwner: owner_id });

async function runSteps(definition: Definition, first: EnrollmentRecord): Promise<Pick<DryRunEnrollment, "steps" | "reason">> {
  const batch = createDryRunBatch();
  const inMemory = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = await batch.run(undefined, work);
    await batch.flush();
    return result;
  };
  const steps: DryRunEnrollment["steps"] = [];
  let enrollment = first;
  while (enrollment.step_id !== null) {
    const step = findStep(definition.steps, enrollment.step_id);
    const subject = await inMemory(() => findRecord(enrollment.record_id));
    if (!step || !subject) return { steps, reason: subject ? null : "The record would be gone" };
    if (await hasReachedExit(definition, subject)) return { steps, reason: "The exit conditions hold" };
    const plan = await planStep(step, { definition, enrollment, subject, choose: (values) => values[0] ?? null });
    const said = describePlan(step, plan);
    steps.push(said);
    if ("operation" in plan && step.do !== "send") {
      const outcome = await tryOperation(plan, inMemory);
      if (typeof outcome === "string") said.problem = outcome;
      else if (plan.saveAs !== undefined)
        enrollment = { ...enrollment, outputs: { ...enrollment.outputs, [plan.saveAs]: { id: String(outcome?.id ?? "") } } };
    }
    if (said.problem !== null && step.on_error === "stop") return { steps, reason: null };
    if ("end" in plan) return { steps, reason: plan.end.reason };
    const next = "way" in plan ? plan.way.next : findNext(definition.steps, step.id);
    enrollment = { ...enrollment, step_id: next };
  }
  return { steps, reason: null };
}

/** Runs an operation in memory. Returns its answer, or why it would fail. */
async function tryOperation(
  { operation, input }: Extract<StepPlan, { operation: string }>,
  inMemory: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<string | { id?: unknown } | null> {
  try {
    return (await inMemory(() => usePorts().operations.run(operation, input))) as { id?: unknown } | null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return describeFailure(error);
  }
}

function describePlan(step: Step, plan: StepPlan): DryRunEnrollment["steps"][number] {
  const base = { id: step.id, do: step.do, input: null, until: null, problem: null };
  if ("operation" in plan) return { ...base, would: plan.operation, input: plan.input };
  if ("wait" in plan)
    return { ...base, would: plan.wait.isOver ? "continue" : "wait", until: plan.wait.isOver ? null : plan.wait.until };
  if ("way" in plan) return { ...base, would: plan.way.reason };
  if ("notify" in plan) return { ...base, would: "notify", input: { to: [...plan.notify.to], message: plan.notify.message } };
  if ("webhook" in plan) return { ...base, would: "call", input: { url: plan.webhook.url } };
  if ("end" in plan) return { ...base, would: "end" };
  const { result, reason = null } = plan.outcome;
  return result === "FAILED" ? { ...base, would: "fail", problem: reason } : { ...base, would: reason ?? "skip" };
}

/** An enrollment that is never written. */
function buildEnrollment(
  { id: workflow_id, published_version }: WorkflowRecord,
  definition: Definition,
  record_id: string,
): EnrollmentRecord {
  const now = Clock.now();
  return {
    id: newId(WORKFLOW_ENROLLMENT),
    version: 1,
    created_at: now,
    created_by: "",
    updated_at: now,
    updated_by: "",
    deleted_at: null,
    workflow_id,
    workflow_version: published_version ?? 0,
    record_kind: definition.kind,
    record_id,
    status: "ACTIVE",
    step_id: definition.steps[0]?.id ?? null,
    step_due_at: now,
    waiting: null,
    attempts: 0,
    results: [],
    outputs: {},
    chain: [],
    triggered_by: null,
    started_at: now,
    ended_at: null,
    reason: null,
  };
}
