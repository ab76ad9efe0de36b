import type { Domain, Flow } from "@crm/core/kernel/domain.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { type FlowCall, stepping } from "./context.ts";

/** The flows of the domains: a machine each, and a function of its steps. */
export interface Flowing {
  readonly name: string;
  readonly flow: Flow;
  readonly call: FlowCall;
}

export const flowsOf = (domains: readonly Domain[]): Flowing[] =>
  domains.flatMap(({ flows = {} }) =>
    Object.entries<Flow>(flows).map(([name, flow]) => ({
      name,
      flow,
      call: stepping(name, keyspacesOf(flow), flow.steps),
    })),
  );

/** What steps reach beside their tenant. */
export const keyspacesOf = ({ table = [] }: Flow): Keyspace[] => table.flatMap(({ within }) => within ?? []);
