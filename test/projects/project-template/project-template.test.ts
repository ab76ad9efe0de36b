import { dateParts, fillTitle, fitsCalendar, fitsType } from "@crm/core/projects/project-template/project-template.rules.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let seller: TestUser;
let builder: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own", timezone: "Pacific/Auckland", currency: "EUR" });
  seller = await addUser(app, tenant, "SALES_REP");
  builder = await addUser(app, tenant, "USER");
});
afterAll(() => app.stop());

describe("rules", () => {
  it("add days to the start, within the calendar", () => {
    expect(dateParts([{ offset_days: 1 }, { offset_days: 0 }], "2028-02-28").map(({ due_date }) => due_date)).toEqual([
      "2028-02-29",
      "2028-02-28",
    ]);
    const parts = { milestones: [{ offset_days: 1 }], tasks: [] };
    expect([fitsCalendar(parts, "9999-12-30"), fitsCalendar(parts, "9999-12-31")]).toEqual([true, false]);
  });

  it.each([
    ["Build {opportunity} for {customer}", { customer: "Fjord", opportunity: "Jetty" }, "Build Jetty for Fjord"],
    ["{customer}: build", { customer: null, opportunity: null }, ": build"],
    ["{customer}", { customer: "x".repeat(300), opportunity: null }, "x".repeat(255)],
    ["{customer}", { customer: `${"漢".repeat(254)}😀`, opportunity: null }, "漢".repeat(254)],
    ["{customer}", { customer: null, opportunity: null }, "{customer}"],
  ])("fill the title %s", (title, names, filled) => expect(fillTitle(title, names)).toBe(filled));

  it.each([
    [null, "UPSELL", true],
    ["UPSELL", "UPSELL", true],
    ["UPSELL", null, false],
  ])("apply %s to %s: %s", (opportunity_type, type, fits) => expect(fitsType({ opportunity_type }, type)).toBe(fits));
});

const template = () => ({
  name: "Boat house",
  title: "{opportunity} of {customer}",
  members: [{ user_id: builder.id }, { role: "VIEWER" }],
  milestones: [
    { name: "Roof", offset_days: 30 },
    { name: "Ground", offset_days: 10 },
  ],
  tasks: Array.from({ length: 30 }, (_, index) => ({
    subject: `Step ${index}`,
    offset_days: index,
    milestone: index < 10 ? 2 : null,
    assigned_to_id: index === 0 ? builder.id : null,
    priority_id: "high",
  })),
});
const createTemplate = async (more: object = {}) => (await tenant.admin.createProjectTemplate({ ...template(), ...more })).data;
const listTasks = async (id: string) => (await tenant.admin.listProjectTasks({ id, limit: 100 })).data;
const createOpportunity = async (more: object = {}) => {
  const customer_id = (await tenant.admin.createCustomer({ name: "Fjord" })).data.id;
  const fields = { customer_id, name: "Jetty", owner_id: seller.id, type: "UPSELL", amount: "100", currency: "EUR" };
  return (await tenant.admin.createOpportunity({ ...fields, ...more })).data.id;
};
const listProjectsOf = async (opportunity: string) => (await tenant.admin.listProjects({ opportunity })).data;

describe("a template", () => {
  it("makes a project with its members, milestones and tasks, in the days of the tenant", async () => {
    const { id } = await createTemplate();
    const opportunity_id = await createOpportunity();
    const input = { project_template_id: id, opportunity_id, start_date: "2027-01-01" };
    const { data: project } = await tenant.admin.createProjectFromTemplate(input);
    await app.settle();
    expect(project).toMatchObject({
      title: "Jetty of Fjord",
      date_time_start: "2026-12-31T11:00:00.000Z",
      date_time_end: "2027-01-31T10:59:59.999Z",
      project_template_id: id,
      milestones: [
        { name: "Ground", due_date: "2027-01-11" },
        { name: "Roof", due_date: "2027-01-31" },
      ],
      members: [
        { user_id: builder.id, role: "MEMBER" },
        { user_id: seller.id, role: "VIEWER" },
      ],
    });
    const tasks = await listTasks(project.id);
    expect(tasks.map(({ subject }) => subject).toSorted()).toEqual(
      template()
        .tasks.map(({ subject }) => subject)
        .toSorted(),
    );
    const first = tasks.find(({ subject }) => subject === "Step 0");
    expect(first).toMatchObject({ assigned_to_id: builder.id, due_date: "2027-01-01", milestone_id: project.milestones[0]?.id });
    expect((await tenant.admin.getProject({ id: project.id })).data).toMatchObject({ total_task: 30, total_member: 3 });
    const { expanded } = (await tenant.admin.getProjectTemplate({ id, expand: "labels" })).data;
    const user = { id: builder.id, name: "Uma User" };
    expect(expanded).toMatchObject({ members: [user], tasks: [expect.objectContaining({ code: "high" }), user] });
    const timeline = (await tenant.admin.getProjectTimeline({ id: project.id, limit: 20 })).data;
    const more = (await allowAnyInput(tenant.admin).getProjectTimeline({ id: project.id, cursor: timeline.next_cursor })).data;
    expect([...timeline.tasks, ...more.tasks].map(({ subject }) => subject)).toEqual(
      template().tasks.map(({ subject }) => subject),
    );
    expect([timeline.milestones.length, more.next_cursor]).toEqual([2, null]);
    // A project by hand counts as the one of the opportunity.
    await tenant.admin.updateProjectTemplate({ id, trigger: { event: "OPPORTUNITY_WON" } });
    await tenant.admin.winOpportunity({ id: opportunity_id });
    await app.settle();
    expect(await listProjectsOf(opportunity_id)).toHaveLength(1);
    await tenant.admin.deleteProjectTemplate({ id });
  });

  it("makes one project of a won opportunity, also if the event repeats or the opportunity is won again", async () => {
    const events = recordPublishedEvents(app);
    const trigger = { event: "OPPORTUNITY_WON", opportunity_type: "UPSELL", min_amount: "100" };
    const { id } = await createTemplate({ trigger });
    const [won, other, small, foreign] = [
      await createOpportunity(),
      await createOpportunity({ type: "RENEWAL" }),
      await createOpportunity({ amount: "99" }),
      await createOpportunity({ currency: "USD" }),
    ];
    for (const opportunity of [won, other, small, foreign]) await tenant.admin.winOpportunity({ id: opportunity });
    await app.settle();
    const moved = events.filter(({ type }) => type === "opportunity.stage_changed");
    await app.ports.bus.publish([...moved, ...moved]);
    await app.settle();
    await tenant.admin.reopenOpportunity({ id: won, reason: "Too early" });
    await tenant.admin.winOpportunity({ id: won });
    await app.settle();
    const [project, ...others] = await listProjectsOf(won);
    expect(others).toEqual([]);
    expect(project).toMatchObject({ owner_id: seller.id, status: "PLANNED", total_task: 30, total_member: 2 });
    for (const opportunity of [other, small, foreign]) expect(await listProjectsOf(opportunity)).toEqual([]);
    const { data } = await seller.client.listNotifications({ type: "project_assigned" });
    expect(data.map(({ record_id }) => record_id)).toEqual([project?.id]);
    await tenant.admin.deleteProjectTemplate({ id });
  });

  it("names active users and its own milestones", async () => {
    const wrong = {
      members: [{ user_id: builder.id }, { user_id: builder.id }],
      tasks: [{ subject: "Step", offset_days: 0, milestone: 3, priority_id: "no such" }],
    };
    await expect(createTemplate(wrong)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "members[1].user_id" }, { field: "tasks[0].milestone" }, { field: "tasks[0].priority_id" }],
    });
    const { id } = await createTemplate({ is_active: false });
    const start = (input: object) => tenant.admin.createProjectFromTemplate({ project_template_id: id, ...input });
    await expect(start({})).rejects.toMatchObject({ status: 409 });
    await tenant.admin.updateProjectTemplate({ id, is_active: true });
    await expect(start({ start_date: "9999-12-31" })).rejects.toMatchObject({ status: 400, details: [{ field: "start_date" }] });
  });
});
