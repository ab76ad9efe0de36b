import { normalizeRmaCode } from "@crm/core/commerce/after-sales/rma-code.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHiddenField, requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
let customer_id: string;
let contact_id: string;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  // A key stays valid when the clock moves.
  const { data: key } = await tenant.admin.createApiKey({ name: "Service", role: "ADMIN" });
  admin = createClient(inProcessTransport(app, key.key));
  customer_id = (await admin.createCustomer({ name: "Fjord Ltd" })).data.id;
  const contact = { first_name: "Cora", last_name: "Contact", email: "cora@mail.example", customer_id };
  contact_id = (await admin.createContact(contact)).data.id;
});
afterAll(() => app.stop());

const lines = [{ name: "Kayak", quantity: "4", unit_price: "100.00", tax_percent: "19" }];

/** Creates an order that is paid. Three of its four items are delivered. */
async function createDeliveredOrder(more: object = {}) {
  const order = { customer_id, contact_id, owner_id: tenant.userId, line_items: lines, status: "CONFIRMED", ...more };
  const { data } = await admin.createOrder(order);
  const line_id = data.line_items[0]?.id as string;
  const { data: parcel } = await admin.createOrderFulfilment({ id: data.id, items: [{ line_id, quantity: "3" }] });
  await admin.deliverOrderFulfilment({ id: data.id, fulfilment_id: parcel.id });
  await admin.createOrderPayment({ id: data.id, amount: data.total });
  return { id: data.id, line_id };
}

const openCase = async (order: { id: string; line_id: string }, more: object = {}, quantity = "1") =>
  (
    await admin.createAfterSalesCase({
      ...{ order_id: order.id, case_type: "RETURN", reason_id: "damaged", items: [{ line_id: order.line_id, quantity }] },
      ...more,
    })
  ).data;

const receive = async (id: string) => {
  await admin.approveAfterSalesCase({ id });
  await admin.receiveAfterSalesCase({ id });
};

const detailsOf = async (refused: Promise<unknown>): Promise<{ field: string; message: string }[]> =>
  (await refused.then(
    () => expect.fail("Not refused"),
    (error) => error.details,
  )) as { field: string; message: string }[];

describe("an after-sales case", () => {
  it("claims items that are delivered and in no other case, until it is cancelled or rejected", async () => {
    const order = await createDeliveredOrder();
    const first = await openCase(order, {}, "2");
    expect(first).toMatchObject({ status: "REQUESTED", order_id: order.id, customer_id, contact_id, requested_by: "STAFF" });
    expect(await detailsOf(openCase(order, {}, "2"))).toEqual([
      { field: "items[0].quantity", message: "Must be at most 1, which is delivered and in no other case" },
    ]);
    expect(await detailsOf(openCase(order, { items: [] }))).toMatchObject([{ field: "items" }]);
    await admin.cancelAfterSalesCase({ id: first.id });
    const second = await openCase(order, {}, "3");
    await admin.rejectAfterSalesCase({ id: second.id, reason: "Worn" });
    expect((await admin.getOrder({ id: order.id })).data.line_items[0]).toMatchObject({ claimed_quantity: "0" });
    await expect(admin.approveAfterSalesCase({ id: second.id })).rejects.toMatchObject({ status: 409 });
  });

  it("refunds what was accepted, once, and the rest goes back", async () => {
    const order = await createDeliveredOrder();
    const { id } = await openCase(order, {}, "3");
    await expect(admin.resolveAfterSalesCase({ id, resolution: "REFUND" })).rejects.toMatchObject({ status: 409 });
    await receive(id);
    const inspection = [{ line_id: order.line_id, accepted_quantity: "2", condition: "DAMAGED" }];
    await admin.inspectAfterSalesCase({ id, items: inspection });
    const outcomes = await Promise.allSettled([1, 2].map(() => admin.resolveAfterSalesCase({ id, resolution: "REFUND" })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { data: resolved } = await admin.getAfterSalesCase({ id });
    expect(resolved).toMatchObject({ status: "RESOLVED", amount: "238.00", resolution: "REFUND" });
    const { data: after } = await admin.getOrder({ id: order.id });
    expect(after).toMatchObject({ refunded: "238.00", credited: "238.00", balance: "0.00" });
    expect(after.line_items[0]).toMatchObject({ claimed_quantity: "2", returned_quantity: "2", settled_quantity: "2" });
    const { data: refunds } = await admin.listOrderRefunds({ id: order.id });
    expect(refunds.map((refund) => refund.id)).toEqual([resolved.refund_id]);
  });

  it("is resolved by a refund that the provider reported, which lowers the claim once", async () => {
    const order = await createDeliveredOrder();
    const { id } = await openCase(order, { case_type: "REFUND" });
    const other = await openCase(order, { case_type: "COMPLAINT" });
    for (const each of [id, other.id]) await admin.approveAfterSalesCase({ id: each });
    const refund = { id: order.id, amount: "50", provider: "stripe", transaction_id: "re_1" };
    const refund_id = (await admin.createOrderRefund(refund)).data.id;
    const { data } = await admin.resolveAfterSalesCase({ id, resolution: "REFUND", refund_id });
    expect(data).toMatchObject({ amount: "50.00", refund_id });
    expect((await admin.getOrder({ id: order.id })).data).toMatchObject({
      refunded: "50.00",
      credited: "50.00",
      balance: "0.00",
    });
    const again = admin.resolveAfterSalesCase({ id: other.id, resolution: "REFUND", refund_id });
    expect(await detailsOf(again)).toEqual([{ field: "refund_id", message: id }]);
  });

  it("is resolved by a credit note of an invoice, or by a credit", async () => {
    const order = await createDeliveredOrder();
    const { data: draft } = await admin.createOrderInvoice({ id: order.id });
    await admin.issueInvoice({ id: draft.id });
    const { id } = await openCase(order);
    await receive(id);
    const { data } = await admin.resolveAfterSalesCase({ id, resolution: "CREDIT", invoice_id: draft.id });
    const { data: note } = await admin.getInvoice({ id: String(data.invoice_id) });
    expect([data.amount, note.total, note.reason, note.invoice_id]).toEqual(["119.00", "119.00", data.rma_code, draft.id]);
    const complaint = await openCase(order, { case_type: "COMPLAINT", items: [] });
    await admin.approveAfterSalesCase({ id: complaint.id });
    const nothing = admin.resolveAfterSalesCase({ id: complaint.id, resolution: "CREDIT" });
    expect(await detailsOf(nothing)).toMatchObject([{ field: "amount" }]);
    await admin.resolveAfterSalesCase({ id: complaint.id, resolution: "CREDIT", amount: "10" });
    expect((await admin.getOrder({ id: order.id })).data).toMatchObject({ credited: "129.00", refunded: "0.00" });
  });

  it("is resolved by an order at no charge, which is no sale", async () => {
    const order = await createDeliveredOrder();
    const { id } = await openCase(order, { case_type: "EXCHANGE" }, "2");
    await receive(id);
    const { data } = await admin.resolveAfterSalesCase({ id, resolution: "EXCHANGE" });
    const { data: other } = await admin.getOrder({ id: String(data.exchange_order_id) });
    expect(other).toMatchObject({ status: "CONFIRMED", total: "0.00", after_sales_id: id, customer_id, contact_id });
    expect(other.line_items).toMatchObject([{ name: "Kayak", quantity: "2", line_total: "0.00" }]);
    await app.settle();
    const { data: before } = await admin.getOrder({ id: order.id });
    expect(other.sale_id).toBe(before.sale_id);
    const { data: days } = await admin.getOrderDays({});
    const { data: orders } = await admin.listOrders({ customer: customer_id });
    const sales = orders.filter(({ total }) => total !== "0.00").length;
    expect(days.days.reduce((sum, day) => sum + day.confirmed, 0)).toBe(sales);
  });

  it("accepts statuses as numbers, and refuses steps that need more", async () => {
    const order = await createDeliveredOrder();
    const { id } = await openCase(order);
    expect((await admin.updateAfterSalesCase({ id, status: 1, tracking_number: "JD 7" })).data).toMatchObject({
      status: "APPROVED",
      tracking_number: "JD 7",
    });
    const { data: approved } = await admin.listAfterSalesCases({ status: "1", customer: customer_id });
    expect(approved.map((row) => row.id)).toContain(id);
    expect(await detailsOf(admin.updateAfterSalesCase({ id, status: 4 }))).toMatchObject([{ field: "status" }]);
  });

  it("comes of a ticket of the same customer", async () => {
    const order = await createDeliveredOrder();
    const { data: ticket } = await admin.createTicket({ subject: "Broken", description: "Hull", customer_id });
    const stranger = (await admin.createCustomer({ name: "Other" })).data.id;
    const { data: other } = await admin.createTicket({ subject: "Other", description: "Hull", customer_id: stranger });
    expect(await detailsOf(openCase(order, { ticket_id: other.id }))).toMatchObject([{ field: "ticket_id" }]);
    const { id } = await openCase(order, { ticket_id: ticket.id });
    const { data: cases } = await admin.listAfterSalesCases({ ticket: ticket.id });
    expect(cases.map((row) => row.id)).toEqual([id]);
  });

  it("has the service level of a policy, and the user who works on it is told once when it is missed", async () => {
    const policy = { name: "Returns", first_response_minutes: 1, resolution_minutes: 5, calendar_id: null };
    const sla_policy_id = (await admin.createSlaPolicy(policy)).data.id;
    const rule = { sends_mails: true, customers_open_cases: true, sla_policy_id };
    await publishRule(rule);
    const order = await createDeliveredOrder();
    const { id, response_due_at, created_at } = await openCase(order, { owner_id: tenant.userId });
    expect(Date.parse(String(response_due_at)) - Date.parse(created_at)).toBeLessThanOrEqual(60_000);
    app.setClock({ advance: 3 * 60_000 });
    await app.settle();
    expect((await admin.getAfterSalesCase({ id })).data.overdue).toEqual(["RESPONSE"]);
    await admin.approveAfterSalesCase({ id });
    app.setClock({ advance: 4 * 60_000 });
    await app.settle();
    expect((await admin.getAfterSalesCase({ id })).data.overdue).toEqual(["RESPONSE", "RESOLUTION"]);
    const { data: notifications } = await tenant.admin.listNotifications({});
    const titles = notifications.filter(({ record_id }) => record_id === id).map(({ title }) => title.split(":")[0]);
    expect(titles.sort()).toEqual(["After-sales case assigned to you", "After-sales case overdue", "After-sales case overdue"]);
    await publishRule({ ...rule, sla_policy_id: null });
  });

  it("counts in the figures of its product by reason, unless it is rejected", async () => {
    const product_id = (await admin.createProduct({ name: "Paddle", unit_price: "10" })).data.id;
    const order = await createDeliveredOrder({ line_items: [{ ...lines[0], product_id }] });
    const [kept, rejected] = [await openCase(order, {}, "1.5"), await openCase(order, { reason_id: "other" })];
    await admin.rejectAfterSalesCase({ id: rejected.id, reason: "Worn" });
    await receive(kept.id);
    await admin.resolveAfterSalesCase({ id: kept.id, resolution: "REFUND", amount: "5" });
    await app.settle();
    const { data } = await admin.getAfterSalesFigures({ product_id });
    expect(data).toMatchObject({
      cases: 1,
      quantity: "1.5",
      by_reason: [{ reason_id: kept.reason_id, quantity: "1.5" }],
      by_resolution: [{ resolution: "REFUND", quantity: "1.5" }],
    });
  });
});

const publishRule = async (definition: object): Promise<void> => {
  const { data: draft } = await allowAnyInput(admin).createRuleVersion({ kind: "after_sales", definition });
  await admin.publishRuleVersion({ kind: "after_sales", id: draft.id });
  app.setClock({ advance: 60_000 });
};

describe("an RMA code", () => {
  it("has 80 random bits, and is found as people type it, by those who see the order", async () => {
    const order = await createDeliveredOrder();
    const { id, rma_code } = await openCase(order);
    expect(rma_code).toMatch(/^RMA(-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
    const typed = rma_code.toLowerCase().replaceAll("-", " ");
    const { data: found } = await admin.listAfterSalesCases({ rma_code: typed });
    expect(found.map((row) => row.id)).toEqual([id]);
    const colleague = await addUser(app, tenant, "SALES_REP");
    expect((await colleague.client.listAfterSalesCases({ rma_code })).data).toEqual([]);
    const { admin: stranger } = await signUp(app);
    expect((await stranger.listAfterSalesCases({ rma_code })).data).toEqual([]);
    expect((await admin.listAfterSalesCases({ rma_code: "RMA-0000" })).data).toEqual([]);
  });

  it.each([
    ["rma 7k3m 9qxt 2b8v w4nz", "RMA-7K3M-9QXT-2B8V-W4NZ"],
    ["7k3m9qxt2b8vw4nz", "RMA-7K3M-9QXT-2B8V-W4NZ"],
    ["RMA-OIL0-0000-0000-0000", "RMA-0110-0000-0000-0000"],
    ["O-2026-000001", "O-2026-000001"],
  ])("is read from %s", (typed, code) => {
    expect(normalizeRmaCode(typed)).toBe(code);
  });
});

describe("the page of an order", () => {
  it("lets the customer open a case once, shows its code and its state, and mails each step", async () => {
    const order = await createDeliveredOrder();
    await admin.sendOrder({ id: order.id, to: "buyer@mail.example" });
    await app.settle();
    const link = await findMailLink(app, "buyer@mail.example", "/q/");
    const page = await requestPage(app, link);
    expect(page.body).toContain("Return items or complain");
    const form = (quantity: string): [string, string][] => [
      ["act", "request"],
      ["request_id", readHiddenField(page, "request_id")],
      ["type", "RETURN"],
      ["item", order.line_id],
      ["quantity", quantity],
      ["details", "Cracked ‹hull›"],
    ];
    const refused = await requestPage(app, link, {}, form("4"));
    expect([refused.status, refused.body.includes("Enter a number up to 3")]).toEqual([400, true]);
    expect((await requestPage(app, link, {}, form(""))).body).toContain("Enter a quantity for at least one item");
    const [sent, repeated] = [await requestPage(app, link, {}, form("3")), await requestPage(app, link, {}, form("3"))];
    const code = /RMA(-\w{4}){4}/.exec(sent.body)?.[0] ?? expect.fail(sent.body);
    expect(repeated.body).toContain(`Its code is ${code}`);
    const another = form("1").map(([name, value]): [string, string] => [name, name === "request_id" ? "another" : value]);
    expect((await requestPage(app, link, {}, another)).status).toBe(404);
    const { data: cases } = await admin.listOrderAfterSalesCases({ id: order.id });
    expect(cases).toMatchObject([{ rma_code: code, requested_by: "CUSTOMER", status: "REQUESTED" }]);
    const id = String(cases[0]?.id);
    expect((await admin.getAfterSalesCase({ id })).data).toMatchObject({ details: "Cracked ‹hull›", owner_id: tenant.userId });
    await admin.approveAfterSalesCase({ id, message: "Pack it well" });
    await app.settle();
    const mails = app.mail.sent("cora@mail.example").filter(({ subject }) => subject.includes(code));
    expect(mails.map(({ text }) => [text.includes("Pack it well"), text.includes("3 × Kayak")])).toEqual([[true, true]]);
    const later = await requestPage(app, link);
    expect([later.body.includes(code), later.body.includes("Approved")]).toEqual([true, true]);
    const { data: notifications } = await tenant.admin.listNotifications({});
    expect(notifications.filter(({ record_id }) => record_id === id).map(({ title }) => title)).toEqual([
      `A customer asks for a return: ${code} (${cases[0]?.order_number})`,
    ]);
  });

  it("takes complaints about an order that has not arrived, five at a time", async () => {
    const order = { customer_id, contact_id, owner_id: tenant.userId, line_items: lines, status: "CONFIRMED" };
    const { data } = await admin.createOrder(order);
    await admin.sendOrder({ id: data.id, to: "late@mail.example" });
    await app.settle();
    const link = await findMailLink(app, "late@mail.example", "/q/");
    const complain = (request_id: string, details: string) =>
      requestPage(app, link, {}, [
        ["act", "request"],
        ["request_id", request_id],
        ["type", "COMPLAINT"],
        ["details", details],
      ]);
    const page = await requestPage(app, link);
    expect([/<summary[^>]*>Complain<\/summary>/.test(page.body), page.body.includes('name="quantity"')]).toEqual([true, false]);
    const refused = await complain("empty", " ");
    expect([refused.status, refused.body.includes("Describe the problem")]).toEqual([400, true]);
    const sent = await complain("first", "Nothing came");
    expect((await complain("first", "Nothing came")).body).toContain(/RMA(-\w{4}){4}/.exec(sent.body)?.[0]);
    for (const request_id of ["second", "third", "fourth", "fifth"])
      expect((await complain(request_id, "Still")).status).toBe(200);
    expect((await complain("sixth", "Still")).status).toBe(404);
    expect((await requestPage(app, link)).body).not.toContain("<summary>");
    const { data: cases } = await admin.listOrderAfterSalesCases({ id: data.id });
    expect(cases.map(({ case_type }) => case_type)).toEqual(Array(5).fill("COMPLAINT"));
    await admin.rejectAfterSalesCase({ id: String(cases[0]?.id), reason: "Sent today" });
    const after = await requestPage(app, link);
    expect([after.body.includes("<summary"), after.body.includes("Rejected")]).toEqual([true, true]);
    await admin.cancelOrder({ id: data.id, reason: "Lost" });
    expect((await requestPage(app, link)).body).not.toContain("<summary>");
  });

  it("takes a complaint without items also beside items that can come back", async () => {
    const order = await createDeliveredOrder();
    await admin.sendOrder({ id: order.id, to: "rude@mail.example" });
    await app.settle();
    const link = await findMailLink(app, "rude@mail.example", "/q/");
    const form = (type: string, details: string): [string, string][] => [
      ["act", "request"],
      ["request_id", type],
      ["type", type],
      ["item", order.line_id],
      ["quantity", ""],
      ["details", details],
    ];
    expect((await requestPage(app, link, {}, form("RETURN", "Cracked"))).body).toContain("Enter a quantity");
    expect((await requestPage(app, link, {}, form("COMPLAINT", ""))).body).toContain("Describe the problem");
    expect((await requestPage(app, link, {}, form("COMPLAINT", "The driver was rude"))).body).toContain("Its code is RMA");
    const { data: cases } = await admin.listOrderAfterSalesCases({ id: order.id });
    expect(cases).toMatchObject([{ case_type: "COMPLAINT", requested_by: "CUSTOMER" }]);
  });
});
