import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import {
  createCustomer,
  createOpportunity,
  createPresentedQuote,
  createProduct,
  createQuote,
  line,
  listIds,
  readRejection,
} from "./support.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let rep: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  otherTenant = await signUp(app);
  await addUser(app, tenant, "DIRECTOR");
  [rep, colleague] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
});
afterAll(() => app.stop());

describe("a quote", () => {
  it("stores every column, and its total is the sum of its lines", async () => {
    const quoteFields = {
      name: "Two boats",
      description: "With crew",
      quote_date: "2030-01-01",
      expiration_date: "2030-02-01",
      payment_terms: "Net 30",
      delivery_terms: "FOB",
      requires_signature: true,
      notes: "Mind the gap",
      shipping_amount: "25.00",
      discount_percent: "10",
    };
    const line_items = [
      { ...line, quantity: "2", tax_percent: "19", section: "Work" },
      { ...line, description: "Radio", unit_price: "50", discount_percent: "20", optional: true },
    ];
    const quote = await createQuote(tenant.admin, { ...quoteFields, line_items });
    expect(quote).toMatchObject({
      ...quoteFields,
      status: "DRAFT",
      quote_number: expect.stringMatching(/^Q-\d{4}-\d{6}$/),
      owner_id: tenant.userId,
      subtotal: "200.00",
      discount_amount: "20.00",
      net_amount: "180.00",
      tax_amount: "34.20",
      total_amount: "239.20",
      version_number: 1,
      is_primary: true,
      previous_version_id: null,
      series_id: expect.any(String),
      accepted_date: null,
      signature_url: null,
      signed_by: null,
      signed_date: null,
      is_converted_to_order: false,
      order_id: null,
      line_items: [
        { sequence: 1, section: "Work", line_total: "180.00", tax_amount: "34.20", list_price: null, price_explanation: null },
        { sequence: 2, gross_amount: "50.00", discount_amount: "10.00", line_total: "40.00", chosen: false },
      ],
    });
    expect(quote.series_id).toBe(quote.id);
    for (const field of ["versions_made", "approval_round"]) expect(Object.keys(quote)).not.toContain(field);
  });

  it("is valid for 30 days by default, and takes the values of its opportunity", async () => {
    const opportunity = await createOpportunity(tenant.admin, { name: "Fleet 2030", currency: "CHF" });
    const quote = (
      await tenant.admin.createQuote({ opportunity_id: opportunity.id, quote_date: "2030-01-31", line_items: [line] })
    ).data;
    expect(quote).toMatchObject({
      ...{ name: "Fleet 2030", currency: "CHF", customer_id: opportunity.customer_id },
      expiration_date: "2030-03-02",
    });
    await app.settle();
    expect(listIds(await tenant.admin.listOpportunityQuotes({ id: opportunity.id }))).toEqual([quote.id]);
  });

  it("rejects invalid input and names the fields", async () => {
    const customerId = await createCustomer(tenant.admin);
    const foreignCustomerId = await createCustomer(otherTenant.admin);
    const opportunity = await createOpportunity(tenant.admin);
    const inactiveProduct = await createProduct(tenant.admin, { is_active: false });
    const free = await createProduct(tenant.admin, { unit_price: null });
    for (const [invalidInput, ...fields] of [
      [{}, "customer_id"],
      [{ customer_id: foreignCustomerId }, "customer_id"],
      [{ customer_id: customerId, opportunity_id: opportunity.id }, "opportunity_id"],
      [{ customer_id: customerId, quote_date: "2030-02-02", expiration_date: "2030-02-01" }, "expiration_date"],
      [{ customer_id: customerId, line_items: [{ quantity: "1", unit_price: "5" }] }, "line_items[0].name"],
      [{ customer_id: customerId, line_items: [line, { description: "Rope" }] }, "line_items[1].unit_price"],
      [{ customer_id: customerId, currency: "EUR", line_items: [{ product_id: free }] }, "line_items[0].unit_price"],
      [
        { customer_id: customerId, line_items: [{ product_id: inactiveProduct }, { product_id: "prd_000000000000000000" }] },
        "line_items[0].product_id",
        "line_items[1].product_id",
      ],
      [{ customer_id: customerId, currency: "JPY", line_items: [{ ...line, unit_price: "1.5" }] }, "line_items[0].unit_price"],
      [{ customer_id: customerId, currency: "JPY", line_items: [], shipping_amount: "1.5" }, "shipping_amount"],
      [{ customer_id: customerId, line_items: [line], fixed_discount: "100.01" }, "fixed_discount"],
      [{ customer_id: customerId, line_items: [line], fixed_discount: "1", discount_percent: "1" }, "fixed_discount"],
      [{ customer_id: customerId, template_id: "qtm_000000000000000000" }, "template_id"],
      [{ customer_id: customerId, line_items: [{ ...line, tax_percent: "101" }] }, "line_items[0].tax_percent"],
    ] as const)
      expect([invalidInput, await readRejection(allowAnyInput(tenant.admin).createQuote(invalidInput))]).toEqual([
        invalidInput,
        [400, fields],
      ]);
    const full = "\u6f22".repeat(2000);
    const lineItems = Array.from({ length: 300 }, () => ({ ...line, description: full, name: full.slice(0, 255) }));
    expect(await readRejection(tenant.admin.createQuote({ customer_id: customerId, line_items: lineItems }))).toEqual([
      400,
      ["line_items"],
    ]);
  });

  it("is visible to its owner only, and to no other tenant", async () => {
    const { id } = await createQuote(rep.client, { name: "Quiet harbour" });
    await app.settle();
    for (const as of [colleague.client, otherTenant.admin]) {
      expect(await readRejection(as.getQuote({ id }))).toEqual([404, []]);
      expect(await readRejection(as.submitQuote({ id }))).toEqual([404, []]);
      expect(await readRejection(as.addQuoteLine({ id, ...line }))).toEqual([404, []]);
      expect(await readRejection(as.createQuoteVersion({ id }))).toEqual([404, []]);
      expect(await readRejection(as.acceptQuote({ id }))).toEqual([404, []]);
      expect(listIds(await as.listQuotes({ search: "quiet" }))).toEqual([]);
    }
    expect(listIds(await rep.client.listQuotes({ search: "quiet" }))).toEqual([id]);
    const colleagueQuote = await createQuote(colleague.client);
    expect(await readRejection(colleague.client.compareQuotes({ id: colleagueQuote.id, with: id }))).toEqual([400, ["with"]]);
  });

  it("is listed by status, customer and series in each sort order, and exported to files", async () => {
    const { admin } = await signUp(app);
    const customer_id = await createCustomer(admin);
    const small = await createQuote(admin, { customer_id, expiration_date: "2039-01-01" });
    const large = await createQuote(admin, { line_items: [{ ...line, unit_price: "900" }] });
    const ready = await createPresentedQuote(admin, { customer_id });
    await app.settle();
    const listed = async (query: object) => listIds(await allowAnyInput(admin).listQuotes(query));
    expect(await listed({ status: "presented" })).toEqual([ready.id]);
    expect(await listed({ customer: customer_id })).toEqual([ready.id, small.id]);
    expect(await listed({ series: large.id })).toEqual([large.id]);
    expect((await listed({ sort: "-total_amount" }))[0]).toBe(large.id);
    expect((await listed({ sort: "-expiration_date" }))[0]).toBe(small.id);
    expect(await listed({ "total_amount[gte]": "500" })).toEqual([large.id]);
    expect(await readRejection(admin.deleteCustomer({ id: customer_id }))).toEqual([409, ["quotes"]]);
    const into = await createCustomer(admin);
    await admin.mergeCustomers({ id: into, merged_id: customer_id });
    await app.settle();
    expect(await listed({ customer: into })).toEqual([ready.id, small.id]);
  });
});

describe("the lines of a quote", () => {
  it("are added, replaced and removed at their positions, and the totals follow", async () => {
    const { id } = await createQuote(tenant.admin);
    const first = { ...line, description: "First", sequence: 1 };
    const { data: added } = await tenant.admin.addQuoteLine({ id, ...first });
    expect(added).toMatchObject({
      line_items: [
        { sequence: 1, description: "First" },
        { sequence: 2, description: "Hull survey" },
      ],
      total_amount: "200.00",
    });
    const line_id = String(added.line_items[0]?.id);
    const { data: replaced } = await tenant.admin.replaceQuoteLine({ id, line_id, description: "Now", unit_price: "7" });
    expect(replaced).toMatchObject({ id: line_id, sequence: 1, unit_price: "7.00", line_total: "7.00" });
    const { data: movedLine } = await tenant.admin.replaceQuoteLine({
      ...{ id, line_id, description: "Now", unit_price: "7", sequence: 2 },
    });
    expect(movedLine.sequence).toBe(2);
    expect((await tenant.admin.getQuote({ id })).data).toMatchObject({ total_amount: "107.00" });
    const { data: fewer } = await tenant.admin.removeQuoteLine({ id, line_id });
    expect(fewer).toMatchObject({ total_amount: "100.00", line_items: [{ sequence: 1 }] });
    expect((await tenant.admin.listQuoteLines({ id })).data).toHaveLength(1);
    expect(await readRejection(tenant.admin.removeQuoteLine({ id, line_id }))).toEqual([404, []]);
    expect(await readRejection(tenant.admin.addQuoteLine({ id, quantity: "1" }))).toEqual([400, ["name"]]);
    expect(await readRejection(tenant.admin.addQuoteLine({ id, name: "Rope" }))).toEqual([400, ["unit_price"]]);
  });

  it("are limited to 300, also for concurrent additions", async () => {
    const { id } = await createQuote(tenant.admin, { line_items: Array.from({ length: 299 }, () => line) });
    const outcomes = await Promise.all([1, 2].map(() => readRejection(tenant.admin.addQuoteLine({ id, ...line }))));
    expect(outcomes.sort()).toEqual([[400, ["line_items"]], "went through"].sort());
    expect((await tenant.admin.getQuote({ id })).data).toMatchObject({ total_amount: "30000.00" });
  });

  it("have the price of their product until a price is set by hand", async () => {
    const product_id = await createProduct(tenant.admin);
    const quote = await createQuote(tenant.admin, { line_items: [{ product_id, quantity: "2" }] });
    expect(quote.line_items).toMatchObject([
      {
        unit_price: "100.00",
        unit_price_is_manual: false,
        list_price: "100.00",
        price_explanation: { base_price: "100.00", base_reason: "PRODUCT", rules: [] },
      },
    ]);
    const line_id = String(quote.line_items[0]?.id);
    const typed = { id: quote.id, line_id, product_id, unit_price: "90" };
    expect((await tenant.admin.replaceQuoteLine(typed)).data).toMatchObject({
      ...{ unit_price: "90.00", unit_price_is_manual: true, list_price: "100.00" },
    });
    await tenant.admin.updateProduct({ id: product_id, unit_price: "110.00" });
    // Prices of existing lines stay when something else in the quote changes.
    const { data: extendedQuote } = await tenant.admin.addQuoteLine({ id: quote.id, ...line });
    expect(extendedQuote.line_items[0]).toMatchObject({ unit_price: "90.00", list_price: "100.00" });
    const { data: repriced } = await tenant.admin.repriceQuote({ id: quote.id });
    expect(repriced.line_items[0]).toMatchObject({ unit_price: "90.00", list_price: "110.00" });
    const { data: following } = await tenant.admin.replaceQuoteLine({ ...typed, unit_price: undefined });
    expect(following).toMatchObject({ unit_price: "110.00", unit_price_is_manual: false });
  });

  it("stay the same lines if the answer of a GET is sent back, and may be in another order", async () => {
    const product_id = await createProduct(tenant.admin);
    const quote = await createQuote(tenant.admin, { line_items: [{ product_id, quantity: "2" }, line, line] });
    const { data: stored } = await tenant.admin.getQuote({ id: quote.id });
    const { data: same } = await tenant.admin.replaceQuote(stored);
    expect([same.version, same.line_items]).toEqual([stored.version, stored.line_items]);
    const lines = [...stored.line_items].reverse();
    const { data: reversed } = await tenant.admin.replaceQuote({ ...stored, line_items: lines });
    expect(reversed.line_items.map(({ id }) => id).sort()).toEqual(lines.map(({ id }) => id).sort());
    expect(reversed.line_items.at(-1)).toMatchObject({ product_id, unit_price: "100.00", unit_price_is_manual: false });
    const { data: changed } = await tenant.admin.updateQuote({
      id: quote.id,
      line_items: [{ ...line, id: lines[0]?.id, quantity: "7" }, { product_id, quantity: "3", id: lines[2]?.id }, line],
    });
    expect(changed.line_items.map(({ id }) => id)).toEqual([lines[0]?.id, lines[2]?.id, lines[1]?.id]);
    expect(changed.line_items[1]).toMatchObject({ quantity: "3", unit_price: "100.00", unit_price_is_manual: false });
    const unknown = [
      { ...line, id: lines[0]?.id },
      { ...line, id: lines[0]?.id },
      { ...line, id: "qln_unknown" },
    ];
    expect(await readRejection(tenant.admin.updateQuote({ id: quote.id, line_items: unknown }))).toEqual([
      400,
      ["line_items[1].id", "line_items[2].id"],
    ]);
    const wrongPrice = { ...stored, line_items: [{ ...stored.line_items[0], price_explanation: null }] };
    expect(await readRejection(tenant.admin.replaceQuote(wrongPrice))).toEqual([400, ["line_items[0].price_explanation"]]);
  });
});

describe("the lifecycle of a quote", () => {
  it("requires approval, and returns to draft when the offer changes", async () => {
    const { admin } = tenant;
    const { id } = await createQuote(admin);
    expect(await readRejection(admin.presentQuote({ id }))).toEqual([409, ["status"]]);
    const { data: approved } = await admin.submitQuote({ id });
    expect(approved).toMatchObject({
      status: "APPROVED",
      approval: { level: null, outcome: "APPROVED", round: 1, rule: { kind: "quote_approval", number: 0 } },
    });
    expect(await readRejection(admin.submitQuote({ id }))).toEqual([409, ["status"]]);
    expect((await admin.updateQuote({ id, notes: "Call first", tags: ["warm"] })).data.status).toBe("APPROVED");
    const { data: changedQuote } = await admin.updateQuote({ id, discount_percent: "15" });
    expect(changedQuote).toMatchObject({ status: "DRAFT", approval: null, net_amount: "85.00" });
    const { data: submittedQuote } = await admin.submitQuote({ id });
    expect(submittedQuote).toMatchObject({
      status: "PENDING_APPROVAL",
      approval: { level: "Manager", approvers: ["MANAGER"], whole_percent: "15", outcome: null, round: 2 },
    });
    expect(await readRejection(admin.presentQuote({ id }))).toEqual([409, ["status"]]);
    expect(await readRejection(admin.createQuoteVersion({ id }))).toEqual([409, ["status"]]);
    expect((await admin.addQuoteLine({ id, ...line })).data.status).toBe("DRAFT");
    await admin.updateQuote({ id, discount_percent: "21" });
    expect((await admin.submitQuote({ id })).data.approval).toMatchObject({ level: "Director", round: 3 });
  });

  it("protects a presented quote from changes", async () => {
    const { admin } = tenant;
    const { id, line_items } = await createPresentedQuote(admin);
    const invalidInput = { id, discount_percent: "5", payment_terms: "Net 90" };
    const [status, fieldNames] = (await readRejection(admin.updateQuote(invalidInput))) as [number, string[]];
    expect([status, fieldNames.sort()]).toEqual([409, ["discount_percent", "line_items", "payment_terms"]]);
    expect(await readRejection(admin.removeQuoteLine({ id, line_id: String(line_items[0]?.id) }))).toEqual([409, ["line_items"]]);
    expect((await admin.updateQuote({ id, notes: "They think" })).data).toMatchObject({ status: "PRESENTED" });
  });

  it("rejects a submission without lines or after the expiry date", async () => {
    const { admin } = tenant;
    const empty = await createQuote(admin, { line_items: [] });
    expect(await readRejection(admin.submitQuote({ id: empty.id }))).toEqual([400, ["line_items"]]);
    const expiredQuote = await createQuote(admin, { quote_date: "2020-01-01" });
    expect(await readRejection(admin.submitQuote({ id: expiredQuote.id }))).toEqual([400, ["expiration_date"]]);
  });

  it("ends with a rejection and its reason", async () => {
    const { id } = await createPresentedQuote(tenant.admin);
    expect(await readRejection(tenant.admin.rejectQuote({ id, reason: "  " }))).toEqual([400, ["reason"]]);
    const { data } = await tenant.admin.rejectQuote({ id, reason: "Too dear" });
    expect(data).toMatchObject({ status: "REJECTED", rejection_reason: "Too dear", rejected_date: expect.any(String) });
    expect(await readRejection(tenant.admin.rejectQuote({ id, reason: "Again" }))).toEqual([409, ["status"]]);
    expect(await readRejection(tenant.admin.acceptQuote({ id }))).toEqual([409, ["status"]]);
  });

  it("ends after the last day in the tenant's time zone, to the minute", async () => {
    app.setClock({ now: "2031-05-10T11:50:00Z" });
    const { admin } = await signUp(app, { timezone: "Pacific/Auckland" });
    const day = { quote_date: "2031-05-10", expiration_date: "2031-05-10" };
    const { id, expires_at } = await createPresentedQuote(admin, day);
    const draft = await createQuote(admin, day);
    expect(expires_at).toBe("2031-05-10T12:00:00.000Z");
    app.setClock({ now: "2031-05-10T11:59:00Z" });
    await app.settle();
    expect((await admin.getQuote({ id })).data.status).toBe("PRESENTED");
    app.setClock({ now: expires_at });
    // The expiry sweep has not run yet.
    expect(await readRejection(admin.acceptQuote({ id }))).toEqual([409, ["expiration_date"]]);
    expect(await readRejection(admin.submitQuote({ id: draft.id }))).toEqual([400, ["expiration_date"]]);
    app.setClock({ advance: 120_000 });
    await app.settle();
    expect((await admin.getQuote({ id })).data.status).toBe("EXPIRED");
    expect((await admin.getQuote({ id: draft.id })).data.status).toBe("DRAFT");
    expect(await readRejection(admin.acceptQuote({ id }))).toEqual([409, ["status"]]);
    expect((await admin.createQuoteVersion({ id })).data).toMatchObject({
      ...{ status: "DRAFT", version_number: 2, expiration_date: "2031-05-11" },
    });
    app.setClock({ reset: true });
  });
});

describe("the preview of a submission", () => {
  it("names who would be asked, and why, and writes nothing", async () => {
    const plain = await createQuote(rep.client);
    const low = await createQuote(rep.client, { line_items: [{ ...line, discount_percent: "12" }] });
    const high = await createQuote(rep.client, { line_items: [{ ...line, discount_percent: "25" }] });
    const preview = async (id: string) => (await rep.client.previewQuoteSubmission({ id })).data;
    expect(await preview(plain.id)).toEqual({ steps: [] });
    const percent = (value: string, condition: string, limit: string) =>
      ["highest_line_percent", "whole_percent"].map((field) => ({ condition, field, value, limit, currency: null }));
    const approvers = [{ role: "MANAGER", id: expect.any(String), name: expect.any(String) }];
    expect(await preview(low.id)).toMatchObject({
      steps: [{ step: "APPROVAL", level: "Manager", conditions: percent("12", "discount_from", "10"), approvers }],
    });
    expect(await preview(high.id)).toMatchObject({
      steps: [{ level: "Director", conditions: percent("25", "discount_over", "20") }],
    });
    expect((await rep.client.getQuote({ id: low.id })).data).toMatchObject({ status: "DRAFT", version: 1, approval: null });
    const [asked] = (await preview(low.id)).steps[0]?.approvers ?? [];
    const { approval } = (await rep.client.submitQuote({ id: low.id })).data;
    expect(approval?.approvals.map(({ approver_id }) => approver_id)).toEqual([asked?.id]);
  });

  it("says that no user can approve in a company of one, and is for those who see the quote", async () => {
    const { id } = await createQuote(otherTenant.admin, { line_items: [{ ...line, discount_percent: "12" }] });
    const { data } = await otherTenant.admin.previewQuoteSubmission({ id });
    expect(data.steps[0]?.approvers).toEqual([{ role: "MANAGER", id: null, name: null }]);
    expect(await readRejection(otherTenant.admin.submitQuote({ id }))).toEqual([422, ["approvers[0]"]]);
    const own = await createQuote(rep.client);
    expect(await readRejection(colleague.client.previewQuoteSubmission({ id: own.id }))).toEqual([404, []]);
    expect(await readRejection(otherTenant.admin.previewQuoteSubmission({ id: own.id }))).toEqual([404, []]);
  });
});
