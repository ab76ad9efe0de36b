import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { requestTime } from "../../kernel/day.ts";
import { conflict, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn, parseStored } from "../../kernel/fn.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { amount, IdInput, id, name, oneOf, text, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { addCreditNote } from "../invoice/credit.ts";
import { Invoices } from "../invoice/invoice.entity.ts";
import { INVOICE } from "../invoice/invoice.kind.ts";
import { loadParties } from "../invoice/issue.ts";
import { Ledger } from "../order/ledger.ts";
import { withAdaptedInstalments } from "../order/lifecycle.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { Create, createFrom } from "../order/order.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { paymentStatuses } from "../payment/payment.entity.ts";
import { PAYMENT, REFUND } from "../payment/payment.kind.ts";
import { Refunds, fields as refundFields } from "../payment/refund.entity.ts";
import { addRefund } from "../payment/refund.ts";
import { AfterSalesCases, type CaseRecord, MAX_ITEMS } from "./after-sales.entity.ts";
import { computeAcceptedQuantity, computePrice, resolutions, takesGoods } from "./after-sales.rules.ts";
import { withClaims } from "./claims.ts";
import { requireTransition } from "./step.ts";

/**
 * Resolves a case: the customer gets money, a credit or other items. The refund, the credit note or the new order is written in the transaction that
 * makes the case RESOLVED, so it exists once.
 */

const ExchangeItem = z.strictObject({
  product_id: id(PRODUCT).nullish(),
  name: name(255).optional().describe("If empty, the name of the product"),
  quantity: LineItems.quantity().default("1"),
});

const { payment_method_id, provider, transaction_id } = refundFields;

const Input = IdInput.extend({
  resolution: oneOf(resolutions).describe(
    "REFUND: money back; CREDIT: the customer owes less; EXCHANGE: another order at no charge; REPAIR: the items go back; NONE: an answer",
  ),
  message: text(2000).nullish().describe("Further text of the mail to the customer"),
  amount: amount().optional().describe("For REFUND and CREDIT. If empty, what the accepted items cost, with tax"),
  invoice_id: id(INVOICE).nullish().describe("For REFUND and CREDIT: an issued invoice, which a credit note corrects"),
  payment_id: id(PAYMENT).nullish().describe("For REFUND: the payment that is given back"),
  payment_method_id,
  provider,
  transaction_id,
  refund_status: oneOf(paymentStatuses).default("SUCCEEDED").describe("For REFUND: PENDING if the money is still on its way"),
  refund_id: id(REFUND)
    .nullish()
    .describe("For REFUND: a refund of the order that is recorded already, such as one that a payment provider reported"),
  exchange_items: z
    .array(ExchangeItem)
    .min(1)
    .max(MAX_ITEMS)
    .optional()
    .describe("For EXCHANGE: the items that the customer gets. If left out, the accepted items"),
});
type ResolutionInput = z.output<typeof Input>;

export const resolve = fn(Input, (input) => {
  requireFittingFields(input);
  return input.resolution === "EXCHANGE" ? exchange(input) : settle(input);
});

/** Fields that belong to some resolutions only. */
const fieldsByResolution: Readonly<Record<string, readonly ResolutionInput["resolution"][]>> = {
  amount: ["REFUND", "CREDIT"],
  invoice_id: ["REFUND", "CREDIT"],
  payment_id: ["REFUND"],
  payment_method_id: ["REFUND"],
  provider: ["REFUND"],
  transaction_id: ["REFUND"],
  refund_id: ["REFUND"],
  exchange_items: ["EXCHANGE"],
};

function requireFittingFields(input: ResolutionInput): void {
  for (const [field, fitting] of Object.entries(fieldsByResolution)) {
    if (input[field as keyof ResolutionInput] && !fitting.includes(input.resolution))
      throw invalid(field, `Must be empty unless the resolution is ${fitting.join(" or ")}`);
  }
  const newRefundField = (["amount", "payment_id", "transaction_id"] as const).find((field) => input[field]);
  if (input.refund_id && newRefundField) throw invalid(newRefundField, "Must be empty if refund_id names a recorded refund");
}

/** Returns the case as resolved. */
function withResolution(current: CaseRecord, { resolution, message }: ResolutionInput): CaseRecord {
  requireTransition(current, "RESOLVED");
  if (resolution === "REPAIR" && !takesGoods(current.case_type))
    throw invalid("resolution", `Must not be REPAIR: no items of a ${current.case_type} come back`);
  const time = requestTime();
  return { ...current, status: "RESOLVED", status_changed_at: time, resolved_at: time, resolution, message: message ?? null };
}

interface Settled {
  order: OrderRecord;
  child: CaseRecord;
}

const settle = (input: ResolutionInput): Promise<CaseRecord> =>
  changeOrderChild(AfterSalesCases, input.id, async (order, current, tx) => {
    const resolved = withResolution(current, input);
    const settled =
      input.resolution === "REFUND" || input.resolution === "CREDIT"
        ? await settleMoney(tx, { order, child: resolved }, input)
        : { order, child: resolved };
    return { order: withClaims(settled.order, current, settled.child), child: settled.child };
  });

async function settleMoney(tx: Transaction, { order, child }: Settled, input: ResolutionInput): Promise<Settled> {
  if (input.refund_id) return linkRefund(tx, { order, child }, input.refund_id, input.invoice_id ?? null);
  const value =
    input.amount === undefined ? sumPrices(order, child) : toCurrencyPrecision("amount", input.amount, order.currency);
  if (Money.isZero(value)) throw invalid("amount", "Required: the accepted items cost nothing");
  const credited = input.invoice_id
    ? await creditInvoice(tx, { order, child }, input.invoice_id, input.amount === undefined ? undefined : value)
    : undefined;
  const exact = credited?.child.amount ?? value;
  if (input.resolution === "CREDIT") return credited ?? creditOrder(tx, { order, child }, exact);
  const base = credited ?? { order, child };
  const recorded = await addRefund(tx, base.order, {
    ...(await Master.resolveAll(refundFields, toStoredFields(refundFields, input))),
    payment_id: input.payment_id ?? null,
    amount: exact,
    credits: credited === undefined,
    reason: child.rma_code,
    failure_reason: null,
    after_sales_id: child.id,
    status: input.refund_status,
  });
  return { order: recorded.order, child: { ...base.child, amount: exact, refund_id: recorded.refund.id } };
}

/** Returns what the accepted items of a case cost. */
function sumPrices(order: OrderRecord, { items }: CaseRecord): Amount {
  const lineById = new Map(order.line_items.map((line) => [line.id, line]));
  return items.reduce(
    (sum, item) => {
      const line = lineById.get(item.line_id);
      return line ? Money.add(sum, computePrice(line, line.settled_quantity, computeAcceptedQuantity(item))) : sum;
    },
    Money.zero(Money.currencyDecimals(order.currency)),
  );
}

/** The customer owes less. */
function creditOrder(tx: Transaction, { order, child }: Settled, value: Amount): Settled {
  const posted = Ledger.postEntries(tx, order, [
    { entry_type: "CREDIT", amount: value, record_id: child.id, reason: child.rma_code },
  ]);
  if (Money.isNegative(posted.due))
    throw ruleViolation("A credit cannot be more than what is due", [
      { field: "amount", message: `Must be at most ${order.due}, which is due` },
    ]);
  return { order: withAdaptedInstalments(posted), child: { ...child, amount: value } };
}

/** The customer owes less, and a credit note says so: about the accepted items, or about an amount. */
async function creditInvoice(
  tx: Transaction,
  { order, child }: Settled,
  invoiceId: string,
  value: Amount | undefined,
): Promise<Settled> {
  const invoice = await Records.find(Invoices, invoiceId);
  if (invoice?.order_id !== order.id) throw invalid("invoice_id", "The order has no such invoice");
  const items = child.items.flatMap((item) => {
    const quantity = computeAcceptedQuantity(item);
    return quantity === "0" ? [] : [{ line_id: item.line_id, quantity }];
  });
  const credited = await addCreditNote(
    tx,
    { order, invoice, parties: await loadParties(order, invoice) },
    { ...(value === undefined ? { line_items: items } : { amount: value }), reason: child.rma_code },
  );
  tx.replace(Invoices, invoice, Records.nextVersion(invoice, credited.invoice));
  return { order: credited.order, child: { ...child, amount: credited.note.total, invoice_id: credited.note.id } };
}

/** Names a refund that is recorded already. If it does not credit, the customer owes that much less from now on. */
async function linkRefund(
  tx: Transaction,
  { order, child }: Settled,
  refundId: string,
  invoiceId: string | null,
): Promise<Settled> {
  const refund = await Records.find(Refunds, refundId);
  if (refund?.order_id !== order.id) throw invalid("refund_id", "The order has no such refund");
  if (refund.status !== "SUCCEEDED" || refund.reversed_at !== null)
    throw ruleViolation("Only a refund that succeeded and was not reversed resolves a case", [
      { field: "refund_id", message: refund.reversed_at === null ? refund.status : "Reversed" },
    ]);
  if (refund.after_sales_id !== null)
    throw conflict("The refund resolves another case", [{ field: "refund_id", message: refund.after_sales_id }]);
  tx.replace(Refunds, refund, Records.nextVersion(refund, { ...refund, after_sales_id: child.id }));
  const linked = { ...child, refund_id: refund.id, amount: refund.amount };
  if (refund.credits) return { order, child: linked };
  return invoiceId === null
    ? creditOrder(tx, { order, child: linked }, refund.amount)
    : creditInvoice(tx, { order, child: linked }, invoiceId, refund.amount);
}

/** Resolves a case by an order at no charge, which is written in the same transaction. */
async function exchange(input: ResolutionInput): Promise<CaseRecord> {
  const { order_id, items } = await Records.read(AfterSalesCases, input.id);
  const { customer_id, currency, billing_address, shipping_address, line_items } = await Records.read(Orders, order_id);
  const lineById = new Map(line_items.map((line) => [line.id, line]));
  const chosen =
    input.exchange_items ??
    items.flatMap((item) => {
      const line = lineById.get(item.line_id);
      const quantity = computeAcceptedQuantity(item);
      return line && quantity !== "0" ? [{ product_id: line.product_id, name: item.name, quantity }] : [];
    });
  if (chosen.length === 0) throw invalid("exchange_items", "Required: no item of the case was accepted");
  let answer: CaseRecord | undefined;
  const free = { customer_id, currency, billing_address, shipping_address, line_items: chosen.map(toFreeLine) };
  await createFrom(
    parseStored(Create, { ...free, status: "CONFIRMED" }),
    async (tx, order) => {
      const [current, original] = await Promise.all([Records.read(AfterSalesCases, input.id), Records.read(Orders, order_id)]);
      Records.requireVersion(current);
      const resolved = { ...withResolution(current, input), exchange_order_id: order.id };
      answer = Records.nextVersion(current, resolved);
      tx.replace(AfterSalesCases, current, answer);
      tx.replace(Orders, original, Records.nextVersion(original, withClaims(original, current, resolved)));
    },
    () => answer,
    async (_, order) => {
      const { owner_id, contact_id, sale_id, customer_reference } = await Records.read(Orders, order_id);
      return { ...order, owner_id, contact_id, sale_id, customer_reference, after_sales_id: input.id };
    },
  );
  return answer as CaseRecord;
}

const toFreeLine = ({ product_id, name: lineName, quantity }: z.output<typeof ExchangeItem>) => ({
  product_id: product_id ?? null,
  ...(lineName === undefined ? {} : { name: lineName }),
  quantity,
  unit_price: "0",
  discount_percent: "0",
  tax_percent: "0",
});

export * as AfterSalesResolution from "./case-resolution.ts";
