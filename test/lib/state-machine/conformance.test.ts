import type { Json } from "@crm/core/kernel/json.ts";
import { StateMachine } from "aws-local-stepfunctions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seed } from "../../support/random.ts";
import { buildError, buildMachine, MachineSimulator, taskState } from "./machine-simulator.ts";

/**
 * The same machines, in JSONata for our interpreter and in JSONPath for `aws-local-stepfunctions`, which does not support JSONata: if both
 * end, the results are equal. Machines are random trees; each becomes a sequence of states in both languages.
 */
type Tree =
  | { kind: "pass"; value: number }
  | { kind: "fail"; error: string }
  | { kind: "step"; fails: number; retries: number; catches: string | null; value: number }
  | { kind: "choice"; limit: number; met: Tree[]; otherwise: Tree[] }
  | { kind: "parallel"; branches: Tree[][]; catches: string | null }
  | { kind: "map"; items: number; each: Tree[] };

const errors = fc.constantFrom("Busy", "Full");
const catches = fc.option(fc.constantFrom("Busy", "Full", "States.ALL"));
const { line } = fc.letrec<{ line: Tree[]; tree: Tree }>((tie) => ({
  line: fc.array(tie("tree"), { minLength: 1, maxLength: 3, depthIdentifier: "deep" }),
  tree: fc.oneof(
    { depthIdentifier: "deep", depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("pass" as const), value: fc.nat(9) }),
    fc.record({ kind: fc.constant("fail" as const), error: errors }),
    fc.record({ kind: fc.constant("step" as const), fails: fc.nat(3), retries: fc.nat(3), catches, value: fc.nat(9) }),
    fc.record({ kind: fc.constant("choice" as const), limit: fc.nat(9), met: tie("line"), otherwise: tie("line") }),
    fc.record({
      kind: fc.constant("parallel" as const),
      branches: fc.array(tie("line"), { minLength: 1, maxLength: 3 }),
      catches,
    }),
    fc.record({ kind: fc.constant("map" as const), items: fc.nat(3), each: tie("line") }),
  ),
}));

interface MachineDefinition {
  StartAt: string;
  States: Record<string, object>;
}

/** Writes a tree in both languages. Every state passes a number on, which a Pass state or a step replaces. */
class MachineWriter {
  #names = 0;
  readonly steps = new Map<string, { fails: number; value: number }>();
  readonly jsonata: boolean;
  constructor(jsonata: boolean) {
    this.jsonata = jsonata;
  }

  writeLine(trees: readonly Tree[], after?: string): MachineDefinition {
    const States: Record<string, object> = {};
    let next = after;
    for (const tree of trees.toReversed()) next = this.#writeState(tree, next, States);
    return { StartAt: next ?? "", States };
  }

  #writeState(tree: Tree, next: string | undefined, states: Record<string, object>): string {
    const name = `${tree.kind}${++this.#names}`;
    const on = next === undefined ? { End: true } : { Next: next };
    const give = (value: Json) => (this.jsonata ? { Output: value } : { Result: value });
    const caught = (errorName: string | null) => {
      if (errorName === null) return {};
      const handler = `${name}caught`;
      states[handler] = { Type: "Pass", ...give({ n: 5 }), ...on };
      return { Catch: [{ ErrorEquals: [errorName], Next: handler }] };
    };
    if (tree.kind === "pass") states[name] = { Type: "Pass", ...give({ n: tree.value }), ...on };
    else if (tree.kind === "fail") states[name] = { Type: "Fail", Error: tree.error, Cause: "so" };
    else if (tree.kind === "step") {
      this.steps.set(name, tree);
      const rules = {
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 1, MaxAttempts: tree.retries }],
        ...caught(tree.catches),
      };
      states[name] = this.jsonata
        ? taskState(name, { ...rules, Output: "{% $states.result.Payload %}", ...on })
        : { Type: "Task", Resource: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`, ...rules, ...on };
    } else if (tree.kind === "choice") {
      const [metBranch, otherwise] = [this.writeLine(tree.met, next), this.writeLine(tree.otherwise, next)];
      Object.assign(states, metBranch.States, otherwise.States);
      const rule = this.jsonata
        ? { Condition: `{% $type($states.input) = 'object' and $states.input.n < ${tree.limit} %}` }
        : {
            And: [
              { Variable: "$.n", IsPresent: true },
              { Variable: "$.n", NumericLessThan: tree.limit },
            ],
          };
      states[name] = { Type: "Choice", Choices: [{ ...rule, Next: metBranch.StartAt }], Default: otherwise.StartAt };
    } else if (tree.kind === "parallel")
      states[name] = {
        Type: "Parallel",
        Branches: tree.branches.map((branch) => this.writeLine(branch)),
        ...caught(tree.catches),
        ...on,
      };
    else {
      const items = Array.from({ length: tree.items }, (_, n) => ({ n }));
      const list = `${name}items`;
      states[list] = { Type: "Pass", ...give(items), Next: name };
      states[name] = { Type: "Map", ItemProcessor: this.writeLine(tree.each), ...on };
      return list;
    }
    return name;
  }

  /** A step handler that first fails the given number of times in each state that uses it. */
  buildStepHandler(calls: Map<string, number>) {
    return (name: string) => (): Json => {
      const { fails = 0, value = 0 } = this.steps.get(name) ?? {};
      const call = calls.get(name) ?? 0;
      calls.set(name, call + 1);
      if (call < fails) throw buildError("Busy", "so");
      return { n: value };
    };
  }
}

async function runInterpreter(trees: readonly Tree[]) {
  const writer = new MachineWriter(true);
  const { StartAt, States } = writer.writeLine(trees);
  const calls = new Map<string, number>();
  const call = writer.buildStepHandler(calls);
  const steps = Object.fromEntries([...writer.steps.keys()].map((name) => [name, call(name)]));
  const { status, output, error } = await new MachineSimulator(buildMachine(States, { StartAt }), { n: 0 }, steps).runToEnd();
  return { came: status === "SUCCEEDED" ? { output } : { error }, calls: Object.fromEntries(calls) };
}

async function runReference(trees: readonly Tree[]) {
  const writer = new MachineWriter(false);
  const definition = writer.writeLine(trees);
  const calls = new Map<string, number>();
  const call = writer.buildStepHandler(calls);
  const names = [...writer.steps.keys()];
  const machine = new StateMachine(definition as ConstructorParameters<typeof StateMachine>[0], {
    validationOptions: { noValidate: true },
  });
  const run = machine.run(
    { n: 0 },
    {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(names.map((name) => [name, async () => call(name)()])),
        retryIntervalOverrides: Object.fromEntries(names.map((name) => [name, 0])),
      },
    },
  );
  const outcome = await run.result.then(
    (output: Json) => ({ output }),
    ({ cause }: Error) => ({ error: (cause as Error).name }),
  );
  return { came: outcome, calls: Object.fromEntries(calls) };
}

/** Whether branches race: then it is undefined which error comes first and what other branches have done by then. */
const hasRace = (trees: readonly Tree[]): boolean =>
  trees.some((tree) => {
    if (tree.kind === "parallel") return tree.branches.some((branch) => canFail(branch) || hasRace(branch));
    if (tree.kind === "map") return canFail(tree.each) || hasRace(tree.each) || hasStep(tree.each);
    return tree.kind === "choice" && (hasRace(tree.met) || hasRace(tree.otherwise));
  });
const containsTree = (trees: readonly Tree[], predicate: (tree: Tree) => boolean): boolean =>
  trees.some(
    (tree) =>
      predicate(tree) ||
      (tree.kind === "choice" && (containsTree(tree.met, predicate) || containsTree(tree.otherwise, predicate))) ||
      (tree.kind === "parallel" && tree.branches.some((branch) => containsTree(branch, predicate))) ||
      (tree.kind === "map" && containsTree(tree.each, predicate)),
  );
const canFail = (trees: readonly Tree[]) => containsTree(trees, ({ kind }) => kind === "fail" || kind === "step");
const hasStep = (trees: readonly Tree[]) => containsTree(trees, ({ kind }) => kind === "step");

describe("our interpreter compared with aws-local-stepfunctions", () => {
  it("gives the same outcome and the same number of calls for each step", async () => {
    let caseCount = 0;
    await fc.assert(
      fc.asyncProperty(line, async (trees) => {
        fc.pre(!hasRace(trees));
        caseCount++;
        expect(await runInterpreter(trees)).toEqual(await runReference(trees));
      }),
      { seed, numRuns: 150 },
    );
    expect(caseCount).toBe(150);
  });

  it.each<[string, Tree[]]>([
    ["a retry", [{ kind: "step", fails: 2, retries: 2, catches: null, value: 3 }]],
    ["too few", [{ kind: "step", fails: 2, retries: 1, catches: null, value: 3 }]],
    [
      "a catch",
      [
        { kind: "step", fails: 2, retries: 0, catches: "States.ALL", value: 3 },
        { kind: "choice", limit: 6, met: [{ kind: "pass", value: 1 }], otherwise: [{ kind: "fail", error: "Full" }] },
      ],
    ],
    ["a branch that fails", [{ kind: "parallel", branches: [[{ kind: "fail", error: "Full" }]], catches: "Full" }]],
    ["a branch that fails for good", [{ kind: "parallel", branches: [[{ kind: "fail", error: "Full" }]], catches: "Busy" }]],
    [
      "items",
      [
        {
          kind: "map",
          items: 3,
          each: [{ kind: "choice", limit: 1, met: [{ kind: "pass", value: 9 }], otherwise: [{ kind: "pass", value: 8 }] }],
        },
      ],
    ],
  ])("agree on %s", async (_, trees) => {
    expect(await runInterpreter(trees)).toEqual(await runReference(trees));
  });
});
