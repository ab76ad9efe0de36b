import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { addUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    project: async ({ tenant, mark }) => (await tenant.admin.createProject({ title: `${mark} jetty` })).data.id,
    project_template: async ({ tenant, mark }) =>
      (await tenant.admin.createProjectTemplate({ name: `${mark} pier`, title: `${mark} pier` })).data.id,
  },
  inputs: {
    createProject: async (_, world) => projectInput(world, "createProject"),
    replaceProject: async (app, world) => ({ ...projectInput(world, "replaceProject"), id: await makeProject(app, world) }),
    updateProject: async (app, world) => ({ ...projectInput(world, "updateProject"), id: await makeProject(app, world) }),
    deleteProject: async (app, world) => ({ id: await makeProject(app, world) }),
    moveProject: async (app, world) => ({ id: await makeProject(app, world), status: "ON_HOLD" }),
    createProjectFromTemplate: async (_, world) => ({
      project_template_id: world.seeds.ids.project_template,
      title: `${world.seeds.mark} pier`,
    }),
    createProjectTemplate: async (_, world) => templateInput(world, "createProjectTemplate"),
    replaceProjectTemplate: async (app, world) => ({
      ...templateInput(world, "replaceProjectTemplate"),
      id: await makeTarget(app, world, "/project-templates"),
    }),
    updateProjectTemplate: async (app, world) => ({
      ...templateInput(world, "updateProjectTemplate"),
      id: await makeTarget(app, world, "/project-templates"),
    }),
    addProjectMember: async (app, world) => ({ id: await makeProject(app, world), ...(await createMember(app, world)) }),
    updateProjectMember: async (app, world) => addMember(app, world),
    removeProjectMember: async (app, world) => {
      const { id, user_id } = await addMember(app, world);
      return { id, user_id };
    },
    updateProjectMilestone: async (app, world) => ({ ...(await addMilestone(app, world)), name: `${world.seeds.mark}-later` }),
    completeProjectMilestone: async (app, world) => addMilestone(app, world),
    reopenProjectMilestone: async (app, world) => addMilestone(app, world),
    removeProjectMilestone: async (app, world) => addMilestone(app, world),
    createProjectTask: async (app, world) => taskInput(world, { id: await makeProject(app, world) }),
    logProjectActivity: async (app, world) => taskInput(world, { id: await makeProject(app, world), activity_type_id: "task" }),
    moveProjectTask: async (app, world) => {
      const id = await makeProject(app, world);
      const task = { id, subject: `${world.seeds.mark} dig` };
      const data = parseData(await sendAs(app, world.tenant.token, findOperation("createProjectTask"), task));
      return { id, activity_id: data.id, project_id: await makeProject(app, world) };
    },
  },
};

const makeProject = (app: App, world: World): Promise<string> => makeTarget(app, world, "/projects");

const projectInput = ({ seeds }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), seeds) as Input),
  opportunity_id: undefined,
  members: undefined,
  date_time_start: "2027-01-04T08:00:00.000Z",
  date_time_end: "2027-02-04T08:00:00.000Z",
});

const templateInput = ({ seeds }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), seeds) as Input),
  trigger: { event: "OPPORTUNITY_WON", min_amount: "999999999" },
  members: [{ role: "MEMBER" }],
  milestones: [{ name: `${seeds.mark}-half`, offset_days: 10 }],
  tasks: [{ subject: `${seeds.mark}-dig`, offset_days: 5, milestone: 1 }],
});

const taskInput = ({ seeds: { mark } }: World, target: Input): Input => ({
  ...target,
  subject: `${mark}-dig`,
  description: `${mark}-deep`,
  due_date: "2027-01-10",
});

const createMember = async (app: App, { tenant }: World) => ({
  user_id: (await addUser(app, tenant, "SALES_REP")).id,
  role: "MEMBER",
});

async function addMember(app: App, world: World): Promise<Input> {
  const input = { id: await makeProject(app, world), ...(await createMember(app, world)) };
  parseData(await sendAs(app, world.tenant.token, findOperation("addProjectMember"), input));
  return { ...input, role: "VIEWER" };
}

async function addMilestone(app: App, world: World): Promise<Input> {
  const input = { id: await makeProject(app, world), name: `${world.seeds.mark}-half` };
  const { milestones } = parseData(await sendAs(app, world.tenant.token, findOperation("addProjectMilestone"), input));
  return { id: input.id, milestone_id: (milestones as { id: string }[])[0]?.id };
}
