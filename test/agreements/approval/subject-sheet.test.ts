import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createQuote, readRejection } from "../quote/support.ts";
import { createTeam, publishApprovalRule, type Team } from "./support.ts";

/** What an approver reads of the record that they decide, and for how long. */

let app: App;
let tenant: Tenant;
let team: Team;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, { visibility: "own" });
  team = await createTeam(app, tenant);
  await publishApprovalRule(tenant, { approvers: ["MANAGER"] });
});
afterAll(() => app.stop());

const createProduct = async (cost: string | null) =>
  (await tenant.admin.createProduct({ name: "Engine", unit_price: "100.00", currency: "EUR", cost })).data;

/** Submits a quote, and hides it from its approver: no other user can decide, so the approval stays with them. */
async function createHiddenApproval() {
  const { id, customer_id } = await createQuote(team.rep.client, { discount_percent: "15" });
  const { data: quote } = await team.rep.client.submitQuote({ id });
  await tenant.admin.setUserStatus({ id: team.director.id, status: "SUSPENDED" });
  await tenant.admin.updateUser({ id: team.rep.id, manager_id: null });
  await app.settle();
  const approval = String((quote.approval as { approvals: { id: string }[] }).approvals[0]?.id);
  return { approval, quote: id, customer: customer_id };
}

const readSubject = async ({ client }: Pick<TestUser, "client">, id: string) => (await client.getApprovalSubject({ id })).data;

describe("the figures of an approval", () => {
  it("have the discount and the margin of the lines whose cost is known", async () => {
    const [engine, service] = [await createProduct("60.00"), await createProduct(null)];
    const { id } = await createQuote(team.rep.client, {
      discount_percent: "10",
      line_items: [
        { product_id: engine.id, quantity: "2" },
        { product_id: service.id, quantity: "1" },
      ],
    });
    await team.rep.client.submitQuote({ id });
    await app.settle();
    const { data } = await team.manager.client.listApprovals({ mine: true, include: "reasons,figures" });
    // Two engines for 90.00 each, which cost 60.00 each: 60 of 180.
    expect(data[0]?.figures).toMatchObject({
      ...{ discount_percent: "10", discount_amount: "30.00", margin_amount: "60.00", margin_percent: "33.3" },
      ...{ is_margin_partial: true, changes: [] },
    });
  });

  it("say what a later version changes, with the values before and after", async () => {
    const { id } = await createQuote(team.rep.client, { payment_terms: "Net 30" });
    await team.rep.client.submitQuote({ id });
    await team.rep.client.sendQuote({ id }).catch(() => undefined);
    const { data: next } = await team.rep.client.createQuoteVersion({ id });
    await team.rep.client.updateQuote({ id: next.id, discount_percent: "15", payment_terms: "Net 60" });
    const { data: submitted } = await team.rep.client.submitQuote({ id: next.id });
    const approval = String((submitted.approval as { approvals: { id: string }[] }).approvals[0]?.id);
    const { data } = await team.manager.client.getApproval({ id: approval });
    expect(data.figures?.changes).toContainEqual({ field: "payment_terms", name: null, before: "Net 30", after: "Net 60" });
    expect(data.figures?.changes).toContainEqual(
      expect.objectContaining({ field: "total_amount", after: submitted.total_amount }),
    );
    expect(data.figures?.changes).toContainEqual(expect.objectContaining({ field: "line_items", name: expect.any(String) }));
  });
});

describe("an approver who does not see the record", () => {
  it("reads what they decide, with the name of the customer, as long as the decision is theirs", async () => {
    const { approval, quote, customer } = await createHiddenApproval();
    const { data: record } = await tenant.admin.getQuote({ id: quote });
    const sheet = await readSubject(team.manager, approval);
    expect(sheet).toMatchObject({
      ...{ record_id: quote, record_kind: "quote", is_visible: false },
      customer: { id: customer, name: expect.stringMatching(/\S/) },
      record: { total_amount: record.total_amount, line_items: [{ unit_price: record.line_items[0]?.unit_price }] },
    });
    expect(sheet.record).not.toHaveProperty("notes");
    await team.manager.client.approveApproval({ id: approval });
    await app.settle();
    expect(await readRejection(readSubject(team.manager, approval))).toEqual([404, []]);
  });

  it("finds the record nowhere else", async () => {
    const { approval, quote, customer } = await createHiddenApproval();
    const { client } = team.manager;
    const [{ data: record }, { data: own }] = await Promise.all([
      tenant.admin.getQuote({ id: quote }),
      client.listApprovals({ mine: true, expand: "subject" }),
    ]);
    expect(own.map(({ id, expanded }) => [id, expanded?.subject_id ?? null])).toEqual([[approval, null]]);
    const lists = await Promise.all([
      client.listQuotes({}),
      client.listQuotes({ search: record.quote_number }),
      client.listCustomers({}),
      client.search({ q: record.quote_number }),
    ]);
    expect(lists.map(({ data, meta }) => [data.length, meta.total])).toEqual(lists.map(() => [0, 0]));
    const reads = [
      client.getQuote({ id: quote }),
      client.listQuoteLines({ id: quote }),
      client.getCustomer({ id: customer }),
      client.listQuoteActivities({ id: quote }),
    ];
    expect(await Promise.all(reads.map(readRejection))).toEqual(reads.map(() => [404, []]));
    expect((await callOperation(app, team.manager.token, "getQuotePdf", { id: quote })).status).toBe(404);
    const { data: events } = await client.listEvents({});
    expect(events.filter(({ data: event }) => event.id === quote)).toEqual([]);
  });

  it("no longer reads it once the approval went to another user", async () => {
    const { approval } = await createHiddenApproval();
    const next = await addUser(app, tenant, "DIRECTOR");
    await team.manager.client.delegateApproval({ id: approval, to: next.id });
    await app.settle();
    expect(await readRejection(readSubject(team.manager, approval))).toEqual([404, []]);
    expect((await team.manager.client.listApprovals({})).data).toEqual([]);
    expect((await readSubject(next, approval)).is_visible).toBe(true);
  });

  it("reads nothing of a record that was changed since they were asked", async () => {
    const { approval, quote } = await createHiddenApproval();
    await tenant.admin.updateQuote({ id: quote, discount_percent: "20" });
    expect((await readRejection(readSubject(team.manager, approval)))[0]).toBe(409);
    await app.settle();
    expect((await readRejection(readSubject(team.manager, approval)))[0]).toBe(404);
  });
});

it("is not read by other users who do not see the record", async () => {
  const { approval } = await createHiddenApproval();
  const other = await addUser(app, tenant, "SALES_REP");
  expect(await readRejection(readSubject(other, approval))).toEqual([404, []]);
  expect((await readSubject(team.rep, approval)).is_visible).toBe(true);
});
