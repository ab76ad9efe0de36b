import { Approvals } from "@crm/core/agreements/approval/approval.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Flow } from "@crm/core/lib/state-machine/flow.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { addUser, type TestUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS, type Scenario } from "../harness.ts";

/** Approvals: whichever write fails, each round has one outcome, and its state machine ends. */

interface ApprovalSubject {
  quote: string;
  /** The id of the approval; empty before the submission. */
  id: string;
  manager: TestUser;
  client: Client;
}

const line_items = [{ description: "Survey", unit_price: "100.00", discount_percent: "15" }];

/** A draft quote of a sales rep with a new manager. */
async function createDraft({ system: line, tenant }: Fixture): Promise<{ quote: string; rep: TestUser; manager: TestUser }> {
  const manager = await addUser(line.app, tenant, "MANAGER");
  const rep = await addUser(line.app, tenant, "SALES_REP", { manager_id: manager.id });
  const { data: customer } = await line.client(rep.token).createCustomer({ name: "Struck" });
  const { data } = await line.client(rep.token).createQuote({ customer_id: customer.id, line_items });
  return { quote: data.id, rep, manager };
}

async function submitDraft(scene: Fixture): Promise<ApprovalSubject> {
  const { quote, rep, manager } = await createDraft(scene);
  const { data } = await scene.system.client(rep.token).submitQuote({ id: quote });
  return { quote, id: String(data.approval?.approvals[0]?.id), manager, client: scene.system.client(manager.token) };
}

const runInTenant = <T>({ system: line, tenant }: Fixture, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(line.app.ports, tenant.id, "test"), work);

const passLease = ({ system: line }: Fixture): Promise<void> => line.advance(LEASE_SECONDS);
const isApprovalSource = (source: string): boolean =>
  ["request", "flow", "quote-approvals"].includes(source) || source.startsWith("approval-");

/** The quote and its approval have the same outcome, and the state machine has ended. */
async function expectConcluded(
  scene: Fixture,
  { quote, id }: ApprovalSubject,
  status: string,
  approvalStatus: string,
): Promise<void> {
  const { data } = await scene.crm.getQuote({ id: quote });
  expect(data).toMatchObject({ status, approval: { round: 1, approvals: [{ id, status: approvalStatus }] } });
  expect((await scene.crm.getApproval({ id })).data.status).toBe(approvalStatus);
  const run = await runInTenant(scene, () => Flow.readHistory("approval", `${quote}-1`));
  expect(run).toMatchObject({ status: "SUCCEEDED" });
  expect(run?.events.filter(({ type, state }) => type === "TaskStateExited" && state === "Conclude")).toHaveLength(1);
}

const sharedParts = { proceed: passLease, countsWrite: isApprovalSource } satisfies Partial<Scenario<ApprovalSubject>>;

const submission = defineScenario<ApprovalSubject>({
  ...sharedParts,
  name: "submitQuote",
  covers: { operations: ["submitQuote"], subscribers: ["approval-start", "approval-watch"], due: ["approval"] },
  async prepare(scene) {
    const { quote, rep, manager } = await createDraft(scene);
    return { quote, id: "", manager, client: scene.system.client(rep.token) };
  },
  ask: (_, { quote, client: as }, options) => as.submitQuote({ id: quote }, options),
  async check(scene, { quote, manager }, answer) {
    const { approval } = answer as { approval: { approvals: { id: string }[] } };
    const ids = approval.approvals.map(({ id }) => id);
    const { data } = await scene.crm.listApprovals({ subject: quote });
    expect(data.map(({ id, status, approver_id }) => [id, status, approver_id])).toEqual([[ids[0], "pending", manager.id]]);
    const stored = await runInTenant(scene, () => Records.load(Approvals, String(ids[0])));
    expect(stored?.token).not.toBeNull();
    expect(await runInTenant(scene, () => Flow.readHistory("approval", `${quote}-1`))).toMatchObject({ status: "RUNNING" });
  },
});

const approvalDecision = defineScenario<ApprovalSubject>({
  ...sharedParts,
  name: "approveApproval",
  covers: { operations: ["approveApproval"], subscribers: ["approval-watch"], due: ["approval"] },
  prepare: submitDraft,
  ask: (_, { id, client: as }, options) => as.approveApproval({ id }, options),
  check: (scene, subject) => expectConcluded(scene, subject, "APPROVED", "approved"),
});

const rejection = defineScenario<ApprovalSubject>({
  ...sharedParts,
  name: "rejectApproval",
  covers: { operations: ["rejectApproval"], subscribers: ["quote-approvals"] },
  prepare: submitDraft,
  ask: (_, { id, client: as }, options) => as.rejectApproval({ id }, options),
  check: (scene, subject) => expectConcluded(scene, subject, "DRAFT", "rejected"),
});

const withdrawal = defineScenario<ApprovalSubject>({
  ...sharedParts,
  name: "a change of what waits for approval",
  covers: { subscribers: ["quote-approvals"] },
  prepare: submitDraft,
  ask: ({ crm }, { quote }, options) => crm.updateQuote({ id: quote, payment_terms: "Net 60" }, options),
  async check(scene, { quote, id }) {
    expect((await scene.crm.getQuote({ id: quote })).data).toMatchObject({ status: "DRAFT", approval: null });
    expect((await scene.crm.getApproval({ id })).data.status).toBe("cancelled");
    expect(await runInTenant(scene, () => Flow.readHistory("approval", `${quote}-1`))).toMatchObject({ status: "SUCCEEDED" });
  },
});

const handover = defineScenario<ApprovalSubject>({
  ...sharedParts,
  name: "a user with approvals leaves",
  covers: { subscribers: ["approval-handover"] },
  prepare: submitDraft,
  ask: ({ crm }, { manager }, options) => crm.setUserStatus({ id: manager.id, status: "SUSPENDED" }, options),
  countsWrite: (source) => source === "approval-handover",
  async check({ crm, tenant }, { id, manager }) {
    const { data } = await crm.getApproval({ id });
    expect(data).toMatchObject({
      approver_id: tenant.userId,
      stands_for_id: manager.id,
      stands_because: "GONE",
      status: "pending",
    });
  },
});

export const scenarios = [submission, approvalDecision, rejection, withdrawal, handover];
