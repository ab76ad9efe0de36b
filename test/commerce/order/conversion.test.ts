import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApprovedContract } from "../../agreements/contract/support.ts";
import { createPresentedQuote, readRejection } from "../../agreements/quote/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
});
afterAll(() => app.stop());

const line = { name: "Kayak", quantity: "2", unit_price: "100.00" };
let customerCount = 0;
const createCustomer = async () => (await admin.createCustomer({ name: `Fjord ${++customerCount}` })).data.id;
const createOrder = async (more: object) => (await admin.createOrder({ line_items: [line], ...more })).data;
const acceptQuote = async (more: Record<string, unknown> = {}) => {
  const { id } = await createPresentedQuote(admin, { line_items: [{ ...line, discount_percent: "5" }], ...more });
  return (await admin.acceptQuote({ id, signed_by: "Ada" })).data;
};
const getQuote = async (id: string) => (await admin.getQuote({ id })).data;
const getOrder = async (id: unknown) => (await admin.getOrder({ id: String(id) })).data;

describe("a quote", () => {
  it("becomes one order with its lines and prices in fifty concurrent requests, and the others name that order", async () => {
    const quote = await acceptQuote({ shipping_amount: "5" });
    const requests = Array.from({ length: 50 }, () =>
      admin.convertQuote({ id: quote.id, to: "order" }).then(
        ({ data }) => data.order_id,
        ({ status, details }) => [status, details[0].field, details[0].message],
      ),
    );
    const outcomes = await Promise.all(requests);
    const { order_id, sale_id, deal_id } = await getQuote(quote.id);
    expect(outcomes.filter((outcome) => outcome === order_id)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== order_id)).toEqual(Array(49).fill([409, "order_id", order_id]));
    const order = await getOrder(order_id);
    expect(order).toMatchObject({
      ...{ quote_id: quote.id, deal_id, customer_id: quote.customer_id, total: quote.total_amount, shipping_amount: "5.00" },
      ...{ sale_id, line_items: [{ unit_price: "100.00", discount_percent: "5" }] },
    });
    expect((await admin.getDeal({ id: String(deal_id) })).data).toMatchObject({ order_id, sale_id });
    expect(await readRejection(admin.convertDeal({ id: String(deal_id), to: "order" }))).toEqual([409, ["order_id"]]);
    await app.settle();
    expect((await admin.listOrders({ customer: quote.customer_id })).data).toHaveLength(1);
  });

  it("shares its sale with the deal, the contract and the order that come of it, in a later version too", async () => {
    const { id: first } = await createPresentedQuote(admin, { line_items: [line] });
    const { data: version } = await admin.createQuoteVersion({ id: first });
    await admin.submitQuote({ id: version.id });
    await admin.sendQuote({ id: version.id, to: "buyer@mail.example" });
    const { data: quote } = await admin.acceptQuote({ id: version.id, signed_by: "Ada" });
    const { data: converted } = await admin.convertQuote({ id: quote.id, to: "contract" });
    const { data: deal } = await admin.getDeal({ id: String(quote.deal_id) });
    const { data: contract } = await admin.getContract({ id: String(converted.contract_id) });
    expect([quote.sale_id, deal.sale_id, contract.sale_id]).toEqual([first, first, first]);
    const { data: ordered } = await admin.convertDeal({ id: deal.id, to: "order" });
    expect(await getOrder(ordered.order_id)).toMatchObject({ sale_id: first, quote_id: quote.id, deal_id: deal.id });
    expect(deal).not.toHaveProperty("quote_series_id");
  });

  it("that names the number of an order is linked to it: now, or when the order is made", async () => {
    const [early, late, foreign] = [await acceptQuote(), await acceptQuote(), await acceptQuote()];
    const { data: waiting } = await admin.convertQuote({ id: early.id, to: "order", reference: "SO-1" });
    expect(waiting.order_id).toBe("SO-1");
    const order = await createOrder({ customer_id: early.customer_id, order_number: "so-1" });
    expect(order).toMatchObject({ quote_id: early.id, deal_id: early.deal_id, sale_id: early.sale_id });
    expect(await getQuote(early.id)).toMatchObject({ order_id: order.id });
    expect(await readRejection(createOrder({ customer_id: early.customer_id, order_number: "SO-1" }))).toEqual([
      409,
      ["order_number"],
    ]);
    const existing = await createOrder({ customer_id: late.customer_id, order_number: "SO-2" });
    const { data: linked } = await admin.convertQuote({ id: late.id, to: "order", reference: "SO-2" });
    expect(linked.order_id).toBe(existing.id);
    expect(await getOrder(existing.id)).toMatchObject({ quote_id: late.id, sale_id: late.sale_id });
    const { data: kept } = await admin.convertQuote({ id: foreign.id, to: "order", reference: "SO-2" });
    expect(kept.order_id).toBe("SO-2");
  });

  it("and its order that are written at the same time are linked", async () => {
    const quote = await acceptQuote();
    const [order] = await Promise.all([
      createOrder({ customer_id: quote.customer_id, order_number: "SO-3" }),
      admin.convertQuote({ id: quote.id, to: "order", reference: "SO-3" }),
    ]);
    expect(await getQuote(quote.id)).toMatchObject({ order_id: order.id });
    expect(await getOrder(order.id)).toMatchObject({ quote_id: quote.id });
  });

  it("with a reference of an earlier release becomes the order of that number", async () => {
    const quote = await acceptQuote();
    await admin.convertQuote({ id: quote.id, to: "order", reference: "SO-4" });
    const order = await createOrder({ quote_id: quote.id, order_number: "SO-4", line_items: undefined });
    expect(order).toMatchObject({ quote_id: quote.id, net_amount: "190.00" });
  });
});

describe("a contract", () => {
  it("becomes an order with its value once it is approved", async () => {
    const contract = await createApprovedContract(admin);
    const { data } = await admin.convertContract({ id: contract.id, to: "order" });
    expect(data.sale_id).toBe(contract.id);
    expect(await getOrder(data.order_id)).toMatchObject({ net_amount: contract.contract_value, sale_id: contract.id });
    expect(await readRejection(admin.convertContract({ id: contract.id, to: "order" }))).toEqual([409, ["order_id"]]);
    expect(await readRejection(admin.convertContract({ id: "con_none", to: "order" }))).toEqual([404, []]);
  });
});

describe("a potential", () => {
  const createPotential = async () => {
    const { data: lead } = await admin.createLead({ first_name: "Ada", email: `ada${++customerCount}@mail.example` });
    const input = { personal_key_id: lead.personal_key_id, estimated_value: "500.00", interested_products: ["Keel", "Mast"] };
    return (await admin.createPotential(input)).data;
  };

  it("becomes an order of the person's customer, with one line of its estimated value or with given lines", async () => {
    const { id, personal_key_id } = await createPotential();
    expect(await readRejection(admin.convertPotential({ id, to: "order" }))).toEqual([422, ["order.customer_id"]]);
    const customer_id = await createCustomer();
    const { data: contact } = await admin.createContact({ personal_key_id, customer_id });
    const outcomes = await Promise.all([1, 2].map(() => readRejection(admin.convertPotential({ id, to: "order" }))));
    expect(outcomes).toContainEqual([409, ["converted_to_order_id"]]);
    const { data: potential } = await admin.getPotential({ id });
    expect(potential).toMatchObject({ status: "won", converted_opportunity_id: null });
    expect(await getOrder(potential.converted_to_order_id)).toMatchObject({
      ...{ potential_id: id, customer_id, contact_id: contact.id, net_amount: "500.00", line_items: [{ name: "Keel, Mast" }] },
    });
    const other = await createPotential();
    const { data } = await admin.convertPotential({
      ...{ id: other.id, to: "order", order: { customer_id, line_items: [line] } },
    });
    expect(await getOrder(data.converted_to_order_id)).toMatchObject({ customer_id, contact_id: null, net_amount: "200.00" });
  });

  it("that names the number or id of an order is linked to it", async () => {
    const customer_id = await createCustomer();
    const [early, late] = [await createPotential(), await createPotential()];
    await admin.convertPotential({ id: early.id, to: "order", order_reference: "SO-5" });
    const order = await createOrder({ customer_id, order_number: "SO-5" });
    expect(order.potential_id).toBe(early.id);
    expect((await admin.getPotential({ id: early.id })).data.converted_to_order_id).toBe(order.id);
    const { id } = await createOrder({ customer_id });
    await admin.convertPotential({ id: late.id, to: "order", order_reference: id });
    expect(await getOrder(id)).toMatchObject({ potential_id: late.id });
    const third = await createPotential();
    const made = await createOrder({ customer_id, potential_id: third.id });
    expect((await admin.getPotential({ id: third.id })).data.converted_to_order_id).toBe(made.id);
    expect(await readRejection(createOrder({ customer_id, potential_id: third.id }))).toEqual([409, ["converted_to_order_id"]]);
  });
});
