import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Users } from "@crm/core/platform/user/user.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createQuote, line, listIds, readRejection } from "../quote/support.ts";
import { createSubmittedQuote, createTeam, HOUR_MS, publishApprovalRule, type Team } from "./support.ts";

let app: App;
let tenant: Tenant;
let team: Team;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, { visibility: "own" });
  team = await createTeam(app, tenant);
});
afterAll(() => app.stop());

const readQuoteStatus = async (id: string, { client: as } = team.rep) => {
  await app.settle();
  return (await as.getQuote({ id })).data.status;
};
const listPendingApprovals = async ({ client: as }: TestUser, more: object = {}) => {
  await app.settle();
  return (await as.listApprovals({ mine: true, status: "pending", ...more })).data;
};
const approvalIdAt = (quote: { approval?: unknown }, index = 0) =>
  String((quote.approval as { approvals: { id: string }[] }).approvals[index]?.id);
const listNotificationTitles = async ({ client: as }: TestUser) => {
  await app.settle();
  return (await as.listNotifications({})).data.map(({ type, title }) => [type, title]);
};

describe("a submission", () => {
  it.each([
    ["9.99", [], "APPROVED"],
    ["10", ["MANAGER"], "PENDING_APPROVAL"],
    ["20", ["MANAGER"], "PENDING_APPROVAL"],
    ["20.01", ["DIRECTOR"], "PENDING_APPROVAL"],
  ])("with a discount of %s %% asks %j", async (percent, roles, status) => {
    const quote = await createSubmittedQuote(team.rep, percent);
    expect(quote.status).toBe(status);
    const { manager, director } = team;
    const approvers: Record<string, string> = { MANAGER: manager.id, DIRECTOR: director.id };
    expect(quote.approval?.approvals).toEqual(
      roles.map((role) => ({ id: expect.stringMatching(/^apv_/), role, approver_id: approvers[role], status: "pending" })),
    );
    expect((await listPendingApprovals(manager)).length).toBe(roles.includes("MANAGER") ? 1 : 0);
    expect((await listPendingApprovals(director)).length).toBe(roles.includes("DIRECTOR") ? 1 : 0);
  });

  it("asks the team's manager if the owner has none, then a director, then an administrator", async () => {
    const lead = await addUser(app, tenant, "MANAGER");
    const { data: crew } = await tenant.admin.createTeam({ name: "North", manager_id: lead.id });
    const rep = await addUser(app, tenant, "SALES_REP", { team_id: crew.id });
    const alone = await addUser(app, tenant, "SALES_REP");
    expect((await createSubmittedQuote(rep, "15")).approval?.approvals[0]?.approver_id).toBe(lead.id);
    expect((await createSubmittedQuote(alone, "15")).approval?.approvals[0]?.approver_id).toBe(team.director.id);
    await tenant.admin.setUserStatus({ id: team.director.id, status: "SUSPENDED" });
    expect((await createSubmittedQuote(alone, "15")).approval?.approvals[0]?.approver_id).toBe(tenant.userId);
  });

  it("asks neither the submitter nor the author of the prices", async () => {
    const { id } = await createQuote(team.rep.client, { discount_percent: "5" });
    await team.manager.client.updateQuote({ id, discount_percent: "15" });
    const { data: quote } = await team.rep.client.submitQuote({ id });
    expect(quote.approval?.approvals[0]?.approver_id).toBe(team.director.id);
    const { data: again } = await team.rep.client.updateQuote({ id, discount_percent: "16" });
    expect(again).toMatchObject({ status: "DRAFT", approval: null });
    const { data: ownQuote } = await team.director.client.submitQuote({ id });
    expect(ownQuote.approval?.approvals[0]?.approver_id).toBe(tenant.userId);
  });

  it("may ask the author of prices that were approved before", async () => {
    const { id } = await createQuote(team.manager.client, { discount_percent: "15", owner_id: team.rep.id });
    const { data: first } = await team.rep.client.submitQuote({ id });
    await team.director.client.approveApproval({ id: approvalIdAt(first) });
    expect(await readQuoteStatus(id)).toBe("APPROVED");
    await team.rep.client.updateQuote({ id, payment_terms: "Net 60" });
    const { data: second } = await team.rep.client.submitQuote({ id });
    expect(second.approval?.approvals[0]?.approver_id).toBe(team.manager.id);
  });

  it("is rejected without any write if no user may approve it", async () => {
    const { id } = await createQuote(tenant.admin, { discount_percent: "25" });
    await tenant.admin.setUserStatus({ id: team.director.id, status: "SUSPENDED" });
    expect(await readRejection(tenant.admin.submitQuote({ id }))).toEqual([422, ["approvers[0]"]]);
    expect((await tenant.admin.getQuote({ id })).data).toMatchObject({ status: "DRAFT", approval: null, version: 1 });
    await app.settle();
    expect((await tenant.admin.listApprovals({})).data).toEqual([]);
  });

  it("by the only user of a tenant names the missing approver, and succeeds once there is one", async () => {
    const alone = await signUp(app);
    const { id } = await createQuote(alone.admin, { discount_percent: "15" });
    await expect(alone.admin.submitQuote({ id })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(
        'An administrator can invite or promote a user, or change the approvers of "Manager" in the rule',
      ),
      details: [
        {
          field: "approvers[0]",
          message: expect.stringMatching(
            /as MANAGER: requires the owner's manager, the manager of the owner's team, a director or an administrator$/,
          ),
        },
      ],
    });
    const director = await addUser(app, alone, "DIRECTOR");
    expect((await alone.admin.submitQuote({ id })).data.approval?.approvals).toMatchObject([{ approver_id: director.id }]);
    // A rule may also require no approval.
    const otherTenant = await signUp(app);
    const draft = await createQuote(otherTenant.admin, { discount_percent: "15" });
    const { data } = await otherTenant.admin.createRuleVersion({ kind: "quote_approval", definition: { levels: [] } });
    await otherTenant.admin.publishRuleVersion({ kind: "quote_approval", id: data.id });
    expect((await otherTenant.admin.submitQuote({ id: draft.id })).data.status).toBe("APPROVED");
  });

  it("can be tested before: with a draft or an unsaved rule, with the values that were compared", async () => {
    const [small, large] = [
      await createQuote(tenant.admin, { discount_percent: "15" }),
      await createQuote(tenant.admin, { discount_percent: "25" }),
    ];
    const levels = [
      { name: "Any", discount_from: "15", approvers: ["ADMIN"] },
      { name: "Much", discount_over: "20", approvers: ["DIRECTOR"] },
    ];
    const { in_force } = (await tenant.admin.getRule({ kind: "quote_approval" })).data;
    const test = async (more: object) =>
      (
        await allowAnyInput(tenant.admin).tryRuleVersion({
          kind: "quote_approval",
          id: in_force.id,
          definition: { levels },
          ...more,
        })
      ).data;
    const report = await test({});
    expect(report).toMatchObject({
      examined: 2,
      changed: 2,
      differences: [
        { record_id: large.id, before: "Director", after: "Much" },
        { record_id: small.id, before: "Manager", after: "Any" },
      ],
    });
    const { decisions, examined } = await test({ record_id: small.id });
    const compare = (condition: string, field: string, limit: string, holds: boolean) => ({
      condition,
      field,
      value: "15",
      limit,
      currency: null,
      holds,
    });
    expect([examined, decisions]).toEqual([
      1,
      [
        {
          record_id: small.id,
          title: `${small.quote_number} ${small.name}`,
          result: "Any",
          entries: [
            {
              ...{ path: "levels[0]", name: "Any", applies: true },
              conditions: [
                compare("discount_from", "highest_line_percent", "15", true),
                compare("discount_from", "whole_percent", "15", true),
              ],
            },
            {
              ...{ path: "levels[1]", name: "Much", applies: false },
              conditions: [
                compare("discount_over", "highest_line_percent", "20", false),
                compare("discount_over", "whole_percent", "20", false),
              ],
            },
          ],
        },
      ],
    ]);
    // The rule in force still decides.
    expect((await tenant.admin.submitQuote({ id: small.id })).data.approval?.level).toBe("Manager");
    const foreign = await createQuote((await signUp(app)).admin);
    for (const record_id of [foreign.id, "quo_000000000000000000", small.customer_id])
      expect(await readRejection(test({ record_id }))).toEqual([400, ["record_id"]]);
    expect(await readRejection(test({ definition: { levels: [{ name: "None", approvers: ["ADMIN"] }] } }))).toEqual([
      400,
      ["definition.levels[0]"],
    ]);
  });

  it("does not ask a user whom another process suspended a moment ago", async () => {
    await createSubmittedQuote(team.rep, "15");
    await app.settle();
    const suspend = () => Records.change(Users, team.manager.id, (user) => ({ ...user, status: "SUSPENDED" as const }));
    await runIn(systemContext(app.ports, tenant.id, "test"), suspend);
    expect((await createSubmittedQuote(team.rep, "15")).approval?.approvals[0]?.approver_id).toBe(team.director.id);
  });

  it("is rejected if only the owner could approve it", async () => {
    const { id } = await createQuote(tenant.admin, { discount_percent: "25", owner_id: team.director.id });
    expect(await readRejection(tenant.admin.submitQuote({ id }))).toEqual([422, ["approvers[0]"]]);
  });

  it("creates one approval when sent twice at the same moment", async () => {
    const { id } = await createQuote(team.rep.client, { discount_percent: "15" });
    const outcomes = await Promise.all([1, 2].map(() => readRejection(team.rep.client.submitQuote({ id }))));
    expect(outcomes).toContainEqual("went through");
    expect(outcomes).toContainEqual([409, ["status"]]);
    expect(await listPendingApprovals(team.manager)).toHaveLength(1);
  });
});

describe("a decision", () => {
  it("approves the subject, notifies the submitter and completes the flow", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const [approval] = await listPendingApprovals(team.manager);
    expect(approval).toMatchObject({
      ...{ subject_type: "quote", subject_id: quote.id, round: 1, place: 1, level: "Manager", role: "MANAGER" },
      ...{ approver_id: team.manager.id, requested_by: team.rep.id, status: "pending" },
      title: quote.quote_number,
    });
    const id = String(approval?.id);
    const { data: approved } = await team.manager.client.approveApproval({ id, comment: "Good" });
    expect(approved).toMatchObject({
      status: "approved",
      decided_by: team.manager.id,
      comment: "Good",
      decided_at: expect.any(String),
    });
    for (const field of ["token", "attention_at", "never", "tried", "patience"])
      expect(Object.keys(approved)).not.toContain(field);
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
    expect((await team.rep.client.getQuote({ id: quote.id })).data.approval).toMatchObject({
      ...{ outcome: "APPROVED", comment: "Good" },
      approvals: [{ id, status: "approved" }],
    });
    expect(await listNotificationTitles(team.manager)).toEqual([
      ["approval_asked", expect.stringContaining("Your approval is requested")],
    ]);
    expect(await listNotificationTitles(team.rep)).toEqual([["approval_decided", expect.stringContaining("Approved")]]);
    expect(await listPendingApprovals(team.manager)).toEqual([]);
  });

  it("rejects the subject, and a later round decides again", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await team.manager.client.rejectApproval({ id: approvalIdAt(quote), comment: "Too much" });
    expect(await readQuoteStatus(quote.id)).toBe("DRAFT");
    expect((await team.rep.client.getQuote({ id: quote.id })).data.approval).toMatchObject({
      outcome: "REJECTED",
      comment: "Too much",
    });
    const { data: again } = await team.rep.client.submitQuote({ id: quote.id });
    expect(again.approval).toMatchObject({ round: 2, approvals: [{ status: "pending" }] });
    await team.manager.client.approveApproval({ id: approvalIdAt(again) });
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
  });

  it("also notifies the owner if another user submitted", async () => {
    const { id } = await createQuote(team.rep.client, { discount_percent: "25" });
    const { data: quote } = await team.manager.client.submitQuote({ id });
    await team.director.client.approveApproval({ id: approvalIdAt(quote) });
    expect((await listNotificationTitles(team.rep)).map(([type]) => type)).toEqual(["approval_of_own_decided"]);
    expect((await listNotificationTitles(team.manager)).map(([type]) => type)).toEqual(["approval_decided"]);
  });

  it("counts even if it arrives before the flow has asked", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await team.manager.client.approveApproval({ id: approvalIdAt(quote) });
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
  });

  it("is made once, despite repeated, contradicting and concurrent answers", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    const id = approvalIdAt(quote);
    const { client: as } = team.manager;
    const outcomes = await Promise.all([readRejection(as.approveApproval({ id })), readRejection(as.rejectApproval({ id }))]);
    expect(outcomes).toContainEqual("went through");
    expect(outcomes).toContainEqual([409, ["status"]]);
    const expectedStatus = outcomes[0] === "went through" ? "APPROVED" : "DRAFT";
    expect(await readQuoteStatus(quote.id)).toBe(expectedStatus);
    const { data: manager } = await tenant.admin.getUser({ id: team.manager.id });
    const conflict = { status: 409, message: expect.stringContaining(`by ${manager.display_name} at`) };
    await expect(as.approveApproval({ id })).rejects.toMatchObject(conflict);
    await expect(as.rejectApproval({ id })).rejects.toMatchObject(conflict);
    await expect(as.delegateApproval({ id, to: team.director.id })).rejects.toMatchObject(conflict);
  });

  it("returns the same response for the same idempotency key", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const ask = () => team.manager.client.approveApproval({ id: approvalIdAt(quote) }, { idempotencyKey: "approve-once" });
    expect((await ask()).data).toEqual((await ask()).data);
  });

  it("is refused to colleagues, strangers, other tenants and API keys", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    const stranger = await addUser(app, tenant, "SALES_REP");
    const otherTenant = await signUp(app);
    const { data: key } = await tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" });
    for (const [client, status] of [
      [team.rep.client, 403],
      [team.director.client, 403],
      [tenant.admin, 403],
      [createClient(inProcessTransport(app, key.key)), 403],
      [stranger.client, 404],
      [otherTenant.admin, 404],
    ] as const) {
      expect(await readRejection(client.approveApproval({ id }))).toEqual([status, []]);
      expect(await readRejection(client.delegateApproval({ id, to: team.director.id }))).toEqual([status, []]);
    }
    await app.settle();
    for (const client of [stranger.client, otherTenant.admin]) {
      expect(await readRejection(client.getApproval({ id }))).toEqual([404, []]);
      expect((await client.listApprovals({})).data).toEqual([]);
    }
    expect(listIds(await team.rep.client.listApprovals({ subject: quote.id }))).toEqual([id]);
  });

  it("is rejected if the subject changed meanwhile", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    await team.rep.client.updateQuote({ id: quote.id, discount_percent: "19" });
    expect(await readRejection(team.manager.client.approveApproval({ id }))).toEqual([409, ["subject_id"]]);
    expect(await readQuoteStatus(quote.id)).toBe("DRAFT");
    expect((await team.manager.client.getApproval({ id })).data.status).toBe("cancelled");
    expect(await readRejection(team.manager.client.approveApproval({ id }))).toEqual([409, ["status"]]);
    expect((await readFlow(quote.id, 1)).status).toBe("SUCCEEDED");
  });

  it("is void once the approved subject changes", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await team.manager.client.approveApproval({ id: approvalIdAt(quote) });
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
    await team.rep.client.addQuoteLine({ ...line, id: quote.id });
    expect((await team.rep.client.getQuote({ id: quote.id })).data).toMatchObject({ status: "DRAFT", approval: null });
  });

  it("is cancelled if the subject is deleted, and the restored subject is a draft", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await team.rep.client.deleteQuote({ id: quote.id });
    await app.settle();
    expect((await team.manager.client.getApproval({ id: approvalIdAt(quote) })).data.status).toBe("cancelled");
    expect((await team.rep.client.restoreQuote({ id: quote.id })).data).toMatchObject({ status: "DRAFT", approval: null });
  });
});

const readFlow = async (quote: string, round: number) => (await tenant.admin.getFlow({ id: `approval.${quote}-${round}` })).data;

describe("several", () => {
  const approvers = ["MANAGER", "DIRECTOR"];

  it("approvers in sequence are asked one after another", async () => {
    await publishApprovalRule(tenant, { approvers: approvers });
    const quote = await createSubmittedQuote(team.rep, "5");
    const [first, second] = [approvalIdAt(quote, 0), approvalIdAt(quote, 1)];
    expect(await listPendingApprovals(team.director)).toEqual([]);
    expect(await readRejection(team.director.client.approveApproval({ id: second }))).toEqual([409, ["asked_at"]]);
    await team.manager.client.approveApproval({ id: first });
    expect(await readQuoteStatus(quote.id)).toBe("PENDING_APPROVAL");
    expect(listIds({ data: await listPendingApprovals(team.director) })).toEqual([second]);
    await team.director.client.approveApproval({ id: second });
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
  });

  it("approvers in sequence stop at the first rejection", async () => {
    await publishApprovalRule(tenant, { approvers: approvers });
    const quote = await createSubmittedQuote(team.rep, "5");
    await team.manager.client.rejectApproval({ id: approvalIdAt(quote) });
    expect(await readQuoteStatus(quote.id)).toBe("DRAFT");
    expect(await listPendingApprovals(team.director)).toEqual([]);
    expect((await team.director.client.getApproval({ id: approvalIdAt(quote, 1) })).data.status).toBe("cancelled");
  });

  it("parallel approvers are asked at once and decide in any order", async () => {
    await publishApprovalRule(tenant, { approvers: approvers, side_by_side: true });
    const quote = await createSubmittedQuote(team.rep, "5");
    expect(await listPendingApprovals(team.manager)).toHaveLength(1);
    await team.director.client.approveApproval({ id: approvalIdAt(quote, 1) });
    expect(await readQuoteStatus(quote.id)).toBe("PENDING_APPROVAL");
    await team.manager.client.approveApproval({ id: approvalIdAt(quote, 0) });
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
  });

  it("parallel approvers stop at the first rejection", async () => {
    await publishApprovalRule(tenant, { approvers: approvers, side_by_side: true });
    const quote = await createSubmittedQuote(team.rep, "5");
    await app.settle();
    await team.director.client.rejectApproval({ id: approvalIdAt(quote, 1) });
    expect(await readQuoteStatus(quote.id)).toBe("DRAFT");
    expect(await readRejection(team.manager.client.approveApproval({ id: approvalIdAt(quote, 0) }))).toEqual([409, ["status"]]);
    expect((await readFlow(quote.id, 1)).status).toBe("SUCCEEDED");
  });

  it("approvers of several steps must be different users", async () => {
    await publishApprovalRule(tenant, { approvers: ["ADMIN", "ADMIN"] });
    const { id } = await createQuote(team.rep.client, { discount_percent: "5" });
    expect(await readRejection(team.rep.client.submitQuote({ id }))).toEqual([422, ["approvers[1]"]]);
  });
});

describe("a decision by another user", () => {
  it("a delegate decides for the approver who delegated", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    await app.settle();
    const { data } = await team.manager.client.delegateApproval({ id, to: team.director.id, comment: "You know them" });
    expect(data).toMatchObject({ approver_id: team.director.id, stands_for_id: team.manager.id, stands_because: "DELEGATED" });
    expect(await readRejection(team.manager.client.approveApproval({ id }))).toEqual([409, ["approver_id"]]);
    expect(listIds({ data: await listPendingApprovals(team.director) })).toEqual([id]);
    expect(await listPendingApprovals(team.manager)).toEqual([]);
    await team.director.client.approveApproval({ id });
    expect(await readQuoteStatus(quote.id)).toBe("APPROVED");
  });

  it("a delegation without a name goes to the next approver, and fails if there is none", async () => {
    const id = approvalIdAt(await createSubmittedQuote(team.rep, "15"));
    const { data } = await team.manager.client.delegateApproval({ id });
    expect(data).toMatchObject({ approver_id: team.director.id, stands_for_id: team.manager.id, stands_because: "DELEGATED" });
    await team.director.client.delegateApproval({ id });
    expect(listIds({ data: await listPendingApprovals({ ...team.director, client: tenant.admin }) })).toEqual([id]);
    expect(await readRejection(tenant.admin.delegateApproval({ id }))).toEqual([422, ["to"]]);
  });

  it("a delegation to a user who may not decide is rejected", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    const stranger = await addUser(app, tenant, "SALES_REP");
    const suspendedUser = await addUser(app, tenant, "DIRECTOR");
    await tenant.admin.setUserStatus({ id: suspendedUser.id, status: "SUSPENDED" });
    for (const to of [team.rep.id, team.manager.id, stranger.id, suspendedUser.id, "usr_000000000000000000"])
      expect(await readRejection(team.manager.client.delegateApproval({ id, to }))).toEqual([400, ["to"]]);
  });

  it("is not delegated to a user whom the rule could not have asked", async () => {
    const open = await signUp(app, { visibility: "all" });
    const { rep, manager, director } = await createTeam(app, open);
    const marketer = await addUser(app, open, "MARKETER");
    const id = approvalIdAt(await createSubmittedQuote(rep, "25"));
    await app.settle();
    for (const to of [marketer.id, manager.id])
      expect(await readRejection(director.client.delegateApproval({ id, to }))).toEqual([422, ["to"]]);
    expect((await director.client.delegateApproval({ id, to: open.userId })).data.approver_id).toBe(open.userId);
  });

  it("a substitute is asked when the approver is suspended, and earlier approvals stay", async () => {
    await publishApprovalRule(tenant, { approvers: ["MANAGER", "ADMIN"], side_by_side: true });
    const quote = await createSubmittedQuote(team.rep, "5");
    const decided = await createSubmittedQuote(team.rep, "5");
    await app.settle();
    await team.manager.client.approveApproval({ id: approvalIdAt(decided) });
    await tenant.admin.setUserStatus({ id: team.manager.id, status: "SUSPENDED" });
    const [approval] = await listPendingApprovals(team.director);
    expect(approval).toMatchObject({ id: approvalIdAt(quote), stands_for_id: team.manager.id, stands_because: "GONE" });
    expect((await tenant.admin.getApproval({ id: approvalIdAt(decided) })).data).toMatchObject({
      ...{ status: "approved", approver_id: team.manager.id },
    });
  });

  it("a substitute is asked while the approver is absent, and when an absence begins", async () => {
    const away = (from: number, to: number) => ({
      id: team.manager.id,
      absences: [{ from: addHours(from), to: addHours(to) }],
    });
    const addHours = (hours: number) => Clock.addSeconds(hours * 3600);
    await team.manager.client.replaceUserAvailability(away(-1, 5));
    expect((await createSubmittedQuote(team.rep, "15")).approval?.approvals[0]?.approver_id).toBe(team.director.id);
    await team.manager.client.replaceUserAvailability(away(2, 9));
    const quote = await createSubmittedQuote(team.rep, "15");
    expect(quote.approval?.approvals[0]?.approver_id).toBe(team.manager.id);
    await app.settle();
    app.setClock({ advance: 3 * HOUR_MS });
    await app.settle();
    tenant = await withNewSession(tenant);
    const approverFields = { approver_id: team.director.id, asked_id: team.director.id, stands_for_id: team.manager.id };
    expect((await tenant.admin.getApproval({ id: approvalIdAt(quote) })).data).toMatchObject({
      ...approverFields,
      stands_because: "AWAY",
    });
  });

  it("a substitute is asked when the approver becomes the owner", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await tenant.admin.updateQuote({ id: quote.id, owner_id: team.manager.id });
    expect(await readRejection(team.manager.client.approveApproval({ id: approvalIdAt(quote) }))).toEqual([403, []]);
    expect(listIds({ data: await listPendingApprovals(team.director) })).toEqual([approvalIdAt(quote)]);
    expect((await tenant.admin.getApproval({ id: approvalIdAt(quote) })).data.stands_because).toBe("OWNER");
  });

  it("a substitute is asked when the approver no longer sees the subject, which stays hidden from them", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    expect(listIds({ data: await listPendingApprovals(team.manager) })).toEqual([id]);
    const elsewhere = await addUser(app, tenant, "MANAGER");
    const colleague = await addUser(app, tenant, "SALES_REP", { manager_id: elsewhere.id });
    await tenant.admin.updateQuote({ id: quote.id, owner_id: colleague.id });
    expect(listIds({ data: await listPendingApprovals(elsewhere) })).toEqual([id]);
    expect((await tenant.admin.getApproval({ id })).data).toMatchObject({
      ...{ approver_id: elsewhere.id, stands_for_id: team.manager.id, stands_because: "UNSEEN" },
    });
    for (const { client: as } of [team.manager, team.rep]) {
      expect(await readRejection(as.getQuote({ id: quote.id }))).toEqual([404, []]);
      expect(await readRejection(as.approveApproval({ id }))).toEqual([404, []]);
      const { data, meta } = await as.listApprovals({});
      expect([data, meta.total]).toEqual([[], 0]);
      expect((await as.listQuotes({ search: "Hull" })).meta.total).toBe(0);
    }
    await elsewhere.client.approveApproval({ id });
    expect(await readQuoteStatus(quote.id, colleague)).toBe("APPROVED");
  });

  it("a substitute is asked instead of a reminder when the owner has a new manager", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    await app.settle();
    const elsewhere = await addUser(app, tenant, "MANAGER");
    await tenant.admin.updateUser({ id: team.rep.id, manager_id: elsewhere.id });
    app.setClock({ advance: 25 * HOUR_MS });
    await app.settle();
    tenant = await withNewSession(tenant);
    expect((await tenant.admin.getApproval({ id })).data).toMatchObject({
      ...{ status: "pending", reminded_at: null, approver_id: elsewhere.id, stands_because: "UNSEEN" },
    });
  });
});

describe("a missing decision", () => {
  const pass = async (hours: number) => {
    app.setClock({ advance: hours * HOUR_MS });
    await app.settle();
  };

  it("an unanswered approval is reminded, escalated, and then expires", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    const id = approvalIdAt(quote);
    await app.settle();
    await pass(25);
    const approval = async () => (await tenant.admin.getApproval({ id })).data;
    tenant = await withNewSession(tenant);
    expect(await approval()).toMatchObject({ status: "pending", reminded_at: expect.any(String), escalated_at: null });
    await pass(48);
    tenant = await withNewSession(tenant);
    expect(await approval()).toMatchObject({
      ...{ status: "pending", escalated_at: expect.any(String), approver_id: team.director.id },
      ...{ stands_for_id: team.manager.id, stands_because: "ESCALATED", role: "MANAGER" },
    });
    await pass(96);
    tenant = await withNewSession(tenant);
    expect(await approval()).toMatchObject({ status: "expired", decided_by: null });
    const { data } = await tenant.admin.getQuote({ id: quote.id });
    expect(data).toMatchObject({ status: "DRAFT", approval: { outcome: "EXPIRED", approvals: [{ status: "expired" }] } });
  });
});

const withNewSession = async (currentTenant: Tenant): Promise<Tenant> => {
  const { access_token } = await signIn(app, currentTenant);
  return { ...currentTenant, admin: createClient(inProcessTransport(app, access_token)), token: access_token };
};
