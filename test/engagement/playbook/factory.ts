import type { App } from "@crm/local/app.ts";
import type { DomainFactory, World } from "../../invariants/registry/operation-input.ts";

const steps = [{ name: "Ring the customer", task: { subject: "Ring the customer", activity_type_id: "call" } }];

const createPlaybook = async ({ tenant, seeds: { mark } }: World): Promise<{ id: string; steps: { id: string }[] }> =>
  (await tenant.admin.createPlaybook({ name: `${mark} play`, record_kind: "customer", steps })).data;

/** A step of a playbook, for a customer. */
const createStep = async (_: App, world: World) => {
  const playbook = await createPlaybook(world);
  return { id: playbook.id, record_id: String(world.seeds.ids.customer), step_id: playbook.steps[0]?.id ?? "" };
};

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    playbook: async ({ tenant, mark }) =>
      (await tenant.admin.createPlaybook({ name: `${mark} play`, record_kind: "customer", steps })).data.id,
  },
  inputs: {
    createPlaybook: async (_, { seeds: { mark } }) => ({ name: `${mark} play`, record_kind: "customer", steps }),
    replacePlaybook: async (_, world) => ({
      ...{ id: (await createPlaybook(world)).id, name: `${world.seeds.mark} other`, record_kind: "customer", steps },
    }),
    updatePlaybook: async (_, world) => ({ id: (await createPlaybook(world)).id, name: `${world.seeds.mark} other` }),
    listPlaybookProgress: async (_, { seeds: { ids } }) => ({ record_id: ids.customer }),
    completePlaybookStep: createStep,
    reopenPlaybookStep: createStep,
    createPlaybookTask: createStep,
  },
};
