import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let colleague: TestUser;
let stranger: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own", timezone: "Europe/Oslo" });
  colleague = await addUser(app, tenant, "SALES_REP");
  stranger = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const createProject = async (more: object = {}) => (await tenant.admin.createProject({ title: "Jetty", ...more })).data;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, details }: { status: number; details?: { field: string }[] }) => [
      status,
      (details ?? []).map(({ field }) => field),
    ],
  );

describe("a project", () => {
  it("takes the customer of its opportunity, and begins at the end of its column", async () => {
    const customer_id = (await tenant.admin.createCustomer({ name: "Fjord" })).data.id;
    const other = (await tenant.admin.createCustomer({ name: "Lagoon" })).data.id;
    const opportunity_id = (await tenant.admin.createOpportunity({ customer_id, name: "Jetty" })).data.id;
    const project = await createProject({ opportunity_id, date_time_start: "2027-01-04", date_time_end: "2027-02-01" });
    expect(project).toMatchObject({
      customer_id,
      opportunity_id,
      status: "PLANNED",
      owner_id: tenant.userId,
      date_time_start: "2027-01-03T23:00:00.000Z",
      date_time_end: "2027-02-01T22:59:59.999Z",
      total_member: 1,
      total_task: 0,
      percent_complete: null,
    });
    expect(Object.keys(project)).not.toContain("pending_tasks");
    const later = await createProject({ customer_id });
    expect(later.space_order).toBeGreaterThan(project.space_order);
    const { data } = await tenant.admin.listProjects({ customer: customer_id });
    expect(data.map(({ id }) => id)).toEqual([later.id, project.id]);
    expect(await readRejection(createProject({ customer_id: other, opportunity_id }))).toEqual([400, ["opportunity_id"]]);
    expect(await readRejection(createProject({ date_time_start: "2027-02-01", date_time_end: "2027-01-01" }))).toEqual([
      400,
      ["date_time_end"],
    ]);
    await tenant.admin.updateProject({ id: project.id, title: "Pier", status: "ACTIVE" });
    await app.settle();
    expect((await tenant.admin.listProjects({ search: "pier", status: "ACTIVE" })).data).toHaveLength(1);
  });

  it("is completed and deleted only without open tasks", async () => {
    const { id } = await createProject();
    const task = (await tenant.admin.createProjectTask({ id, subject: "Dig" })).data;
    expect(task).toMatchObject({ related_to_type: "project", related_to_id: id, assigned_by_id: tenant.userId });
    expect(await readRejection(tenant.admin.updateProject({ id, status: "COMPLETED" }))).toEqual([409, ["tasks"]]);
    expect(await readRejection(tenant.admin.deleteProject({ id }))).toEqual([409, ["tasks"]]);
    const { data: forced } = await tenant.admin.updateProject({ id, status: "COMPLETED", force: true });
    expect(forced.completed_at).not.toBeNull();
    const { data: reopened } = await tenant.admin.updateProject({ id, status: "ACTIVE" });
    expect(reopened.completed_at).toBeNull();
    await tenant.admin.completeActivity({ id: task.id });
    await tenant.admin.updateProject({ id, status: "COMPLETED" });
    await tenant.admin.deleteProject({ id });
    expect(await readRejection(tenant.admin.getProject({ id }))).toEqual([404, []]);
    await tenant.admin.restoreProject({ id });
  });
});

describe("members", () => {
  it("see the project and its tasks, and change them as their role says", async () => {
    const { id } = await createProject({ title: "Quay" });
    const task = (await tenant.admin.createProjectTask({ id, subject: "Measure" })).data.id;
    const see = async (user: TestUser) => [
      await readRejection(user.client.getProject({ id })),
      await readRejection(user.client.getActivity({ id: task })),
      await readRejection(user.client.listProjectTasks({ id })),
    ];
    expect(await see(colleague)).toEqual([
      [404, []],
      [404, []],
      [404, []],
    ]);
    await tenant.admin.addProjectMember({ id, user_id: colleague.id, role: "VIEWER" });
    await app.settle();
    expect(await see(colleague)).toEqual(["went through", "went through", "went through"]);
    expect((await colleague.client.listProjects({})).data.map((project) => project.id)).toContain(id);
    expect((await stranger.client.listProjects({})).data).toEqual([]);
    const { client } = colleague;
    const writes = [
      () => client.updateProject({ id, title: "Mine" }),
      () => client.moveProject({ id }),
      () => client.deleteProject({ id }),
      () => client.addProjectMilestone({ id, name: "Start" }),
      () => client.createProjectTask({ id, subject: "Mine" }),
      () => client.createActivity({ subject: "Mine", activity_type_id: "task", related_to_id: id }),
      () => client.updateActivity({ id: task, subject: "Mine" }),
      () => client.completeActivity({ id: task }),
      () => client.cancelActivity({ id: task }),
      () => client.deleteActivity({ id: task }),
      () => client.addProjectMember({ id, user_id: stranger.id }),
    ];
    for (const write of writes) expect(await readRejection(write())).toEqual([403, []]);
    await tenant.admin.updateProjectMember({ id, user_id: colleague.id, role: "MEMBER" });
    expect(await readRejection(writes[4]?.() ?? Promise.resolve())).toBe("went through");
    expect(await readRejection(writes[0]?.() ?? Promise.resolve())).toBe("went through");
    expect(await readRejection(writes[10]?.() ?? Promise.resolve())).toEqual([403, []]);
    await tenant.admin.updateProjectMember({ id, user_id: colleague.id, role: "MANAGER" });
    const { data: three } = await client.addProjectMember({ id, user_id: stranger.id });
    expect(three.total_member).toBe(3);
    expect((await stranger.client.listProjectMembers({ id })).data.map(({ role }) => role)).toEqual(["MANAGER", "MEMBER"]);
    await stranger.client.removeProjectMember({ id, user_id: stranger.id });
    await app.settle();
    expect(await see(stranger)).toEqual([
      [404, []],
      [404, []],
      [404, []],
    ]);
    expect((await stranger.client.listProjects({})).data).toEqual([]);
  });

  it("are told once that they are members, and only by others", async () => {
    const members = [{ user_id: colleague.id }, { user_id: stranger.id, role: "VIEWER" }];
    const { id } = await createProject({ title: "Slipway", members });
    await app.settle();
    await tenant.admin.updateProjectMember({ id, user_id: colleague.id, role: "MANAGER" });
    await app.settle();
    for (const { client } of [colleague, stranger]) {
      const { data } = await client.listNotifications({ type: "project_member_added" });
      expect(data.filter(({ record_id }) => record_id === id)).toHaveLength(1);
    }
    expect(await readRejection(createProject({ members: [...members, { user_id: colleague.id }] }))).toEqual([
      400,
      ["members[2].user_id"],
    ]);
    expect(await readRejection(createProject({ members: [{ user_id: "usr_01kjp8w20000000075" }] }))).toEqual([
      400,
      ["members[0].user_id"],
    ]);
  });
});

describe("milestones", () => {
  it("are in order of their dates, complete once, and stay while tasks name them", async () => {
    const project = await createProject({ milestones: [{ name: "Late" }, { name: "Open", due_date: "9999-12-31" }] });
    const { id } = project;
    expect(project.milestones.map(({ name }) => name)).toEqual(["Open", "Late"]);
    const { data: more } = await tenant.admin.addProjectMilestone({ id, name: "Läufig 漢字", due_date: "2027-03-01" });
    const milestone_id = String(more.milestones[0]?.id);
    expect(more.milestones.map(({ name }) => name)).toEqual(["Läufig 漢字", "Open", "Late"]);
    await tenant.admin.completeProjectMilestone({ id, milestone_id });
    expect(await readRejection(tenant.admin.completeProjectMilestone({ id, milestone_id }))).toEqual([409, ["completed_at"]]);
    await tenant.admin.reopenProjectMilestone({ id, milestone_id });
    const task = (await tenant.admin.createProjectTask({ id, subject: "Paint", milestone_id })).data;
    await app.settle();
    expect((await tenant.admin.listProjectMilestones({ id })).data[0]).toMatchObject({ total_task: 1, total_task_completed: 0 });
    expect(await readRejection(tenant.admin.removeProjectMilestone({ id, milestone_id }))).toEqual([409, ["milestone_id"]]);
    await tenant.admin.deleteActivity({ id: task.id });
    await tenant.admin.removeProjectMilestone({ id, milestone_id });
    expect((await tenant.admin.restoreActivity({ id: task.id })).data.milestone_id).toBeNull();
    const other = await createProject({ milestones: [{ name: "Elsewhere" }] });
    const elsewhere = other.milestones[0]?.id;
    const wrong = [
      () => tenant.admin.createProjectTask({ id, subject: "Paint", milestone_id: elsewhere }),
      () => tenant.admin.updateActivity({ id: task.id, milestone_id: elsewhere }),
      () => tenant.admin.createActivity({ subject: "Call", activity_type_id: "call", milestone_id: elsewhere }),
    ];
    for (const write of wrong) expect(await readRejection(write())).toEqual([400, ["milestone_id"]]);
    const { data: moved } = await tenant.admin.moveProjectTask({
      id,
      activity_id: task.id,
      project_id: other.id,
      milestone_id: elsewhere,
    });
    expect(moved).toMatchObject({ related_to_id: other.id, milestone_id: elsewhere });
    expect(await readRejection(tenant.admin.moveProjectTask({ id, activity_id: task.id, project_id: id }))).toEqual([404, []]);
  });
});
