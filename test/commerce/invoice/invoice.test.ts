import { createHash } from "node:crypto";
import { outlineInvoice, readFrozenLetter } from "@crm/core/commerce/invoice/document.ts";
import { Invoice as InvoiceVerbs } from "@crm/core/commerce/invoice/invoice.ts";
import { InvoicePdf } from "@crm/core/commerce/invoice/pdf.ts";
import { Ledger } from "@crm/core/commerce/order/ledger.ts";
import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { type ProviderFact, postFact } from "@crm/core/commerce/payment-account/provider-fact.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { hasAllFonts } from "@crm/local/ports/fonts.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentLetters, keepLetters, pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  colleague = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
const dayFromNow = (days: number): string => new Date(Clock.ms() + days * DAY_MS).toISOString().slice(0, 10);
const year = new Date(Clock.ms()).getUTCFullYear();

let customerCount = 0;
const createCustomer = async () => (await tenant.admin.createCustomer({ name: `Havn ${++customerCount}` })).data.id;
const kayak = { name: "Kayak", quantity: "3", unit_price: "33.33", tax_percent: "19" };
const paddle = { name: "Paddle", quantity: "1", unit_price: "20.00", tax_percent: "7" };
const createOrder = async (more: object = {}) => {
  const input = {
    customer_id: await createCustomer(),
    currency: "EUR",
    status: "CONFIRMED",
    line_items: [kayak, paddle],
    ...more,
  };
  return (await tenant.admin.createOrder(input)).data;
};
const draft = async (id: string, more: object = {}) => (await tenant.admin.createOrderInvoice({ id, ...more })).data;
const issue = async (id: string, more: object = {}) => (await tenant.admin.issueInvoice({ id, ...more })).data;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, details }: { status: number; details?: { field: string }[] }) => [
      status,
      (details ?? []).map(({ field }) => field),
    ],
  );
const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.runWithSettings(work));
const renderInTenant = (id: string) => runInTenant(() => InvoicePdf.render({ id }));
const outlineIssued = async (id: string) => {
  const invoice = await InvoiceVerbs.get({ id });
  return outlineInvoice(invoice, readFrozenLetter(invoice) ?? expect.fail("The invoice has no letter")).render();
};
const requestPdf = async (id: string): Promise<Buffer> =>
  Buffer.from((await callOperation(app, tenant.token, "getInvoicePdf", { id })).body, "base64");
const readInvoice = async (id: string) => (await tenant.admin.getInvoice({ id })).data;

describe("a draft", () => {
  it("takes parts of a confirmed order, whose sum is never more than the order", async () => {
    const unconfirmed = await createOrder({ status: "DRAFT" });
    expect(await readRejection(draft(unconfirmed.id))).toEqual([409, ["status"]]);
    const order = await createOrder({ shipping_amount: "4.90" });
    const [kayaks, paddles] = order.line_items.map(({ id }) => id);
    const half = { line_items: [{ line_id: kayaks, quantity: "1.5" }], shipping_amount: "0" };
    const first = await draft(order.id, half);
    expect(first).toMatchObject({
      status: "DRAFT",
      invoice_number: null,
      net_amount: "50.00",
      tax_amount: "9.50",
      total: "59.50",
    });
    expect(await readRejection(draft(order.id, { line_items: [{ line_id: kayaks, quantity: "1.6" }] }))).toEqual([
      400,
      ["line_items[0].quantity"],
    ]);
    const rest = await draft(order.id);
    expect(rest.line_items.map(({ quantity, net_amount }) => [quantity, net_amount])).toEqual([
      ["1.5", "49.99"],
      ["1", "20.00"],
    ]);
    // Both add up to the order, to the cent.
    expect([order.total, rest.total]).toEqual(["145.29", "85.79"]);
    expect(rest.taxes).toEqual([
      { tax_percent: "0", net_amount: "4.90", tax_amount: "0.00" },
      { tax_percent: "7", net_amount: "20.00", tax_amount: "1.40" },
      { tax_percent: "19", net_amount: "49.99", tax_amount: "9.50" },
    ]);
    expect(await readRejection(draft(order.id))).toEqual([409, ["line_items"]]);
    const changed = { id: rest.id, line_items: [{ line_id: paddles, quantity: "1" }], text: "Thank you" };
    expect((await allowAnyInput(tenant.admin).updateInvoice(changed)).data).toMatchObject({ total: "26.30", text: "Thank you" });
    await tenant.admin.deleteInvoice({ id: first.id });
    expect(await readRejection(readInvoice(first.id))).toEqual([404, []]);
    expect((await draft(order.id)).total).toBe("118.99");
    expect((await tenant.admin.listOrderInvoices({ id: order.id })).data).toHaveLength(2);
    expect(await readRejection(colleague.client.getInvoice({ id: rest.id }))).toEqual([404, []]);
    expect(await readRejection(colleague.client.createOrderInvoice({ id: order.id }))).toEqual([404, []]);
  });
});

describe("an issued invoice", () => {
  it("has the next number, and its content and PDF never change", async () => {
    await tenant.admin.updateTenant({ settings: { letterhead: { sender: ["Fjord AS", "Kai 1"], tax_id: "NO 123" } } });
    const order = await createOrder({ billing_address: { recipient: "Havn", address_line1: "Dock 2", city: "Bergen" } });
    const { id } = await draft(order.id, { buyer_tax_id: "DE 9" });
    expect(await readRejection(issue(id, { invoice_date: dayFromNow(1) }))).toEqual([400, ["invoice_date"]]);
    const issued = await issue(id);
    expect(issued).toMatchObject({
      status: "ISSUED",
      invoice_number: `INV-${year}-000001`,
      invoice_date: dayFromNow(0),
      supply_date: dayFromNow(0),
      due_date: dayFromNow(14),
      seller: ["Fjord AS", "Kai 1"],
      buyer: ["Havn", "Dock 2", "Bergen"],
      seller_tax_id: "NO 123",
      buyer_tax_id: "DE 9",
      open_amount: "140.39",
      payment_state: "UNPAID",
    });
    const refused = [tenant.admin.updateInvoice({ id, text: "Other" }), tenant.admin.deleteInvoice({ id }), issue(id)];
    expect(await Promise.all(refused.map(readRejection))).toEqual(Array(3).fill([409, ["status"]]));
    const next = await draft((await createOrder()).id);
    expect(await readRejection(issue(next.id, { invoice_date: dayFromNow(-1) }))).toEqual([422, ["invoice_date"]]);
    await tenant.admin.updateTenant({ settings: { letterhead: { sender: ["Other AS"] } } });
    const before = await requestPdf(id);
    await app.settle();
    const { pdf_sha256 } = await readInvoice(id);
    const after = await requestPdf(id);
    expect(after.compare(before)).toBe(0);
    expect(createHash("sha256").update(after).digest("hex")).toBe(pdf_sha256);
    const former = { id: next.id, invoice_date: `${year - 1}-12-31` };
    expect((await tenant.admin.issueInvoice(former)).data.invoice_number).toBe(`INV-${year - 1}-000001`);
  });
});

describe("the PDF", () => {
  const scripts = [
    ["de", "Segel für Łukasz", "Rechnung"],
    ["ar", "قارب شراعي", "فاتورة"],
    ...(hasAllFonts() ? [["ja", "帆船の部品", "請求書"]] : []),
    ["en", "Парусная лодка", "Invoice"],
  ];
  it.each(scripts)("has the words of %s, and the texts of the order", async (language, name, title) => {
    const order = await createOrder({ line_items: [{ ...kayak, name }] });
    const { id } = await draft(order.id, { language, text: name });
    const { file_name } = await renderInTenant(id);
    expect(file_name).toBe(`${order.order_number}.pdf`);
    const issued = await issue(id);
    const { bytes, missing_fonts } = await renderInTenant(id);
    expect(missing_fonts).toEqual([]);
    const document = await runInTenant(() => outlineIssued(id));
    expect(document.title).toBe(`${title} ${issued.invoice_number}`);
    const pages = (await readPages(bytes)).map(pageLetters);
    expect(keepLetters(pages.join(""))).toContain(documentLetters(document, ""));
  });

  it("has each of 200 lines, in order", async () => {
    const line_items = Array.from({ length: 200 }, (_, index) => ({ name: `Part ${index + 1}`, unit_price: `${index + 1}.01` }));
    const order = await createOrder({ line_items });
    const { id } = await draft(order.id);
    const issued = await issue(id);
    expect(issued.total).toBe("20102.00");
    const { blocks } = await runInTenant(() => outlineIssued(id));
    const names = blocks.flatMap((block) => (block.kind === "table" ? block.rows.map((row) => row[1]) : []));
    expect(names).toEqual(line_items.map(({ name }) => name));
  });
});

describe("money of an order that is paid, partly returned, refunded and revised", () => {
  it("is the same in invoices, credit notes, ledger and ageing", async () => {
    const lines = [
      { ...kayak, unit_price: "100.00" },
      { ...paddle, quantity: "2", unit_price: "50.00" },
    ];
    const order = await createOrder({ line_items: lines });
    const { id, customer_id } = order;
    const first = await issue((await draft(id)).id);
    const states: unknown[] = [];
    const record = async (step: string, invoiceId = first.id) => {
      await app.settle();
      const { due, balance, payment_state } = (await tenant.admin.getOrder({ id })).data;
      const invoice = await readInvoice(invoiceId);
      states.push([step, due, balance, payment_state, invoice.credited_amount, invoice.open_amount, invoice.payment_state]);
    };
    await record("issued");
    await tenant.admin.createOrderPayment({ id, amount: "464" });
    await record("paid");
    const kayaks = { line_id: order.line_items[0]?.id, quantity: "1" };
    const returned = { id: first.id, line_items: [kayaks], reason: "Returned" };
    const { data: note } = await allowAnyInput(tenant.admin).creditInvoice(returned);
    await record("returned");
    await tenant.admin.createOrderRefund({ id, amount: "119" });
    await record("refunded");
    const rack = { name: "Rack", unit_price: "80.00", tax_percent: "19" };
    const line_items = [...order.line_items.map((line, index) => ({ ...lines[index], id: line.id })), rack];
    await tenant.admin.reviseOrder({ id, reason: "And a rack", line_items });
    const second = await issue((await draft(id)).id);
    await record("revised", second.id);
    expect(states).toEqual([
      ["issued", "464.00", "464.00", "UNPAID", "0.00", "464.00", "UNPAID"],
      ["paid", "464.00", "0.00", "PAID", "0.00", "0.00", "PAID"],
      ["returned", "345.00", "-119.00", "OVERPAID", "119.00", "0.00", "PAID"],
      ["refunded", "345.00", "0.00", "PARTLY_REFUNDED", "119.00", "0.00", "PAID"],
      ["revised", "440.20", "95.20", "PARTLY_REFUNDED", "0.00", "95.20", "UNPAID"],
    ]);
    expect(note).toMatchObject({
      ...{ document_type: "CREDIT_NOTE", invoice_number: `CN-${year}-000001`, invoice_id: first.id, total: "119.00" },
      ...{ corrected_number: first.invoice_number, reason: "Returned" },
    });
    const { data: entries } = await tenant.admin.listOrderLedger({ id });
    expect(entries.map(({ entry_type, amount, record_id }) => [entry_type, amount, record_id === note.id]).reverse()).toEqual([
      ["CONFIRMATION", "464.00", false],
      ["PAYMENT", "464.00", false],
      ["CREDIT", "119.00", true],
      ["REFUND", "119.00", false],
      ["REVISION", "95.20", false],
    ]);
    const row = { customer_id, currency: "EUR", open_amount: "95.20", not_due: "95.20", invoice_count: 1 };
    expect((await tenant.admin.getCustomerAgeing({ id: customer_id })).data.rows).toMatchObject([row]);
    expect((await tenant.admin.listInvoiceAgeing({})).data.rows).toContainEqual(expect.objectContaining(row));
    expect((await colleague.client.listInvoiceAgeing({})).data.rows).toEqual([]);
    const below = { id, reason: "Less", line_items: [{ ...lines[0], id: order.line_items[0]?.id, quantity: "2" }, rack] };
    expect(await readRejection(tenant.admin.reviseOrder(below))).toEqual([400, ["line_items[0].quantity", "line_items"]]);
  });

  it("is the same beside a dispute that is lost for a while, and in the lifetime value", async () => {
    const lines = [
      { ...kayak, unit_price: "100.00" },
      { ...paddle, quantity: "2", unit_price: "50.00" },
    ];
    const { data: customer } = await tenant.admin.createCustomer({ name: "Havn of the dispute", currency: "EUR" });
    const order = await createOrder({ customer_id: customer.id, line_items: lines });
    const { id, customer_id } = order;
    const first = await issue((await draft(id)).id);
    const states: unknown[] = [];
    const record = async (step: string) => {
      await app.settle();
      const { due, balance, payment_state } = (await tenant.admin.getOrder({ id })).data;
      const { data: ageing } = await tenant.admin.getCustomerAgeing({ id: customer_id });
      const { data: buyer } = await tenant.admin.getCustomer({ id: customer_id });
      const { open_amount } = await readInvoice(first.id);
      states.push([step, due, balance, payment_state, open_amount, ageing.rows[0]?.open_amount, buyer.lifetime_value]);
    };
    const post = (fact: object) =>
      runInTenant(() => postFact({ provider: "stripe", currency: "EUR", occurred_at: Clock.now(), ...fact } as ProviderFact));
    await record("issued");
    await post({ type: "charge", transaction_id: "ch_1", amount: "464.00", order: id, status: "SUCCEEDED" });
    await record("charged");
    const line_items = [{ line_id: order.line_items[0]?.id, quantity: "1" }];
    await allowAnyInput(tenant.admin).creditInvoice({ id: first.id, line_items, reason: "Returned" });
    await record("returned");
    await post({ type: "refund", transaction_id: "re_1", amount: "119.00", order: id, charge: "ch_1", status: "SUCCEEDED" });
    await record("refunded");
    const dispute = { type: "dispute", transaction_id: "dp_1", amount: "464.00", charge: "ch_1" };
    await post({ ...dispute, funds: "withdrawn" });
    await record("withdrawn");
    const rack = { name: "Rack", unit_price: "80.00", tax_percent: "19" };
    const revised = [...order.line_items.map((line, index) => ({ ...lines[index], id: line.id })), rack];
    await tenant.admin.reviseOrder({ id, reason: "And a rack", line_items: revised });
    await issue((await draft(id)).id);
    await record("revised");
    await post({ ...dispute, funds: "reinstated" });
    await record("reinstated");
    expect(states).toEqual([
      ["issued", "464.00", "464.00", "UNPAID", "464.00", "464.00", "0.00"],
      ["charged", "464.00", "0.00", "PAID", "0.00", undefined, "464.00"],
      ["returned", "345.00", "-119.00", "OVERPAID", "0.00", undefined, "464.00"],
      ["refunded", "345.00", "0.00", "PARTLY_REFUNDED", "0.00", undefined, "345.00"],
      ["withdrawn", "345.00", "464.00", "PARTLY_REFUNDED", "345.00", "345.00", "-119.00"],
      ["revised", "440.20", "559.20", "PARTLY_REFUNDED", "345.00", "440.20", "-119.00"],
      ["reinstated", "440.20", "95.20", "PARTLY_REFUNDED", "0.00", "95.20", "345.00"],
    ]);
  });

  it("is credited at most once", async () => {
    const order = await createOrder({ shipping_amount: "4.90" });
    const { id, total } = await issue((await draft(order.id)).id);
    const credit = (more: object) => tenant.admin.creditInvoice({ id, reason: "Goodwill", ...more });
    expect(await readRejection(credit({ amount: "145.30" }))).toEqual([422, ["amount"]]);
    expect(await readRejection(credit({ reason: " " }))).toEqual([400, ["reason"]]);
    expect((await credit({ amount: "10" })).data).toMatchObject({ total: "10.00" });
    const [kayaks] = order.line_items;
    const items = { line_items: [{ line_id: kayaks?.id, quantity: "1" }] };
    expect((await credit(items)).data.total).toBe("39.66");
    expect((await credit({})).data.total).toBe("95.63");
    expect(await readRejection(credit({}))).toEqual([422, ["amount"]]);
    await app.settle();
    expect(await readInvoice(id)).toMatchObject({
      total,
      credited_amount: total,
      open_amount: "0.00",
      payment_state: "CREDITED",
    });
    expect((await tenant.admin.getOrder({ id: order.id })).data).toMatchObject({ due: "0.00", credited: total });
  });
});

describe("mails to the customer", () => {
  const listMails = async (to: string) => app.mail.sent(to).map(({ subject, attachments = [] }) => [subject, attachments.length]);

  it("have the PDF, and each level of reminders comes once while the invoice is open", async () => {
    const levels = [1, 2, 3].map((days_after_due) => ({ days_after_due, text: days_after_due === 2 ? "Hurry up" : null }));
    const rule = { kind: "invoice_reminders", definition: { payment_days: 0, levels } };
    const { data: version } = await tenant.admin.createRuleVersion(rule);
    await tenant.admin.publishRuleVersion({ kind: "invoice_reminders", id: version.id });
    app.setClock({ advance: 60_000 });
    const to = "billing@havn.example";
    // A key stays valid when the clock moves.
    const { data: key } = await tenant.admin.createApiKey({ name: "Books", role: "ADMIN" });
    const books = createClient(inProcessTransport(app, key.key));
    const open = async () => {
      const order = await createOrder();
      const { id } = await issue((await draft(order.id)).id);
      return { id, order_id: order.id };
    };
    const [late, reviewed, paid] = [await open(), await open(), await open()];
    expect(await readRejection(tenant.admin.sendInvoice({ id: late.id }))).toEqual([400, ["to"]]);
    await tenant.admin.sendInvoice({ id: late.id, to });
    await runInTenant(() =>
      Records.change(Orders, reviewed.order_id, (order) => Ledger.withFigures({ ...order, review_reasons: ["OTHER_CURRENCY"] })),
    );
    for (const { id } of [reviewed, paid]) await tenant.admin.sendInvoice({ id, to: `${id}@havn.example` });
    await tenant.admin.createOrderPayment({ id: paid.order_id, amount: "140.39" });
    await app.settle();
    const { invoice_number } = await readInvoice(late.id);
    expect(await listMails(to)).toEqual([[expect.stringContaining(`Invoice ${invoice_number} from`), 1]]);
    for (let day = 0; day < 2; day++) {
      app.setClock({ advance: DAY_MS });
      await app.settle();
    }
    expect((await listMails(to)).slice(1)).toEqual([
      [expect.stringContaining(`Reminder: invoice ${invoice_number}`), 1],
      [expect.stringContaining(`Second reminder: invoice ${invoice_number}`), 1],
    ]);
    expect(app.mail.sent(to).at(-1)?.text).toContain("Hurry up");
    const links = app.mail.sent(to).map(({ text }) => /http:\S+\/q\/\S+/.exec(text)?.[0]);
    expect([new Set(links).size, links[0]]).toEqual([1, expect.any(String)]);
    await books.createOrderPayment({ id: late.order_id, amount: "140.39" });
    app.setClock({ advance: DAY_MS });
    await app.settle();
    expect(await listMails(to)).toHaveLength(3);
    expect((await books.getInvoice({ id: late.id })).data).toMatchObject({
      reminder_level: 2,
      next_reminder_at: null,
      payment_state: "PAID",
    });
    for (const { id } of [reviewed, paid]) expect(await listMails(`${id}@havn.example`)).toHaveLength(1);
    expect((await books.getInvoice({ id: reviewed.id })).data).toMatchObject({
      reminder_level: 0,
      next_reminder_at: expect.any(String),
    });
    app.setClock({ reset: true });
  });
});
