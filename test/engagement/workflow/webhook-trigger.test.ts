import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callWebhook } from "../../messaging/inbound-webhook/provider-requests.ts";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

const definition = {
  name: "Called",
  kind: "lead",
  trigger: { on: "webhook" },
  where: { company: "Acme" },
  enrollment: { repeat: "every_time" },
  steps: [
    { id: "mark", do: "update", set: { description: "{{output.webhook.order.number}}", job_title: { output: "webhook.title" } } },
  ],
};

/** Publishes a workflow and returns its id with the path of its address. */
async function publish(client = tenant.admin): Promise<{ id: string; path: string }> {
  const { data } = await allowAnyInput(client).createWorkflow(definition);
  await client.publishWorkflow({ id: data.id });
  return { id: data.id, path: await readPath(data.id) };
}

const readPath = async (id: string): Promise<string> =>
  new URL((await tenant.admin.getWorkflowWebhook({ id })).data.url).pathname;

async function call(path: string, body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const sent = { body: text, headers: { "content-type": "application/json", ...headers } };
  return (await callWebhook(app, path.slice("/hooks/".length), sent)).status;
}

const createLead = async (fields: object = {}): Promise<string> =>
  (await tenant.admin.createLead(newLead({ company: "Acme", ...fields }))).data.id;

const countEnrollments = async (id: string): Promise<number> =>
  (await tenant.admin.listEnrollmentsOfWorkflow({ id })).data.length;

describe("a call of a workflow's address", () => {
  it("enrolls the record with the payload, once for each key", async () => {
    const { id, path } = await publish();
    const record_id = await createLead();
    const body = { record_id, order: { number: 7 }, title: "Captain" };
    expect(await call(path, body, { "idempotency-key": "one" })).toBe(202);
    expect(await call(path, body, { "idempotency-key": "one" })).toBe(202);
    expect(await call(path, { ...body, id: "two" })).toBe(202);
    expect(await call(path, { ...body, id: "two" })).toBe(202);
    expect(await countEnrollments(id)).toBe(2);
    app.setClock({ advance: 60 * 60 * 1000 });
    await app.settle();
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    expect((await tenant.admin.getLead({ id: record_id })).data).toMatchObject({ description: "7", job_title: "Captain" });
    const { data } = await tenant.admin.listEnrollmentsOfWorkflow({ id });
    expect(data.map(({ status }) => status)).toEqual(["COMPLETED", "COMPLETED"]);
  });

  it("fails the step that writes several lines into a field of one line, and writes nothing", async () => {
    const { id, path } = await publish();
    const record_id = await createLead({ job_title: "Mate" });
    expect(await call(path, { record_id, order: { number: "first\nsecond" }, title: "Cap\ntain" })).toBe(202);
    app.setClock({ advance: 60 * 60 * 1000 });
    await app.settle();
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    const [row] = (await tenant.admin.listEnrollmentsOfWorkflow({ id })).data;
    const part = { id, workflow_enrollment_id: row?.id ?? "" };
    const { results } = (await tenant.admin.getEnrollmentOfWorkflow(part)).data;
    expect(results.map(({ result, reason }) => [result, reason])).toEqual([
      ["FAILED", expect.stringMatching(/job_title.*Must be one line/)],
    ]);
    expect((await tenant.admin.getLead({ id: record_id })).data).toMatchObject({ description: null, job_title: "Mate" });
  });

  it.each(["a\\u0000b", "a\\ud800b"])("is refused with characters that no field takes: %s", async (title) => {
    const { id, path } = await publish();
    expect(await call(path, `{"record_id":"${await createLead()}","title":"${title}"}`)).toBe(400);
    expect(await countEnrollments(id)).toBe(0);
  });

  it("answers the same for a record that is hidden, missing, of another kind or without the conditions", async () => {
    const owner = await addUser(app, tenant, "MARKETER");
    const { id, path } = await publish(owner.client);
    const hidden = await createLead({ owner_id: tenant.userId });
    const unmet = await createLead({ company: "Other", owner_id: owner.id });
    for (const record_id of [hidden, unmet, "led_none", tenant.userId]) expect(await call(path, { record_id })).toBe(202);
    expect(await countEnrollments(id)).toBe(0);
  });

  it("is refused with a wrong body, at a pause, and with a wrong or former token", async () => {
    const { id, path } = await publish();
    expect(await call(path, "[]")).toBe(400);
    expect(await call(path, { record_id: 7 })).toBe(400);
    expect(await call(path, { record_id: "led_x", text: "x".repeat(17_000) })).toBe(413);
    await tenant.admin.pauseWorkflow({ id });
    expect(await call(path, { record_id: "led_x" })).toBe(409);
    await tenant.admin.resumeWorkflow({ id });
    const { data } = await tenant.admin.renewWorkflowWebhook({ id });
    expect(await readPath(id)).toBe(new URL(data.url).pathname);
    const former = path;
    for (const wrong of [former, `${former.slice(0, -1)}_`, "/hooks/workflows/none"])
      expect(await call(wrong, { record_id: "led_x" })).toBe(404);
    await tenant.admin.updateWorkflow({ id, trigger: { on: "manual" }, steps: [{ id: "end", do: "end" }] });
    expect(await call(await readPath(id), { record_id: "led_x" })).toBe(202);
    await tenant.admin.publishWorkflow({ id });
    expect(await call(await readPath(id), { record_id: "led_x" })).toBe(404);
  });

  it("is limited to 300 a minute", async () => {
    const { path } = await publish();
    const statuses = new Set<number>();
    for (let count = 0; count < 301; count++) statuses.add(await call(path, "[]"));
    expect([...statuses]).toEqual([400, 429]);
  });
});

it("The address is shown to users who write workflows, and never with the workflow", async () => {
  const { id, path } = await publish();
  const rep = await addUser(app, tenant, "SALES_REP");
  await expect(rep.client.getWorkflowWebhook({ id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  const token = path.split("/").at(-1) ?? "";
  expect(JSON.stringify((await tenant.admin.getWorkflow({ id })).data)).not.toContain(token);
  const { data: other } = await tenant.admin.createWorkflow({ ...definition, trigger: { on: "manual" }, steps: [] });
  await expect(tenant.admin.getWorkflowWebhook({ id: other.id })).rejects.toMatchObject({ code: "RULE_VIOLATION" });
  await expect(
    allowAnyInput(tenant.admin).createWorkflow({ ...definition, steps: [{ id: "webhook", do: "end" }] }),
  ).rejects.toMatchObject({ details: [{ field: "steps[0].id" }] });
});
