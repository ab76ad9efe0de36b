import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPictureUrl, requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
let customer_id: string;
let contact_id: string;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  customer_id = (await admin.createCustomer({ name: "Fjord Ltd" })).data.id;
  const contact = { first_name: "Cora", last_name: "Contact", email: "cora@mail.example", customer_id };
  contact_id = (await admin.createContact(contact)).data.id;
});
afterAll(() => app.stop());

const billing_address = { address_line1: "Kai 1", city: "Hamburg", postal_code: "20457", country: "DE" };
const line = { name: "Kayak <b>", quantity: "3", unit_price: "100.00", tax_percent: "19", properties: { margin: "secret" } };
const createOrder = async (more: object = {}) =>
  (
    await admin.createOrder({
      customer_id,
      contact_id,
      billing_address,
      line_items: [line],
      status: "CONFIRMED",
      notes: "internal",
      ...more,
    })
  ).data;
const readText = (body: string) =>
  body
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

describe("the confirmation of an order", () => {
  it("is mailed to the contact with a link to a page that shows lines, deliveries and payments, and asks for no answer", async () => {
    const order = await createOrder({ customer_reference: "PO-77" });
    const { id } = order;
    const { data: sent } = await admin.sendOrder({ id });
    expect(sent.sent_at).not.toBeNull();
    await app.settle();
    const link = await findMailLink(app, "cora@mail.example", "/q/");
    const first = await requestPage(app, link);
    const text = readText(first.body);
    for (const part of [
      ...[`Order ${order.order_number}`, "Fjord Ltd", "Kai 1", "20457 Hamburg", "PO-77", "Kayak &lt;b&gt;", "€357.00"],
      ...["Not paid yet", "Confirmed", "Deliveries"],
    ])
      expect(text).toContain(part);
    for (const part of ["secret", "internal", "Accept"]) expect(first.body).not.toContain(part);
    const { data: parcel } = await allowAnyInput(admin).createOrderFulfilment({
      ...{ id, carrier: "DHL", tracking_number: "JD0123" },
      items: [{ line_id: order.line_items[0]?.id, quantity: "2" }],
    });
    await admin.deliverOrderFulfilment({ id, fulfilment_id: parcel.id });
    await admin.createOrderPayment({ id, amount: "100" });
    const later = readText((await requestPage(app, link)).body);
    for (const part of ["Partly paid", "€257.00", "DHL", "JD0123", "Arrived on", "On its way"]) expect(later).toContain(part);
    expect((await requestPage(app, link, {}, { act: "reject", reason: "No" })).status).toBe(409);
    await requestPage(app, readPictureUrl(first));
    const { data: offer } = await admin.readOrderOffer({ id });
    expect(offer).toMatchObject({ to: "cora@mail.example", view_count: 1, reminder_at: null, answer: null });
    await admin.revokeOrderLinks({ id });
    expect((await requestPage(app, link)).status).toBe(404);
  });

  it("is a PDF that the page offers too, and a draft is not sent", async () => {
    const { id } = await createOrder();
    await admin.sendOrder({ id, to: "buyer@mail.example", language: "de" });
    await app.settle();
    const page = await requestPage(app, await findMailLink(app, "buyer@mail.example", "/q/"));
    expect(readText(page.body)).toContain("Noch nicht bezahlt");
    const file = await requestPage(app, /href="(\/q\/[^"]+\/pdf)"/.exec(page.body)?.[1] ?? "");
    const own = await callOperation(app, tenant.token, "getOrderPdf", { id, language: "de" });
    expect([file.status, file.headers["content-type"], file.body]).toEqual([200, "application/pdf", own.body]);
    const draft = await createOrder({ status: "DRAFT" });
    await expect(admin.sendOrder({ id: draft.id })).rejects.toMatchObject({ status: 409 });
    expect((await callOperation(app, tenant.token, "getOrderPdf", { id: draft.id })).status).toBe(200);
  });
});
