import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

/** Creates and publishes a workflow. */
async function publish(definition: object): Promise<string> {
  const { data } = await allowAnyInput(tenant.admin).createWorkflow({ name: "Test", kind: "lead", ...definition });
  await tenant.admin.publishWorkflow({ id: data.id });
  return data.id;
}

const createLead = async (fields: object = {}): Promise<string> =>
  (await tenant.admin.createLead(newLead({ company: "Engines", ...fields }))).data.id;

const listEnrollments = async (id: string) => (await tenant.admin.listEnrollmentsOfWorkflow({ id })).data;

describe("a workflow on created leads", () => {
  it("updates the lead and creates a task, once", async () => {
    const id = await publish({
      trigger: { on: "created" },
      where: { company: { prefix: "acme" } },
      steps: [
        { id: "mark", do: "update", set: { description: "From {{record.company}}" } },
        { id: "call", do: "task", subject: "Call {{record.first_name}}", activity_type_id: "call", due_in: "2d" },
      ],
    });
    const [lead, other] = [await createLead({ company: "Acme Ltd" }), await createLead()];
    await app.settle();
    expect((await tenant.admin.getLead({ id: lead })).data).toMatchObject({ description: "From Acme Ltd" });
    expect((await tenant.admin.getLead({ id: other })).data.description).toBeNull();
    const { data: tasks } = await tenant.admin.listActivities({ related_to_id: lead });
    expect(tasks.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Call First\d+$/)]);
    const [enrollment, ...more] = await listEnrollments(id);
    expect(more).toEqual([]);
    const { data } = await tenant.admin.getWorkflowEnrollment({ id: enrollment?.id ?? "" });
    expect(data).toMatchObject({ status: "COMPLETED", record_id: lead });
    expect(data.results.map(({ step_id, result, reason }) => [step_id, result, reason])).toEqual([
      ["mark", "DONE", null],
      ["call", "DONE", null],
    ]);
  });
});

const HOUR_MS = 60 * 60 * 1000;

async function advance(hours: number): Promise<void> {
  app.setClock({ advance: hours * HOUR_MS });
  await app.settle();
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

const statusesOf = async (id: string) => (await listEnrollments(id)).map(({ status }) => status);

describe("changes that trigger", () => {
  it("fires when the conditions become true, and not while they stay true", async () => {
    const id = await publish({
      trigger: { on: "changed" },
      where: { company: "Turning" },
      enrollment: { repeat: "every_time" },
      steps: [{ id: "end", do: "end" }],
    });
    const lead = await createLead();
    await app.settle();
    let count = 0;
    for (const company of ["Turning", "Turning", "Other", "Turning"]) {
      await tenant.admin.updateLead({ id: lead, company, job_title: `Version ${++count}` });
      await app.settle();
    }
    expect(await statusesOf(id)).toEqual(["COMPLETED", "COMPLETED"]);
  });

  it("fires for a field from one value to another", async () => {
    const id = await publish({
      trigger: { on: "changed", fields: ["company"], from: ["One"], to: ["Two"] },
      steps: [{ id: "end", do: "end" }],
    });
    const leads = [await createLead({ company: "One" }), await createLead({ company: "Zero" })];
    for (const lead of leads) await tenant.admin.updateLead({ id: lead, company: "Two" });
    await app.settle();
    expect((await listEnrollments(id)).map(({ record_id }) => record_id)).toEqual([leads[0]]);
  });
});

describe("a workflow on moves of a stage", () => {
  const steps = [
    { id: "mail", do: "send", template_id: "", sender: "system", to: "owner" },
    { id: "call", do: "task", subject: "Call", activity_type_id: "call", assign_to: "manager" },
  ];

  it("fires in one direction of the display order, and mails the owner as the system", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const rep = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
    const text = { name: "Back", subject: "Back", body_text: "{{opportunity.name}}" };
    const { data: template } = await tenant.admin.createMessageTemplate(text);
    const id = await publish({
      kind: "opportunity",
      run_as: "system",
      trigger: { on: "changed", fields: ["stage_id"], direction: "backward" },
      steps: [{ ...steps[0], template_id: template.id }, steps[1]],
    });
    const { data: customer } = await rep.client.createCustomer({ name: "Moved" });
    const deal = { name: "Moved", customer_id: customer.id, stage_id: "qualification" };
    const { data: opportunity } = await rep.client.createOpportunity(deal);
    for (const stage_id of ["needs_analysis", "qualification"])
      await rep.client.moveOpportunity({ id: opportunity.id, stage_id, reason: "As agreed" });
    await app.settle();
    expect(await listEnrollments(id)).toMatchObject([{ record_id: opportunity.id, status: "COMPLETED" }]);
    expect(app.mail.sent(rep.email).at(-1)).toMatchObject({ subject: "Back", text: "Moved", reply_to: rep.email });
    const { data: tasks } = await tenant.admin.listActivities({ related_to_id: opportunity.id });
    expect(tasks.map(({ assigned_to_id }) => assigned_to_id)).toEqual([manager.id]);
  });

  it.each([
    ["trigger.direction", { trigger: { on: "changed", fields: ["name"], direction: "forward" } }],
    ["trigger.direction", { trigger: { on: "changed", fields: ["stage_id", "name"], direction: "forward" } }],
    ["steps[0].sender", { run_as: "owner" }],
    ["steps[0].to", { steps: [{ ...steps[0], to: "ada@mail.example" }] }],
    ["steps[0].channel", { steps: [{ ...steps[0], channel: "sms" }] }],
  ])("is refused at %s", async (field, change) => {
    const { data: template } = await tenant.admin.createMessageTemplate({
      name: JSON.stringify(change),
      subject: "S",
      body_text: "B",
    });
    const definition = { kind: "opportunity", run_as: "system", trigger: { on: "created" }, steps: [steps[0]], ...change };
    const given = definition.steps.map((step) => ({ ...step, template_id: template.id }));
    await expect(
      allowAnyInput(tenant.admin).createWorkflow({ name: "Faulty", ...definition, steps: given }),
    ).rejects.toMatchObject({
      details: [expect.objectContaining({ field })],
    });
  });
});

describe("waits, branches and exits", () => {
  it("waits, takes a branch by the state after the wait, and ends", async () => {
    const id = await publish({
      trigger: { on: "created" },
      where: { company: "Patient" },
      steps: [
        { id: "pause", do: "wait", for: "2h" },
        {
          id: "which",
          do: "branch",
          cases: [{ where: { job_title: "Captain" }, steps: [{ id: "yes", do: "update", set: { description: "captain" } }] }],
          else: [{ id: "no", do: "update", set: { description: "sailor" } }],
        },
        { id: "after", do: "update", set: { last_name: "After" } },
      ],
    });
    const [captain, sailor] = [await createLead({ company: "Patient" }), await createLead({ company: "Patient" })];
    await app.settle();
    expect(await statusesOf(id)).toEqual(["WAITING", "WAITING"]);
    await tenant.admin.updateLead({ id: captain, job_title: "Captain" });
    await advance(1);
    expect(await statusesOf(id)).toEqual(["WAITING", "WAITING"]);
    await advance(2);
    expect(await statusesOf(id)).toEqual(["COMPLETED", "COMPLETED"]);
    const read = async (lead: string) => (await tenant.admin.getLead({ id: lead })).data.description;
    expect([await read(captain), await read(sailor)]).toEqual(["captain", "sailor"]);
  });

  it("ends a wait when its conditions hold, or at its timeout", async () => {
    const id = await publish({
      trigger: { on: "created" },
      where: { company: "Until" },
      steps: [{ id: "answer", do: "wait", until_where: { job_title: "Answered" }, timeout: "3d" }],
    });
    const [answered] = [await createLead({ company: "Until" }), await createLead({ company: "Until" })];
    await app.settle();
    await tenant.admin.updateLead({ id: answered, job_title: "Answered" });
    await app.settle();
    const byRecord = async () => new Map((await listEnrollments(id)).map(({ record_id, status }) => [record_id, status]));
    expect((await byRecord()).get(answered)).toBe("COMPLETED");
    await advance(73);
    expect(new Set((await byRecord()).values())).toEqual(new Set(["COMPLETED"]));
    const { data: figures } = await tenant.admin.getWorkflowFigures({ id });
    expect(figures).toMatchObject({ statuses: { COMPLETED: 2 }, steps: [{ step_id: "answer", done: 1, timed_out: 1 }] });
  });

  it("lets a record leave when the exit conditions hold", async () => {
    const id = await publish({
      trigger: { on: "created" },
      where: { company: "Leaving" },
      exit: { where: { job_title: "Gone" } },
      steps: [
        { id: "pause", do: "wait", for: "2d" },
        { id: "mark", do: "update", set: { description: "stayed" } },
      ],
    });
    const lead = await createLead({ company: "Leaving" });
    await app.settle();
    await tenant.admin.updateLead({ id: lead, job_title: "Gone" });
    await app.settle();
    expect(await statusesOf(id)).toEqual(["EXITED"]);
    await advance(49);
    expect((await tenant.admin.getLead({ id: lead })).data.description).toBeNull();
  });
});

describe("loops", () => {
  it("stops a workflow that triggers itself, and two that trigger each other", async () => {
    const flip = (from: string, to: string) => ({
      trigger: { on: "changed" },
      where: { job_title: from },
      enrollment: { repeat: "every_time" },
      steps: [{ id: "flip", do: "update", set: { job_title: to } }],
    });
    const [there, back] = [await publish(flip("Ping", "Pong")), await publish(flip("Pong", "Ping"))];
    const lead = await createLead();
    await tenant.admin.updateLead({ id: lead, job_title: "Ping" });
    await app.settle();
    const statuses = [...(await statusesOf(there)), ...(await statusesOf(back))].sort();
    expect(statuses).toEqual(["COMPLETED", "COMPLETED", "STOPPED"]);
    expect((await tenant.admin.getWorkflow({ id: there })).data).toMatchObject({ status: "PAUSED", pause_reason: "loop" });
  });
});

describe("the owner's rights", () => {
  it("pauses when the owner leaves, and continues with another owner", async () => {
    const owner = await addUser(app, tenant, "MANAGER");
    const { data } = await owner.client.createWorkflow({
      name: "Owned",
      kind: "lead",
      trigger: { on: "created" },
      where: { company: "Owned" },
      steps: [{ id: "mark", do: "update", set: { description: "done" } }],
    });
    await owner.client.publishWorkflow({ id: data.id });
    await tenant.admin.setUserStatus({ id: owner.id, status: "INACTIVE" });
    const lead = await createLead({ company: "Owned" });
    await app.settle();
    expect((await tenant.admin.getWorkflow({ id: data.id })).data).toMatchObject({ status: "PAUSED", pause_reason: "owner" });
    expect((await tenant.admin.getLead({ id: lead })).data.description).toBeNull();
  });

  it("are used by the owner and administrators alone", async () => {
    const [manager, marketer] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "MARKETER")];
    const definition = { kind: "lead", trigger: { on: "manual" }, steps: [{ id: "end", do: "end" }] };
    const { data } = await allowAnyInput(manager.client).createWorkflow({ name: "Mine", ...definition });
    const refused = { status: 403 };
    await expect(marketer.client.publishWorkflow({ id: data.id })).rejects.toMatchObject(refused);
    await expect(marketer.client.updateWorkflow({ id: data.id, owner_id: tenant.userId })).rejects.toMatchObject({ status: 400 });
    await marketer.client.updateWorkflow({ id: data.id, owner_id: marketer.id });
    await marketer.client.publishWorkflow({ id: data.id });
    const forSystem = { name: "System", run_as: "system", owner_id: marketer.id, ...definition };
    const { data: system } = await allowAnyInput(tenant.admin).createWorkflow(forSystem);
    await expect(marketer.client.publishWorkflow({ id: system.id })).rejects.toMatchObject(refused);
  });

  it("start and end what is published, while other users pause it and start it by its trigger alone", async () => {
    const [manager, marketer] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "MARKETER")];
    const forbidden = { status: 403, code: "FORBIDDEN" };
    const build = async (more: object) => {
      const steps = [{ id: "end", do: "end" }];
      const input = { name: "Mine", kind: "lead", trigger: { on: "created" }, owner_id: manager.id, steps, ...more };
      const { data } = await allowAnyInput(tenant.admin).createWorkflow(input);
      await tenant.admin.publishWorkflow({ id: data.id });
      return data.id;
    };
    const acts = async (id: string, { client }: { readonly client: Client }) => {
      await client.pauseWorkflow({ id });
      const resumed = await Promise.allSettled([client.resumeWorkflow({ id })]);
      await tenant.admin.resumeWorkflow({ id }).catch(() => undefined);
      const { data: lead } = await client.createLead(newLead());
      // One after the other: a deleted workflow starts for no record.
      const started = await Promise.allSettled([client.enrollInWorkflow({ id, record_id: lead.id })]);
      const deleted = await Promise.allSettled([client.deleteWorkflow({ id })]);
      return [...resumed, ...started, ...deleted].map((result) => (result.status === "rejected" ? result.reason : undefined));
    };
    const refused = [forbidden, forbidden, forbidden];
    expect(await acts(await build({}), marketer)).toMatchObject(refused);
    expect(await acts(await build({ run_as: "system" }), manager)).toMatchObject(refused);
    expect(await acts(await build({}), manager)).toEqual([undefined, undefined, undefined]);
    const manual = await acts(await build({ trigger: { on: "manual" }, owner_id: tenant.userId }), marketer);
    expect(manual).toMatchObject([forbidden, undefined, forbidden]);
  });

  it("enrolls no record that the owner does not see", async () => {
    const owner = await addUser(app, tenant, "MARKETER");
    const { data } = await owner.client.createWorkflow({
      name: "Narrow",
      kind: "opportunity",
      trigger: { on: "created" },
      steps: [{ id: "mark", do: "update", set: { description: "done" } }],
    });
    await owner.client.publishWorkflow({ id: data.id });
    const rep = await addUser(app, tenant, "SALES_REP");
    await rep.client.createOpportunity({ name: "Hidden" }).catch(() => undefined);
    await app.settle();
    expect(await statusesOf(data.id)).toEqual([]);
  });
});

describe("pausing", () => {
  it("holds what comes due, and runs or skips it on resumption", async () => {
    const id = await publish({
      trigger: { on: "created" },
      where: { company: "Held" },
      steps: [
        { id: "pause", do: "wait", for: "1h" },
        { id: "mark", do: "update", set: { description: "late" } },
      ],
    });
    const lead = await createLead({ company: "Held" });
    await app.settle();
    await tenant.admin.pauseWorkflow({ id });
    await advance(2);
    expect(await statusesOf(id)).toEqual(["HELD"]);
    await tenant.admin.resumeWorkflow({ id });
    await app.settle();
    expect(await statusesOf(id)).toEqual(["COMPLETED"]);
    expect((await tenant.admin.getLead({ id: lead })).data.description).toBe("late");
  });
});

describe("records that exist already", () => {
  it("are enrolled at publication, by a schedule, and at their dates", async () => {
    const lead = await createLead({ company: "Existing" });
    await app.settle();
    const existing = await publish({
      trigger: { on: "created" },
      where: { company: "Existing" },
      enrollment: { existing: true },
      steps: [{ id: "mark", do: "update", set: { description: "found" } }],
    });
    const scheduled = await publish({
      trigger: { on: "schedule", cron: "0 8 * * *" },
      where: { company: "Existing" },
      steps: [{ id: "mark", do: "update", set: { job_title: "scheduled" } }],
    });
    await app.settle();
    expect(await statusesOf(existing)).toEqual(["COMPLETED"]);
    await advance(24);
    expect(await statusesOf(scheduled)).toEqual(["COMPLETED"]);
    expect((await tenant.admin.getLead({ id: lead })).data).toMatchObject({ description: "found", job_title: "scheduled" });
  });
});

describe("a dry run", () => {
  it("says what each step would do, and writes nothing", async () => {
    const { data: workflow } = await tenant.admin.createWorkflow({
      name: "Tried",
      kind: "lead",
      trigger: { on: "manual" },
      where: { company: "Tried" },
      steps: [
        { id: "rename", do: "update", set: { job_title: "Captain" } },
        {
          id: "which",
          do: "branch",
          cases: [
            { where: { job_title: "Captain" }, steps: [{ id: "call", do: "task", subject: "Call", activity_type_id: "call" }] },
          ],
          else: [],
        },
        { id: "day", do: "wait", for: "1d" },
        { id: "wrong", do: "update", set: { email: "{{record.company}}" } },
        { id: "never", do: "end" },
      ],
    });
    const lead = await createLead({ company: "Tried" });
    const { data } = await tenant.admin.dryRunWorkflow({ id: workflow.id, record_id: lead });
    expect(data.enrolled[0]?.steps.map(({ id, would, problem }) => [id, would, problem !== null])).toEqual([
      ["rename", "updateLead", false],
      ["which", "case 1", false],
      ["call", "createActivity", false],
      ["day", "wait", false],
      ["wrong", "updateLead", true],
    ]);
    await app.settle();
    expect((await tenant.admin.getLead({ id: lead })).data).toMatchObject({ version: 1, job_title: null });
    expect((await tenant.admin.listActivities({ related_to_id: lead })).data).toEqual([]);
    const other = await createLead();
    const { data: refused } = await tenant.admin.dryRunWorkflow({ id: workflow.id, record_id: other });
    expect(refused).toMatchObject({ total: 0, enrolled: [{ reason: "The record does not meet the conditions" }] });
  });
});

describe("the draft of a published workflow", () => {
  it("does not move its schedule, and keeps its kind", async () => {
    const id = await publish({
      trigger: { on: "schedule", cron: "0 0 * * *" },
      where: { company: "Drafted" },
      steps: [{ id: "end", do: "end" }],
    });
    await tenant.admin.updateWorkflow({ id, trigger: { on: "manual" } });
    const { data: before } = await tenant.admin.getWorkflow({ id });
    app.setClock({ now: before.next_run_at ?? "" });
    await advance(1);
    const { data: after } = await tenant.admin.getWorkflow({ id });
    expect(Date.parse(after.next_run_at ?? "") - Date.parse(before.next_run_at ?? "")).toBe(24 * HOUR_MS);
    await expect(tenant.admin.updateWorkflow({ id, kind: "customer" })).rejects.toMatchObject({
      details: [{ field: "kind" }],
    });
  });
});

describe("a definition with faults", () => {
  it("is refused with the step and the field", async () => {
    const refused = tenant.admin.createWorkflow({
      name: "Faulty",
      kind: "lead",
      trigger: { on: "changed", fields: ["colour"] },
      where: { colour: "red" },
      steps: [
        { id: "a", do: "update", set: { first_name: 7 } },
        { id: "a", do: "action", action: "fly", set: {} },
        { id: "b", do: "update", target: "captain", set: { name: "x" } },
        { id: "c", do: "task", subject: "Call {{record.colour}}", activity_type_id: "nope" },
        { id: "d", do: "send", template_id: "mtp_01kt134r0055ny5s9f", channel: "sms", subscription_type: "newsletter" },
        {
          ...{ id: "e", do: "send", template_id: "mtp_01kt134r0055ny5s9f", purpose: "marketing" },
          subscription_type: "moon",
        },
      ],
    });
    const error = await refused.then(
      () => undefined,
      (reason: { details?: { field: string; message: string }[] }) => reason,
    );
    expect(error?.details?.map(({ field, message }) => `${field}: ${message}`.slice(0, 60))).toMatchInlineSnapshot(`
      [
        "trigger.fields[0]: lead has no field colour",
        "where.colour: Must be a field of this list. GET /api/v1/sche",
        "steps[1].id: Another step has the id a: give each step its o",
        "steps[0].set.first_name: a: Must be text",
        "steps[1].action: a: Must be an action of lead. followLead, u",
        "steps[2].target: b: Must be record, a field that names a rec",
        "steps[3].subject: c: lead has no field colour",
        "steps[3].activity_type_id: c: No such value among the activi",
        "steps[4].template_id: d: No such message template",
        "steps[4].subscription_type: d: Only messages with the purpos",
        "steps[4].subscription_type: d: This subscription type is for",
        "steps[5].template_id: e: No such message template",
        "steps[5].subscription_type: e: No such value among the subsc",
      ]
    `);
  });
});
