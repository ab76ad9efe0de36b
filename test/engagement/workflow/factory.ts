import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createRecord, type DomainFactory, type Input, makeOnce, type World } from "../../invariants/registry/operation-input.ts";
import type { TestUser } from "../../support/app.ts";

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

/** Publishes a workflow of the user, or of the administrator. Only the owner and administrators resume one, and read its address. */
async function publishWorkflow(app: App, world: World, user?: TestUser): Promise<string> {
  const id = await createRecord(app, world, "/workflows", user);
  await world.tenant.admin.publishWorkflow({ id });
  return id;
}

/** Publishes a workflow with an address of its own. */
async function publishCalledWorkflow(app: App, world: World, user?: TestUser): Promise<{ id: string }> {
  const id = await createRecord(app, world, "/workflows", user);
  await world.tenant.admin.updateWorkflow({ id, trigger: { on: "webhook" } });
  await world.tenant.admin.publishWorkflow({ id });
  return { id };
}

async function createEnrollment(app: App, world: World): Promise<{ id: string; workflow_enrollment_id: string }> {
  const id = await publishWorkflow(app, world);
  const { data } = await world.tenant.admin.enrollInWorkflow({ id, record_id: world.seeds.ids.lead ?? "" });
  return { id, workflow_enrollment_id: data.id };
}

/** Enrolls a lead in a workflow whose step fails, because it writes no valid email address. */
async function createFailedEnrollment(app: App, world: World): Promise<Input> {
  const { admin } = world.tenant;
  const id = await createRecord(app, world, "/workflows");
  await admin.updateWorkflow({ id, steps: [{ id: "mail", do: "update", set: { email: "{{record.id}}" } }] });
  await admin.publishWorkflow({ id });
  const { data } = await admin.enrollInWorkflow({ id, record_id: world.seeds.ids.lead ?? "" });
  return { id, workflow_enrollment_id: data.id };
}

export const factory: DomainFactory = {
  ids: {
    workflow: async ({ tenant, mark }) => (await allowAnyInput(tenant.admin).createWorkflow(buildWorkflow(mark))).data.id,
  },
  targets: { "/workflow-enrollments": async (app, world) => (await createEnrollment(app, world)).workflow_enrollment_id },
  inputs: {
    createWorkflow: async (_, { seeds: { mark } }) => buildWorkflow(mark),
    createWorkflowFromTemplate: async (_, { seeds: { mark } }) => ({ key: "lead_response", name: `${mark}-response` }),
    updateWorkflow: async (app, world) => ({ id: await findWorkflow(app, world), description: world.seeds.mark }),
    // Only the owner and administrators publish and delete a workflow.
    deleteWorkflow: async (app, world, user) => ({ id: await createRecord(app, world, "/workflows", user) }),
    publishWorkflow: async (app, world, user) => ({ id: await createRecord(app, world, "/workflows", user) }),
    pauseWorkflow: async (app, world) => ({ id: await publishWorkflow(app, world) }),
    resumeWorkflow: async (app, world, user) => {
      const id = await publishWorkflow(app, world, user);
      await world.tenant.admin.pauseWorkflow({ id });
      return { id };
    },
    dryRunWorkflow: async (app, world) => ({ id: await findWorkflow(app, world), record_id: world.seeds.ids.lead }),
    getEnrollmentOfWorkflow: createEnrollment,
    stopWorkflowEnrollment: createEnrollment,
    retryWorkflowEnrollment: createFailedEnrollment,
    getWorkflowWebhook: publishCalledWorkflow,
    renewWorkflowWebhook: publishCalledWorkflow,
    callWorkflowWebhook: async (app, world) => {
      const { data } = await world.tenant.admin.getWorkflowWebhook(await publishCalledWorkflow(app, world));
      return { token: data.url.split("/").at(-1), record_id: world.seeds.ids.lead };
    },
    enrollInWorkflow: async (app, world) => ({ id: await publishWorkflow(app, world), record_id: world.seeds.ids.lead }),
  },
};
