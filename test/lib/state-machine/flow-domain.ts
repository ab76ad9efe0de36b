import { domains } from "@crm/core/domains.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import { buildMachine, taskState } from "./machine-simulator.ts";

/** The product's domains without their flows, and a domain with a flow that asks for an answer and reports it. */

export const approvalMachine = buildMachine({
  Ask: taskState("ask", {
    waits: true,
    input: "{% $states.input %}",
    TimeoutSeconds: 86_400,
    Output: "{% $states.result %}",
    Next: "Tell",
  }),
  Tell: taskState("tell", { input: "{% $states.input %}", End: true }),
});

/** The calls of steps, each with its tenant. */
export const stepCalls: { step: string; tenant: string; name: string; input: Json; token?: string | undefined }[] = [];

const recordStep = (name: string) => async () => {
  const { useTenant } = await import("@crm/core/kernel/context.ts");
  return async (input: Json, task: { name: string; token: string | undefined }): Promise<Json> => {
    stepCalls.push({ step: name, tenant: useTenant(), input, ...task });
    return null;
  };
};

export const domainsWithFlow = [
  ...domains.map(({ flows: _own, ...rest }) => rest),
  domain({
    name: "asking",
    kinds: [],
    flows: {
      quote_approval: {
        basis: "release",
        description: "Asks the approvers, and notifies the requester",
        machine: async () => approvalMachine,
        steps: { ask: recordStep("ask"), tell: recordStep("tell") },
        uses: ["flows:start", "flows:answer", "flows:read"],
        table: [{ actions: ["GetItem", "PutItem"] }],
      },
    },
  }),
];
