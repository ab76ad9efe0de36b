import { useSettings } from "../../kernel/context.ts";
import { requestTime } from "../../kernel/day.ts";
import { isFailure } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Ledger } from "../order/ledger.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { ORDER } from "../order/order.kind.ts";
import { OrderNumber } from "../order/order-number.ts";
import { hasCardNumber } from "../payment/card-number.rules.ts";
import { type PaymentRecord, type PaymentStatus, Payments } from "../payment/payment.entity.ts";
import { PAYMENT_METHODS } from "../payment/payment.masters.ts";
import { buildPayment, settlePayment } from "../payment/payment.ts";
import { type RefundRecord, Refunds } from "../payment/refund.entity.ts";
import { buildRefund, countRefund, settleRefund } from "../payment/refund.ts";
import { findByTransaction, lockTransaction } from "../payment/transaction-lock.ts";
import type { Difference } from "./payment-account.entity.ts";

/**
 * Posts what payment providers report. Each fact has its own transaction and changes nothing when it is repeated. Facts may come in any order: states
 * only move forward, and a fact is posted even if it breaks a rule that our own operations keep.
 */

interface FactFields {
  provider: string;
  /** The provider's id of the charge, refund or dispute. */
  transaction_id: string;
  amount: Amount;
  currency: string;
  occurred_at: string;
}

export interface ChargeFact extends FactFields {
  type: "charge";
  /** The id or the number of the order. */
  order: string;
  status: PaymentStatus;
  failure_reason?: string | null;
  /** The code of a payment method. */
  method?: string;
}

export interface RefundFact extends FactFields {
  type: "refund";
  /** The id or the number of the order. If null, the order of the charge. */
  order: string | null;
  charge: string | null;
  status: PaymentStatus;
  reason?: string | null;
  failure_reason?: string | null;
}

export interface DisputeFact extends FactFields {
  type: "dispute";
  charge: string;
  /** Whether the provider took the money, or has given it back after it took it. */
  funds: "withdrawn" | "reinstated";
}

export type ProviderFact = ChargeFact | RefundFact | DisputeFact;

export type FactResult =
  | {
      outcome: string;
      record_id: string;
      /** false: the fact was posted before, or must not be posted. */
      isPosted: boolean;
      differences: Difference[];
    }
  /** The order or charge does not exist yet. `InboundWebhooks.resumeWaiting` is called with the key once it does. */
  | { held: string };

export const orderKey = (order: string): string => `order:${order.toLowerCase()}`;
export const transactionKey = (provider: string, transactionId: string): string => `transaction:${provider}:${transactionId}`;

export const postFact = (fact: ProviderFact): Promise<FactResult> =>
  Tenant.runWithSettings(() =>
    retryOnConflict(() => {
      if (fact.type === "charge") return postCharge(fact);
      return fact.type === "refund" ? postRefund(fact) : postDispute(fact);
    }),
  );

/** Later states have higher ranks. A payment that succeeded stays so; a refund can still fail after it succeeded. */
const paymentRanks: Readonly<Record<PaymentStatus, number>> = { PENDING: 0, FAILED: 1, CANCELLED: 1, SUCCEEDED: 2 };
const refundRanks: Readonly<Record<PaymentStatus, number>> = { PENDING: 0, SUCCEEDED: 1, FAILED: 2, CANCELLED: 2 };

async function postCharge(fact: ChargeFact): Promise<FactResult> {
  const recordedId = await findByTransaction(fact);
  const recorded = recordedId === undefined ? undefined : await Records.load(Payments, recordedId, { live: true });
  if (recordedId !== undefined && !recorded) return unchanged(recordedId, "Set aside before");
  const order = await loadOrder(recorded?.order_id ?? fact.order);
  if (!order) return { held: orderKey(fact.order) };
  const tx = transaction();
  if (!recorded) {
    if (isOtherCurrency(order, fact)) return setAside(tx, order, fact, fact.status === "SUCCEEDED");
    const draft = buildPayment(order, {
      provider: fact.provider,
      transaction_id: fact.transaction_id,
      payment_method_id: await resolveMethod(fact.method),
      amount: fact.amount,
      is_deposit: false,
      due_date: null,
      paid_date: fact.status === "SUCCEEDED" ? toDay(fact) : null,
      notes: null,
      failure_reason: toPlainText(fact.failure_reason),
    });
    lockTransaction(tx, draft, draft.id);
    const settled = settlePayment(tx, order, draft, fact.status, { isProviderFact: true, occurred_at: fact.occurred_at });
    tx.create(Payments, settled.payment);
    return commit(tx, order, settled.order, { record_id: draft.id, outcome: `The payment is ${fact.status}` });
  }
  const differences = await findDifferences(recorded, fact, fact.order);
  const isLater = paymentRanks[fact.status] > paymentRanks[recorded.status];
  if (!isLater || differences.some(({ field }) => field !== "order"))
    return unchanged(recorded.id, `The payment was ${recorded.status}`, differences);
  const dated = {
    ...recorded,
    paid_date: recorded.paid_date ?? (fact.status === "SUCCEEDED" ? toDay(fact) : null),
    failure_reason: toPlainText(fact.failure_reason) ?? recorded.failure_reason,
  };
  const settled = settlePayment(tx, order, dated, fact.status, { isProviderFact: true, occurred_at: fact.occurred_at });
  tx.replace(Payments, recorded, Records.nextVersion(recorded, settled.payment));
  return commit(tx, order, settled.order, { record_id: recorded.id, outcome: `The payment is ${fact.status}`, differences });
}

async function postRefund(fact: RefundFact): Promise<FactResult> {
  const recordedId = await findByTransaction(fact);
  const recorded = recordedId === undefined ? undefined : await Records.load(Refunds, recordedId, { live: true });
  if (recordedId !== undefined && !recorded) return unchanged(recordedId, "Set aside before");
  const chargeId = recorded?.payment_id ?? (await findByTransaction({ ...fact, transaction_id: fact.charge }));
  const payment = chargeId ? await Records.load(Payments, chargeId, { live: true }) : undefined;
  // A charge that was set aside is known by its order.
  const chargedOrder = chargeId && isId(chargeId, ORDER) ? chargeId : undefined;
  const orderReference = recorded?.order_id ?? payment?.order_id ?? chargedOrder ?? fact.order;
  if (orderReference === null) return { held: transactionKey(fact.provider, fact.charge ?? fact.transaction_id) };
  const order = await loadOrder(orderReference);
  if (!order) return { held: orderKey(orderReference) };
  const tx = transaction();
  if (!recorded) {
    if (isOtherCurrency(order, fact)) return setAside(tx, order, fact, fact.status === "SUCCEEDED");
    const draft = buildRefund(order, {
      provider: fact.provider,
      transaction_id: fact.transaction_id,
      payment_method_id: payment?.payment_method_id ?? null,
      payment_id: payment?.id ?? null,
      amount: fact.amount,
      credits: false,
      refunded_date: fact.status === "SUCCEEDED" ? toDay(fact) : null,
      reason: toPlainText(fact.reason),
      notes: null,
      after_sales_id: null,
      failure_reason: toPlainText(fact.failure_reason),
    });
    lockTransaction(tx, draft, draft.id);
    const settled = settleRefund(tx, { order, refund: draft, payment }, fact.status, {
      isProviderFact: true,
      occurred_at: fact.occurred_at,
    });
    tx.create(Refunds, settled.refund);
    return commit(tx, order, settled.order, { record_id: draft.id, outcome: `The refund is ${fact.status}` });
  }
  const differences = await findDifferences(recorded, fact, fact.order);
  const isReversed = recorded.reversed_at !== null;
  const isLater = !isReversed && refundRanks[fact.status] > refundRanks[recorded.status];
  if (!isLater || differences.some(({ field }) => field !== "order"))
    return unchanged(recorded.id, isReversed ? "The refund was reversed" : `The refund was ${recorded.status}`, differences);
  const described = { ...recorded, failure_reason: toPlainText(fact.failure_reason) ?? recorded.failure_reason };
  const settled =
    recorded.status === "SUCCEEDED"
      ? await returnRefund(tx, order, described, payment, fact)
      : settleRefund(tx, { order, refund: described, payment }, fact.status, {
          isProviderFact: true,
          occurred_at: fact.occurred_at,
        });
  tx.replace(Refunds, recorded, Records.nextVersion(recorded, settled.refund));
  return commit(tx, order, settled.order, { record_id: recorded.id, outcome: `The refund is ${fact.status}`, differences });
}

/** A refund that had succeeded came back: its entry is reversed. */
async function returnRefund(
  tx: Transaction,
  order: OrderRecord,
  refund: RefundRecord,
  payment: PaymentRecord | undefined,
  fact: RefundFact,
): Promise<{ order: OrderRecord; refund: RefundRecord }> {
  const reverses = await Ledger.loadReversible(order, refund.entry_sequence ?? 0, "transaction_id");
  const posting = {
    entry_type: "REVERSAL" as const,
    amount: refund.amount,
    record_id: refund.id,
    reverses,
    reason: fact.status,
    ...toReference(fact),
  };
  const next = Ledger.postEntries(tx, order, [posting], { isProviderFact: true });
  if (payment) countRefund(tx, payment, Money.subtract(payment.refunded_amount, refund.amount), true);
  return { order: next, refund: { ...refund, reversed_at: requestTime(), reversal_reason: fact.status } };
}

/**
 * Posts that a dispute took the money of a charge, or that it was given back. The entry of a charge is reversed once, so a second dispute of the same
 * charge is not posted, nor is its end.
 */
async function postDispute(fact: DisputeFact): Promise<FactResult> {
  const paymentId = await findByTransaction({ provider: fact.provider, transaction_id: fact.charge });
  const payment = paymentId === undefined ? undefined : await Records.load(Payments, paymentId, { live: true });
  if (paymentId !== undefined && !payment) return unchanged(paymentId, "The charge was set aside");
  const sequence = payment?.entry_sequence ?? null;
  if (!payment || sequence === null) return { held: transactionKey(fact.provider, fact.charge) };
  const order = await loadOrder(payment.order_id);
  if (!order) return { held: orderKey(payment.order_id) };
  const withdrawal = { provider: fact.provider, transaction_id: `${fact.transaction_id}:withdrawn` };
  const withdrawnId = await findByTransaction(withdrawal);
  if (withdrawnId === undefined) return withdrawFunds(order, payment, sequence, fact, withdrawal);
  if (fact.funds === "withdrawn") return unchanged(withdrawnId, "The dispute was posted before");
  if (isId(withdrawnId, ORDER)) return unchanged(order.id, "The dispute was not posted, so its end is not");
  const reinstatedId = await findByTransaction(fact);
  return reinstatedId === undefined
    ? reinstateFunds(order, payment, fact)
    : unchanged(reinstatedId, "The end of the dispute was posted before");
}

async function withdrawFunds(
  order: OrderRecord,
  payment: PaymentRecord,
  sequence: number,
  fact: DisputeFact,
  withdrawal: { provider: string; transaction_id: string },
): Promise<FactResult> {
  const tx = transaction();
  const isRepeated = order.reversed_entries.includes(sequence);
  if (isRepeated || isOtherCurrency(order, fact)) {
    lockTransaction(tx, withdrawal, order.id);
    const addedReason = isRepeated ? "REPEATED_DISPUTE" : "OTHER_CURRENCY";
    return commit(tx, order, Ledger.withFigures(order, { addedReason }), { record_id: order.id, outcome: addedReason });
  }
  lockTransaction(tx, withdrawal, payment.id);
  const reverses = await Ledger.loadReversible(order, sequence, "transaction_id");
  const reversal = {
    entry_type: "REVERSAL" as const,
    amount: fact.amount,
    record_id: payment.id,
    reverses,
    reason: DISPUTE,
    ...toReference(fact),
  };
  const next = Ledger.postEntries(tx, order, [reversal], { isProviderFact: true });
  tx.replace(
    Payments,
    payment,
    Records.nextVersion(payment, { ...payment, reversed_at: requestTime(), reversal_reason: DISPUTE }),
  );
  const result = await commit(tx, order, next, { record_id: payment.id, outcome: "The disputed payment is reversed" });
  // The provider can report the end first. It then means both.
  return fact.funds === "withdrawn" ? result : postDispute(fact);
}

const DISPUTE = "DISPUTE";

/** A dispute that was won is a payment of its own, under the id of the dispute. */
async function reinstateFunds(order: OrderRecord, disputed: PaymentRecord, fact: DisputeFact): Promise<FactResult> {
  const tx = transaction();
  const draft = buildPayment(order, {
    provider: fact.provider,
    transaction_id: fact.transaction_id,
    payment_method_id: disputed.payment_method_id,
    amount: fact.amount,
    is_deposit: false,
    due_date: null,
    paid_date: toDay(fact),
    notes: null,
    failure_reason: null,
  });
  lockTransaction(tx, draft, draft.id);
  const settled = settlePayment(tx, order, draft, "SUCCEEDED", { isProviderFact: true, occurred_at: fact.occurred_at });
  tx.create(Payments, settled.payment);
  return commit(tx, order, settled.order, { record_id: draft.id, outcome: "The disputed payment is back" });
}

const toReference = ({ provider, transaction_id, occurred_at }: FactFields) => ({
  provider,
  provider_reference: transaction_id,
  occurred_at,
});

async function commit(
  tx: Transaction,
  order: OrderRecord,
  next: OrderRecord,
  { differences = [], ...result }: { record_id: string; outcome: string; differences?: Difference[] },
): Promise<FactResult> {
  if (next !== order) tx.replace(Orders, order, Orders.applyComputed(Records.nextVersion(order, next)));
  return tx.commit({ ...result, isPosted: true, differences });
}

const unchanged = (record_id: string, outcome: string, differences: Difference[] = []): FactResult => ({
  record_id,
  outcome,
  isPosted: false,
  differences,
});

const isOtherCurrency = (order: OrderRecord, { currency }: FactFields): boolean => currency !== order.currency;

/** Does not post a fact in another currency, and flags the order once if money moved. */
function setAside(tx: Transaction, order: OrderRecord, fact: FactFields, hasMoved: boolean): FactResult | Promise<FactResult> {
  const difference = toDifference(fact, order.id, "currency", order.currency, fact.currency);
  if (!hasMoved) return unchanged(order.id, "Another currency than the order's; no money moved");
  lockTransaction(tx, fact, order.id);
  const next = Ledger.withFigures(order, { addedReason: "OTHER_CURRENCY" });
  return commit(tx, order, next, { record_id: order.id, outcome: "OTHER_CURRENCY", differences: [difference] });
}

const toDifference = (
  { transaction_id }: FactFields,
  order_id: string,
  field: string,
  recorded: string | null,
  reported: string | null,
): Difference => ({ object_id: transaction_id, order_id, field, recorded, reported });

/** Returns how a fact differs from the record that was made of it. */
async function findDifferences(
  recorded: PaymentRecord | RefundRecord,
  fact: FactFields,
  orderReference: string | null,
): Promise<Difference[]> {
  const { order_id, amount, currency } = recorded;
  const reportedOrder = orderReference === null ? order_id : ((await resolveOrderId(orderReference)) ?? orderReference);
  const pairs = [
    ["order", order_id, reportedOrder],
    ["currency", currency, fact.currency],
    ["amount", amount, currency === fact.currency ? fact.amount : amount],
  ] as const;
  return pairs.flatMap(([field, ours, theirs]) => (ours === theirs ? [] : [toDifference(fact, order_id, field, ours, theirs)]));
}

const resolveOrderId = async (orderReference: string): Promise<string | undefined> =>
  isId(orderReference, ORDER) ? orderReference : (await OrderNumber.load(orderReference))?.order_id;

async function loadOrder(orderReference: string): Promise<OrderRecord | undefined> {
  const orderId = await resolveOrderId(orderReference);
  return orderId === undefined ? undefined : Records.load(Orders, orderId, { live: true });
}

async function resolveMethod(code: string | undefined): Promise<string | null> {
  if (code === undefined) return null;
  try {
    return await Master.resolve(PAYMENT_METHODS, code, "payment_method_id");
  } catch (error) {
    // The tenant has retired the method.
    if (!isFailure(error)) throw error;
    return null;
  }
}

const MAX_TEXT_LENGTH = 500;

/** Returns a provider's text as it may be stored. */
function toPlainText(value: string | null | undefined): string | null {
  if (!value) return null;
  return hasCardNumber(value) ? null : value.slice(0, MAX_TEXT_LENGTH).toWellFormed();
}

const toDay = ({ occurred_at }: FactFields): string => instantToDay(useSettings().timezone, occurred_at);
