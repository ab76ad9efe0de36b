import type { Outcome } from "@crm/core/agreements/approval/approvable.ts";
import { Deal } from "@crm/core/agreements/deal/deal.ts";
import { approvable } from "@crm/core/agreements/quote/approval.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, deliverToSubscriber, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
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
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  admin = tenant.admin;
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const accept = (id: string, more: object = {}) => admin.acceptQuote({ id, ...more });
const get = async (id: string) => (await admin.getQuote({ id })).data;
const listOpportunityDeals = async (opportunity: string) => {
  await app.settle();
  return (await admin.listDeals({ opportunity })).data;
};

describe("an acceptance", () => {
  it("wins the opportunity with the net amount, creates the deal, closes other quotes and publishes an event", async () => {
    const opportunity = await createOpportunity(admin, { amount: "5.00" });
    const [sibling, draft] = [
      await createPresentedQuote(admin, { opportunity_id: opportunity.id }),
      await createQuote(admin, { opportunity_id: opportunity.id }),
    ];
    const { id, quote_number } = await createPresentedQuote(admin, {
      opportunity_id: opportunity.id,
      shipping_amount: "25.00",
      line_items: [
        { ...line, quantity: "2", tax_percent: "19", discount_percent: "5" },
        { ...line, optional: true },
      ],
    });
    const events = recordPublishedEvents(app);
    const { data } = await accept(id);
    expect(data).toMatchObject({ status: "ACCEPTED", accepted_date: expect.any(String), deal_id: expect.any(String) });
    expect((await admin.getOpportunity({ id: opportunity.id })).data).toMatchObject({
      ...{ is_won: true, amount: "190.00", probability: 100 },
    });
    expect((await admin.getDeal({ id: String(data.deal_id) })).data).toMatchObject({
      ...{ deal_status: "DRAFT", final_amount: "190.00", order_reference: quote_number, opportunity_id: opportunity.id },
      items: [{ name: "Hull survey", quantity: "2", unit_price: "100.00", discount_percent: "5", total_price: "190.00" }],
    });
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
    expect(events.filter(({ type }) => type === "quote.accepted").map(({ record_id }) => record_id)).toEqual([id]);
    for (const quote of [sibling, draft])
      expect(await get(quote.id)).toMatchObject({ status: "REJECTED", rejection_reason: `${quote_number} was accepted` });
    expect(await readRejection(admin.deleteQuote({ id }))).toEqual([409, []]);
    expect(await readRejection(admin.createQuoteVersion({ id }))).toEqual([409, ["status"]]);
  });

  it("closes other quotes once, despite repeated and late events", async () => {
    const opportunity = await createOpportunity(admin);
    const { id } = await createPresentedQuote(admin, { opportunity_id: opportunity.id });
    const events = recordPublishedEvents(app);
    await accept(id);
    await app.settle();
    const event = events.find(({ type }) => type === "quote.accepted");
    if (!event) expect.fail("No event quote.accepted");
    const laterQuote = await createQuote(admin, { opportunity_id: opportunity.id });
    await deliverToSubscriber(app, "quote-siblings", event);
    expect((await get(laterQuote.id)).status).toBe("DRAFT");
  });

  it("of one quote succeeds once in concurrent requests", async () => {
    const opportunity = await createOpportunity(admin);
    const { id } = await createPresentedQuote(admin, { opportunity_id: opportunity.id });
    const outcomes = await Promise.all([1, 2, 3].map(() => readRejection(accept(id))));
    expect(outcomes.filter((outcome) => outcome === "went through")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== "went through")).toEqual([
      [409, ["status"]],
      [409, ["status"]],
    ]);
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
  });

  it("of two quotes of an opportunity succeeds once in concurrent requests", async () => {
    const opportunity = await createOpportunity(admin);
    const quotes = [
      await createPresentedQuote(admin, { opportunity_id: opportunity.id }),
      await createPresentedQuote(admin, { opportunity_id: opportunity.id }),
    ];
    const outcomes = await Promise.all(quotes.map(({ id }) => readRejection(accept(id))));
    expect(outcomes.filter((outcome) => outcome === "went through")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== "went through")).toEqual([[409, ["opportunity_id"]]]);
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
    expect((await Promise.all(quotes.map(({ id }) => get(id)))).map(({ status }) => status).sort()).toEqual([
      "ACCEPTED",
      "REJECTED",
    ]);
  });

  it("of a quote changed at the same moment uses the stored content or fails", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const { id } = await createQuote(admin);
      await admin.submitQuote({ id });
      const [updateOutcome, sent] = await Promise.all([
        readRejection(admin.updateQuote({ id, discount_percent: "5" })),
        readRejection(admin.sendQuote({ id, to: "buyer@mail.example" })),
      ]);
      const { status, net_amount } = await get(id);
      const isChanged = updateOutcome === "went through";
      expect([isChanged, sent === "went through"]).toContain(true);
      expect([status, net_amount]).toEqual(isChanged ? ["DRAFT", "95.00"] : ["SENT", "100.00"]);
    }
  });

  it("repeated with the same idempotency key returns the same response and creates no second deal", async () => {
    const opportunity = await createOpportunity(admin);
    const { id } = await createPresentedQuote(admin, { opportunity_id: opportunity.id });
    const options = { idempotencyKey: `accept-${id}` };
    const answers = await Promise.all([1, 2].map(() => admin.acceptQuote({ id }, options)));
    expect(answers[0]?.data.deal_id).toBe(answers[1]?.data.deal_id);
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
  });

  it("includes named optional lines and whole bundles at the offered prices", async () => {
    const product_id = await createProduct(admin);
    const optional = { ...line, optional: true };
    const deck = { ...optional, bundle: "Deck" };
    const quote = await createPresentedQuote(admin, {
      discount_percent: "5",
      line_items: [line, { product_id, optional: true }, deck, { ...deck, unit_price: "40.00" }],
    });
    await admin.updateProduct({ id: product_id, unit_price: "500.00" });
    const [always, boat, firstItemId, two] = quote.line_items.map((item) => item.id);
    const { id } = quote;
    expect(await readRejection(accept(id, { chosen: [always] }))).toEqual([400, ["chosen[0]"]]);
    expect(await readRejection(accept(id, { chosen: [firstItemId] }))).toEqual([400, ["chosen"]]);
    const { data } = await accept(id, { chosen: [boat, firstItemId, two] });
    expect(data).toMatchObject({ subtotal: "340.00", discount_amount: "17.00", net_amount: "323.00", status: "ACCEPTED" });
    expect((await admin.getDeal({ id: String(data.deal_id) })).data).toMatchObject({
      final_amount: "323.00",
      items: { length: 4 },
    });
  });

  it("with a signature creates a signed deal, and is rejected where an electronic signature is required", async () => {
    const required = await createPresentedQuote(admin, { requires_signature: true });
    for (const more of [{}, { signed_by: "Ada Lovelace" }])
      expect(await readRejection(accept(required.id, more))).toEqual([422, ["requires_signature"]]);
    const { id } = await createPresentedQuote(admin);
    const { data } = await accept(id, { signed_by: "Ada Lovelace" });
    expect(data).toMatchObject({ signed_by: "Ada Lovelace", signed_date: expect.any(String) });
    expect((await admin.getDeal({ id: String(data.deal_id) })).data).toMatchObject({ deal_status: "SIGNED" });
  });

  it("creates an additional deal if there is one already", async () => {
    const opportunity = await createOpportunity(admin);
    await admin.createDeal({ opportunity_id: opportunity.id });
    const { id } = await createPresentedQuote(admin, { opportunity_id: opportunity.id });
    const { data } = await accept(id);
    expect((await admin.getDeal({ id: String(data.deal_id) })).data).toMatchObject({ is_additional: true });
  });

  it("is rejected for a lost opportunity, and succeeds for one won by hand", async () => {
    const lostOpportunity = await createOpportunity(admin);
    const quote = await createPresentedQuote(admin, { opportunity_id: lostOpportunity.id });
    const [reason] = (await admin.listMasters({ kind: "win-loss-reasons", limit: 50 })).data.filter(
      (master) => (master as { reason_type?: string }).reason_type === "LOST",
    );
    await admin.loseOpportunity({ id: lostOpportunity.id, win_loss_reason_id: String(reason?.id), notes: "Gone" });
    expect(await readRejection(accept(quote.id))).toEqual([409, ["opportunity_id"]]);
    expect((await get(quote.id)).status).toBe("PRESENTED");
    const wonOpportunity = await createOpportunity(admin, { amount: "7.00" });
    const { id } = await createPresentedQuote(admin, { opportunity_id: wonOpportunity.id });
    await admin.winOpportunity({ id: wonOpportunity.id });
    await accept(id);
    expect((await admin.getOpportunity({ id: wonOpportunity.id })).data).toMatchObject({ is_won: true, amount: "100.00" });
  });

  it("drops the product prices of an opportunity in another currency", async () => {
    const products = [{ name: "Boat", unit_price: "500.50" }];
    const opportunity = await createOpportunity(admin, { products });
    const { id } = await createPresentedQuote(admin, {
      opportunity_id: opportunity.id,
      currency: "JPY",
      line_items: [{ ...line, unit_price: "9000" }],
    });
    await accept(id);
    expect((await admin.getOpportunity({ id: opportunity.id })).data).toMatchObject({
      ...{ currency: "JPY", amount: "9000", products: [{ unit_price: null }] },
    });
  });
});

describe("an accepted quote", () => {
  it("is converted into one contract and one order, also in concurrent requests", async () => {
    const { id } = await createPresentedQuote(admin);
    expect(await readRejection(admin.convertQuote({ id, to: "order" }))).toEqual([409, ["status"]]);
    const { data } = await accept(id);
    expect(await readRejection(admin.convertQuote({ id, to: "deal" }))).toEqual([409, ["deal_id"]]);
    const orders = await Promise.all([1, 2].map(() => readRejection(admin.convertQuote({ id, to: "order", reference: "SO-1" }))));
    expect(orders.filter((order) => order === "went through")).toHaveLength(1);
    expect(orders).toContainEqual([409, ["order_id"]]);
    await admin.convertQuote({ id, to: "contract" });
    expect(await readRejection(admin.convertQuote({ id, to: "contract" }))).toEqual([409, ["contract_id"]]);
    expect(await get(id)).toMatchObject({
      ...{ is_converted_to_order: true, order_id: "SO-1", is_converted_to_contract: true, deal_id: data.deal_id },
    });
  });
});

describe("the order reference of a deal", () => {
  it("is unique forever, also in concurrent creations", async () => {
    const customer_id = await createCustomer(admin);
    const add = () =>
      runInTenant(async () => {
        const deal = await Deal.prepare({ customer_id }, { owner_id: null, order_reference: "Q-2030-999999" });
        return (await Deal.add(transaction(), deal)).commit(deal);
      }).then(
        () => "went through",
        ({ code }: { code: string }) => code,
      );
    expect((await Promise.all([add(), add()])).sort()).toEqual(["CONFLICT", "went through"]);
    const [storedDeal] = (await admin.listDeals({ customer: customer_id })).data;
    await admin.deleteDeal({ id: String(storedDeal?.id) });
    expect(await add()).toBe("CONFLICT");
  });
});

describe("a version", () => {
  it("starts with the content of the latest version, and becomes the primary one", async () => {
    const first = await createPresentedQuote(admin, {
      line_items: [line, { ...line, description: "Radio", unit_price: "50.00" }],
    });
    const { data: second } = await admin.createQuoteVersion({ id: first.id });
    expect(second).toMatchObject({
      ...{ quote_number: `${first.quote_number}-2`, version_number: 2, previous_version_id: first.id, series_id: first.id },
      ...{ status: "DRAFT", is_primary: true, presented_at: null, approval: null, total_amount: "150.00" },
    });
    expect(await get(first.id)).toMatchObject({ status: "PRESENTED", is_primary: false });
    expect(await readRejection(accept(first.id))).toEqual([409, ["is_primary"]]);
    expect(await readRejection(admin.createQuoteVersion({ id: first.id }))).toEqual([409, ["is_primary"]]);
    const [survey, radio] = first.line_items.map(({ id }) => id);
    await admin.removeQuoteLine({ id: second.id, line_id: String(radio) });
    await admin.replaceQuoteLine({ ...line, id: second.id, line_id: String(survey), unit_price: "80" });
    await admin.addQuoteLine({ ...line, id: second.id, description: "Mast" });
    const { data } = await admin.compareQuotes({ id: first.id, with: second.id });
    expect(data.differences.map(({ field }) => field)).toEqual(["status", "subtotal", "net_amount", "total_amount"]);
    expect(data.line_items.map(({ change, name }) => [change, name])).toEqual([
      ["CHANGED", "Hull survey"],
      ["ADDED", "Mast"],
      ["REMOVED", "Radio"],
    ]);
    expect(data.line_items[0]?.differences).toEqual([
      { field: "unit_price", from: "100.00", to: "80.00" },
      { field: "line_total", from: "100.00", to: "80.00" },
    ]);
    const foreign = await createQuote(admin);
    expect(await readRejection(admin.compareQuotes({ id: first.id, with: foreign.id }))).toEqual([400, ["with"]]);
  });

  it("is created once in concurrent requests", async () => {
    const { id } = await createPresentedQuote(admin);
    const outcomes = await Promise.all([1, 2].map(() => readRejection(admin.createQuoteVersion({ id }))));
    expect(outcomes.filter((outcome) => outcome === "went through")).toHaveLength(1);
    expect(outcomes).toContainEqual([409, ["is_primary"]]);
  });

  it("that is deleted makes the previous one primary again, and its number is not reused", async () => {
    const first = await createPresentedQuote(admin);
    const { data: second } = await admin.createQuoteVersion({ id: first.id });
    expect(await readRejection(admin.deleteQuote({ id: first.id }))).toEqual([409, []]);
    await admin.deleteQuote({ id: second.id });
    expect((await get(first.id)).is_primary).toBe(true);
    const { data: third } = await admin.createQuoteVersion({ id: first.id });
    expect(third.quote_number).toBe(`${first.quote_number}-3`);
    expect(await readRejection(admin.restoreQuote({ id: second.id }))).toEqual([409, []]);
    await admin.deleteQuote({ id: third.id });
    expect((await admin.restoreQuote({ id: second.id })).data).toMatchObject({ is_primary: true });
    expect((await get(first.id)).is_primary).toBe(false);
    expect((await admin.createQuoteVersion({ id: second.id })).data.quote_number).toBe(`${first.quote_number}-4`);
    await app.settle();
    expect(listIds(await admin.listQuotes({ series: first.id }))).toHaveLength(3);
  });
});

describe("the answer to an approval", () => {
  beforeAll(() => addUser(app, tenant, "DIRECTOR"));

  const decide = (id: string, round: number, outcome: Outcome, comment: string | null = null) =>
    runInTenant(() => approvable.conclude(id, round, outcome, comment, []));

  it("decides once, and only in its own round", async () => {
    const { id } = await createQuote(admin, { discount_percent: "15" });
    await admin.submitQuote({ id });
    expect(await decide(id, 1, "REJECTED", "Too much")).toBe(true);
    expect(await get(id)).toMatchObject({ status: "DRAFT", approval: { outcome: "REJECTED", comment: "Too much" } });
    await admin.submitQuote({ id });
    expect([await decide(id, 1, "APPROVED"), (await get(id)).status]).toEqual([false, "PENDING_APPROVAL"]);
    expect([await decide(id, 2, "APPROVED"), (await get(id)).status]).toEqual([true, "APPROVED"]);
    expect([await decide(id, 2, "EXPIRED"), (await get(id)).status]).toEqual([false, "APPROVED"]);
    await admin.updateQuote({ id, discount_percent: "16" });
    expect([await decide(id, 2, "APPROVED"), (await get(id)).status]).toEqual([false, "DRAFT"]);
  });
});
