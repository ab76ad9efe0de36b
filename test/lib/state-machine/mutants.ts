import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "flows: an event is applied before the timers that are already due",
    at: "state-machine/interpreter#ExecutionRun.applyEvent",
    change: edit("await this.#fireTimers();", ""),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: overdue timers do not fire in the order of their due times",
    at: "state-machine/interpreter#ExecutionRun",
    change: edit("if (ends_at <= due)", "if (ends_at <= this.#at)"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: sibling branches keep running after one branch fails",
    at: "state-machine/interpreter#ExecutionRun",
    change: edit("this.execution.frames = removeDescendants(this.execution.frames, frame);", ""),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: an error in a Catch is thrown instead of raised in the state machine",
    at: "state-machine/interpreter#ExecutionRun",
    change: edit("await this.#raiseError(frame, caught);", "throw caught;"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: full jitter does not randomize the retry delay",
    at: "state-machine/retry#planRetry",
    change: edit('"FULL" ? chance() : 1', '"FULL" ? 1 : 1'),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: all retriers share the attempt count of the first retrier",
    at: "state-machine/retry#planRetry",
    change: edit("tries[index] ?? 0", "tries[0] ?? 0"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: a state may pass on a payload over the size limit",
    at: "state-machine/field-values#requirePayloadSize",
    change: edit("> MAX_PAYLOAD_BYTES", "> MAX_PAYLOAD_BYTES * 9"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: a timeout is matched as a task failure",
    at: "state-machine/flow-error#matchesError",
    change: edit("!isTimeout", "true"),
    tests: "test/lib/state-machine/interpreter.test.ts",
  },
  {
    name: "flows: an expression with an undefined result is accepted",
    at: "state-machine/expression#evaluateExpression",
    change: edit("value === undefined", "false as boolean"),
    tests: "test/lib/state-machine/expression.test.ts",
  },
  {
    name: "flows: a branch may redefine a variable of its outer scope",
    at: "state-machine/machine#findBranchFaults",
    change: edit("outerVariables.has(name)", "false as boolean"),
    tests: "test/lib/state-machine/machine.test.ts",
  },
  {
    name: "flows: an unreachable state is accepted",
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
  {
    name: "flows: the value of an expression is evaluated as an expression",
    at: "state-machine/expression#evaluateExpression",
    change: edit("return JSON.parse(json) as Json;", "return evaluateTemplate(JSON.parse(json) as Json, { ...scope }, field);"),
    tests: "test/lib/state-machine/tenant-input.test.ts",
  },
  {
    name: "flows: a value that looks like a JSONata function counts as one",
    at: "state-machine/expression#isFunction",
    change: edit('typeof implementation === "function"', '"_jsonata_lambda" in value || typeof implementation === "function"'),
    tests: "test/lib/state-machine/tenant-input.test.ts",
  },
];
