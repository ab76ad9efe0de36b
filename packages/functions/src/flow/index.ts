import type { Domain, Flow } from "@crm/core/kernel/domain.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { createStepHandler, type FlowHandler } from "./step-handler.ts";

/** The flows of the domains: a machine each, and a function of its steps. */
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

/** What steps reach beside their tenant. */
export const listKeyspaces = ({ table = [] }: Flow): Keyspace[] => table.flatMap(({ keyspace: within }) => within ?? []);
