import { expect } from "vitest";
import { addUser, type TestUser } from "../../../support/app.ts";
import { defineScenario, type Fixture } from "../harness.ts";

/** Projects: members who are told, and projects of won opportunities with their tasks. */

const member = defineScenario<{ id: string; user: TestUser }>({
  name: "a member is told",
  covers: { subscribers: ["project-members"] },
  async prepare({ crm, system, tenant }) {
    const user = await addUser(system.app, tenant, "SALES_REP");
    return { id: (await crm.createProject({ title: "Struck" })).data.id, user };
  },
  ask: ({ crm }, { id, user }, options) => crm.addProjectMember({ id, user_id: user.id, role: "MEMBER" }, options),
  countsWrite: (name) => name === "project-members",
  async check({ crm }, { id, user }) {
    expect((await crm.listProjectMembers({ id })).data).toHaveLength(1);
    const { data } = await user.client.listNotifications({ type: "project_member_added" });
    expect(data.filter(({ record_id }) => record_id === id)).toHaveLength(1);
  },
});

async function createTemplate({ crm }: Fixture): Promise<void> {
  await crm.createProjectTemplate({
    name: "Struck",
    title: "Struck",
    trigger: { event: "OPPORTUNITY_WON" },
    milestones: [{ name: "Struck", offset_days: 1 }],
    tasks: Array.from({ length: 14 }, (_, index) => ({ subject: `Struck ${index}`, offset_days: index, milestone: 1 })),
  });
}

async function createOpportunity({ crm }: Fixture): Promise<string> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const opportunity = { name: "Struck", customer_id: customer.id, amount: "100" };
  return (await crm.createOpportunity(opportunity)).data.id;
}

const won = defineScenario<string>({
  name: "a project of a won opportunity",
  covers: { subscribers: ["project-templates", "project-tasks"] },
  open: createTemplate,
  prepare: createOpportunity,
  ask: ({ crm }, id, options) => crm.winOpportunity({ id }, options),
  countsWrite: (name) => name === "project-templates" || name === "project-tasks",
  async check({ crm }, opportunity) {
    const { data } = await crm.listProjects({ opportunity });
    expect(data).toMatchObject([{ total_task: 14 }]);
    const { data: tasks } = await crm.listProjectTasks({ id: String(data[0]?.id), limit: 100 });
    expect(new Set(tasks.map(({ subject }) => subject)).size).toBe(14);
    expect(tasks).toHaveLength(14);
  },
});

export const scenarios = [member, won];
