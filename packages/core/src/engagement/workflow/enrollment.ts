import { Clock } from "../../kernel/clock.ts";
import { runIn, useActorId, useContext } from "../../kernel/context.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, text } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Records } from "../../storage/write/records.ts";
import { type EnrollmentRecord, Enrollments, isRunning } from "./enrollment.entity.ts";
import { addLockRelease, buildEnd } from "./enrollment-end.ts";
import { runEnrollment } from "./step-runner.ts";
import { Workflows } from "./workflow.entity.ts";

/** What users do with an enrollment: read it, retry the step that failed, and stop it. They see it if they see its record. */

const PartInput = IdInput.extend({ workflow_enrollment_id: text(64) });

/** Checks that an enrollment belongs to the workflow that the request names. */
function requirePart({ workflow_id }: EnrollmentRecord, workflow: string): void {
  if (workflow_id !== workflow) throw notFound();
}

export const get = fn(PartInput, async ({ id, workflow_enrollment_id }) => {
  const enrollment = await Records.read(Enrollments, workflow_enrollment_id);
  requirePart(enrollment, id);
  return enrollment;
});

/** Runs the step that failed again. Its earlier result stays, and the retry adds another. */
export const retry = fn(PartInput, async ({ id, workflow_enrollment_id }) => {
  const { status } = await Records.read(Workflows, id);
  const retried = await Records.change(Enrollments, workflow_enrollment_id, (current) => {
    requirePart(current, id);
    if (current.status !== "FAILED" && current.status !== "HELD")
      throw ruleViolation(`The enrollment is ${current.status}: only one that FAILED or is HELD can be retried`);
    if (status === "PAUSED") throw ruleViolation("The workflow is paused: resume it first");
    return { ...current, status: "ACTIVE" as const, attempts: 0, step_due_at: Clock.now(), ended_at: null, reason: null };
  });
  // The answer is stored with the change. If this process is killed, the clock runs the step.
  await runWithoutKey(() => runEnrollment(workflow_enrollment_id));
  return retried;
});

/** Runs further work of a keyed request whose answer is stored. */
function runWithoutKey<T>(work: () => Promise<T>): Promise<T> {
  const { request, ...context } = useContext();
  const { idempotency: _key, ...unkeyed } = request;
  return runIn({ ...context, request: unkeyed }, work);
}

/** Ends an enrollment by hand. */
export const stop = fn(PartInput, async ({ id, workflow_enrollment_id }) => {
  const actor = useActorId();
  const name = (await Directory.loadNames([actor])).get(actor) ?? actor;
  return Records.change(Enrollments, workflow_enrollment_id, async (current, tx) => {
    requirePart(current, id);
    if (!isRunning(current) && current.status !== "FAILED")
      throw ruleViolation(`The enrollment is ${current.status}: it has ended already`);
    await addLockRelease(tx, current);
    return buildEnd(current, "STOPPED", `Stopped by ${name}`);
  });
});

export * as Enrollment from "./enrollment.ts";
