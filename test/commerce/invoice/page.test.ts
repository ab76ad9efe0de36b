import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readPictureUrl, requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink, pageTitle } from "../../functions/pages/support.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** The customer's page of an invoice: what is open by the order as it is now, beside the content that was issued. */

const DAY_MS = 24 * 60 * 60 * 1000;
const letterhead = { sender: ["Harbour Ltd", "1 Quay Street"], footer: "Harbour Bank · IBAN DE02 1203 0000 0000 2020 51" };
const NOON = "2026-03-10T12:00:00.000Z";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: NOON });
  tenant = await signUp(app, { currency: "EUR", timezone: "Europe/Berlin", visibility: "own", letterhead });
  admin = tenant.admin;
  rep = await addUser(app, tenant, "SALES_REP");
});
afterEach(() => app.setClock({ now: NOON }));
afterAll(() => app.stop());

let mailCount = 0;
async function createOrder(as: Tenant["admin"], more: object = {}) {
  const { data: customer } = await as.createCustomer({ name: "Fjord <b> Ltd" });
  const line_items = [{ name: "Kayak", quantity: "2", unit_price: "100.00", tax_percent: "19" }];
  return (await as.createOrder({ customer_id: customer.id, currency: "EUR", line_items, status: "CONFIRMED", ...more })).data;
}

async function issue(as: Tenant["admin"], orderId: string, more: object = {}) {
  const { data: draft } = await as.createOrderInvoice({ id: orderId, ...more });
  return (await as.issueInvoice({ id: draft.id })).data;
}

/** Sends an invoice, and returns the link in the mail. */
async function send(as: Tenant["admin"], id: string, more: object = {}): Promise<string> {
  const to = `books${++mailCount}@mail.example`;
  await as.sendInvoice({ id, to, ...more });
  return findMailLink(app, to, "/q/");
}

async function createSent(as: Tenant["admin"] = admin) {
  const order = await createOrder(as);
  const invoice = await issue(as, order.id);
  return { order, invoice, link: await send(as, invoice.id) };
}

const readText = ({ body }: { body: string }) =>
  body
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");
const readPage = async (link: string) => readText(await requestPage(app, link));

describe("the page of an invoice", () => {
  it("says what is open, how late it is, and how to pay with the bank details of the letterhead", async () => {
    const { invoice, link } = await createSent();
    const text = await readPage(link);
    for (const part of [
      ...[`Invoice ${invoice.invoice_number}`, "Fjord &lt;b&gt; Ltd", "Kayak", "Tax 19% on €200.00", "€38.00"],
      ...["Open amount: €238.00", "Due date: March 24, 2026 · in 14 days", "How to pay", "Payee Harbour Ltd"],
      ...[`Payment reference ${invoice.invoice_number}`, letterhead.footer],
    ])
      expect(text).toContain(part);
    expect(text).not.toContain("Accept");
    app.setClock({ advance: 19 * DAY_MS });
    expect(await readPage(link)).toContain("March 24, 2026 · 5 days late");
  });

  it("follows payments, refunds and credit notes at once, and is never another document than the one that was issued", async () => {
    const { order, invoice, link } = await createSent();
    await admin.createOrderPayment({ id: order.id, amount: "100" });
    const { data: note } = await admin.creditInvoice({ id: invoice.id, amount: "38", reason: "Late" });
    await admin.createOrderPayment({ id: order.id, amount: "40" });
    const before = await requestPage(app, link);
    const text = readText(before);
    for (const part of [
      ...["Payment -€100.00", "Payment -€40.00", `Credit note ${note.invoice_number} -€38.00`],
      ...["Payments -€140.00", "Credit notes -€38.00", "Open amount €60.00", "Open amount: €60.00"],
    ])
      expect(text).toContain(part);
    // The credit note was not shared yet.
    expect(before.body).not.toContain(`${note.invoice_number}</a>`);
    const noteLink = new URL(await send(admin, note.id)).pathname;
    expect((await requestPage(app, link)).body).toContain(`<a href="${noteLink}">Credit note ${note.invoice_number}</a>`);
    const notePage = await readPage(noteLink);
    expect(notePage).toContain(`This credit note corrects invoice ${invoice.invoice_number}`);
    expect(notePage).not.toContain("How to pay");
    await admin.updateTenant({ settings: { letterhead: { sender: ["Renamed Ltd"], footer: "Another bank" } } });
    await admin.updateCustomer({ id: order.customer_id, name: "Renamed customer" });
    await admin.createOrderPayment({ id: order.id, amount: "60" });
    const paid = await requestPage(app, link);
    expect(readText(paid)).toContain("Paid in full.");
    const [document = ""] = /<article[\s\S]*<\/article>/.exec(paid.body) ?? [];
    expect(document).toContain(letterhead.footer);
    for (const part of ["How to pay", "Renamed", "Another bank"]) expect(document).not.toContain(part);
    await admin.updateTenant({ settings: { letterhead } });
  });

  it("says that an invoice was cancelled by a credit note, or that nothing is left of a cancelled order", async () => {
    const credited = await createSent();
    await admin.creditInvoice({ id: credited.invoice.id, reason: "Wrong customer" });
    expect(await readPage(credited.link)).toContain("Cancelled by a credit note. There is nothing left to pay.");
    const cancelled = await createSent();
    await admin.cancelOrder({ id: cancelled.order.id, reason: "Changed plans" });
    const text = await readPage(cancelled.link);
    expect(text).toContain("There is nothing left to pay.");
    expect(text).toContain("Other credits -€238.00");
  });

  it("has the stored PDF, in the language in which it was issued", async () => {
    const { order, invoice } = await createSent();
    const german = await issue(admin, (await createOrder(admin)).id, { language: "de" });
    const link = await send(admin, german.id);
    const page = await requestPage(app, link, { headers: { "accept-language": "ja" } });
    expect(page.body).toContain('<html lang="de"');
    const file = await requestPage(app, /href="(\/q\/[^"]+\/pdf)"/.exec(page.body)?.[1] ?? "");
    const own = await callOperation(app, tenant.token, "getInvoicePdf", { id: german.id });
    expect([file.status, file.body]).toEqual([200, own.body]);
    expect([order.id, invoice.order_id]).toEqual([invoice.order_id, order.id]);
  });
});

describe("the link of an invoice", () => {
  it("is in the mails of sending and reminding, and each mail is sent once", async () => {
    const { order, invoice, link } = await createSent(rep.client);
    const [mail, ...others] = app.mail.sent(`books${mailCount}@mail.example`);
    expect([mail?.attachments?.length, mail?.text.includes(link), others]).toEqual([1, true, []]);
    const { data } = await rep.client.listOrderActivities({ id: order.id });
    expect(data.map(({ subject }) => subject)).toEqual([`${invoice.invoice_number} was sent to books${mailCount}@mail.example`]);
  });

  it("counts views of the customer, tells the owner of the order, and not those of a preview", async () => {
    const { order, invoice, link } = await createSent(rep.client);
    expect((await requestPage(app, `${link}?preview=1`)).body).not.toContain('class="seen"');
    for (let view = 0; view < 2; view++) {
      await requestPage(app, readPictureUrl(await requestPage(app, link)));
      app.setClock({ advance: 31 * 60_000 });
    }
    await app.settle();
    app.setClock({ now: NOON });
    const { data: offer } = await rep.client.readInvoiceOffer({ id: invoice.id });
    expect(offer).toMatchObject({ view_count: 2, answer: null, reminder_at: null });
    const { data: activities } = await rep.client.listOrderActivities({ id: order.id });
    const opened = `${invoice.invoice_number} was opened by the customer`;
    expect(activities.filter(({ subject }) => subject === opened)).toHaveLength(1);
    const { data: told } = await rep.client.listNotifications({});
    expect(told.filter(({ record_id }) => record_id === invoice.id).map(({ type, title }) => [type, title])).toEqual([
      ["offer_viewed", `The customer has opened ${invoice.invoice_number}`],
    ]);
  });

  it("leads nowhere once it is revoked, in another tenant, or if the tenant is suspended", async () => {
    const { invoice, link } = await createSent();
    const stranger = await signUp(app);
    const foreign = await createSent(stranger.admin);
    const signature = link.split(".").at(-1) ?? "";
    const forged = foreign.link.replace(/[^.]+$/, signature);
    await admin.revokeInvoiceLinks({ id: invoice.id });
    await operateLocally(app.ports, { action: "suspend", tenant: stranger.id, reason: "Unpaid" });
    for (const ended of [link, forged, foreign.link]) {
      const page = await requestPage(app, ended, { headers: { "accept-language": "de" } });
      expect([page.status, pageTitle(page)]).toEqual([404, "Hier ist nichts"]);
      expect((await requestPage(app, `${new URL(ended).pathname}/pdf`)).status).toBe(404);
    }
    expect(await send(admin, invoice.id)).not.toBe(link);
    for (const as of [rep.client, (await signUp(app)).admin]) {
      await expect(as.readInvoiceOffer({ id: invoice.id })).rejects.toMatchObject({ status: 404 });
      await expect(as.revokeInvoiceLinks({ id: invoice.id })).rejects.toMatchObject({ status: 404 });
    }
  });

  it("is on the page of the order, for invoices that were shared", async () => {
    const order = await createOrder(admin);
    const [line] = order.line_items;
    const half = { line_items: [{ line_id: line?.id, quantity: "1" }] };
    const shared = await issue(admin, order.id, half);
    const unshared = await issue(admin, order.id);
    await admin.createOrderInvoice({ id: (await createOrder(admin)).id });
    const link = new URL(await send(admin, shared.id)).pathname;
    await admin.createOrderPayment({ id: order.id, amount: "119" });
    await admin.sendOrder({ id: order.id, to: "orders@mail.example" });
    const { body } = await requestPage(app, await findMailLink(app, "orders@mail.example", "/q/"));
    expect(body).toContain(`<a href="${link}">${shared.invoice_number}</a>`);
    expect(body).not.toContain(`>${unshared.invoice_number}</a>`);
    const text = readText({ body });
    expect(text).toMatch(new RegExp(`${unshared.invoice_number} March 10, 2026 March 24, 2026 Not paid yet €119.00 €119.00`));
    expect(text).toMatch(new RegExp(`${shared.invoice_number} March 10, 2026 March 24, 2026 Paid €119.00 €0.00`));
    await admin.revokeInvoiceLinks({ id: shared.id });
    expect((await requestPage(app, await findMailLink(app, "orders@mail.example", "/q/"))).body).not.toContain(link);
  });
});
