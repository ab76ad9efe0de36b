import { type Amount, Money } from "../../kernel/money.ts";
import type { OrderStatus } from "./order.rules.ts";

/**
 * Pure rules: how the entries of an order's ledger change its sums, and what follows from the sums (docs/commerce/ledger.md). All amounts have the
 * currency of the order.
 */

export const entryTypes = [
  "CONFIRMATION",
  "REVISION",
  "CANCELLATION",
  "PAYMENT",
  "DEPOSIT",
  "REFUND",
  "CREDIT",
  "ADJUSTMENT",
  "REVERSAL",
] as const;
export type EntryType = (typeof entryTypes)[number];

export const paymentStates = ["UNPAID", "PARTLY_PAID", "PAID", "OVERPAID", "PARTLY_REFUNDED", "REFUNDED"] as const;
type PaymentState = (typeof paymentStates)[number];

/** The sum that an entry of each type changes; the others change a claim, which the order states itself. */
const sumByType: Partial<Readonly<Record<EntryType, keyof LedgerSums>>> = {
  PAYMENT: "paid",
  DEPOSIT: "paid",
  REFUND: "refunded",
  CREDIT: "credited",
  ADJUSTMENT: "credited",
};

interface LedgerSums {
  /** PAYMENT and DEPOSIT less their reversals. */
  paid: Amount;
  /** REFUND less its reversals. */
  refunded: Amount;
  /** What the customer no longer owes: CREDIT and ADJUSTMENT less their reversals. Below 0 if adjustments raise the claim. */
  credited: Amount;
}

interface LedgerEntry {
  entry_type: EntryType;
  /** Below 0 only for an ADJUSTMENT and a REVISION. */
  amount: Amount;
  /** The type of the entry that a REVERSAL undoes. */
  reversed_type?: EntryType | null;
}

export const isReversible = (type: EntryType): boolean => sumByType[type] !== undefined;

/** Returns the sums after an entry. */
export function applyEntry(sums: LedgerSums, { entry_type, amount, reversed_type }: LedgerEntry): LedgerSums {
  const isReversal = entry_type === "REVERSAL";
  const sum = sumByType[isReversal ? (reversed_type ?? "REVERSAL") : entry_type];
  if (sum === undefined) return sums;
  return { ...sums, [sum]: isReversal ? Money.subtract(sums[sum], amount) : Money.add(sums[sum], amount) };
}

/** The facts from which the figures of an order follow. */
interface OrderClaim extends LedgerSums {
  status: OrderStatus;
  total: Amount;
  /** What a CANCELLED order still costs. */
  cancellation_fee: Amount;
}

interface LedgerFigures {
  /** total − credited; for a CANCELLED order, the cancellation fee. */
  due: Amount;
  /** paid − refunded. */
  net_payment: Amount;
  /** due − net_payment. */
  balance: Amount;
  payment_state: PaymentState;
}

export function computeFigures({ status, total, cancellation_fee, paid, refunded, credited }: OrderClaim): LedgerFigures {
  const due = status === "CANCELLED" ? cancellation_fee : Money.subtract(total, credited);
  const net_payment = Money.subtract(paid, refunded);
  const balance = Money.subtract(due, net_payment);
  return { due, net_payment, balance, payment_state: findPaymentState({ paid, refunded, net_payment, balance }) };
}

interface StateFacts {
  paid: Amount;
  refunded: Amount;
  net_payment: Amount;
  balance: Amount;
}

/** Returns the first state that fits. */
function findPaymentState({ paid, refunded, net_payment, balance }: StateFacts): PaymentState {
  if (isPositive(paid) && Money.isZero(net_payment)) return "REFUNDED";
  if (isPositive(refunded)) return "PARTLY_REFUNDED";
  if (Money.isNegative(balance)) return "OVERPAID";
  if (Money.isZero(balance)) return "PAID";
  return isPositive(net_payment) ? "PARTLY_PAID" : "UNPAID";
}

const isPositive = (amount: Amount): boolean => Money.compare(amount, 0) > 0;

/** Why a user must look at an order. What a provider reports is always posted, so it can break a rule that our own operations keep. */
export const reviewReasons = [
  "REFUNDS_EXCEED_PAYMENTS",
  "PAID_AFTER_CANCELLATION",
  "OTHER_CURRENCY",
  "REPEATED_DISPUTE",
] as const;
export type ReviewReason = (typeof reviewReasons)[number];

/** Reasons that stay until a user has looked at the order. */
const lastingReasons: readonly ReviewReason[] = ["OTHER_CURRENCY", "REPEATED_DISPUTE"];

/**
 * Returns the reasons that hold for the figures. `former` are those that held before, `isProviderPayment` says that a provider has just reported a
 * payment.
 */
export function findReviewReasons(
  { status, paid, refunded, balance }: Pick<OrderClaim, "status" | "paid" | "refunded"> & Pick<LedgerFigures, "balance">,
  former: readonly ReviewReason[],
  isProviderPayment = false,
): ReviewReason[] {
  const isPaidTooLate =
    status === "CANCELLED" && Money.isNegative(balance) && (isProviderPayment || former.includes("PAID_AFTER_CANCELLATION"));
  return reviewReasons.filter((reason) => {
    if (reason === "REFUNDS_EXCEED_PAYMENTS") return Money.compare(refunded, paid) > 0;
    return reason === "PAID_AFTER_CANCELLATION" ? isPaidTooLate : former.includes(reason);
  });
}

/** Returns the reasons that remain after a user has looked at the order. */
export const acknowledgeReasons = (reasons: readonly ReviewReason[]): ReviewReason[] =>
  reasons.filter((reason) => reason !== "PAID_AFTER_CANCELLATION" && !lastingReasons.includes(reason));
