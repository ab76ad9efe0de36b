import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Flow } from "@crm/core/kernel/domain.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { parseExecutionName } from "@crm/core/lib/state-machine/execution-name.ts";
import * as z from "zod";

/** The payload of a Task, in the form that `core/src/lib/state-machine/asl.ts` gives to machines. */
const TaskPayload = z.object({
  step: z.string(),
  execution: z.string(),
  token: z.string().optional(),
  input: z.json().default(null),
});

export type FlowHandler = (payload: unknown, ports: Ports) => Promise<Json>;

/** Creates a handler that runs a step as the system, in the tenant of its execution, within the keyspaces of its flow. */
export const createStepHandler =
  (flow: string, keyspaces: readonly Keyspace[], steps: Flow["steps"]): FlowHandler =>
  async (payload, ports) => {
    const { step, execution, token, input } = TaskPayload.parse(payload);
    const { tenant, name } = parseExecutionName(execution);
    const load = steps[step];
    if (!load) throw withErrorName("StepUnknown", new Error(`This release has no step ${step} in the flow ${flow}`));
    const run = await load();
    try {
      return await runIn(systemContext(ports, tenant, flow, keyspaces), () => run(input, { name, token }));
    } catch (error) {
      throw isFailure(error) ? withErrorName(error.code, error) : error;
    }
  };

/** State machines know an error by the name that Lambda reports, which is the `name` of the error. */
const withErrorName = (name: string, error: Error): Error => Object.assign(new Error(error.message, { cause: error }), { name });
