import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

const tests = "test/engagement/workflow/model.test.ts";

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
    tests,
  },
  {
    name: "workflow: an exit ends enrollments that began after it",
    at: "workflow/enrollment.listener#exitEnrollments",
    change: edit("idTime(id) < Date.parse(at)", "idTime(id) !== Date.parse(at)"),
    tests,
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
    tests,
  },
];
