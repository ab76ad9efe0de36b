import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readImport, runImport, toCsv } from "../../platform/import/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  await admin.createCustomer({ name: "Ann Harbour", customer_type: "individual", email: "ann@mail.example" });
  await admin.createCustomer({ name: "Fjord Ltd" });
  await admin.createProduct({ name: "Kayak", sku: "K-1", unit_price: "99.00", currency: "EUR" });
});
afterAll(() => app.stop());

const run = (entity: string, header: string[], rows: string[][], options: object = {}) =>
  runImport(app, tenant.token, entity, toCsv(header, ...rows), { options });
const revert = async (id: string) => {
  await admin.revertImport({ id });
  await app.settle();
  return (await readImport(app, tenant.token, id)).reverted;
};
const getOrder = async (number: string) => {
  const { data } = await admin.listOrders({ search: number });
  return (await admin.getOrder({ id: String(data[0]?.id) })).data;
};

describe("an import of orders", () => {
  it("brings history in three files: orders, their lines, and their status and payment; and takes it back", async () => {
    const header = ["order_number", "customer_id", "order_date", "currency"];
    const orders = await run(
      "orders",
      header,
      [
        ["H-1", "ann@mail.example", "2024-10-07", "EUR"],
        ["H-2", "Fjord Ltd", "2025-04-03", "EUR"],
        ["H-3", "Unknown Ltd", "2025-04-03", "EUR"],
        ["h-1", "Fjord Ltd", "2025-04-03", "EUR"],
      ],
      { historic: true },
    );
    expect(orders).toMatchObject({ created: 2, failed: 1, skipped: 1 });
    const lines = await run(
      "order-items",
      ["order_number", "product_id", "quantity", "line_amount", "tax_percent", "properties"],
      [
        ["H-1", "K-1", "2", "317.3", "10.02", '{"margin":"14.35"}'],
        ["H-1", "k-1", "1", "50", "", ""],
        ["H-2", "K-1", "3", "300", "", ""],
        ["H-9", "K-1", "1", "1", "", ""],
        ["H-2", "X-1", "3", "100", "", ""],
        ["H-2", "K-1", "3", "100", "", ""],
      ],
    );
    expect(lines).toMatchObject({ created: 3, failed: 3 });
    expect(await getOrder("H-1")).toMatchObject({
      ...{ status: "DRAFT", net_amount: "367.30", created_at: "2024-10-07T00:00:00.000Z", order_date: "2024-10-07" },
      line_items: [{ unit_price: "158.65", properties: { margin: "14.35" } }, { unit_price: "50.00" }],
    });
    const closing = await run(
      "orders",
      ["order_number", "status", "payment_state", "paid_date", "payment_method_id"],
      [
        ["H-1", "COMPLETED", "PAID", "2024-10-20", "bank_transfer"],
        ["H-2", "CONFIRMED", "UNPAID", "", ""],
      ],
      { historic: true, mode: "update", match_on: "order_number" },
    );
    expect(closing).toMatchObject({ updated: 2, failed: 0 });
    const paid = await getOrder("H-1");
    expect(paid).toMatchObject({
      ...{ status: "COMPLETED", payment_state: "PAID", balance: "0.00", confirmed_at: "2024-10-07T00:00:00.000Z" },
      line_items: [{ delivered_quantity: "2" }, {}],
    });
    expect((await admin.listOrderPayments({ id: paid.id })).data).toMatchObject([
      { paid_date: "2024-10-20", amount: paid.total },
    ]);
    expect((await admin.listOrderLedger({ id: paid.id })).data).toMatchObject([
      { entry_type: "PAYMENT", occurred_at: "2024-10-20T00:00:00.000Z" },
      { entry_type: "CONFIRMATION", occurred_at: "2024-10-07T00:00:00.000Z" },
    ]);
    expect(await getOrder("H-2")).toMatchObject({ status: "CONFIRMED", payment_state: "UNPAID", balance: "300.00" });

    expect(await revert(lines.id)).toMatchObject({ removed: 0, kept: 3 });
    expect(await revert(closing.id)).toMatchObject({ restored: 2, kept: 0 });
    const draft = await getOrder("H-1");
    expect(draft).toMatchObject({ status: "DRAFT", confirmed_at: null, paid: "0.00", payment_state: "UNPAID" });
    await admin.deleteOrder({ id: draft.id });
  });

  it("brings orders with one line of their amount, status and payment, and a revert deletes them with their payments", async () => {
    const done = await run(
      "orders",
      ["order_number", "customer_id", "order_date", "amount", "tax_percent", "status", "paid_amount"],
      [
        ["T-1", "Fjord Ltd", "2024-02-01", "100", "19", "COMPLETED", "119"],
        ["T-2", "Fjord Ltd", "2024-03-01", "200", "0", "CONFIRMED", "50"],
        ["T-3", "Fjord Ltd", "2024-03-01", "", "0", "CONFIRMED", ""],
      ],
      { historic: true },
    );
    expect(done).toMatchObject({ created: 2, failed: 1 });
    expect(await getOrder("T-1")).toMatchObject({ total: "119.00", payment_state: "PAID", line_items: [{ name: "T-1" }] });
    const partly = await getOrder("T-2");
    expect(partly).toMatchObject({ payment_state: "PARTLY_PAID", balance: "150.00" });
    await admin.createOrderPayment({ id: partly.id, amount: "10" });
    expect(await revert(done.id)).toMatchObject({ removed: 1, kept: 1 });
    await app.settle();
    expect((await admin.listOrders({ search: "T-1" })).data).toEqual([]);
    expect((await admin.listPayments({ customer: partly.customer_id })).data).toHaveLength(2);
  });

  it("reads files with German columns, numbers and dates", async () => {
    await admin.createCustomer({ name: "Nordsee GmbH" });
    const send = (entity: string, ...lines: string[]) =>
      runImport(app, tenant.token, entity, lines.join("\r\n"), { options: { historic: entity === "orders" } });
    const orders = await send(
      "orders",
      "Auftragsnr.;Kunde;Bestelldatum;Nettobetrag;MwSt.-Satz;Währung;Auftragsstatus;Zahlungsart;Bezahlt am;Zahlungsstatus;Ihr Zeichen",
      "D-1;Nordsee GmbH;31.12.2024;1.234,50;19;EUR;COMPLETED;bank_transfer;02.01.2025;PAID;Müller",
      "D-2;Nordsee GmbH;01.02.2025;;;EUR;DRAFT;;;;",
    );
    expect(orders).toMatchObject({ created: 2, failed: 0 });
    expect(await getOrder("D-1")).toMatchObject({
      ...{ net_amount: "1234.50", total: "1469.06", order_date: "2024-12-31", status: "COMPLETED", payment_state: "PAID" },
      customer_reference: "Müller",
    });
    const items = await send(
      "order-items",
      "Bestellnummer;Artikelnummer;Artikelbezeichnung;Menge;Einzelpreis;Rabatt;USt",
      "D-2;K-1;Kajak;1,5;99,90;10;7",
    );
    expect(items).toMatchObject({ created: 1, failed: 0 });
    expect((await getOrder("D-2")).line_items).toMatchObject([
      { name: "Kajak", quantity: "1.5", unit_price: "99.90", discount_percent: "10", tax_percent: "7" },
    ]);
    const projects = await send(
      "projects",
      "Projekt;Kunde;Beginn;Ende;Projektstatus",
      "Steg;Nordsee GmbH;04.01.2027;01.02.2027;ACTIVE",
    );
    expect(projects).toMatchObject({ created: 1, failed: 0 });
    const { data } = await admin.listProjects({ search: "Steg" });
    expect(data).toMatchObject([{ status: "ACTIVE", date_time_end: "2027-02-01T23:59:59.999Z" }]);
  });
});
