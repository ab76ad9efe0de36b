import { Ledger } from "@crm/core/commerce/order/ledger.ts";
import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { hasCardNumber } from "@crm/core/commerce/payment/card-number.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createOrder = async (more: object = {}) => {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Fjord" });
  const order = {
    customer_id: customer.id,
    currency: "EUR",
    status: "CONFIRMED",
    line_items: [{ name: "Boat", unit_price: "100" }],
  };
  return (await tenant.admin.createOrder({ ...order, ...more })).data.id;
};
const pay = async (id: string, more: object) => (await allowAnyInput(tenant.admin).createOrderPayment({ id, ...more })).data;
const refund = async (id: string, more: object) => (await allowAnyInput(tenant.admin).createOrderRefund({ id, ...more })).data;
const readOrder = async (id: string) => (await tenant.admin.getOrder({ id })).data;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, details }: { status: number; details?: { field: string }[] }) => [
      status,
      (details ?? []).map(({ field }) => field),
    ],
  );

describe("a payment", () => {
  it("counts once it has succeeded, and can be undone once", async () => {
    const id = await createOrder();
    const pending = await pay(id, { amount: "60", status: "PENDING", due_date: "2030-01-31", payment_method_id: "card" });
    expect(await readOrder(id)).toMatchObject({ paid: "0.00", payment_state: "UNPAID" });
    const { data: paid } = await tenant.admin.updatePayment({ id: pending.id, status: "SUCCEEDED" });
    expect(paid).toMatchObject({ status: "SUCCEEDED", amount: "60.00", currency: "EUR" });
    expect(paid.paid_date).not.toBeNull();
    expect(await readOrder(id)).toMatchObject({ paid: "60.00", balance: "40.00", payment_state: "PARTLY_PAID" });
    expect(await readRejection(tenant.admin.updatePayment({ id: paid.id, status: "FAILED" }))).toEqual([409, ["status"]]);
    await tenant.admin.reversePayment({ id: paid.id, reason: "Bounced" });
    expect(await readRejection(tenant.admin.reversePayment({ id: paid.id, reason: "Bounced" }))).toEqual([409, ["reversed_at"]]);
    expect(await readOrder(id)).toMatchObject({ paid: "0.00", payment_state: "UNPAID" });
  });

  it("has one reversal in the ledger, also if the record of the payment does not refuse the second", async () => {
    const id = await createOrder();
    const { id: payment } = await pay(id, { amount: "60" });
    await tenant.admin.reversePayment({ id: payment, reason: "Bounced" });
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const order = await Records.read(Orders, id);
      const [sequence = 0] = order.reversed_entries;
      const reversal = { entry_type: "REVERSAL", amount: "60.00", reverses: { sequence, entry_type: "PAYMENT" } } as const;
      expect(() => Ledger.postEntries(transaction(), order, [reversal])).toThrow(`Entry ${sequence} was already reversed`);
    });
  });

  it("with the transaction of another is that other one, also if both come at once", async () => {
    const id = await createOrder();
    const twice = await Promise.all([1, 2, 3].map(() => pay(id, { amount: "10", provider: "bank", transaction_id: "T 1" })));
    expect(new Set(twice.map((each) => each.id)).size).toBe(1);
    expect((await readOrder(id)).paid).toBe("10.00");
    const more = { provider: "bank", transaction_id: "T 1" };
    expect(await readRejection(pay(id, { amount: "11", ...more }))).toEqual([409, ["transaction_id"]]);
    expect(await readRejection(refund(id, { amount: "10", ...more }))).toEqual([409, ["transaction_id"]]);
    expect((await pay(id, { amount: "10", provider: "stripe", transaction_id: "T 1" })).id).not.toBe(twice[0]?.id);
  });

  it("has the currency of its order, an amount above 0, and no card number", async () => {
    const id = await createOrder();
    expect(await readRejection(pay(id, { amount: "10", currency: "USD" }))).toEqual([422, ["currency"]]);
    expect(await readRejection(pay(id, { amount: "0" }))).toEqual([400, ["amount"]]);
    expect(await readRejection(pay(id, { amount: "0.001" }))).toEqual([400, ["amount"]]);
    expect(await readRejection(pay(id, { amount: "10", notes: "Card 4242 4242 4242 4242" }))).toEqual([400, ["notes"]]);
  });
});

describe("a refund", () => {
  it("never exceeds what was paid, in all or of one payment", async () => {
    const id = await createOrder();
    const first = await pay(id, { amount: "60" });
    await pay(id, { amount: "40" });
    await refund(id, { amount: "50", payment_id: first.id });
    expect(await readRejection(refund(id, { amount: "11", payment_id: first.id }))).toEqual([422, ["amount"]]);
    expect(await readRejection(refund(id, { amount: "51" }))).toEqual([422, ["amount"]]);
    const { data: payments } = await tenant.admin.listOrderPayments({ id });
    expect(payments.map(({ amount, refunded_amount }) => [amount, refunded_amount])).toEqual([
      ["40.00", "0.00"],
      ["60.00", "50.00"],
    ]);
    expect(await readRejection(tenant.admin.reversePayment({ id: first.id, reason: "Bounced" }))).toEqual([422, ["amount"]]);
    expect(await readOrder(id)).toMatchObject({ refunded: "50.00", balance: "50.00", payment_state: "PARTLY_REFUNDED" });
  });

  it("credits a return, so that nothing is owed for it, and its credit outlives it", async () => {
    const id = await createOrder();
    await pay(id, { amount: "100" });
    const { id: refundId } = await refund(id, { amount: "30", credits: true, reason: "Scratched" });
    expect(await readOrder(id)).toMatchObject({ credited: "30.00", due: "70.00", net_payment: "70.00", balance: "0.00" });
    expect(await readRejection(refund(id, { amount: "70.01", credits: true }))).toEqual([422, ["amount"]]);
    await tenant.admin.reverseRefund({ id: refundId, reason: "The account is closed" });
    expect(await readOrder(id)).toMatchObject({ refunded: "0.00", due: "70.00", balance: "-30.00", payment_state: "OVERPAID" });
  });
});

describe("a cancelled order", () => {
  it("costs its fee alone, and gives back the rest", async () => {
    const id = await createOrder();
    await pay(id, { amount: "100" });
    expect(await readRejection(tenant.admin.cancelOrder({ id }))).toEqual([400, ["reason"]]);
    const { data: cancelled } = await tenant.admin.cancelOrder({ id, reason: "Too late", cancellation_fee: "15" });
    expect(cancelled).toMatchObject({ due: "15.00", balance: "-85.00", payment_state: "OVERPAID", needs_review: false });
    await refund(id, { amount: "85" });
    expect(await readOrder(id)).toMatchObject({ balance: "0.00", payment_state: "PARTLY_REFUNDED" });
    expect(await readRejection(tenant.admin.confirmOrder({ id }))).toEqual([409, ["status"]]);
    expect(await readRejection(tenant.admin.deleteOrder({ id }))).toEqual([409, ["status"]]);
  });
});

it.each([
  ["4242424242424242", true],
  ["Card 4242-4242-4242-4242.", true],
  ["378282246310005", true],
  ["4242424242424241", false],
  ["Order 12345678901234567890", false],
  ["DE89370400440532013000", false],
  ["ch_4242424242424242", false],
])("“%s” has a card number: %s", (text, has) => expect(hasCardNumber(text)).toBe(has));
