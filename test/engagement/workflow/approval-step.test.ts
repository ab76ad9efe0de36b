import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTeam, HOUR_MS, type Team } from "../../agreements/approval/support.ts";
import { addUser, inProcessTransport, newLead, PASSWORD, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let team: Team;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  team = await createTeam(app, tenant);
});
beforeEach(() => app.settle());
afterAll(() => app.stop());

const MINUTE_MS = HOUR_MS / 60;

const ask = { id: "ask", do: "approval", to: "manager", subject: "May {{record.company}} have the offer?" };
const mark = { id: "mark", do: "update", set: { job_title: "Approved" } };
const decline = { id: "decline", do: "update", set: { job_title: "Declined: {{output.ask.comment}}" } };

async function publish(step: object = {}, definition: object = {}): Promise<string> {
  const { data } = await tenant.admin.createWorkflow({
    name: "Offers",
    kind: "lead",
    trigger: { on: "manual" },
    steps: [{ ...ask, ...step }, mark],
    ...definition,
  });
  await tenant.admin.publishWorkflow({ id: data.id });
  return data.id;
}

/** Enrolls a lead of the sales representative. */
async function enroll(id: string, fields: object = {}) {
  const { data: lead } = await tenant.admin.createLead(newLead({ company: "Engines", owner_id: team.rep.id, ...fields }));
  const { data } = await tenant.admin.enrollInWorkflow({ id, record_id: lead.id });
  await app.settle();
  const part = { id, workflow_enrollment_id: data.id };
  return {
    part,
    lead: lead.id,
    status: data.status,
    read: async () => {
      await app.settle();
      app.setClock({ advance: MINUTE_MS });
      await app.settle();
      const { data: enrollment } = await tenant.admin.getEnrollmentOfWorkflow(part);
      const { data: record } = await tenant.admin.getLead({ id: lead.id });
      return {
        ...enrollment,
        results: enrollment.results.map(({ step_id, result }) => `${step_id} ${result}`),
        title: record.job_title,
      };
    },
  };
}

async function advance(hours: number): Promise<void> {
  app.setClock({ advance: hours * HOUR_MS });
  await app.settle();
  await signInAgain();
}

async function signInAgain(): Promise<void> {
  const { access_token } = await signIn(app, tenant);
  tenant.admin = createClient(inProcessTransport(app, access_token));
  const { manager } = team;
  const signedIn = await signIn(app, { ...tenant, email: manager.email, password: PASSWORD });
  manager.client = createClient(inProcessTransport(app, signedIn.access_token));
}

const listMine = async (user = team.manager) => (await user.client.listApprovals({ mine: true, status: "pending" })).data;

async function findOwn(user = team.manager): Promise<string> {
  const [approval] = await listMine(user);
  return approval?.id ?? "";
}

describe("an approval step", () => {
  it("asks the manager of the record's owner, and continues when the record is approved, once", async () => {
    const enrollment = await enroll(await publish());
    expect(enrollment.status).toBe("WAITING");
    const [approval] = await listMine();
    expect(approval).toMatchObject({
      subject_type: "workflow_enrollment",
      subject_id: enrollment.part.workflow_enrollment_id,
      title: expect.stringMatching(/: May Engines have the offer\?$/),
      level: "Offers",
    });
    const { data: notices } = await team.manager.client.listNotifications({});
    expect(notices.map(({ title }) => title)).toContain(`Your approval is requested: ${approval?.title}`);
    const id = String(approval?.id);
    await expect(team.director.client.approveApproval({ id })).rejects.toMatchObject({ status: 403 });
    const answers = await Promise.allSettled([
      team.manager.client.approveApproval({ id, comment: "Fine" }),
      team.manager.client.rejectApproval({ id }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const isApproved = answers[0]?.status === "fulfilled";
    const after = await enrollment.read();
    expect(after).toMatchObject(
      isApproved ? { status: "COMPLETED", results: ["ask DONE", "mark DONE"], title: "Approved" } : { status: "STOPPED" },
    );
    await expect(team.manager.client.rejectApproval({ id })).rejects.toMatchObject({ status: 409 });
  });

  it("asks again when the record was changed by a user, and the approval counts for its new state alone", async () => {
    const enrollment = await enroll(await publish());
    const id = await findOwn();
    // What the product keeps about a record does not count.
    const activity = { subject: "Call", activity_type_id: "call", related_to_type: "lead", related_to_id: enrollment.lead };
    const { data: call } = await tenant.admin.createActivity(activity);
    await tenant.admin.completeActivity({ id: call.id, duration_minutes: 5 });
    await tenant.admin.updateLead({ id: enrollment.lead, company: "Rockets" });
    await app.settle();
    await expect(team.manager.client.approveApproval({ id })).rejects.toMatchObject({
      status: 409,
      details: [{ field: "company", message: "Changed since you were asked" }],
    });
    expect(await enrollment.read()).toMatchObject({ status: "WAITING", results: [], title: null });
    expect((await team.manager.client.getApproval({ id })).data.status).toBe("cancelled");
    const [again] = await listMine();
    expect(again?.title).toContain("May Rockets have the offer?");
    await team.manager.client.approveApproval({ id: again?.id ?? "" });
    expect(await enrollment.read()).toMatchObject({ status: "COMPLETED", results: ["ask DONE", "mark DONE"] });
  });

  it("asks again when the record was changed after the approval, before the next step runs", async () => {
    const id = await publish();
    const enrollment = await enroll(id);
    await tenant.admin.pauseWorkflow({ id });
    await team.manager.client.approveApproval({ id: await findOwn() });
    await tenant.admin.updateLead({ id: enrollment.lead, company: "Rockets" });
    await enrollment.read();
    await tenant.admin.resumeWorkflow({ id });
    expect(await enrollment.read()).toMatchObject({ status: "WAITING", results: [], title: null });
    expect(await listMine()).toHaveLength(1);
    await team.manager.client.rejectApproval({ id: await findOwn() });
  });

  it("takes a rejection of a record that was changed since", async () => {
    const enrollment = await enroll(await publish());
    await tenant.admin.updateLead({ id: enrollment.lead, company: "Rockets" });
    await team.manager.client.rejectApproval({ id: await findOwn() });
    expect(await enrollment.read()).toMatchObject({ status: "STOPPED", results: ["ask REJECTED"] });
  });

  it("stops the enrollment with the comment when the record is rejected", async () => {
    const enrollment = await enroll(await publish());
    await team.manager.client.rejectApproval({ id: await findOwn(), comment: "Too early" });
    expect(await enrollment.read()).toMatchObject({
      status: "STOPPED",
      reason: expect.stringMatching(/^Rejected by .+: Too early$/),
      results: ["ask REJECTED"],
      title: null,
    });
  });

  it("runs the steps for rejected records, and no later one", async () => {
    const id = await publish({ rejected: [decline] });
    const enrollment = await enroll(id);
    await team.manager.client.rejectApproval({ id: await findOwn(), comment: "Too early" });
    expect(await enrollment.read()).toMatchObject({
      status: "COMPLETED",
      results: ["ask REJECTED", "decline DONE"],
      title: "Declined: Too early",
    });
    const { data: figures } = await tenant.admin.getWorkflowFigures({ id });
    expect(figures.steps.find(({ step_id }) => step_id === "ask")).toMatchObject({ done: 0, rejected: 1 });
  });

  it("withdraws the approval when the record leaves or the enrollment is stopped", async () => {
    const id = await publish({}, { exit: { where: { company: "Gone" } } });
    const [leaving, stopped] = [await enroll(id), await enroll(id)];
    expect(await listMine()).toHaveLength(2);
    await tenant.admin.updateLead({ id: leaving.lead, company: "Gone" });
    await tenant.admin.stopWorkflowEnrollment(stopped.part);
    expect((await leaving.read()).status).toBe("EXITED");
    expect(await listMine()).toEqual([]);
  });

  it("keeps a decision that is made while the workflow is paused", async () => {
    const id = await publish();
    const enrollment = await enroll(id);
    await tenant.admin.pauseWorkflow({ id });
    await team.manager.client.rejectApproval({ id: await findOwn() });
    expect((await enrollment.read()).status).toBe("HELD");
    await tenant.admin.resumeWorkflow({ id, overdue: "skip" });
    expect(await enrollment.read()).toMatchObject({ status: "STOPPED", results: ["ask REJECTED"] });
  });

  it("asks the owner of the record or a user, but not the owner of the workflow", async () => {
    await enroll(await publish({ to: "owner" }));
    await team.rep.client.rejectApproval({ id: await findOwn(team.rep) });
    await enroll(await publish({ to: team.director.id }));
    await team.director.client.rejectApproval({ id: await findOwn(team.director) });
    const failed = await enroll(await publish({ to: "ADMIN" }));
    expect(await failed.read()).toMatchObject({ status: "FAILED", reason: expect.stringContaining("No user can approve") });
    const passed = await enroll(await publish({ to: "ADMIN", on_error: "continue" }));
    expect((await passed.read()).results).toEqual(["ask FAILED", "mark DONE"]);
  });

  it("is named in a dry run, which goes on as if the record was approved", async () => {
    const id = await publish();
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "Engines", owner_id: team.rep.id }));
    const { data } = await tenant.admin.dryRunWorkflow({ id, record_id: lead.id });
    expect(data.enrolled[0]?.steps).toMatchObject([
      { id: "ask", would: "ask for approval", input: { approver_id: team.manager.id, assumed: "approved" } },
      { id: "mark", would: "updateLead" },
    ]);
    await app.settle();
    expect(await listMine()).toEqual([]);
  });

  it("is refused with the name of the step", async () => {
    const create = (kind: string, step: object) =>
      tenant.admin.createWorkflow({
        name: "X",
        kind,
        trigger: { on: "manual" },
        steps: [{ ...ask, subject: "Ok?", ...step }],
      });
    await expect(create("lead", { timeout: "5m", rejected: [{ ...mark, set: { colour: 1 } }] })).rejects.toMatchObject({
      details: [
        { field: "steps[0].timeout", message: "ask: Must be from 1h to 90d" },
        { field: "steps[0].rejected[0].set.colour" },
      ],
    });
    await expect(create("activity", {})).rejects.toMatchObject({ details: [{ field: "steps[0].do" }] });
  });
});

it("A step of a workflow decides no approval", async () => {
  const approver = await addUser(app, tenant, "DIRECTOR");
  const enrollment = await enroll(await publish({ to: approver.id }));
  const { data: workflow } = await approver.client.createWorkflow({
    name: "Rubber stamp",
    kind: "approval",
    trigger: { on: "manual" },
    steps: [{ id: "stamp", do: "action", action: "approveApproval" }],
  });
  await approver.client.publishWorkflow({ id: workflow.id });
  const { data } = await approver.client.enrollInWorkflow({ id: workflow.id, record_id: await findOwn(approver) });
  expect(data).toMatchObject({ status: "FAILED", reason: expect.stringContaining("cannot decide") });
  expect((await enrollment.read()).status).toBe("WAITING");
});

it("An approval step ends without a decision after its time-out, and withdraws the approval", async () => {
  const enrollment = await enroll(await publish({ timeout: "2h" }));
  const id = await findOwn();
  await advance(1);
  expect((await enrollment.read()).status).toBe("WAITING");
  await advance(2);
  expect(await enrollment.read()).toMatchObject({
    status: "STOPPED",
    reason: "No decision within 2h",
    results: ["ask TIMED_OUT"],
  });
  expect(await listMine()).toEqual([]);
  await expect(team.manager.client.approveApproval({ id })).rejects.toMatchObject({ status: 409 });
});

it("A decision or the time-out of an approval step counts, not both", async () => {
  const enrollment = await enroll(await publish({ timeout: "2h" }));
  const id = await findOwn();
  app.setClock({ advance: 2 * HOUR_MS });
  await signInAgain();
  const [decision] = await Promise.allSettled([team.manager.client.approveApproval({ id }), app.settle()]);
  const isApproved = decision.status === "fulfilled";
  expect(await enrollment.read()).toMatchObject(
    isApproved ? { status: "COMPLETED", results: ["ask DONE", "mark DONE"] } : { status: "STOPPED", results: ["ask TIMED_OUT"] },
  );
  const { data: approval } = await tenant.admin.getApproval({ id });
  expect(approval.status === "approved").toBe(isApproved);
});
