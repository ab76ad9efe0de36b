import { DAY_MS, type DemoContext, type DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["agreements"], create: createProjects };

/** Creates a template, a project from it that is under way, and one that is planned. */
async function createProjects(context: DemoContext): Promise<void> {
  const {
    admin,
    rep: { id: owner_id },
    staff: [first = owner_id, second = owner_id],
  } = context;
  const dayFromNow = (days: number): string => new Date(context.now + days * DAY_MS).toISOString().slice(0, 10);
  const { data: template } = await admin.createProjectTemplate({
    name: "Fleet handover",
    title: "Fleet for {customer}",
    trigger: { event: "OPPORTUNITY_WON", opportunity_type: "NEW_BUSINESS", min_amount: "250000" },
    members: [{ user_id: first, role: "MEMBER" }],
    milestones: [
      { name: "Boats are built", offset_days: 30 },
      { name: "Handover", offset_days: 45 },
    ],
    tasks: [
      { subject: "Agree on colours", offset_days: 3, milestone: 1 },
      { subject: "Order the hulls", offset_days: 7, milestone: 1, duration_minutes: 60 },
      { subject: "Train the crew", offset_days: 40, milestone: 2, assigned_to_id: first },
      { subject: "Hand the papers over", offset_days: 45, milestone: 2 },
    ],
  });
  const { data: customer } = await admin.createCustomer({ name: "Lagoon Charter", email: "fleet@lagoon.example", owner_id });
  const { data: fleet } = await admin.createProjectFromTemplate({
    project_template_id: template.id,
    customer_id: customer.id,
    owner_id,
    start_date: dayFromNow(-10),
  });
  await admin.updateProject({ id: fleet.id, status: "ACTIVE" });
  const { data: done } = await admin.createProjectTask({
    id: fleet.id,
    subject: "Measure the berths",
    assigned_to_id: owner_id,
    due_date: dayFromNow(-6),
    duration_minutes: 90,
    milestone_id: fleet.milestones[0]?.id,
  });
  await admin.completeActivity({ id: done.id });
  await admin.addProjectMember({ id: fleet.id, user_id: second, role: "VIEWER" });
  const line = { name: "Charter kayak", quantity: "6", unit_price: "980.00", tax_percent: "19" };
  const order = { customer_id: customer.id, owner_id, currency: "EUR", status: "CONFIRMED", project_id: fleet.id };
  await admin.createOrder({ ...order, line_items: [line] });
  const { data: pier } = await admin.createProject({
    title: "New pier for the workshop",
    description: "The old one no longer carries the crane.",
    owner_id: first,
    date_time_start: dayFromNow(20),
    date_time_end: dayFromNow(90),
    members: [{ user_id: owner_id, role: "MANAGER" }],
    milestones: [
      { name: "Permit", due_date: dayFromNow(30) },
      { name: "Opening", due_date: dayFromNow(90) },
    ],
  });
  const permit = pier.milestones[0]?.id;
  const ask = { id: pier.id, subject: "Ask the harbour office", due_date: dayFromNow(22), milestone_id: permit };
  const { data: asked } = await admin.createProjectTask({ ...ask, assigned_to_id: first });
  const draw = { id: pier.id, subject: "Draw the plans", due_date: dayFromNow(27), milestone_id: permit };
  await admin.createProjectTask({ ...draw, assigned_to_id: owner_id, blocked_by: asked.id });
}
