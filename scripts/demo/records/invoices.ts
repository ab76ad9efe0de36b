import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["agreements"], create: createInvoices };

/** Creates invoices of one order: one that is paid in part and credited in part, and one that is a draft. */
async function createInvoices({ admin, rep: { id: owner_id } }: DemoContext): Promise<void> {
  const { data: customer } = await admin.createCustomer({
    ...{ name: "Lagune Bootsverleih", email: "buero@lagune.example" },
    owner_id,
  });
  const line_items = [
    { name: "Touring canoe", quantity: "4", unit_price: "890.00", tax_percent: "19" },
    { name: "Life jacket", quantity: "8", unit_price: "65.00", tax_percent: "19" },
  ];
  const billing_address = {
    recipient: "Lagune Bootsverleih",
    address_line1: "Hafenstraße 12",
    postal_code: "20457",
    city: "Hamburg",
    country: "DE",
  };
  const order = {
    billing_address,
    customer_id: customer.id,
    owner_id,
    currency: "EUR",
    status: "CONFIRMED",
    line_items,
    shipping_amount: "45.00",
  };
  const { data } = await admin.createOrder(order);
  const [canoes] = data.line_items;
  const part = { id: data.id, line_items: [{ line_id: canoes?.id, quantity: "2" }], shipping_amount: "0" };
  const { data: invoice } = await allowAnyInput(admin).createOrderInvoice(part);
  await admin.issueInvoice({ id: invoice.id });
  await admin.createOrderPayment({ id: data.id, amount: "1000.00", payment_method_id: "bank_transfer" });
  await admin.creditInvoice({ id: invoice.id, amount: "59.50", reason: "A scratch on the hull" });
  await admin.createOrderInvoice({ id: data.id, text: "Thank you for your order." });
}
