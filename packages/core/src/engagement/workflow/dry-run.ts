import { Clock } from "../../kernel/clock.ts";
import { runIn } from "../../kernel/context.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { runAtTime } from "../../kernel/trial-time.ts";
import { hasReachedExit, meetsWhere } from "./condition.ts";
import type { Definition } from "./definition.ts";
import { findPersonId, findRecord } from "./enrolled-record.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import { findNext, findStep } from "./step-tree.rules.ts";
import { buildTrialContext, buildTrialEnrollment, type TrialEnrollment, TrialWorld, tryStep } from "./trial.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/** Says what a workflow would do with a record now, and does nothing. Steps after a wait run at its end, with the record as it is now. */

/** Runs the draft of a workflow in memory for a record that the caller sees. */
export async function dryRunRecord(
  workflow: WorkflowRecord,
  definition: Definition,
  record_id: string,
): Promise<TrialEnrollment> {
  const enrollment = buildTrialEnrollment(workflow, definition, record_id);
  const at = Clock.now();
  const refuse = (reason: string): TrialEnrollment => ({ record_id, at, steps: [], reason });
  const context = await buildTrialContext(workflow, enrollment.id);
  if (!context) return refuse("The owner of the workflow can no longer sign in");
  return runIn(context, async () => {
    const subject = await findRecord(record_id);
    if (!subject || subject.collection.name !== definition.kind) return refuse("The owner of the workflow sees no such record");
    if (!(await mayProcess(findPersonId(subject.record), "automate"))) return refuse("The person's data are restricted");
    const { where } = definition;
    if (where && !(await meetsWhere(subject, where, "where"))) return refuse("The record does not meet the conditions");
    return { record_id, at, ...(await runSteps(definition, enrollment, at)) };
  });
}

async function runSteps(
  definition: Definition,
  first: EnrollmentRecord,
  start: string,
): Promise<Pick<TrialEnrollment, "steps" | "reason">> {
  const world = new TrialWorld();
  const steps: TrialEnrollment["steps"] = [];
  let enrollment = first;
  for (let at = start; enrollment.step_id !== null; ) {
    const step = findStep(definition.steps, enrollment.step_id);
    const subject = await world.run(() => findRecord(enrollment.record_id));
    if (!step || !subject) return { steps, reason: subject ? null : "The record would be gone" };
    if (await hasReachedExit(definition, subject)) return { steps, reason: "The exit conditions hold" };
    const choose = <T>(values: readonly T[]): T | null => values[0] ?? null;
    const { plan, shown, outputs } = await runAtTime(at, () => tryStep({ definition, enrollment, subject, step, world, choose }));
    steps.push(shown);
    if (shown.problem !== null && step.on_error === "stop") return { steps, reason: null };
    if ("end" in plan) return { steps, reason: plan.end.reason };
    if (shown.until !== null) at = shown.until;
    const next = "way" in plan ? plan.way.next : findNext(definition.steps, step.id);
    enrollment = { ...enrollment, outputs, step_id: next };
  }
  return { steps, reason: null };
}
