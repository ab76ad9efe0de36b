import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "flows: what is due is done before what is told",
    at: "state-machine/interpreter#ExecutionRun.applyEvent",
    change: edit("await this.#fireTimers();", ""),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: what is overdue comes in the order of its instants",
    at: "state-machine/interpreter#ExecutionRun",
    change: edit("if (ends_at <= due)", "if (ends_at <= this.#time)"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: branches end with the one that fails",
    at: "state-machine/interpreter#ExecutionRun",
    change: edit("this.execution.frames = removeDescendants(this.execution.frames, frame);", ""),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: an error of a Catch fails the run",
    at: "state-machine/interpreter#ExecutionRun",
    change: edit("await this.#raiseError(frame, caught);", "throw caught;"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: jitter comes from the seed",
    at: "state-machine/retry#planRetry",
    change: edit('"FULL" ? chance() : 1', '"FULL" ? 1 : 1'),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: each retrier counts for itself",
    at: "state-machine/retry#planRetry",
    change: edit("tries[index] ?? 0", "tries[0] ?? 0"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: a state hands on so much",
    at: "state-machine/field-values#requirePayloadSize",
    change: edit("> MAX_PAYLOAD_BYTES", "> MAX_PAYLOAD_BYTES * 9"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: timeouts are no failures of tasks",
    at: "state-machine/flow-error#matchesError",
    change: edit("!isTimeout", "true"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: what gives nothing is an error",
    at: "state-machine/expression#evaluateExpression",
    change: edit("value === undefined", "false as boolean"),
    tests: "test/lib/state-machine/expression.test.ts",
  },
  {
    name: "flows: variables of scopes are apart",
    at: "state-machine/machine#findBranchFaults",
    change: edit("outerVariables.has(name)", "false as boolean"),
    tests: "test/lib/state-machine/machine.test.ts",
  },
  {
    name: "flows: states that nothing reaches are refused",
    at: "state-machine/machine#findBranchFaults",
    change: edit("reachableStates.has(name) ?", "true ?"),
    tests: "test/lib/state-machine/machine.test.ts",
  },
  {
    name: "flows: a forged token is accepted",
    at: "state-machine/execution#isIssuedToken",
    change: edit("timingSafeEqual(tokenBytes, expectedBytes) &&", "timingSafeEqual(expectedBytes, expectedBytes) &&"),
    tests: "test/lib/state-machine/runner.test.ts",
  },
];
