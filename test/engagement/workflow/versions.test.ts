import { enroll as startEnrollment } from "@crm/core/engagement/workflow/enrollment-start.ts";
import { buildManagedId, syncManagedWorkflows } from "@crm/core/engagement/workflow/managed-workflow.ts";
import { runEnrollment } from "@crm/core/engagement/workflow/step-runner.ts";
import { buildWalk, findNextWalk } from "@crm/core/engagement/workflow/walk-queue.rules.ts";
import { Workflows } from "@crm/core/engagement/workflow/workflow.entity.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const wait = (job_title: string) => ({ id: "answer", do: "wait", until_where: { job_title }, timeout: "30d" });
const mark = { id: "mark", do: "update", set: { description: "{{record.job_title}}" } };

async function publish(definition: object): Promise<string> {
  const { data } = await allowAnyInput(tenant.admin).createWorkflow({
    name: "Versions",
    kind: "lead",
    trigger: { on: "manual" },
    enrollment: { repeat: "once_at_a_time" },
    ...definition,
  });
  await tenant.admin.publishWorkflow({ id: data.id });
  return data.id;
}

/** Publishes a further version. */
async function publishNext(id: string, definition: object, more: object = {}): Promise<void> {
  await tenant.admin.updateWorkflow({ id, ...definition });
  await tenant.admin.publishWorkflow({ id, ...more });
  await app.settle();
}

/** Enrolls a new lead. */
async function enroll(id: string): Promise<string> {
  const { data } = await tenant.admin.createLead(newLead());
  await tenant.admin.enrollInWorkflow({ id, record_id: data.id });
  return data.id;
}

/** Enrolls a new lead in a workflow that users cannot start. */
async function enrollByManager(id: string): Promise<string> {
  const { data: lead } = await tenant.admin.createLead(newLead());
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const workflow = await Records.load(Workflows, id);
    const outcome = workflow && (await startEnrollment(workflow, lead.id, { name: "test", at: Clock.now() }));
    if (outcome && "enrollment" in outcome) await runEnrollment(outcome.enrollment.id);
  });
  return lead.id;
}

async function rename(id: string, job_title: string): Promise<void> {
  await tenant.admin.updateLead({ id, job_title });
  await app.settle();
}

/** Returns version and status of a lead's enrollment. */
async function read(id: string, lead: string): Promise<string> {
  const { data } = await tenant.admin.listEnrollmentsOfWorkflow({ id });
  const row = data.find(({ record_id }) => record_id === lead);
  return `${row?.workflow_version} ${row?.status} ${row?.step_id}`;
}

describe("enrollments that stay with an earlier version", () => {
  it("are woken and ended by the conditions of their own version", async () => {
    const id = await publish({ exit: { where: { job_title: "Gone" } }, steps: [wait("One"), mark] });
    const [one, two, gone] = [await enroll(id), await enroll(id), await enroll(id)];
    await publishNext(id, { exit: null, steps: [wait("Two"), mark] });
    await publishNext(id, { steps: [mark] });
    for (const [lead, title] of [
      [one, "One"],
      [two, "Two"],
      [gone, "Gone"],
    ] as const)
      await rename(lead, title);
    expect([await read(id, one), await read(id, two), await read(id, gone)]).toEqual([
      "1 COMPLETED null",
      "1 WAITING answer",
      "1 EXITED null",
    ]);
  });
});

describe("enrollments of a managed workflow", () => {
  it("are woken by their own version after another replaces it, and after the workflow has ended", async () => {
    const write = (...titles: readonly string[]): Promise<void> =>
      runIn(systemContext(app.ports, tenant.id, "test"), () => {
        const workflows = titles.map((title) => ({
          key: "waits",
          name: "Managed",
          definition: { kind: "lead", trigger: { on: "manual" as const }, steps: [wait(title), mark] },
        }));
        return syncManagedWorkflows("versions", [{ from: Clock.now(), to: null, workflows }]);
      });
    const id = buildManagedId("versions", "waits");
    await write("One");
    await expect(enroll(id)).rejects.toMatchObject({ code: "RULE_VIOLATION" });
    const one = await enrollByManager(id);
    await write("Two");
    const two = await enrollByManager(id);
    await rename(one, "One");
    expect(await read(id, one)).toBe("1 COMPLETED null");
    await write();
    await rename(two, "Two");
    expect(await read(id, two)).toBe("2 COMPLETED null");
  });
});

describe("versions of a managed workflow", () => {
  it("use templates as they were published, until their period is published again", async () => {
    const words = { name: "Pinned", channel: "EMAIL", subject: "First", body_text: "Words" };
    const { data: template } = await tenant.admin.createMessageTemplate(words);
    const steps = [{ id: "mail", do: "send", template_id: template.id }];
    const workflows = [{ key: "mails", name: "Mails", definition: { kind: "lead", trigger: { on: "manual" as const }, steps } }];
    const from = Clock.now();
    const write = async (isPublished: boolean) => {
      const sync = () => syncManagedWorkflows("pins", [{ from, to: null, isPublished, workflows }]);
      await runIn(systemContext(app.ports, tenant.id, "test"), sync);
      return (await tenant.admin.getWorkflow({ id: buildManagedId("pins", "mails") })).data.published_version;
    };
    expect([await write(true), await write(true)]).toEqual([1, 1]);
    await tenant.admin.updateMessageTemplate({ id: template.id, subject: "Second" });
    expect([await write(false), await write(true), await write(false)]).toEqual([1, 2, 2]);
  });
});

describe("enrollments that move to a new version", () => {
  it("continue at the step of the same id, and stay where there is none", async () => {
    const id = await publish({ steps: [wait("One"), mark] });
    const [waiting, marked] = [await enroll(id), await enroll(id)];
    await rename(waiting, "Two");
    await publishNext(id, { steps: [wait("Three"), mark] }, { move: "move" });
    expect(await read(id, waiting)).toBe("2 WAITING answer");
    await rename(waiting, "One");
    expect(await read(id, waiting)).toBe("2 WAITING answer");
    await rename(waiting, "Three");
    expect(await read(id, waiting)).toBe("2 COMPLETED null");
    await publishNext(id, { steps: [mark] }, { move: "move" });
    expect(await read(id, marked)).toBe("2 WAITING answer");
    await publishNext(id, { steps: [wait("Three"), mark] });
    await publishNext(id, { steps: [{ ...wait("Three"), name: "Answer" }, mark] }, { move: "move" });
    expect(await read(id, marked)).toBe("5 WAITING answer");
  });

  it("keep a wait whose step is the same, and begin a changed one again", async () => {
    const id = await publish({ steps: [{ id: "pause", do: "wait", for: "9d" }, mark] });
    const lead = await enroll(id);
    const due = async () => (await tenant.admin.listEnrollmentsOfWorkflow({ id })).data[0]?.step_due_at;
    const before = await due();
    app.setClock({ advance: 60 * 60 * 1000 });
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    await publishNext(id, { description: "Changed", window: null }, { move: "move" });
    expect([await read(id, lead), await due()]).toEqual(["2 WAITING pause", before]);
    await publishNext(id, { steps: [{ id: "pause", do: "end" }] }, { move: "move" });
    expect(await read(id, lead)).toBe("3 COMPLETED null");
  });
});

it("Publishing a paused workflow continues what is held", async () => {
  const id = await publish({ steps: [wait("One"), mark] });
  const lead = await enroll(id);
  await tenant.admin.pauseWorkflow({ id });
  await rename(lead, "One");
  expect(await read(id, lead)).toBe("1 HELD mark");
  await publishNext(id, { description: "Again" });
  expect(await read(id, lead)).toBe("1 COMPLETED null");
});

it("A walk that another interrupts starts again after it", () => {
  const step = (purpose: "move" | "resume" | "existing", version: number) => ({ purpose, version, at: `at ${version}` });
  const first = buildWalk(null, [step("resume", 1), step("existing", 1)]);
  const second = buildWalk(first, [step("move", 2), step("existing", 2)]);
  expect(second).toEqual({ ...step("move", 2), next: [step("existing", 2), step("resume", 1)] });
  expect(second && findNextWalk(second)).toEqual({ ...step("existing", 2), next: [step("resume", 1)] });
  expect(buildWalk(null, [])).toBeNull();
});
