import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

/** Creates and publishes a workflow. */
async function publish(definition: object): Promise<string> {
  const { data } = await allowAnyInput(tenant.admin).createWorkflow({
    name: "Test",
    kind: "lead",
    trigger: { on: "manual" },
    ...definition,
  });
  await tenant.admin.publishWorkflow({ id: data.id });
  return data.id;
}

const createLead = async (fields: object = {}): Promise<string> =>
  (await tenant.admin.createLead(newLead({ company: "Engines", ...fields }))).data.id;

/** Moves the time, and signs in again. */
async function advance(milliseconds: number): Promise<void> {
  app.setClock({ advance: milliseconds });
  await app.settle();
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

/** Publishes a workflow whose second step fails while the lead's company is no email address. */
const publishFailing = (repeat: string): Promise<string> =>
  publish({
    enrollment: { repeat },
    steps: [
      { id: "mark", do: "update", set: { job_title: "Marked" } },
      { id: "mail", do: "update", set: { email: "{{record.company}}" } },
    ],
  });

const enroll = async (id: string, record_id: string) => (await tenant.admin.enrollInWorkflow({ id, record_id })).data;

describe("a failed enrollment", () => {
  it("continues at the failed step when it is retried, once", async () => {
    const [id, lead] = [await publishFailing("once_at_a_time"), await createLead()];
    const failed = await enroll(id, lead);
    expect(failed).toMatchObject({ status: "FAILED", step_id: "mail" });
    await expect(enroll(id, lead)).rejects.toMatchObject({ code: "RULE_VIOLATION" });
    await tenant.admin.updateLead({ id: lead, company: "sales@engines.example" });
    const part = { id, workflow_enrollment_id: failed.id };
    const answers = await Promise.allSettled([
      tenant.admin.retryWorkflowEnrollment(part),
      tenant.admin.retryWorkflowEnrollment(part),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { data } = await tenant.admin.getEnrollmentOfWorkflow(part);
    expect(data.status).toBe("COMPLETED");
    expect(data.results.map(({ step_id, result }) => `${step_id} ${result}`)).toEqual(["mark DONE", "mail FAILED", "mail DONE"]);
    await expect(tenant.admin.retryWorkflowEnrollment(part)).rejects.toMatchObject({ code: "RULE_VIOLATION" });
    expect((await enroll(id, lead)).status).toBe("COMPLETED");
  });

  it("gives its record free when it is stopped", async () => {
    const [id, lead] = [await publishFailing("once_at_a_time"), await createLead()];
    const { id: workflow_enrollment_id } = await enroll(id, lead);
    const { data } = await tenant.admin.stopWorkflowEnrollment({ id, workflow_enrollment_id });
    expect(data).toMatchObject({ status: "STOPPED", step_id: null, reason: expect.stringMatching(/^Stopped by \w+/) });
    expect((await enroll(id, lead)).status).toBe("FAILED");
    await expect(tenant.admin.stopWorkflowEnrollment({ id, workflow_enrollment_id })).rejects.toMatchObject({
      code: "RULE_VIOLATION",
    });
  });

  it("is retried by a keyed request once", async () => {
    const [id, lead] = [await publishFailing("once"), await createLead()];
    const part = { id, workflow_enrollment_id: (await enroll(id, lead)).id };
    const retry = () => tenant.admin.retryWorkflowEnrollment(part, { idempotencyKey: "retry-1" });
    const first = await retry();
    expect((await retry()).data).toEqual(first.data);
    const { data } = await tenant.admin.getEnrollmentOfWorkflow(part);
    expect(data.results.map(({ result }) => result)).toEqual(["DONE", "FAILED", "FAILED"]);
  });
});

it("An enrollment that waits is stopped, and no step runs later", async () => {
  const id = await publish({ steps: [{ id: "pause", do: "wait", for: "2d" }] });
  const { id: workflow_enrollment_id } = await enroll(id, await createLead());
  const part = { id, workflow_enrollment_id };
  await expect(tenant.admin.retryWorkflowEnrollment(part)).rejects.toMatchObject({ code: "RULE_VIOLATION" });
  expect((await tenant.admin.stopWorkflowEnrollment(part)).data).toMatchObject({ status: "STOPPED", waiting: null });
  const other = await publish({ steps: [{ id: "end", do: "end" }] });
  await expect(tenant.admin.getEnrollmentOfWorkflow({ id: other, workflow_enrollment_id })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

it("Users see, count and stop only enrollments of records that they see", async () => {
  const marketer = await addUser(app, tenant, "MARKETER");
  const id = await publish({ steps: [{ id: "pause", do: "wait", for: "2d" }] });
  const hidden = await enroll(id, await createLead({ owner_id: tenant.userId }));
  const shown = await enroll(id, await createLead({ owner_id: marketer.id }));
  await app.settle();
  const { client } = marketer;
  const lists = [await client.listEnrollmentsOfWorkflow({ id }), await client.listWorkflowEnrollments({ workflow: id })];
  for (const { data, meta } of lists)
    expect([data.map((row) => row.id), meta.total, meta.total_is_lower_bound]).toEqual([[shown.id], 1, undefined]);
  const notFound = { code: "NOT_FOUND" };
  const part = { id, workflow_enrollment_id: hidden.id };
  await expect(client.getWorkflowEnrollment({ id: hidden.id })).rejects.toMatchObject(notFound);
  await expect(client.getEnrollmentOfWorkflow(part)).rejects.toMatchObject(notFound);
  await expect(client.stopWorkflowEnrollment(part)).rejects.toMatchObject(notFound);
  await expect(client.getWorkflowFigures({ id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  const rep = await addUser(app, tenant, "SALES_REP");
  await expect(rep.client.stopWorkflowEnrollment({ id, workflow_enrollment_id: shown.id })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

it("Enrollments of private activities are shown to their users and administrators alone", async () => {
  const director = await addUser(app, tenant, "DIRECTOR");
  const id = await publish({ kind: "activity", steps: [{ id: "pause", do: "wait", for: "2d" }] });
  const { data: activity } = await tenant.admin.createActivity({
    subject: "Secret",
    activity_type_id: "call",
    is_private: true,
  });
  const enrollment = await enroll(id, activity.id);
  await app.settle();
  expect((await director.client.listEnrollmentsOfWorkflow({ id })).data).toEqual([]);
  await expect(director.client.getWorkflowEnrollment({ id: enrollment.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await tenant.admin.listEnrollmentsOfWorkflow({ id })).data).toHaveLength(1);
});

it("Enrollments of one record run in the order in which they come due, in any order of their events", async () => {
  const { bus } = app.ports;
  const publishEvents = bus.publish.bind(bus);
  const published: string[] = [];
  bus.publish = async (events) => {
    const isDue = ({ type }: { readonly type: string }): boolean => type === "workflow_enrollment.step_due";
    published.push(...events.filter(isDue).map(({ record_id }) => record_id));
    for (const event of events.toSorted((a, b) => (a.record_id < b.record_id ? 1 : -1))) await publishEvents([event]);
  };
  const finish = (name: string): object[] => [
    { id: `${name}-call`, do: "task", subject: `${name} after {{record.job_title|none}}`, activity_type_id: "call" },
    { id: `${name}-mark`, do: "update", set: { job_title: name } },
  ];
  const id = await publish({
    enrollment: { repeat: "every_time" },
    steps: [
      {
        ...{ id: "which", do: "branch" },
        cases: [{ where: { job_title: null }, steps: [{ id: "long", do: "wait", for: "2d" }, ...finish("first")] }],
        else: [{ id: "short", do: "wait", for: "1d" }, ...finish("second")],
      },
    ],
  });
  const lead = await createLead();
  const enrolled = [await enroll(id, lead)];
  await advance(DAY_MS);
  await tenant.admin.updateLead({ id: lead, job_title: "engineer" });
  enrolled.push(await enroll(id, lead));
  await advance(DAY_MS);
  bus.publish = publishEvents;
  expect(published).toEqual(expect.arrayContaining(enrolled.map((each) => each.id)));
  const { data } = await tenant.admin.listActivities({ related_to_id: lead });
  expect(data.map(({ subject }) => subject).sort()).toEqual(["first after engineer", "second after first"]);
});

it("A wait counts from when the last one was over, not from when the clock was found, unless that was minutes later", async () => {
  const waits = ["first", "second", "third"].map((name) => ({ id: name, do: "wait", for: "1d" }));
  const { id } = await enroll(await publish({ steps: waits }), await createLead());
  const readDue = async () => Date.parse((await tenant.admin.getWorkflowEnrollment({ id })).data.step_due_at ?? "");
  const first = await readDue();
  await advance(DAY_MS + 40_000);
  expect(await readDue()).toBe(first + DAY_MS);
  await advance(DAY_MS + HOUR_MS);
  expect(await readDue()).toBeGreaterThanOrEqual(first + 2 * DAY_MS + HOUR_MS);
});
