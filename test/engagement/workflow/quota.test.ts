import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { invalid } from "@crm/core/kernel/error.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, postalSettings, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { ...postalSettings, mail_opt_in_required: false, quiet_hours: { from: "00:00", to: "00:00" } });
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await tenant.admin.createMailAccount(account);
});
afterAll(() => app.stop());

const DAY_SECONDS = 24 * 60 * 60;

const buildCountKey = (workflow: string) => ({
  pk: tenantKey(tenant.id, "WORKFLOWQUOTA", `messages ${workflow}`),
  sk: String(Math.floor(Clock.ms() / 1000 / DAY_SECONDS)),
});

/** Counts as if so many messages had been sent today. */
const countMessages = (workflow: string, count: number): Promise<unknown> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () =>
    transaction()
      .put({ ...buildCountKey(workflow), count })
      .commit(undefined),
  );

/** Returns how many messages of a workflow were counted today. */
const readCount = (workflow: string): Promise<unknown> =>
  runIn(systemContext(app.ports, tenant.id, "test"), async () => (await readItem(buildCountKey(workflow)))?.count);

const createTemplate = async (name: string): Promise<string> =>
  (await tenant.admin.createMessageTemplate({ name, channel: "EMAIL", subject: "News", body_html: "<p>News</p>" })).data.id;

const countStatuses = async (id: string) => (await tenant.admin.getWorkflowFigures({ id })).data.statuses;
const listPauses = async () => {
  const { data } = await tenant.admin.listNotifications({});
  return data.filter(({ type }) => type === "workflow_paused").map(({ title, body }) => ({ title, body }));
};

describe("a workflow that would write to everyone", () => {
  it("stops at its quota and tells its owner; what came due, and what comes later, is sent after the resumption, once", async () => {
    const template_id = await createTemplate("Everyone");
    const leads = await Promise.all(
      Array.from({ length: 6 }, async () => (await tenant.admin.createLead(newLead({ company: "Everyone" }))).data),
    );
    await app.settle();
    const { data: workflow } = await tenant.admin.createWorkflow({
      name: "Everyone",
      kind: "lead",
      trigger: { on: "created" },
      where: { company: "Everyone" },
      enrollment: { existing: true },
      steps: [{ id: "mail", do: "send", template_id }],
    });
    await countMessages(workflow.id, 4998);
    await tenant.admin.publishWorkflow({ id: workflow.id });
    await app.settle();
    leads.push((await tenant.admin.createLead(newLead({ company: "Everyone" }))).data);
    await app.settle();
    const countMails = () => leads.map(({ email }) => app.mail.sent(String(email)).length).reduce((sum, count) => sum + count, 0);
    expect(countMails()).toBe(2);
    expect(await countStatuses(workflow.id)).toEqual({ COMPLETED: 2, HELD: 5 });
    expect((await tenant.admin.getWorkflow({ id: workflow.id })).data).toMatchObject({ status: "PAUSED", pause_reason: "quota" });
    expect(await listPauses()).toEqual([
      {
        title: "Workflow paused: Everyone",
        body: "More than 5000 messages in a day: check the recipients, then resume",
      },
    ]);

    app.setClock({ advance: DAY_SECONDS * 1000 });
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    await tenant.admin.resumeWorkflow({ id: workflow.id });
    await app.settle();
    expect(leads.map(({ email }) => app.mail.sent(String(email)).length)).toEqual(leads.map(() => 1));
    expect(await countStatuses(workflow.id)).toEqual({ COMPLETED: 7 });
  });
});

it("A step that is tried again takes one message from the quota", async () => {
  const { data: lead } = await tenant.admin.createLead(newLead());
  await app.settle();
  const { data: workflow } = await tenant.admin.createWorkflow({
    ...{ name: "Again", kind: "lead", trigger: { on: "manual" } },
    steps: [
      { id: "mail", do: "send", template_id: await createTemplate("Again"), purpose: "marketing", subscription_type: "offers" },
    ],
  });
  await tenant.admin.publishWorkflow({ id: workflow.id });
  const { operations } = app.ports;
  const run = operations.run.bind(operations);
  const failures = [new Error("The provider is down"), invalid("to", "Wrong")];
  operations.run = async (...call) => {
    const failure = failures.shift();
    if (failure) throw failure;
    return run(...call);
  };
  const part = { id: workflow.id };
  const { data: first } = await tenant.admin.enrollInWorkflow({ ...part, record_id: lead.id });
  expect([first.status, await readCount(workflow.id)]).toEqual(["ACTIVE", 1]);
  app.setClock({ advance: 61_000 });
  await app.settle();
  const enrollment = { ...part, workflow_enrollment_id: first.id };
  expect((await tenant.admin.getEnrollmentOfWorkflow(enrollment)).data.status).toBe("FAILED");
  await tenant.admin.retryWorkflowEnrollment(enrollment);
  expect((await tenant.admin.getEnrollmentOfWorkflow(enrollment)).data.status).toBe("COMPLETED");
  await app.settle();
  expect([await readCount(workflow.id), app.mail.sent(String(lead.email)).length]).toEqual([1, 1]);
  const { data: messages } = await tenant.admin.listMessages({ limit: 1 });
  const { data: message } = await tenant.admin.getMessage({ id: String(messages[0]?.id) });
  expect([message.to_address, message.subscription_type]).toEqual([lead.email, "offers"]);
});
