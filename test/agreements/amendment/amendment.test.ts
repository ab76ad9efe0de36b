import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchExport } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { attachSignedFile, createContract as draftOf, readRejection } from "../contract/support.ts";
import {
  acceptAmendment,
  amendmentParams,
  createAgreedAmendment,
  createAmendment,
  createTenantTeam,
  createYearContract,
  day,
  nextFreeDay,
  passDays,
  readAmendment,
  signAmendment,
  type TenantTeam,
  waiveInternalApproval,
} from "./support.ts";

let app: App;
let team: TenantTeam;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  team = await createTenantTeam(app, tenant);
});
afterAll(() => app.stop());

const readContract = async (id: string) => (await admin.getContract({ id })).data;
const listPendingApprovals = async (as: Tenant["admin"], subject: string) =>
  (await as.listApprovals({ mine: true, subject, status: "pending" })).data;

describe("a new amendment", () => {
  it("shows its changes beside the agreed figures", async () => {
    const { id, contract_number } = await createYearContract(app, team, admin);
    const first = await createAmendment(admin, id, { value_delta: "300", effective_date: day(10) });
    expect(first).toMatchObject({
      ...{ number: 1, amendment_number: `${contract_number}-A1`, status: "DRAFT", contract_id: id, currency: "EUR" },
      ...{ value_delta: "300.00", contract_value: null, owner_id: tenant.userId },
      figures: [{ field: "contract_value", before: "1200.00", after: "1500.00" }],
      ...{ requires_legal_review: false, requires_customer_approval: true, requires_signature: true },
    });
    expect(first).not.toHaveProperty("written_by");
    const second = await createAmendment(admin, id, {
      ...{ amendment_type: "PRICING", monthly_fee: "90", payment_terms: "60 days", effective_date: day(5) },
    });
    expect(second).toMatchObject({
      number: 2,
      figures: [
        { field: "monthly_fee", before: "100.00", after: "90.00" },
        { field: "payment_terms", before: "30 days", after: "60 days" },
      ],
    });
    await app.settle();
    const { data, meta } = await admin.listContractAmendments({ id });
    expect(data.map(({ number }) => number)).toEqual([2, 1]);
    expect(meta.total).toBe(2);
    expect(await readContract(id)).toMatchObject({
      has_amendments: false,
      amendment_count: 0,
      contract_value: "1200.00",
      changes: [],
    });
  });

  it.each<[object, string[]]>([
    [{}, ["contract_value"]],
    [{ contract_value: "1.001" }, ["contract_value"]],
    [{ contract_value: "1.00", value_delta: "1.00" }, ["value_delta"]],
    [{ value_delta: "-1300" }, ["value_delta"]],
    [{ contract_value: "1200.00" }, ["contract_value"]],
    [{ value_delta: "1", effective_date: "2020-01-01" }, ["effective_date"]],
    [{ value_delta: "1", effective_date: "2090-01-01" }, ["effective_date"]],
    [{ value_delta: "1", impacted_clauses: ["payment"] }, ["impacted_clauses[0]"]],
    [{ value_delta: "1", requires_customer_approval: false, requires_signature: false }, ["requires_signature"]],
    [{ amendment_type: "TERM", end_date: "2020-01-01" }, ["end_date"]],
    [{ amendment_type: "SCOPE", deliverables: { removed: ["cdl_01hv5e0m7ztn2k9q3x"] } }, ["deliverables.removed[0]"]],
    [{ amendment_type: "SCOPE", deliverables: { added: [{ name: "x", amount: "1.001" }] } }, ["deliverables.added[0].amount"]],
    [{ value_delta: "1", clauses: [{ key: "payment", text: "x" }] }, ["clauses[0].key"]],
  ])("rejects %j and names the invalid field", async (input, fields) => {
    const { id } = await createYearContract(app, team, admin);
    expect(await readRejection(createAmendment(admin, id, { effective_date: day(3), ...input }))).toEqual([400, fields]);
  });

  it("needs a contract that binds both sides", async () => {
    const { id } = await draftOf(admin);
    expect(await readRejection(createAmendment(admin, id, { value_delta: "1", effective_date: day(3) }))).toEqual([409, ["id"]]);
    const endedContract = await createYearContract(app, team, admin);
    await admin.terminateContract({ id: endedContract.id, reason: "They left" });
    expect(await readRejection(createAmendment(admin, endedContract.id, { value_delta: "1", effective_date: day(3) }))).toEqual([
      409,
      ["id"],
    ]);
  });

  it("stores the text of changed clauses beside the original", async () => {
    const { id } = await draftOf(admin);
    const terms = [
      { key: "payment", number: "1", heading: "Payment", text: "Within 30 days" },
      { key: "law", number: "2", heading: "Law", text: "Of Norway" },
    ];
    await admin.setContractText({ id, terms });
    await admin.submitContract({ id });
    const attachment_id = await attachSignedFile(app, tenant, admin, id);
    await admin.signContract({ id, party: "company" });
    await admin.signContract({ id, party: "customer", signed_by: "Ann", attachment_id });
    const amendment = await createAmendment(admin, id, {
      ...{ amendment_type: "PRICING", payment_terms: "60 days", effective_date: day(3), impacted_clauses: ["law"] },
      clauses: [{ key: "payment", text: "Within 60 days" }],
    });
    expect(amendment).toMatchObject({
      impacted_clauses: ["law", "payment"],
      clauses: [
        { key: "payment", text: "Within 60 days", original: { number: "1", heading: "Payment", text: "Within 30 days" } },
      ],
    });
    expect((await admin.getContractText({ id })).data.terms).toMatchObject(terms);
  });
});

describe("the lifecycle of an amendment", () => {
  it("goes through legal review, approval, customer approval, both signatures and its effective day", async () => {
    const startDay = nextFreeDay();
    const { rep, manager, director } = team;
    const { id } = await draftOf(admin, { owner_id: rep.id, contract_value: "1200.00" });
    await admin.submitContract({ id });
    await admin.signContract({ id, party: "company" });
    const file = await attachSignedFile(app, tenant, admin, id);
    await admin.signContract({ id, party: "customer", signed_by: "Ann", attachment_id: file });
    await admin.activateContract({ id });
    const amendment = await createAmendment(rep.client, id, {
      ...{ value_delta: "100", effective_date: day(startDay + 10), requires_legal_review: true },
    });
    const { steps: previewed } = (await rep.client.previewContractAmendmentSubmission(amendmentParams(amendment))).data;
    expect(previewed).toMatchObject([
      { step: "LEGAL_REVIEW", conditions: [{ condition: "requires_legal_review" }], approvers: [{ id: director.id }] },
      { step: "APPROVAL", level: "Manager", conditions: [{ condition: "every" }], approvers: [{ id: manager.id }] },
    ]);
    expect((await rep.client.submitContractAmendment(amendmentParams(amendment))).data).toMatchObject({
      status: "LEGAL_REVIEW",
      approval: {
        steps: [
          { step: "LEGAL_REVIEW", round: 1 },
          { step: "APPROVAL", round: null, level: "Manager" },
        ],
      },
    });
    await app.settle();
    expect(await readRejection(rep.client.approveContractAmendment(amendmentParams(amendment)))).toEqual([403, []]);
    expect(await listPendingApprovals(director.client, amendment.id)).toHaveLength(1);
    await director.client.approveContractAmendment(amendmentParams(amendment));
    await app.settle();
    expect((await readAmendment(rep.client, amendment)).status).toBe("INTERNAL_APPROVAL");
    await app.settle();
    await manager.client.approveContractAmendment({ ...amendmentParams(amendment), comment: "Fine" });
    await app.settle();
    expect((await readAmendment(rep.client, amendment)).status).toBe("CUSTOMER_APPROVAL");
    expect(await readRejection(manager.client.approveContractAmendment(amendmentParams(amendment)))).toEqual([409, ["status"]]);
    expect(
      await readRejection(rep.client.approveContractAmendment({ ...amendmentParams(amendment), from: "customer", name: "Ann" })),
    ).toEqual([400, ["attachment_id"]]);
    expect(await acceptAmendment(app, tenant, rep.client, amendment)).toMatchObject({
      status: "SIGNING",
      customer_answer: { decision: "APPROVED", name: "Ann Buyer", recorded_by: rep.id },
    });
    await rep.client.signContractAmendment({ ...amendmentParams(amendment), party: "company" });
    const attachment_id = await attachSignedFile(app, tenant, rep.client, amendment.id);
    const byCustomer = { ...amendmentParams(amendment), party: "customer", signed_by: "Ann", attachment_id };
    expect(await readRejection(rep.client.signContractAmendment(byCustomer))).toEqual([403, []]);
    expect((await manager.client.signContractAmendment(byCustomer)).data.status).toBe("SIGNED");
    expect(await readContract(id)).toMatchObject({
      contract_value: "1200.00",
      amendments_ahead: [{ amendment_id: amendment.id }],
    });
    expect(await readRejection(admin.deleteAttachment({ id: attachment_id }))).toEqual([409, ["id"]]);
    await passDays(app, startDay + 11);
    expect(await readAmendment(rep.client, amendment)).toMatchObject({ status: "EFFECTIVE" });
    expect(await readContract(id)).toMatchObject({
      ...{ contract_value: "1300.00", has_amendments: true, amendment_count: 1, amendments_ahead: [] },
      changes: [{ kind: "VALUE", number: 1, set: { contract_value: "1300.00" }, amendment_id: amendment.id }],
    });
    const { data: notifications } = await rep.client.listNotifications({});
    expect(notifications.map(({ title }) => title)).toContain(`Amendment in effect: ${amendment.amendment_number} More of it`);
  });

  it("ends when an internal approver rejects it, and starts again after a change", async () => {
    const { rep, manager } = team;
    const { id } = await createYearContract(app, team, admin, { owner_id: rep.id });
    const amendment = await createAmendment(rep.client, id, { value_delta: "1", effective_date: day(3) });
    expect((await rep.client.submitContractAmendment(amendmentParams(amendment))).data.status).toBe("INTERNAL_APPROVAL");
    await app.settle();
    await manager.client.rejectContractAmendment({ ...amendmentParams(amendment), comment: "Not now" });
    await app.settle();
    expect(await readAmendment(rep.client, amendment)).toMatchObject({ status: "REJECTED", ended_because: "Not now" });
    expect(await readRejection(rep.client.submitContractAmendment(amendmentParams(amendment)))).toEqual([409, ["status"]]);
    const changedAmendment = (await rep.client.updateContractAmendment({ ...amendmentParams(amendment), value_delta: "2" })).data;
    expect(changedAmendment).toMatchObject({ status: "DRAFT", approval: null, figures: [{ after: "1202.00" }] });
    await rep.client.submitContractAmendment(amendmentParams(amendment));
    await app.settle();
    expect(await listPendingApprovals(manager.client, amendment.id)).toHaveLength(1);
    // After a withdrawal, no approval is pending.
    expect((await rep.client.withdrawContractAmendment({ ...amendmentParams(amendment), reason: "Enough" })).data.status).toBe(
      "WITHDRAWN",
    );
    await app.settle();
    expect(await listPendingApprovals(manager.client, amendment.id)).toHaveLength(0);
  });
});

describe("an amendment without internal approval", () => {
  beforeAll(() => waiveInternalApproval(tenant));

  it("returns to draft when its content changes, until one side has signed", async () => {
    const { id } = await createYearContract(app, team, admin);
    const amendment = await createAmendment(admin, id, { value_delta: "1", effective_date: day(3) });
    expect((await admin.submitContractAmendment(amendmentParams(amendment))).data.status).toBe("CUSTOMER_APPROVAL");
    expect((await admin.updateContractAmendment({ ...amendmentParams(amendment), notes: "Call Ann" })).data).toMatchObject({
      ...{ status: "CUSTOMER_APPROVAL", notes: "Call Ann" },
    });
    expect((await admin.refreshContractAmendment(amendmentParams(amendment))).data.status).toBe("DRAFT");
    await admin.submitContractAmendment(amendmentParams(amendment));
    await acceptAmendment(app, tenant, admin, amendment);
    await admin.signContractAmendment({ ...amendmentParams(amendment), party: "company" });
    expect(await readRejection(admin.updateContractAmendment({ ...amendmentParams(amendment), value_delta: "2" }))).toEqual([
      409,
      ["company_signed"],
    ]);
    expect(await readRejection(admin.signContractAmendment({ ...amendmentParams(amendment), party: "company" }))).toEqual([
      409,
      ["party"],
    ]);
    expect(await readRejection(admin.deleteContractAmendment(amendmentParams(amendment)))).toEqual([409, ["status"]]);
    await admin.rejectContractAmendment({
      ...amendmentParams(amendment),
      from: "customer",
      name: "Ann",
      comment: "Too dear",
    });
    expect(await readAmendment(admin, amendment)).toMatchObject({
      status: "REJECTED",
      ended_because: "Too dear",
      company_signed: true,
    });
    await admin.deleteContractAmendment(amendmentParams(amendment));
    expect(await readRejection(readAmendment(admin, amendment))).toEqual([404, []]);
    expect((await createAmendment(admin, id, { value_delta: "1", effective_date: day(3) })).number).toBe(2);
  });

  it("takes effect at once when it is agreed after its effective day", async () => {
    const { id } = await createYearContract(app, team, admin);
    const amendment = await createAgreedAmendment(app, tenant, admin, id, { value_delta: "50", effective_date: day(0) });
    expect(amendment).toMatchObject({ status: "EFFECTIVE", signed_at: expect.any(String), took_effect_at: expect.any(String) });
    expect(await readContract(id)).toMatchObject({ contract_value: "1250.00", amendment_count: 1 });
  });

  it("needs no signature when a permitted user records the customer's approval", async () => {
    const { rep } = team;
    const { id } = await createYearContract(app, team, admin, { owner_id: rep.id });
    const amendment = await createAmendment(rep.client, id, {
      ...{ value_delta: "50", effective_date: day(0), requires_signature: false },
    });
    await rep.client.submitContractAmendment(amendmentParams(amendment));
    expect(await readRejection(acceptAmendment(app, tenant, rep.client, amendment))).toEqual([403, []]);
    expect((await acceptAmendment(app, tenant, admin, amendment)).status).toBe("EFFECTIVE");
  });

  it("changes the deliverables in one step", async () => {
    const { id, deliverables } = await createYearContract(app, team, admin, {
      deliverables: [{ name: "Hull" }, { name: "Sails", due_date: day(40) }, { name: "Oars" }],
    });
    const [hull, sails, oars] = deliverables as { id: string }[];
    const amendment = await createAgreedAmendment(app, tenant, admin, id, {
      ...{ amendment_type: "SCOPE", effective_date: day(0), value_delta: "10" },
      deliverables: {
        added: [{ name: "Engine", due_date: day(20) }],
        changed: [{ id: sails?.id, due_date: day(50), quantity: "2" }],
        removed: [oars?.id],
      },
    });
    expect(amendment.deliverables).toMatchObject({ changed: [{ before: { name: "Sails", quantity: "1" } }] });
    const after = await readContract(id);
    expect(after.deliverables).toMatchObject([
      { id: hull?.id, name: "Hull" },
      { id: sails?.id, name: "Sails", due_date: day(50), quantity: "2", status: "PENDING" },
      { name: "Engine", due_date: day(20), status: "PENDING", due_at: expect.any(String) },
    ]);
    expect(after.deliverables).toHaveLength(3);
    // A deliverable that was delivered cannot be removed.
    await allowAnyInput(admin).updateContractDeliverable({ id, deliverable_id: hull?.id, status: "DELIVERED" });
    const removal = { amendment_type: "SCOPE", effective_date: day(0), deliverables: { removed: [hull?.id] } };
    expect(await readRejection(createAmendment(admin, id, removal))).toEqual([400, ["deliverables.removed[0]"]]);
  });

  it("moves the last day of the contract and the clock of its end", async () => {
    const startDay = nextFreeDay();
    const { id } = await createYearContract(app, team, admin, { end_date: day(startDay + 5) });
    await createAgreedAmendment(app, tenant, admin, id, {
      ...{ amendment_type: "TERM", end_date: day(startDay + 20), effective_date: day(startDay + 2) },
    });
    // Both clocks are due when the schedule runs again, but the end date had been moved before that.
    await passDays(app, startDay + 10);
    expect(await readContract(id)).toMatchObject({ status: "ACTIVE", end_date: day(startDay + 20), duration_months: null });
    await passDays(app, startDay + 22);
    expect((await readContract(id)).status).toBe("EXPIRED");
  });

  it("cannot be agreed after the contract has changed until it is refreshed", async () => {
    const startDay = nextFreeDay();
    const { id } = await createYearContract(app, team, admin);
    const firstAmendment = await createAmendment(admin, id, {
      value_delta: "100",
      effective_date: day(startDay + 5),
      requires_customer_approval: false,
    });
    const two = await createAmendment(admin, id, {
      value_delta: "10",
      effective_date: day(startDay + 6),
      requires_customer_approval: false,
    });
    const three = await createAmendment(admin, id, {
      value_delta: "1",
      effective_date: day(startDay + 7),
      requires_customer_approval: false,
    });
    await admin.submitContractAmendment(amendmentParams(two));
    await admin.submitContractAmendment(amendmentParams(firstAmendment));
    await signAmendment(app, tenant, admin, firstAmendment);
    const stale = { status: 409, details: [{ field: "contract_value", message: expect.stringMatching(/1200.00.*1300.00/) }] };
    await expect(admin.submitContractAmendment(amendmentParams(three))).rejects.toMatchObject(stale);
    await expect(signAmendment(app, tenant, admin, two)).rejects.toMatchObject(stale);
    expect((await admin.refreshContractAmendment(amendmentParams(three))).data.figures).toEqual([
      { field: "contract_value", before: "1300.00", after: "1301.00" },
    ]);
    await admin.updateContractAmendment({ ...amendmentParams(two), value_delta: "20" });
    await admin.submitContractAmendment(amendmentParams(two));
    await signAmendment(app, tenant, admin, two);
    await passDays(app, startDay + 8);
    expect(await readContract(id)).toMatchObject({ contract_value: "1320.00", amendment_count: 2 });
  });

  it("becomes void when the contract ends before its day, and notifies its owner", async () => {
    const startDay = nextFreeDay();
    const { id } = await createYearContract(app, team, admin, { owner_id: team.rep.id });
    const draft = await createAmendment(admin, id, { value_delta: "1", effective_date: day(startDay + 6) });
    const laterAmendment = await createAgreedAmendment(app, tenant, admin, id, {
      value_delta: "2",
      effective_date: day(startDay + 9),
    });
    const withdrawn = await createAmendment(admin, id, { value_delta: "3", effective_date: day(startDay + 9) }).catch(
      () => undefined,
    );
    await admin.terminateContract({ id, reason: "They left", effective_date: day(startDay + 4) });
    await passDays(app, startDay + 5);
    expect(await readAmendment(admin, draft)).toMatchObject({ status: "VOID", ended_because: "The contract is TERMINATED" });
    expect(await readAmendment(admin, laterAmendment)).toMatchObject({ status: "VOID" });
    if (withdrawn) expect((await readAmendment(admin, withdrawn)).status).toBe("VOID");
    expect(await readContract(id)).toMatchObject({ contract_value: "1200.00", amendment_count: 0, amendments_ahead: [] });
    const { data: notifications } = await team.rep.client.listNotifications({});
    expect(notifications.map(({ title }) => title)).toContain(`Amendment void: ${laterAmendment.amendment_number} More of it`);
    await passDays(app, startDay + 9);
    expect(await readContract(id)).toMatchObject({ contract_value: "1200.00", amendment_count: 0 });
  });

  it("takes effect if its day precedes the contract's end, even when its clock is late", async () => {
    const startDay = nextFreeDay();
    const { id } = await createYearContract(app, team, admin);
    const amendment = await createAgreedAmendment(app, tenant, admin, id, {
      value_delta: "2",
      effective_date: day(startDay + 3),
    });
    await admin.terminateContract({ id, reason: "They left", effective_date: day(startDay + 6) });
    await passDays(app, startDay + 40);
    expect((await readAmendment(admin, amendment)).status).toBe("EFFECTIVE");
    expect(await readContract(id)).toMatchObject({ status: "TERMINATED", contract_value: "1202.00", amendment_count: 1 });
  });

  it("is signed once by two concurrent requests", async () => {
    const { id } = await createYearContract(app, team, admin);
    const amendment = await createAmendment(admin, id, {
      ...{ value_delta: "2", effective_date: day(0), requires_customer_approval: false },
    });
    await admin.submitContractAmendment(amendmentParams(amendment));
    const attachment_id = await attachSignedFile(app, tenant, admin, amendment.id);
    await admin.signContractAmendment({ ...amendmentParams(amendment), party: "company" });
    const sign = { ...amendmentParams(amendment), party: "customer", signed_by: "Ann", attachment_id };
    const outcomes = await Promise.allSettled([admin.signContractAmendment(sign), admin.signContractAmendment(sign)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await readContract(id)).toMatchObject({ contract_value: "1202.00", amendment_count: 1 });
    // Amendments created at the same moment get different numbers.
    const amendments = await Promise.all(
      [1, 2, 3].map(() => createAmendment(admin, id, { value_delta: "1", effective_date: day(1) })),
    );
    expect(amendments.map(({ number }) => number).toSorted()).toEqual([2, 3, 4]);
  });

  it("rejects an update with a stale If-Match", async () => {
    const { id } = await createYearContract(app, team, admin);
    const amendment = await createAmendment(admin, id, { value_delta: "2", effective_date: day(1) });
    await admin.updateContractAmendment({ ...amendmentParams(amendment), title: "Other" });
    const stale = admin.updateContractAmendment({ ...amendmentParams(amendment), title: "Third" }, { ifMatch: '"1"' });
    expect(await readRejection(stale)).toEqual([412, ["title"]]);
  });
});

describe("the amendments of all contracts", () => {
  it("are listed, filtered, sorted and exported as far as the caller sees their contracts", async () => {
    const ownTenant = await signUp(app, { currency: "EUR" });
    const ownTeam = await createTenantTeam(app, ownTenant);
    const { rep } = ownTeam;
    const ownContract = await createYearContract(app, ownTeam, ownTenant.admin);
    const repContract = await createYearContract(app, ownTeam, ownTenant.admin);
    const effect = { value_delta: "1", effective_date: day(10) };
    const hidden = await createAmendment(ownTenant.admin, ownContract.id, { ...effect, title: "Hidden" });
    const early = await createAmendment(ownTenant.admin, repContract.id, { ...effect, title: "Early", effective_date: day(5) });
    const late = await createAmendment(ownTenant.admin, repContract.id, { ...effect, title: "Late" });
    await ownTenant.admin.updateContract({ id: repContract.id, owner_id: rep.id });
    await app.settle();
    const listIds = async (client: Tenant["admin"], input: object = {}) => {
      const { data, meta } = await allowAnyInput(client).listAmendments(input);
      expect([input, meta.total]).toEqual([input, data.length]);
      return data.map(({ id }) => id);
    };
    expect(await listIds(ownTenant.admin)).toEqual([late.id, early.id, hidden.id]);
    expect(await listIds(rep.client)).toEqual([late.id, early.id]);
    expect(await listIds(rep.client, { sort: "effective_date" })).toEqual([early.id, late.id]);
    expect(await listIds(rep.client, { contract_id: repContract.id, "effective_date[lte]": day(5) })).toEqual([early.id]);
    expect(await listIds(rep.client, { contract_id: ownContract.id })).toEqual([]);
    for (const client of [ownTenant.admin, rep.client]) {
      expect(await listIds(client, { owner: rep.id, status: "DRAFT", amendment_type: "VALUE" })).toEqual([late.id, early.id]);
      expect(await listIds(client, { status: "EFFECTIVE" })).toEqual([]);
    }
    expect(await listIds(rep.client, { owner: ownTenant.userId })).toEqual([]);
    const [row] = (await rep.client.listAmendments({ limit: 1 })).data;
    expect(row?.links).toMatchObject({ self: `/api/v1/contracts/${repContract.id}/amendments/${late.id}` });
    const { data: exported } = await rep.client.exportAmendments({ format: "csv", columns: ["title"] });
    await app.settle();
    const file = await fetchExport(app, rep.token, exported.export_id);
    expect(file.rows).toEqual([["Early"], ["Late"]]);
    await ownTenant.admin.deleteContractAmendment(amendmentParams(late));
    await app.settle();
    expect(await listIds(rep.client)).toEqual([early.id]);
    expect(await listIds(rep.client, { deleted: true })).toEqual([late.id]);
  });
});

describe("visibility of an amendment", () => {
  it("follows the visibility of its contract", async () => {
    const otherUser = await addUser(app, tenant, "USER");
    const stranger = await signUp(app);
    const { id } = await createYearContract(app, team, admin, { owner_id: team.rep.id });
    const amendment = await createAmendment(team.rep.client, id, { value_delta: "2", effective_date: day(1) });
    for (const as of [otherUser.client, stranger.admin]) {
      expect(await readRejection(readAmendment(as, amendment))).toEqual([404, []]);
      expect(await readRejection(as.listContractAmendments({ id }))).toEqual([404, []]);
      expect(await readRejection(createAmendment(as, id, { value_delta: "2", effective_date: day(1) }))).toEqual([404, []]);
      expect(await readRejection(as.submitContractAmendment(amendmentParams(amendment)))).toEqual([404, []]);
      expect(await readRejection(as.approveContractAmendment(amendmentParams(amendment)))).toEqual([404, []]);
      expect(await readRejection(as.withdrawContractAmendment(amendmentParams(amendment)))).toEqual([404, []]);
    }
    const elsewhere = await createYearContract(app, team, admin);
    expect(await readRejection(admin.getContractAmendment({ id: elsewhere.id, amendmentId: amendment.id }))).toEqual([404, []]);
    await admin.updateContract({ id, owner_id: otherUser.id });
    expect((await readAmendment(otherUser.client, amendment)).id).toBe(amendment.id);
    await app.settle();
    expect((await readAmendment(otherUser.client, amendment)).owner_id).toBe(otherUser.id);
    expect(await readRejection(readAmendment(team.rep.client, amendment))).toEqual([404, []]);
  });
});
