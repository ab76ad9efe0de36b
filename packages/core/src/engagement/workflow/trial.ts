import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { type Context, useActorId, useContext, usePorts, useTenant } from "../../kernel/context.ts";
import { describeFailure, isFailure } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import type { Json } from "../../kernel/json.ts";
import { instant } from "../../kernel/schema.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { createDryRunBatch } from "../../storage/table/transaction-batch.ts";
import { findApprover } from "./approval-step.ts";
import type { Definition, Step } from "./definition.ts";
import type { CollectedRecord } from "./enrolled-record.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import { listRecipients, NO_RECIPIENT } from "./step-effects.ts";
import { planStep, type StepPlan } from "./step-plan.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import { WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";

/**
 * Steps of a workflow in memory. Changes are made with all their checks, and later steps see them, but nothing is written. Messages, notifications
 * and calls of addresses are only named.
 */

export const TrialStep = z.object({
  id: z.string(),
  do: z.string(),
  would: z.string().describe("The operation that would run, or what else would happen"),
  at: instant().describe("When the step would run; for a wait, when it would begin"),
  input: z.record(z.string(), z.json()).nullable().describe("Input of the operation, or the facts of what else would happen"),
  until: instant().nullable().describe("When a wait would end; for a condition or an event, when it would time out"),
  problem: z.string().nullable().describe("Why the step would fail"),
});
export type TrialStep = z.output<typeof TrialStep>;

export const TrialEnrollment = z.object({
  record_id: z.string(),
  at: instant().describe("When the record would be enrolled"),
  steps: z.array(TrialStep),
  reason: z.string().nullable().describe("Why the record would not be enrolled, or why it would leave"),
});
export type TrialEnrollment = z.output<typeof TrialEnrollment>;

const formatKey = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Records as they would be: those that were put here, and those that steps would have written. All others are as in the table. */
export class TrialWorld {
  readonly #items = new Map<string, Item | undefined>();

  /** Runs work that sees the records of this world, and keeps what it would write. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const batch = createDryRunBatch((key) => {
      const name = formatKey(key);
      return this.#items.has(name) ? { item: this.#items.get(name) } : undefined;
    });
    const result = await batch.run(undefined, work);
    await batch.flush();
    for (const { key, item } of batch.takeWrites()) this.#items.set(formatKey(key), item);
    return result;
  }

  put(collection: Collection<BaseRecord>, record: BaseRecord): void {
    const key = recordKey(useTenant(), record.id);
    this.#items.set(formatKey(key), { ...key, ...collection.toItem(useTenant(), record, "{}") });
  }

  /** Returns a record that is in this world. */
  get(collection: Collection<BaseRecord>, id: string): BaseRecord | undefined {
    const item = this.#items.get(formatKey(recordKey(useTenant(), id)));
    return item && collection.fromItem(item);
  }
}

/** The context of a trial: with the rights that both the caller and the owner have, so that the caller learns nothing from the owner's. */
export const buildTrialContext = async ({ run_as, owner_id }: WorkflowRecord, request: string): Promise<Context | undefined> =>
  run_as === "system" || owner_id === null
    ? useContext()
    : buildActorContext(useActorId(), { authority: "workflow_dry_run", request, jobOwner: owner_id });

interface StepTrial {
  readonly definition: Definition;
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  readonly step: Step;
  readonly world: TrialWorld;
  readonly choose: (values: readonly Json[]) => Json;
}

/** What a step would do. */
interface TriedStep {
  readonly plan: StepPlan;
  readonly shown: TrialStep;
  /** What later steps may use. */
  readonly outputs: EnrollmentRecord["outputs"];
}

/** Tries a step now. */
export async function tryStep({ step, world, ...context }: StepTrial): Promise<TriedStep> {
  const { enrollment, subject } = context;
  const plan = await world.run(() => planStep(step, { ...context, waitsFrom: Clock.now() }));
  const shown = describePlan(step, plan);
  if ("notify" in plan) {
    const users = await world.run(() => listRecipients(subject, plan.notify.to));
    if (users.length === 0) shown.would = NO_RECIPIENT;
    else shown.input = { ...shown.input, user_ids: [...users] };
  }
  if ("approval" in plan && step.do === "approval") {
    const approver = await world.run(() => findApprover({ enrollment, subject, step }, plan.approval));
    if ("problem" in approver) shown.problem = approver.problem;
    else shown.input = { ...shown.input, approver_id: approver.id };
  }
  // A message is not tried, because its checks write outside of the table's records.
  if (!("operation" in plan) || step.do === "send") return { plan, shown, outputs: enrollment.outputs };
  const answer = await tryOperation(plan, world);
  if (typeof answer === "string") shown.problem = answer;
  const created = typeof answer === "string" || typeof answer?.id !== "string" ? undefined : { id: answer.id };
  const outputs = plan.saveAs === undefined || !created ? {} : { [plan.saveAs]: created };
  return { plan, shown, outputs: { ...enrollment.outputs, ...outputs } };
}

/** Runs an operation in memory. Returns its answer, or why it would fail. */
async function tryOperation(
  { operation, input }: Extract<StepPlan, { operation: string }>,
  world: TrialWorld,
): Promise<string | { id?: unknown } | null> {
  try {
    return (await world.run(() => usePorts().operations.run(operation, input))) as { id?: unknown } | null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return describeFailure(error);
  }
}

function describePlan(step: Step, plan: StepPlan): TrialStep {
  const base = { id: step.id, do: step.do, at: Clock.now(), input: null, until: null, problem: null };
  if ("operation" in plan) return { ...base, would: plan.operation, input: plan.input };
  if ("wait" in plan)
    return { ...base, would: plan.wait.isOver ? "continue" : "wait", until: plan.wait.isOver ? null : plan.wait.until };
  if ("way" in plan) return { ...base, would: plan.way.reason };
  if ("notify" in plan) return { ...base, would: "notify", input: { to: [...plan.notify.to], message: plan.notify.message } };
  if ("mail" in plan) return { ...base, would: "send", input: { ...plan.mail } };
  if ("webhook" in plan) return { ...base, would: "call", input: { url: plan.webhook.url } };
  if ("end" in plan) return { ...base, would: "end" };
  if ("approval" in plan) {
    const { record_title, question } = plan.approval;
    return { ...base, would: "ask for approval", input: { title: record_title, subject: question, assumed: "approved" } };
  }
  const { result, reason = null } = plan.outcome;
  return result === "FAILED" ? { ...base, would: "fail", problem: reason } : { ...base, would: reason ?? "skip" };
}

/** An enrollment that is never written. */
export function buildTrialEnrollment(
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
    approval_state: null,
    attempts: 0,
    results: [],
    outputs: {},
    chain: [],
    change: null,
    triggered_by: null,
    started_at: now,
    ended_at: null,
    reason: null,
  };
}
