import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["agreements"], create: createOrders };

/** Creates a return that has arrived, and a complaint that waits for its answer. */
async function createCases(admin: DemoContext["admin"], order_id: string): Promise<void> {
  const { data: order } = await admin.getOrder({ id: order_id });
  const items = [{ line_id: order.line_items[0]?.id, quantity: "1" }];
  const damaged = { order_id, case_type: "RETURN", reason_id: "damaged", items, details: "The hull has a crack below the seat." };
  const { data: returned } = await allowAnyInput(admin).createAfterSalesCase(damaged);
  await admin.approveAfterSalesCase({ id: returned.id });
  await admin.receiveAfterSalesCase({ id: returned.id });
  const late = {
    order_id,
    case_type: "COMPLAINT",
    reason_id: "arrived_late",
    details: "The parcel came a week later than promised.",
  };
  await admin.createAfterSalesCase(late);
}

/** Creates orders of one customer: one that is paid and delivered, one that is revised and partly given back, and one that waits for its money. */
async function createOrders({ admin, rep: { id: owner_id } }: DemoContext): Promise<void> {
  const account = { provider: "stripe", name: "Card payments", mode: "test", api_key: "rk_test_0123456789abcdef" };
  await admin.createPaymentAccount(account);
  const { data: customer } = await admin.createCustomer({
    name: "Sternberg Outfitters",
    email: "office@sternberg.example",
    owner_id,
  });
  const order = async (more: object): Promise<string> => {
    const input = { customer_id: customer.id, owner_id, currency: "EUR", status: "CONFIRMED", ...more };
    return (await admin.createOrder(input)).data.id;
  };
  const kayak = { name: "Sea kayak", quantity: "2", unit_price: "1450.00", tax_percent: "19", properties: { color: "red" } };
  const paid = await order({ line_items: [kayak], shipping_amount: "80.00", customer_reference: "PO 4711" });
  await admin.createOrderPayment({ id: paid, amount: "3531.00", payment_method_id: "bank_transfer" });
  const { data: parcel } = await admin.createOrderFulfilment({
    id: paid,
    carrier: "Seafreight",
    tracking_number: "SF 2231",
  });
  await admin.deliverOrderFulfilment({ id: paid, fulfilment_id: parcel.id });
  await admin.completeOrder({ id: paid });
  await createCases(admin, paid);
  const paddle = { name: "Carbon paddle", quantity: "4", unit_price: "180.00", tax_percent: "19" };
  const revised = await order({ line_items: [paddle] });
  await admin.reviseOrder({ id: revised, reason: "Six are needed", line_items: [{ ...paddle, quantity: "6" }] });
  const { data: payment } = await admin.createOrderPayment({
    id: revised,
    amount: "1285.20",
    payment_method_id: "card",
  });
  const refund = { id: revised, amount: "214.20", payment_id: payment.id, credits: true, reason: "One came back broken" };
  await admin.createOrderRefund(refund);
  const waiting = await order({ line_items: [{ name: "Boat trailer", unit_price: "2400.00", tax_percent: "19" }] });
  const { data: plan } = await admin.getOrder({ id: waiting });
  const instalments = [
    { due_date: plan.order_date, amount: "1000.00" },
    { due_date: "2099-12-31", amount: "1856.00" },
  ];
  await admin.replaceOrderInstalments({ id: waiting, instalments });
  await admin.createOrderPayment({ id: waiting, amount: "1000.00", is_deposit: true });
}
