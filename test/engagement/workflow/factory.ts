import type { App } from "@crm/local/app.ts";
import { createRecord, type DomainFactory, type Input, makeOnce, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of workflows for the generated tests: of leads, which users enroll, with a wait as their first step. */

const buildWorkflow = (mark: string): Input => ({
  name: `${mark}-workflow`,
  kind: "lead",
  trigger: { on: "manual" },
  enrollment: { repeat: "every_time" },
  steps: [
    { id: "week", do: "wait", for: "7d" },
    { id: "call", do: "task", subject: `${mark} call`, activity_type_id: "call" },
  ],
});

const findWorkflow = (app: App, world: World): Promise<string> =>
  makeOnce(world, "workflow", () => createRecord(app, world, "/workflows"));

/** Publishes a workflow of its own. */
async function publishWorkflow(app: App, world: World): Promise<string> {
  const id = await createRecord(app, world, "/workflows");
  await world.tenant.admin.publishWorkflow({ id });
  return id;
}

async function createEnrollment(app: App, world: World): Promise<string> {
  const id = await publishWorkflow(app, world);
  const { data } = await world.tenant.admin.enrollInWorkflow({ id, record_id: world.seeds.ids.lead ?? "" });
  return data.id;
}

export const factory: DomainFactory = {
  ids: {
    workflow: async ({ tenant, mark }) => (await tenant.admin.createWorkflow(buildWorkflow(mark) as never)).data.id,
  },
  targets: { "/workflow-enrollments": createEnrollment },
  inputs: {
    createWorkflow: async (_, { seeds: { mark } }) => buildWorkflow(mark),
    updateWorkflow: async (app, world) => ({ id: await findWorkflow(app, world), description: world.seeds.mark }),
    pauseWorkflow: async (app, world) => ({ id: await publishWorkflow(app, world) }),
    resumeWorkflow: async (app, world) => {
      const id = await publishWorkflow(app, world);
      await world.tenant.admin.pauseWorkflow({ id });
      return { id };
    },
    dryRunWorkflow: async (app, world) => ({ id: await findWorkflow(app, world), record_id: world.seeds.ids.lead }),
    enrollInWorkflow: async (app, world) => ({ id: await publishWorkflow(app, world), record_id: world.seeds.ids.lead }),
  },
};
