import type { Flow, FlowTask } from "@crm/core/kernel/domain.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { stepping } from "@crm/functions/flow/context.ts";
import type { Flowing } from "@crm/functions/flow/index.ts";
import { type FlowRunner, localFlows } from "@crm/local/flows.ts";
import type { State } from "@crm/local/state.ts";

/** Flows of a test, and a runner of its own for them: without table, bus or server. */

export type Doing = (input: Json, task: FlowTask) => Json | Promise<Json>;

export function flowing(name: string, definition: unknown, steps: Readonly<Record<string, Doing>> = {}): Flowing {
  const loads: Flow["steps"] = Object.fromEntries(
    Object.entries(steps).map(([step, run]) => [step, async () => async (input: Json, task: FlowTask) => run(input, task)]),
  );
  const flow = { description: name, machine: async () => definition, steps: loads };
  return { name, flow, call: stepping(name, [], loads) };
}

export function runnerOver(state: State, flows: readonly Flowing[]): FlowRunner {
  const runner = localFlows(state, flows, { write: () => undefined });
  runner.connect({} as Ports);
  return runner;
}
