import { type DemoContext, type DemoRecords, daysAgo } from "../context.ts";

export const records: DemoRecords = { after: ["bookings"], create: createAutomation };

/** Creates a stage automation that mails the customer and creates a task, and an opportunity that triggers it. */
async function createAutomation(context: DemoContext): Promise<void> {
  const { admin, rep, slug } = context;
  const { data: template } = await admin.createMessageTemplate({
    ...{ name: "Our offer", category: "Sales", language: "en" },
    subject: "{{opportunity.name}}: our offer",
    body_html:
      "<p>Dear {{contact.first_name|friend}},</p><p>our offer comes to you this week. Kind regards, {{owner.full_name}}, {{tenant.name}}</p>",
  });
  const mail = { action: "mail", template_id: template.id, to: "contact" };
  const task = {
    action: "task",
    subject: "Call about the offer",
    activity_type_id: "call",
    due_in_days: 3,
    assign_to: "owner",
  };
  const automations = [
    { name: "Offer after qualification", when: { to_stages: ["qualification"] }, do: [mail, task, { action: "health" }] },
  ];
  const { data: draft } = await admin.createRuleVersion({
    ...{ kind: "stage_automation", definition: { automations }, note: `As ${slug} sells` },
  });
  await admin.publishRuleVersion({ kind: "stage_automation", id: draft.id });
  const { data: customer } = await rep.as.createCustomer({ name: "Bluestone Charter" });
  const { data: open } = await rep.as.createOpportunity({
    ...{ name: "A second harbour", customer_id: customer.id, close_date: daysAgo(context, -38).slice(0, 10) },
    ...{ competitors: [{ competitor_name: "Nautilus", is_primary_competitor: true }] },
    products: [{ name: "Harbour policy", quantity: "2", unit_price: "1250.00", discount_percent: "5" }],
  });
  await rep.as.moveOpportunity({ id: open.id, stage_id: "qualification" });
  await createWelcome(context, customer.id);
  await createLeadResponse(context);
}

/** Creates a workflow that welcomes a customer, who is inside and waits. */
async function createWelcome({ admin }: DemoContext, record_id: string): Promise<void> {
  const { data: workflow } = await admin.createWorkflow({
    name: "Welcome of a customer",
    description: "A call on the next day, and a look after a week.",
    kind: "customer",
    trigger: { on: "manual" },
    steps: [
      { id: "call", do: "task", subject: "Welcome {{record.name}}", activity_type_id: "call", due_in: "1d" },
      { id: "week", do: "wait", for: "7d" },
      {
        id: "status",
        do: "branch",
        cases: [
          { where: { status: "ACTIVE" }, steps: [{ id: "thanks", do: "notify", to: ["owner"], message: "Say thank you" }] },
        ],
        else: [{ id: "ask", do: "task", subject: "Ask {{record.name}} what is missing", activity_type_id: "call" }],
      },
    ],
  });
  await admin.publishWorkflow({ id: workflow.id });
  await admin.enrollInWorkflow({ id: workflow.id, record_id });
}

/** Creates a workflow with branches and a split, and leads that are inside. */
async function createLeadResponse({ admin }: DemoContext): Promise<void> {
  const { data: workflow } = await admin.createWorkflow({
    name: "Response to a new lead",
    description: "Who asks us is called on the same day, and hears from us again if nothing happens.",
    kind: "lead",
    trigger: { on: "created" },
    where: { lead_status_id: { in: ["new", "contacted", "qualified"] } },
    exit: { where: { is_converted: true } },
    enrollment: { repeat: "once" },
    steps: [
      {
        id: "value",
        name: "How warm is the lead?",
        do: "branch",
        cases: [
          {
            where: { rating: "HOT" },
            steps: [
              {
                id: "call",
                do: "task",
                subject: "Call {{record.first_name|the lead}} today",
                activity_type_id: "call",
                due_in: "1d",
              },
              { id: "tell", do: "notify", to: ["owner", "manager"], message: "{{record.last_name}} is hot" },
            ],
          },
          {
            where: { rating: { in: ["WARM", "COLD"] } },
            steps: [{ id: "contact", do: "update", set: { next_contact_date: { date: "today", plus: "3d" } } }],
          },
        ],
        else: [
          { id: "check", do: "task", subject: "Check what {{record.last_name}} needs", activity_type_id: "task", due_in: "3d" },
        ],
      },
      { id: "answer", do: "wait", until_where: { lead_status_id: { in: ["qualified"] } }, timeout: "5d" },
      {
        id: "test",
        do: "split",
        ways: [
          { percent: 50, steps: [{ id: "again", do: "task", subject: "Call again", activity_type_id: "call", due_in: "1d" }] },
          { percent: 50, steps: [{ id: "brochure", do: "task", subject: "Send the brochure", activity_type_id: "email" }] },
        ],
      },
    ],
  });
  await admin.publishWorkflow({ id: workflow.id });
  const { data: leads } = await admin.listLeads({ is_converted: "false", limit: 8 });
  for (const { id } of leads) await admin.enrollInWorkflow({ id: workflow.id, record_id: id });
}
