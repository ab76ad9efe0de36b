import { expect } from "vitest";
import { defineScenario, type Fixture, isScenarioSource } from "../harness.ts";

/** Workflows: a change that enrolls a lead, its steps, a wait, and the enrollment of existing records. */

const WAIT_SECONDS = 3 * 60 * 60;
let count = 0;

interface Enrolled {
  workflow: string;
  lead: string;
  company: string;
}

async function createLead({ crm, tenant }: Fixture, company: string): Promise<string> {
  const email = `struck${++count}@mail.example`;
  const lead = { first_name: "Struck", last_name: `Lead${count}`, email, company, owner_id: tenant.userId };
  return (await crm.createLead(lead)).data.id;
}

async function createWorkflow({ crm, tenant }: Fixture, company: string): Promise<string> {
  const { data } = await crm.createWorkflow({
    name: company,
    kind: "lead",
    owner_id: tenant.userId,
    trigger: { on: "created" },
    where: { company },
    steps: [
      { id: "rename", do: "update", set: { job_title: "Struck {{record.job_title}}" } },
      { id: "call", do: "task", subject: "Call", activity_type_id: "call" },
      { id: "pause", do: "wait", for: "2h" },
      { id: "tell", do: "notify", to: ["owner"], message: "The pause is over" },
      { id: "ask", do: "task", subject: "Ask", activity_type_id: "call" },
    ],
  });
  return data.id;
}

/** Each step has been done once. */
async function requireCompletion({ crm }: Fixture, { workflow, lead }: Enrolled): Promise<void> {
  const { data: rows } = await crm.listEnrollmentsOfWorkflow({ id: workflow });
  expect(rows.map(({ record_id, status }) => [record_id, status])).toEqual([[lead, "COMPLETED"]]);
  const { data } = await crm.getWorkflowEnrollment({ id: rows[0]?.id ?? "" });
  expect(data.results.map(({ step_id, result }) => `${step_id} ${result}`)).toEqual([
    "rename DONE",
    "call DONE",
    "pause DONE",
    "tell DONE",
    "ask DONE",
  ]);
  expect((await crm.getLead({ id: lead })).data.job_title).toBe("Struck");
  const { data: tasks } = await crm.listActivities({ related_to_id: lead });
  expect(tasks.map(({ subject }) => subject).sort()).toEqual(["Ask", "Call"]);
}

const countsWrite = (name: string, target: string): boolean =>
  name === "workflows" && isScenarioSource(name) && target !== "objects";

const enrollment = defineScenario<Enrolled>({
  name: "an enrollment by a change",
  covers: { operations: ["enrollInWorkflow"], subscribers: ["workflows"], due: ["workflow_enrollment"] },
  async prepare(scene) {
    const company = `Struck ${++count}`;
    const workflow = await createWorkflow(scene, company);
    await scene.crm.publishWorkflow({ id: workflow });
    return { workflow, company, lead: await createLead(scene, company) };
  },
  proceed: ({ system }) => system.advance(WAIT_SECONDS),
  countsWrite,
  check: requireCompletion,
});

interface Failed {
  part: { id: string; workflow_enrollment_id: string };
  lead: string;
  email: string;
}

/** The step fails at first, because the company is no email address. */
const retry = defineScenario<Failed>({
  name: "retryWorkflowEnrollment",
  covers: { operations: ["retryWorkflowEnrollment"] },
  async prepare(scene) {
    const { crm, tenant } = scene;
    const company = `Struck ${++count}`;
    const [lead, { data: workflow }] = [
      await createLead(scene, company),
      await crm.createWorkflow({
        ...{ name: company, kind: "lead", owner_id: tenant.userId, trigger: { on: "manual" } },
        steps: [{ id: "mail", do: "update", set: { email: "{{record.company}}" } }],
      }),
    ];
    await crm.publishWorkflow({ id: workflow.id });
    const { data: failed } = await crm.enrollInWorkflow({ id: workflow.id, record_id: lead });
    expect(failed.status).toBe("FAILED");
    const email = `retried${count}@mail.example`;
    await crm.updateLead({ id: lead, company: email });
    return { part: { id: workflow.id, workflow_enrollment_id: failed.id }, lead, email };
  },
  ask: ({ crm }, { part }, options) => crm.retryWorkflowEnrollment(part, options),
  proceed: ({ system }) => system.advance(WAIT_SECONDS),
  countsWrite: (name, target) => (name === "request" || countsWrite(name, target)) && target !== "objects",
  async check({ crm }, { part, lead, email }) {
    const { data } = await crm.getEnrollmentOfWorkflow(part);
    expect([data.status, data.results.map(({ result }) => result)]).toEqual(["COMPLETED", ["FAILED", "DONE"]]);
    expect((await crm.getLead({ id: lead })).data.email).toBe(email);
  },
});

const existing = defineScenario<Enrolled>({
  name: "publishWorkflow",
  covers: { operations: ["publishWorkflow", "resumeWorkflow"], due: ["workflow"] },
  async prepare(scene) {
    const company = `Struck ${++count}`;
    const lead = await createLead(scene, company);
    return { company, lead, workflow: await createWorkflow(scene, company) };
  },
  ask: ({ crm }, { workflow }, options) => crm.publishWorkflow({ id: workflow, existing: true }, options),
  proceed: ({ system }) => system.advance(WAIT_SECONDS),
  check: requireCompletion,
});

export const scenarios = [enrollment, retry, existing];
