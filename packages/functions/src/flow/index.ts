import type { Domain, Flow } from "@crm/core/kernel/domain.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { createStepHandler, type FlowHandler } from "./step-handler.ts";

/** A flow of a domain: it has a state machine, and a function that runs its steps. */
export interface FlowFunction {
  readonly name: string;
  readonly flow: Flow;
  readonly call: FlowHandler;
}

export const listFlows = (domains: readonly Domain[]): FlowFunction[] =>
  domains.flatMap(({ flows = {} }) =>
    Object.entries<Flow>(flows).map(([name, flow]) => ({
      name,
      flow,
      call: createStepHandler(name, listKeyspaces(flow), flow.steps),
    })),
  );

/** Returns the keyspaces that steps may reach in addition to their tenant. */
export const listKeyspaces = ({ table = [] }: Flow): Keyspace[] => table.flatMap(({ keyspace }) => keyspace ?? []);
