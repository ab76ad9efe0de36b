import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import { callWebhook } from "../../../messaging/inbound-webhook/provider-requests.ts";
import { newLead } from "../../../support/app.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

/** What a published workflow reads when it runs: templates, macros, its address, and the record that an approver was asked about. */

type RunAs = "owner" | "system";
const rights: readonly (readonly [authority: string, run_as: RunAs])[] = [
  ["workflow", "owner"],
  ["workflows", "system"],
];

type Mark = "approved" | "edited" | "nothing";
const readMark = (text: unknown): Mark =>
  String(text).includes("edited") ? "edited" : String(text).includes("approved") ? "approved" : "nothing";

/** Publishes a workflow as the administrator. */
async function publish({ admin }: World, workflow: object): Promise<string> {
  const { data } = await allowAnyInput(admin).createWorkflow({ enrollment: { repeat: "every_time" }, ...workflow });
  await admin.publishWorkflow({ id: data.id });
  return data.id;
}

const createHiddenLead = async ({ admin, tenant }: World, fields: object = {}) =>
  (await admin.createLead(newLead({ ...fields, owner_id: tenant.userId }))).data;

/** Enrolls the record as the administrator, and lets the steps run. */
async function enroll({ app, admin }: World, id: string, record_id: string): Promise<void> {
  await admin.enrollInWorkflow({ id, record_id });
  await app.settle();
}

/** Lets steps run that are due within a minute. */
async function passMinute({ app }: World): Promise<void> {
  await app.settle();
  app.setClock({ advance: 60_000 });
  await app.settle();
}

const createMailTemplate = async ({ admin }: World) =>
  (await admin.createMessageTemplate({ name: "Mail", channel: "EMAIL", subject: "approved", body_text: "Words" })).data.id;

const editTemplate = (editor: Client, id: string) => editor.updateMessageTemplate({ id, subject: "edited" });

interface SendingWorkflow {
  readonly id: string;
  readonly template: string;
}

const templateOfSend = (authority: string, run_as: RunAs): Scenario =>
  scenario<SendingWorkflow>({
    ...{ authority, record: "message_template", change: `the template of a message that is sent as ${run_as}`, role: "MARKETER" },
    approve: async (world) => {
      await world.admin.createMailAccount({
        ...{ name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true },
      });
      const template = await createMailTemplate(world);
      const steps = [{ id: "mail", do: "send", template_id: template }];
      return { template, id: await publish(world, { name: "Sends", kind: "lead", run_as, trigger: { on: "manual" }, steps }) };
    },
    edit: (_, { template }, editor) => [editTemplate(editor, template)],
    approveAgain: ({ admin }, { id }) => admin.publishWorkflow({ id }),
    run: async (world, { id }) => {
      const lead = await createHiddenLead(world);
      await enroll(world, id, lead.id);
      return readMark(world.app.mail.sent(String(lead.email)).at(-1)?.subject);
    },
  });

/** Lists the subjects of the mails that the administrator got. */
const listSubjects = ({ app, tenant }: World): string =>
  app.mail
    .sent(tenant.email)
    .map(({ subject }) => subject)
    .join();

/** Mails of the product's own mail service go out by another way. */
const templateOfSystemMail = scenario<SendingWorkflow>({
  ...{ authority: "workflows", record: "message_template", change: "the template of a mail of the system", role: "MARKETER" },
  approve: async (world) => {
    const template = await createMailTemplate(world);
    const steps = [{ id: "mail", do: "send", sender: "system", to: "owner", template_id: template }];
    const workflow = { name: "Tells", kind: "lead", run_as: "system", trigger: { on: "manual" }, steps };
    return { template, id: await publish(world, workflow) };
  },
  edit: (_, { template }, editor) => [editTemplate(editor, template)],
  approveAgain: ({ admin }, { id }) => admin.publishWorkflow({ id }),
  run: async (world, { id }) => {
    await enroll(world, id, (await createHiddenLead(world)).id);
    await passMinute(world);
    return readMark(listSubjects(world));
  },
});

/** A rule publishes its workflows itself. */
const templateOfRule = scenario<{ readonly template: string; readonly definition: object }>({
  ...{ authority: "workflows", record: "message_template", change: "the template of a stage automation", role: "MARKETER" },
  approve: async (world) => {
    const template = await createMailTemplate(world);
    const automation = {
      name: "Tell",
      when: { to_stages: ["qualification"] },
      do: [{ action: "mail", template_id: template, to: "owner" }],
    };
    const definition = { automations: [automation] };
    await publishRule(world, definition);
    return { template, definition };
  },
  edit: (_, { template }, editor) => [editTemplate(editor, template)],
  approveAgain: (world, { definition }) => publishRule(world, definition),
  run: async (world) => {
    const { admin, app, tenant } = world;
    const { data: customer } = await admin.createCustomer({ name: "C", owner_id: tenant.userId });
    const deal = { name: "Deal", customer_id: customer.id, owner_id: tenant.userId };
    const { data: opportunity } = await admin.createOpportunity(deal);
    await admin.updateOpportunity({ id: opportunity.id, stage_id: "qualification" });
    await app.settle();
    return readMark(listSubjects(world));
  },
});

async function publishRule({ admin, app }: World, definition: object): Promise<void> {
  const { data: rule } = await allowAnyInput(admin).createRuleVersion({ kind: "stage_automation", definition });
  await admin.publishRuleVersion({ kind: "stage_automation", id: rule.id });
  await app.settle();
}

const macroOfAction = (authority: string, run_as: RunAs): Scenario =>
  scenario<{ readonly id: string; readonly macro: string }>({
    ...{ authority, record: "ticket_macro", change: `a macro that is applied as ${run_as}`, role: "SUPPORT_AGENT" },
    approve: async (world) => {
      // Users share their own macros, and only change these.
      const author = await world.findUser("SUPPORT_AGENT");
      const input = { name: "Answer", sharing: "EVERYONE", add_tags: ["approved"] };
      const { data: macro } = await author.client.createTicketMacro(input);
      const steps = [{ id: "macro", do: "action", action: "applyTicketMacro", set: { macro_id: macro.id } }];
      const workflow = { name: "Applies", kind: "ticket", run_as, trigger: { on: "manual" }, steps };
      return { macro: macro.id, id: await publish(world, workflow) };
    },
    edit: (world, { macro }) => [
      world.findUser("SUPPORT_AGENT").then(({ client }) => client.updateTicketMacro({ id: macro, add_tags: ["edited"] })),
    ],
    approveAgain: ({ admin }, { id }) => admin.publishWorkflow({ id }),
    run: async (world, { id }) => {
      const { admin, tenant } = world;
      const requester = { name: "Q", email: "q@client.example" };
      const input = { subject: "Help", description: "x", requester, assigned_to_id: tenant.userId };
      const { data: ticket } = await admin.createTicket(input);
      await enroll(world, id, ticket.id);
      return readMark((await admin.getTicket({ id: ticket.id })).data.tags.join());
    },
  });

interface CalledWorkflow {
  readonly id: string;
  readonly lead: string;
  /** The address, once the editor knows it. */
  url?: string;
}

const address = (run_as: RunAs): Scenario =>
  scenario<CalledWorkflow>({
    ...{
      authority: "workflow_webhook",
      record: "workflow",
      change: `the address of a workflow that runs as ${run_as}`,
      role: "MARKETER",
    },
    approve: async (world) => ({
      id: await publish(world, {
        ...{ name: "Called", kind: "lead", run_as, trigger: { on: "webhook" } },
        steps: [{ id: "mark", do: "update", set: { description: { output: "webhook.text" } } }],
      }),
      lead: (await createHiddenLead(world)).id,
    }),
    edit: (_, state, editor) => {
      const learn = (answer: Promise<{ readonly data: { readonly url: string } }>) =>
        answer.then(({ data }) => {
          state.url = data.url;
        });
      // One after the other: the renewed address is the one that works.
      const known = learn(editor.getWorkflowWebhook({ id: state.id }));
      const renewed = known.catch(() => undefined).then(() => learn(editor.renewWorkflowWebhook({ id: state.id })));
      return [known, renewed];
    },
    run: async ({ app, admin }, { url, lead: record_id }) => {
      if (url === undefined) return "nothing";
      const body = JSON.stringify({ record_id, text: "edited" });
      const headers = { "content-type": "application/json" };
      await callWebhook(app, new URL(url).pathname.slice("/hooks/".length), { body, headers });
      app.setClock({ advance: 60_000 });
      await app.settle();
      return readMark((await admin.getLead({ id: record_id })).data.description);
    },
  });

/** Starts the published steps without their trigger. */
const enrollmentByHand = (authority: string, run_as: RunAs): Scenario =>
  scenario<{ readonly id: string; readonly lead: string }>({
    ...{ authority, record: "workflow", change: `a record that is enrolled by hand, as ${run_as}`, role: "MARKETER" },
    approve: async (world) => {
      const steps = [{ id: "mark", do: "update", set: { description: "edited" } }];
      const trigger = { on: "changed", fields: ["company"] };
      const editor = await world.findUser("MARKETER");
      const id = await publish(world, { name: "Marks", kind: "lead", run_as, trigger, steps });
      const { data: lead } = await editor.client.createLead(newLead());
      await world.app.settle();
      return { id, lead: lead.id };
    },
    edit: (_, { id, lead }, editor) => [editor.enrollInWorkflow({ id, record_id: lead })],
    run: async ({ admin }, { lead }) => readMark((await admin.getLead({ id: lead })).data.description),
  });

/** Lets a workflow run that an administrator has paused. */
const resumption = (authority: string, run_as: RunAs): Scenario =>
  scenario<{ readonly id: string; readonly lead: string }>({
    ...{ authority, record: "workflow", change: `the pause of a workflow that runs as ${run_as}`, role: "MARKETER" },
    approve: async (world) => {
      const steps = [{ id: "mark", do: "update", set: { description: "edited" } }];
      const id = await publish(world, { name: "Marks", kind: "lead", run_as, trigger: { on: "manual" }, steps });
      await world.admin.pauseWorkflow({ id });
      return { id, lead: (await createHiddenLead(world)).id };
    },
    edit: (_, { id }, editor) => [editor.resumeWorkflow({ id })],
    run: async (world, { id, lead }) => {
      await enroll(world, id, lead).catch(() => undefined);
      return readMark((await world.admin.getLead({ id: lead })).data.description);
    },
  });

interface AskedApproval {
  readonly lead: string;
  readonly approval: string;
}

const approvedRecord = scenario<AskedApproval>({
  ...{
    authority: "approval",
    record: "workflow_enrollment",
    change: "the record that an approver was asked about",
    role: "SALES_REP",
  },
  approve: async (world) => {
    const [approver, editor] = [await world.findUser("DIRECTOR"), await world.findUser("SALES_REP")];
    const steps = [
      { id: "ask", do: "approval", to: approver.id, subject: "{{record.job_title}}?" },
      { id: "mark", do: "update", set: { description: "{{record.job_title}}" } },
    ];
    const id = await publish(world, { name: "Asks", kind: "lead", run_as: "system", trigger: { on: "manual" }, steps });
    const { data: lead } = await world.admin.createLead(newLead({ job_title: "approved", owner_id: editor.id }));
    await enroll(world, id, lead.id);
    const { data: approvals } = await approver.client.listApprovals({ mine: true, status: "pending" });
    return { lead: lead.id, approval: String(approvals[0]?.id) };
  },
  edit: (_, { lead }, editor) => [editor.updateLead({ id: lead, job_title: "edited" })],
  approveAgain: async (world, { approval }) => {
    const { client } = await world.findUser("DIRECTOR");
    await client.approveApproval({ id: approval }).catch(() => undefined);
    await passMinute(world);
    const { data: approvals } = await client.listApprovals({ mine: true, status: "pending" });
    await client.approveApproval({ id: String(approvals[0]?.id) });
  },
  run: async (world, { lead, approval }) => {
    const { client } = await world.findUser("DIRECTOR");
    await client.approveApproval({ id: approval }).catch(() => undefined);
    await passMinute(world);
    return readMark((await world.admin.getLead({ id: lead })).data.description);
  },
});

export const publishedWorkflowScenarios: readonly Scenario[] = [
  ...rights.flatMap(([authority, run_as]) => [
    templateOfSend(authority, run_as),
    macroOfAction(authority, run_as),
    enrollmentByHand(authority, run_as),
    resumption(authority, run_as),
  ]),
  templateOfSystemMail,
  templateOfRule,
  address("owner"),
  address("system"),
  approvedRecord,
];
