import { ContractApproval } from "@crm/core/agreements/contract/approval.rule-kind.ts";
import { checkRounds, determineRounds } from "@crm/core/agreements/contract/approval-need.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createContract, readRejection, renewAdminSession, runContractLives } from "./support.ts";

const deadlines = { remind_after_hours: 24, escalate_after_hours: 72, expire_after_hours: 168 };
const approvalRound = { approvers: ["DIRECTOR"] as const, side_by_side: false, patience: deadlines };
const facts = {
  ...{ contract_value: "10000.00", currency: "EUR", start_date: "2031-01-31", end_date: "2033-01-30", auto_renew: false },
  ...{ next_value: null as string | null, special_terms: null, requires_signature: true, requires_legal_review: false },
};
const review = { by_type: true, special_terms: false, ...approvalRound };
const level = (name: string, more: object) => ({ name, ...approvalRound, ...more });

describe("approvals that a contract needs", () => {
  it.each([
    ["nothing", { legal_review: null, levels: [] }, {}, []],
    ["a review by its type", { legal_review: review, levels: [] }, { requires_legal_review: true }, ["LEGAL_REVIEW"]],
    [
      "none where the rule reviews no types",
      { legal_review: { ...review, by_type: false }, levels: [] },
      { requires_legal_review: true },
      [],
    ],
    [
      "a review from a value on",
      { legal_review: { ...review, contract_value_from: [{ currency: "EUR", amount: "10000.00" }] }, levels: [] },
      {},
      ["LEGAL_REVIEW"],
    ],
    [
      "none below it",
      { legal_review: { ...review, contract_value_from: [{ currency: "EUR", amount: "10000.01" }] }, levels: [] },
      {},
      [],
    ],
    [
      "none in another currency",
      { legal_review: { ...review, contract_value_from: [{ currency: "USD", amount: "1.00" }] }, levels: [] },
      {},
      [],
    ],
    [
      "the last level that is reached",
      { legal_review: null, levels: [level("A", { every: true }), level("B", { every: true })] },
      {},
      ["APPROVAL"],
    ],
    [
      "a level from a value that the next term reaches",
      { legal_review: null, levels: [level("A", { contract_value_from: [{ currency: "EUR", amount: "10000.01" }] })] },
      { next_value: "10000.01" },
      ["APPROVAL"],
    ],
    ["no level for exactly so many months", { legal_review: null, levels: [level("A", { duration_months_over: 24 })] }, {}, []],
    [
      "a level for a day more",
      { legal_review: null, levels: [level("A", { duration_months_over: 24 })] },
      { end_date: "2033-01-31" },
      ["APPROVAL"],
    ],
    [
      "a level where it renews itself",
      { legal_review: null, levels: [level("A", { auto_renew: true })] },
      { auto_renew: true },
      ["APPROVAL"],
    ],
    [
      "none for blank special terms",
      { legal_review: null, levels: [level("A", { special_terms: true })] },
      { special_terms: "  " },
      [],
    ],
    [
      "both, the review first",
      { legal_review: review, levels: [level("A", { without_signature: true })] },
      { requires_legal_review: true, requires_signature: false },
      ["LEGAL_REVIEW", "APPROVAL"],
    ],
  ])("is %s", (_, rule, more, steps) => {
    expect(determineRounds(rule, { ...facts, ...more }).map(({ step }) => step)).toEqual(steps);
  });

  it("is explained by the values that were compared, also where a condition does not hold", () => {
    const rule = { legal_review: review, levels: [level("A", { duration_months_over: 120, special_terms: true })] };
    const { review: reviewChecks, levels } = checkRounds(rule, { ...facts, special_terms: "No boats" });
    expect(reviewChecks).toMatchObject([{ condition: "by_type", value: "false", holds: false }]);
    expect(levels[0]?.checks).toMatchObject([
      { condition: "duration_months_over", field: "end_date", value: facts.end_date, holds: false },
      { condition: "special_terms", value: "true", holds: true },
    ]);
  });

  it("by default is only a legal review by contract type", () => {
    const [rule] = ContractApproval.defaults;
    const steps = (more: object) => determineRounds(rule, { ...facts, ...more }).map(({ step }) => step);
    expect([steps({ special_terms: "No boats" }), steps({ requires_legal_review: true })]).toEqual([[], ["LEGAL_REVIEW"]]);
  });
});

let app: App;
let tenant: Tenant;
let rep: Awaited<ReturnType<typeof addUser>>;
let director: Awaited<ReturnType<typeof addUser>>;
let manager: Awaited<ReturnType<typeof addUser>>;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  manager = await addUser(app, tenant, "MANAGER");
  director = await addUser(app, tenant, "DIRECTOR");
  rep = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
  const definition = {
    legal_review: { approvers: ["DIRECTOR"] },
    levels: [{ name: "Manager", every: true, approvers: ["MANAGER"] }],
  };
  const { data } = await tenant.admin.createRuleVersion({ kind: "contract_approval", definition });
  await tenant.admin.publishRuleVersion({ kind: "contract_approval", id: data.id });
});
afterAll(() => app.stop());

const get = async (id: string) => (await tenant.admin.getContract({ id })).data;
const listPendingApprovals = async (as: Tenant["admin"]) =>
  (await as.listApprovals({ mine: true, status: "pending" })).data as {
    id: string;
    subject_id: string;
    level: string;
  }[];

async function createSubmittedContract() {
  const { id } = await createContract(rep.client, { contract_type_id: "master_agreement" });
  const { data } = await rep.client.submitContract({ id });
  await app.settle();
  return data;
}

const findApprovalId = async (as: Tenant["admin"], subject: string) => {
  await app.settle();
  const approval = (await listPendingApprovals(as)).find(({ subject_id }) => subject_id === subject);
  return String(approval?.id);
};

describe("the approval", () => {
  it("is previewed with the users of both rounds and the reasons, for those who see the contract", async () => {
    const { id } = await createContract(rep.client, { contract_type_id: "master_agreement" });
    const { steps } = (await rep.client.previewContractSubmission({ id })).data;
    expect(steps).toMatchObject([
      { step: "LEGAL_REVIEW", conditions: [{ condition: "by_type" }], approvers: [{ role: "DIRECTOR", id: director.id }] },
      { step: "APPROVAL", level: "Manager", conditions: [{ condition: "every" }], approvers: [{ id: manager.id }] },
    ]);
    expect(await get(id)).toMatchObject({ status: "DRAFT", approval: null, version: 1 });
    const other = await signUp(app);
    expect(await readRejection(other.admin.previewContractSubmission({ id }))).toEqual([404, []]);
    const { id: plain } = await createContract(other.admin, {});
    expect((await other.admin.previewContractSubmission({ id: plain })).data).toEqual({ steps: [] });
  });

  it("goes through both rounds on the flow runner", async () => {
    const { id, status, approval } = await createSubmittedContract();
    expect(status).toBe("UNDER_REVIEW");
    expect(approval?.steps).toMatchObject([
      { step: "LEGAL_REVIEW", round: 1, outcome: null, approvals: [{ approver_id: director.id }] },
      { step: "APPROVAL", round: null, outcome: null, approvals: [] },
    ]);
    await director.client.approveApproval({ id: await findApprovalId(director.client, id), comment: "Sound" });
    await app.settle();
    expect(await get(id)).toMatchObject({
      status: "PENDING_APPROVAL",
      approval: {
        steps: [
          { outcome: "APPROVED", comment: "Sound" },
          { round: 2, outcome: null, approvals: [{ approver_id: manager.id, status: "pending" }] },
        ],
      },
    });
    await manager.client.approveApproval({ id: await findApprovalId(manager.client, id) });
    await app.settle();
    expect(await get(id)).toMatchObject({
      status: "APPROVED",
      approval: { steps: [{ outcome: "APPROVED" }, { outcome: "APPROVED", approvals: [{ status: "approved" }] }] },
    });
    const { data: notifications } = await rep.client.listNotifications({});
    expect(notifications.map(({ type }) => type)).toContain("contract_approved");
  });

  it("rejected in either round returns the contract to draft with the reason", async () => {
    const first = await createSubmittedContract();
    await director.client.rejectApproval({ id: await findApprovalId(director.client, first.id), comment: "Unlawful" });
    await app.settle();
    expect(await get(first.id)).toMatchObject({
      status: "DRAFT",
      approval: {
        steps: [
          { outcome: "REJECTED", comment: "Unlawful" },
          { outcome: null, round: null },
        ],
      },
    });
    const second = await createSubmittedContract();
    await director.client.approveApproval({ id: await findApprovalId(director.client, second.id) });
    await manager.client.rejectApproval({ id: await findApprovalId(manager.client, second.id), comment: "Too dear" });
    await app.settle();
    expect(await get(second.id)).toMatchObject({
      status: "DRAFT",
      approval: { steps: [{ outcome: "APPROVED" }, { outcome: "REJECTED" }] },
    });
    expect((await rep.client.submitContract({ id: second.id })).data).toMatchObject({
      status: "UNDER_REVIEW",
      approval: { steps: [{ round: 3 }, {}] },
    });
  });

  it("is cancelled when the contract is changed or withdrawn, which returns it to draft", async () => {
    for (const action of ["change", "withdraw"]) {
      const { id } = await createSubmittedContract();
      const approvalId = await findApprovalId(director.client, id);
      await (action === "withdraw" ? rep.client.withdrawContract({ id }) : rep.client.updateContract({ id, title: "Another" }));
      await app.settle();
      expect(await get(id)).toMatchObject({ status: "DRAFT", approval: null });
      expect((await readRejection(director.client.approveApproval({ id: approvalId })))[0]).toBe(409);
      expect((await listPendingApprovals(director.client)).filter(({ subject_id }) => subject_id === id)).toEqual([]);
    }
  });

  it("unanswered for a week returns the contract to draft", async () => {
    const { id } = await createSubmittedContract();
    for (const hours of [25, 48, 97]) {
      app.setClock({ advance: hours * 3_600_000 });
      await app.settle();
    }
    app.setClock({ advance: 168 * 3_600_000 });
    await app.settle();
    await renewAdminSession(app, tenant);
    expect(await get(id)).toMatchObject({ status: "DRAFT", approval: { steps: [{ outcome: "EXPIRED" }, {}] } });
  });

  it("is rejected before the first round if the second round has no possible approver", async () => {
    const alone = await signUp(app, { currency: "EUR" });
    const onlyDirector = await addUser(app, alone, "DIRECTOR");
    const definition = {
      legal_review: { approvers: ["DIRECTOR"] },
      levels: [{ name: "Two", every: true, approvers: ["ADMIN", "ADMIN"] }],
    };
    const { data } = await alone.admin.createRuleVersion({ kind: "contract_approval", definition });
    await alone.admin.publishRuleVersion({ kind: "contract_approval", id: data.id });
    const { id } = await createContract(alone.admin, { contract_type_id: "partnership" });
    expect(await readRejection(alone.admin.submitContract({ id }))).toEqual([422, ["approvers[0]", "approvers[1]"]]);
    expect(await listPendingApprovals(onlyDirector.client)).toEqual([]);
  });
});

it("contracts reach their own status while others are withdrawn, reassigned or activated", async () => {
  const otherTenant = await signUp(app, { currency: "EUR" });
  expect(await runContractLives(app, otherTenant)).toEqual(["PENDING_APPROVAL", "DRAFT", "UNDER_REVIEW", "ACTIVE"]);
});
