import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { conflict, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { amount, currency, IdInput, id, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Ledger } from "../order/ledger.ts";
import { withAdaptedInstalments } from "../order/lifecycle.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { type PaymentRecord, type PaymentStatus, Payments, paymentStatuses } from "./payment.entity.ts";
import { PAYMENT } from "./payment.kind.ts";
import { findRecorded, parsePositiveAmount, requirePaymentTransition, requireSameCurrency } from "./payment.ts";
import { paymentText } from "./payment-text.ts";
import { fields, type RefundRecord, Refunds, Stored } from "./refund.entity.ts";
import { lockTransaction } from "./transaction-lock.ts";

/** Refunds of orders. A refund that succeeds writes its entries into the ledger of its order, in the same transaction. */

export const Info = Stored;
export const Row = rowSchema(Stored, Refunds.definition.row);

const filters = { customer: id(CUSTOMER).optional(), status: oneOf(paymentStatuses).optional() };
const ListInput = listSchema(Refunds, filters);

const listQuery = async (query: z.output<typeof ListInput>) => buildListQuery(Refunds, query);

/** Lists the refunds of all orders that the caller sees. */
export const listAll = fn(ListInput, async (query) => listRecords(Refunds, await listQuery(query)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: Refunds, query: ListInput, listQuery, info: Info, fields };

export const list = fn(ListInput.extend({ id: text(64) }), async ({ id: orderId, ...query }) => {
  const order = await Records.read(Orders, orderId);
  return listRecords(Refunds, { ...buildListQuery(Refunds, query), parent: order.id });
});

export const get = fn(IdInput, ({ id: refundId }) => Records.read(Refunds, refundId));

/** Gives money of an order back. Refunds cannot exceed payments. */
export const create = fn(
  IdInput.extend({
    ...fields,
    amount: amount(),
    currency: currency().optional().describe("Must be the currency of the order"),
    payment_id: id(PAYMENT).nullish().describe("The payment that is given back"),
    credits: z
      .boolean()
      .default(false)
      .describe("true: the customer no longer owes the amount, as for a return; false: money that was paid too much"),
    status: oneOf(paymentStatuses).default("SUCCEEDED"),
    failure_reason: paymentText(2000).nullish(),
  }),
  ({ id: orderId, payment_id, ...input }) => {
    let refund: RefundRecord | undefined;
    return Records.change(
      Orders,
      orderId,
      async (current, tx) => {
        requireSameCurrency(current, input.currency);
        const exact = parsePositiveAmount(input.amount, current.currency);
        const resolved = await Master.resolveAll(fields, toStoredFields(fields, input));
        refund = await findRecorded(Refunds, resolved, { order_id: current.id, amount: exact });
        if (refund) return current;
        const recorded = await addRefund(tx, current, {
          ...resolved,
          payment_id: payment_id ?? null,
          amount: exact,
          credits: input.credits,
          failure_reason: input.failure_reason ?? null,
          after_sales_id: null,
          status: input.status,
        });
        refund = recorded.refund;
        return recorded.order;
      },
      { answer: () => refund as RefundRecord },
    );
  },
);

/** Adds a refund and its entries to the transaction. The caller writes the order. Throws RULE_VIOLATION if it exceeds what was paid or is due. */
export async function addRefund(
  tx: Transaction,
  order: OrderRecord,
  { status, ...input }: RefundInput & { status: PaymentStatus },
): Promise<{ order: OrderRecord; refund: RefundRecord }> {
  const payment = input.payment_id ? await loadRefundable(order, input.payment_id) : undefined;
  const draft = buildRefund(order, input);
  lockTransaction(tx, draft, draft.id);
  const settled = settleRefund(tx, { order, refund: draft, payment }, status);
  requireCreditable(order, settled.order);
  tx.create(Refunds, settled.refund);
  return settled;
}

async function loadRefundable(order: OrderRecord, paymentId: string): Promise<PaymentRecord> {
  const payment = await Records.load(Payments, paymentId, { live: true });
  if (payment?.order_id !== order.id) throw invalid("payment_id", "The order has no such payment");
  if (payment.status !== "SUCCEEDED" || payment.reversed_at !== null)
    throw ruleViolation("Only a payment that succeeded and was not reversed can be given back", [
      { field: "payment_id", message: payment.reversed_at === null ? payment.status : "Reversed" },
    ]);
  return payment;
}

/** A refund that credits must not lower the claim below 0. */
function requireCreditable(before: OrderRecord, after: OrderRecord): void {
  if (after.credited !== before.credited && Money.isNegative(after.due))
    throw ruleViolation("A refund cannot credit more than what is due", [
      { field: "amount", message: `Must be at most ${before.due}, or credits must be false` },
    ]);
}

type RefundInput = Pick<
  RefundRecord,
  keyof typeof fields | "payment_id" | "amount" | "credits" | "failure_reason" | "after_sales_id"
>;

export const buildRefund = (
  { id: order_id, customer_id, currency: orderCurrency }: OrderRecord,
  input: RefundInput,
): RefundRecord =>
  Records.init(Refunds, {
    order_id,
    customer_id,
    ...input,
    currency: orderCurrency,
    status: "PENDING",
    status_changed_at: requestTime(),
    entry_sequence: null,
    reversed_at: null,
    reversal_reason: null,
  });

interface RefundState {
  order: OrderRecord;
  refund: RefundRecord;
  payment: PaymentRecord | undefined;
}

interface SettleOptions {
  isProviderFact?: boolean;
  occurred_at?: string;
}

/**
 * Gives a PENDING refund its status. If it succeeds, posts the entries of the ledger and counts the refund at its payment. The caller writes the
 * refund and the order.
 */
export function settleRefund(
  tx: Transaction,
  { order, refund, payment }: RefundState,
  status: PaymentStatus,
  { isProviderFact = false, occurred_at }: SettleOptions = {},
): { order: OrderRecord; refund: RefundRecord } {
  if (status === refund.status) return { order, refund };
  const settled = { ...refund, status, status_changed_at: requestTime() };
  if (status !== "SUCCEEDED") return { order, refund: settled };
  const shared = {
    amount: refund.amount,
    record_id: refund.id,
    provider: refund.provider,
    provider_reference: refund.transaction_id,
    reason: refund.reason,
    ...(occurred_at ? { occurred_at } : {}),
  };
  const next = Ledger.postEntries(
    tx,
    order,
    [...(refund.credits ? [{ ...shared, entry_type: "CREDIT" as const }] : []), { ...shared, entry_type: "REFUND" as const }],
    { isProviderFact },
  );
  if (payment) countRefund(tx, payment, Money.add(payment.refunded_amount, refund.amount), isProviderFact);
  return {
    order: refund.credits ? withAdaptedInstalments(next) : next,
    refund: { ...settled, refunded_date: refund.refunded_date ?? today(), entry_sequence: next.entry_count },
  };
}

/** Sets what of a payment was given back. */
export function countRefund(tx: Transaction, payment: PaymentRecord, refunded_amount: string, isProviderFact: boolean): void {
  if (!isProviderFact && Money.compare(refunded_amount, payment.amount) > 0)
    throw ruleViolation("Refunds cannot exceed their payment", [
      { field: "amount", message: `Must be at most ${Money.subtract(payment.amount, payment.refunded_amount)}` },
    ]);
  tx.replace(Payments, payment, Records.nextVersion(payment, { ...payment, refunded_amount }));
}

const loadPaymentOf = async ({ payment_id }: RefundRecord): Promise<PaymentRecord | undefined> =>
  payment_id ? Records.load(Payments, payment_id, { live: true }) : undefined;

const { provider: _provider, transaction_id: _transaction, ...editableFields } = fields;

/** Changes a refund. While it is PENDING, it can get another status; the amount never changes. */
export const update = fn(
  patchSchema(editableFields).extend({
    ...IdInput.shape,
    status: oneOf(paymentStatuses).optional(),
    failure_reason: paymentText(2000).nullish(),
  }),
  ({ id: refundId, status, failure_reason, ...patch }) =>
    changeOrderChild(Refunds, refundId, async (order, refund, tx) => {
      const typed = toStoredPatch(editableFields, patch);
      const next: RefundRecord = {
        ...(await Master.resolveAll(editableFields, { ...refund, ...typed }, refund)),
        ...(failure_reason === undefined ? {} : { failure_reason }),
      };
      if (status === undefined || status === refund.status) return { order, child: next };
      requirePaymentTransition("refund", refund.status, status);
      const settled = settleRefund(tx, { order, refund: next, payment: await loadPaymentOf(refund) }, status);
      requireCreditable(order, settled.order);
      return { order: settled.order, child: settled.refund };
    }),
);

/** Undoes a refund that succeeded, such as a transfer that came back. A credit of the refund stays: the customer still does not owe it. */
export const reverse = fn(
  IdInput.extend({ reason: paymentText(2000).refine((value) => value.trim() !== "", "Must not be blank") }),
  ({ id: refundId, reason }) =>
    changeOrderChild(Refunds, refundId, async (order, refund, tx) => {
      if (refund.status !== "SUCCEEDED" || refund.entry_sequence === null)
        throw conflict(`The refund is ${refund.status}; only one that succeeded is reversed`, [
          { field: "status", message: refund.status },
        ]);
      if (refund.reversed_at !== null)
        throw conflict("The refund was already reversed", [{ field: "reversed_at", message: refund.reversed_at }]);
      const payment = await loadPaymentOf(refund);
      const reverses = await Ledger.loadReversible(order, refund.entry_sequence, "id");
      const next = Ledger.postEntries(tx, order, [
        { entry_type: "REVERSAL", amount: refund.amount, record_id: refund.id, reverses, reason },
      ]);
      if (payment) countRefund(tx, payment, Money.subtract(payment.refunded_amount, refund.amount), true);
      return { order: next, child: { ...refund, reversed_at: requestTime(), reversal_reason: reason } };
    }),
);

export * as Refund from "./refund.ts";
