import { onMembersChanged } from "@crm/core/projects/project/member.listener.ts";
import { Projects } from "@crm/core/projects/project/project.entity.ts";
import { onOpportunityMoved, onTasksPlanned } from "@crm/core/projects/project-template/instantiation.ts";
import { Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, signUp } from "../../support/app.ts";
import type { RequestUnits, UnitMeter } from "../../support/request-units.ts";
import { buildEvent, type CostRows, loadRecord, type MeasuredWorld, measureSteps, runAsSystem } from "./measured-steps.ts";

/** What `prepareStreams` returns: the cost of processing the last change of a kind. */
type DerivedUnits = (kind: string) => Promise<RequestUnits>;

/** The cost of projects and of their tasks: rows of docs/access-patterns.md. */
export async function measureProjects(app: App, measured: UnitMeter, derived: DerivedUnits, result: CostRows): Promise<void> {
  const tenant = await signUp(app);
  const world: MeasuredWorld = { app, tenant, measured, result };
  const crm = tenant.admin;
  const member = await addUser(app, tenant, "SALES_REP");
  const { data: customer } = await crm.createCustomer({ name: "Reef" });
  interface Work {
    id: string;
    milestone_id?: string;
    task?: string;
  }
  const create = async (work: Work): Promise<void> => {
    const project = { title: "Jetty", customer_id: customer.id, members: [{ user_id: member.id }] };
    work.id = (await crm.createProject(project)).data.id;
  };
  await measureSteps(world, async (): Promise<Work> => ({ id: "" }), [
    ["create a project with a member", create],
    ["read a project", ({ id }) => crm.getProject({ id })],
    [
      "add a milestone",
      async (work) => {
        const { data } = await crm.addProjectMilestone({ id: work.id, name: "Ground" });
        work.milestone_id = data.milestones[0]?.id ?? "";
      },
    ],
    [
      "create a task of a milestone",
      async (work) => {
        const task = { id: work.id, subject: "Dig", milestone_id: work.milestone_id, due_date: "2027-01-01" };
        work.task = (await crm.createProjectTask(task)).data.id;
      },
    ],
    ["list the tasks of a project", ({ id }) => crm.listProjectTasks({ id })],
    ["read the timeline of a project", ({ id }) => crm.getProjectTimeline({ id })],
    ["list the milestones of a project, with their counts", ({ id }) => crm.listProjectMilestones({ id })],
    ["complete a task of a project", ({ task }) => allowAnyInput(crm).completeActivity({ id: task })],
    ["move a project on the board", ({ id }) => crm.moveProject({ id, status: "ACTIVE", after_id: null })],
    ["list 5 projects of a customer, with the total", () => crm.listProjects({ customer: customer.id, limit: 5 })],
  ]);
  const work: Work = { id: "" };
  await create(work);
  result["stream: a new project with a member"] = await derived("project");
  const { data: task } = await crm.createProjectTask({ id: work.id, subject: "Dig" });
  await derived("activity");
  await derived("project");
  await crm.completeActivity({ id: task.id });
  result["stream: a task of a project is completed"] = await derived("activity");
  result["stream: the totals of a project with a member change"] = await derived("project");
  const event = buildEvent("project.created", await loadRecord(world, Projects, work.id));
  await measureSteps(world, async () => undefined, [
    ["`project-members` tells a member", () => runAsSystem(world, () => onMembersChanged({ ...event, tenant_id: tenant.id }))],
  ]);
  await measureTemplate();

  /** A project that follows from a won opportunity, and its tasks. */
  async function measureTemplate(): Promise<void> {
    const tasks = Array.from({ length: 12 }, (_, offset_days) => ({ subject: "Dig", offset_days }));
    await crm.createProjectTemplate({ name: "Jetty", title: "Jetty", trigger: { event: "OPPORTUNITY_WON" }, tasks });
    const win = async (): Promise<string> => {
      const sold = { name: "Jetty", customer_id: customer.id, amount: "100" };
      const { id } = (await crm.createOpportunity(sold)).data;
      await crm.winOpportunity({ id });
      return id;
    };
    await measureSteps(world, win, [
      [
        "`project-templates` makes the project of a won opportunity",
        async (id) => {
          const moved = buildEvent("opportunity.stage_changed", await loadRecord(world, Opportunities, id));
          await runAsSystem(world, () => onOpportunityMoved({ ...moved, tenant_id: tenant.id }));
        },
      ],
      [
        "`project-tasks` creates 12 tasks",
        async (opportunity) => {
          const { data } = await crm.listProjects({ opportunity });
          const planned = buildEvent("project.tasks_planned", await loadRecord(world, Projects, String(data[0]?.id)));
          await runAsSystem(world, () => onTasksPlanned({ ...planned, tenant_id: tenant.id }));
        },
      ],
    ]);
  }
}
