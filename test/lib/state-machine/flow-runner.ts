import type { Flow, FlowTask } from "@crm/core/kernel/domain.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { FlowFunction } from "@crm/functions/flow/index.ts";
import { createStepHandler } from "@crm/functions/flow/step-handler.ts";
import { type FlowRunner, localFlows } from "@crm/local/ports/flows.ts";
import type { State } from "@crm/local/store/state.ts";

/** Flows for tests, with a separate runner that needs no table, bus or server. */

export type StepFunction = (input: Json, task: FlowTask) => Json | Promise<Json>;

export function buildFlowFunction(
  name: string,
  definition: unknown,
  steps: Readonly<Record<string, StepFunction>> = {},
): FlowFunction {
  const loads: Flow["steps"] = Object.fromEntries(
    Object.entries(steps).map(([step, run]) => [step, async () => async (input: Json, task: FlowTask) => run(input, task)]),
  );
  const flow: Flow = { basis: "release", description: name, machine: async () => definition, steps: loads };
  return { name, flow, call: createStepHandler(name, [], loads) };
}

export function createRunner(state: State, flows: readonly FlowFunction[]): FlowRunner {
  const runner = localFlows(state, flows, { write: () => undefined });
  runner.connect({} as Ports);
  return runner;
}
