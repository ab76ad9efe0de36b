import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["agreements"], create: createPreOrders };

/** Creates an order with two pre-orders that wait, one for a date and one for stock, and one that is ready because stock came in. */
async function createPreOrders({ admin, rep: { id: owner_id } }: DemoContext): Promise<void> {
  const { data: customer } = await admin.createCustomer({
    ...{ name: "Nordkap Touren", email: "office@nordkap.example" },
    owner_id,
  });
  const product = async (name: string, unit_price: string, cost: string): Promise<string> =>
    (await admin.createProduct({ name, unit_price, cost, currency: "EUR", product_type: "PRODUCT" })).data.id;
  const tent = await product("Expedition tent 2031", "1190.00", "742.00");
  const stove = await product("Titanium stove", "210.00", "118.00");
  const line_items = [
    { product_id: tent, quantity: "3", tax_percent: "19", is_preorder: true },
    { product_id: stove, quantity: "2", tax_percent: "19", is_preorder: true },
    { name: "Snow anchor", quantity: "10", unit_price: "18.50", tax_percent: "19", is_preorder: true },
  ];
  const order = { customer_id: customer.id, owner_id, currency: "EUR", status: "CONFIRMED", line_items };
  const { data } = await admin.createOrder(order);
  await admin.updateProduct({ id: tent, release_at: "2099-03-01T08:00:00.000Z" });
  const [, , anchors] = data.line_items;
  const origin = { vendor: "Fjellform", category: "Camping", priority: 10 };
  await allowAnyInput(admin).updatePreOrder({
    id: anchors?.pre_order_id,
    ...origin,
    notes: "The vendor confirms the date in spring",
  });
  await admin.createPreOrderAllocation({ product_id: stove, quantity: "5", method: "FIRST_COME" });
}
