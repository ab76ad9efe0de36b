import { drop, edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

const tests = "test/engagement/workflow/model.test.ts";
/** Random deliveries seldom repeat just such an event. */
const lateTests = "test/engagement/workflow/late-events.test.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "workflow: the progress of an enrollment is written after the operation of its step",
    at: "workflow/step-runner#runOperation",
    change: edit("next = buildProgress", "if (Clock.ms() > 0) return []; next = buildProgress"),
    tests,
  },
  {
    name: "workflow: an event that comes twice enrolls twice",
    at: "workflow/enrollment-start#enroll",
    change: edit("${trigger.name}`", "${trigger.name}/${Clock.now()}`"),
    tests,
  },
  {
    name: "workflow: a trigger that was refused enrolls when it comes again",
    at: "workflow/enrollment-start#enroll",
    change: never('repeat === "once_at_a_time"'),
    tests: lateTests,
  },
  {
    name: "workflow: an exit ends enrollments that began after it",
    at: "workflow/enrollment.listener#exitEnrollments",
    change: edit("idTime(id) < Date.parse(at)", "idTime(id) !== Date.parse(at)"),
    tests: lateTests,
  },
  {
    name: "workflow: a change that meets the exit conditions enrolls when its event comes later",
    at: "workflow/watch.rules#isMatch",
    change: never("unless && matches(change.after, unless)"),
    tests,
  },
  {
    name: "workflow: a wait ends by a change that was made before it",
    at: "workflow/step-runner#wakeEnrollment",
    change: edit(" || enrollment.waiting.since > at", ""),
    tests: lateTests,
  },
  {
    name: "workflow: enrollments of a record run in the order of their events",
    at: "workflow/step-runner#runNextStep",
    change: edit("isFirst && isRepeated", "isFirst && !isRepeated"),
    tests: "test/engagement/workflow/enrollment.test.ts",
  },
  {
    name: "workflow: a wait counts from when the clock was found",
    at: "workflow/step-runner#findWaitStart",
    change: edit(": dueAt", ": Clock.now()"),
    tests: "test/engagement/workflow/enrollment.test.ts",
  },
  {
    name: "workflow: a step that is tried again takes from the quota of messages again",
    at: "workflow/quota#takeMessage",
    change: edit("${enrollment} ${step}", "${enrollment} ${step} ${Clock.ms()}"),
    tests: "test/engagement/workflow/quota.test.ts",
  },
  {
    name: "workflow: a record that was changed after its approval goes on",
    at: "workflow/approval-step#isOutdated",
    change: returns("false"),
    tests: "test/engagement/workflow/approval-step.test.ts",
  },
  {
    name: "workflow: a managed workflow uses a changed template before it is published again",
    at: "workflow/managed-workflow#planWorkflow",
    change: edit("isPublished || same.length === 0", "true"),
    tests: "test/engagement/workflow/versions.test.ts",
  },
  {
    name: "workflow: users enroll records in a managed workflow",
    at: "workflow/workflow#enrollRecord",
    change: drop("requireUnmanaged"),
    tests: "test/engagement/workflow/versions.test.ts",
  },
  {
    name: "workflow: users delete the workflows of others",
    at: "workflow/workflow#remove",
    change: drop("requireApprover"),
    tests: "test/engagement/workflow/workflow.test.ts",
  },
];
