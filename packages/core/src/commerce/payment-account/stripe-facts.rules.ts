import type { PaymentStatus } from "../payment/payment.entity.ts";
import { fromStripeUnits } from "../stripe/minor-units.rules.ts";
import type { StripeCharge, StripeDispute, StripeRefund } from "../stripe/stripe.rules.ts";
import type { ChargeFact, DisputeFact, RefundFact } from "./provider-fact.ts";

/** Pure rules: converts objects of Stripe to facts about orders. */

export const STRIPE = "stripe";

/** The name under which Stripe's objects carry the id or number of an order. */
const ORDER_METADATA = "order_id";

const MAX_REFERENCE_LENGTH = 100;

/** Returns the id or number of the order that an object names. */
export function findOrderReference({ metadata }: { metadata: Readonly<Record<string, string>> }): string | null {
  const text = metadata[ORDER_METADATA]?.trim() ?? "";
  return text === "" || text.length > MAX_REFERENCE_LENGTH ? null : text;
}

const toSharedFields = (object: { id: string; currency: string; created: number }, units: number) => ({
  provider: STRIPE,
  transaction_id: object.id,
  amount: fromStripeUnits(units, object.currency),
  currency: object.currency.toUpperCase(),
  occurred_at: new Date(object.created * 1000).toISOString(),
});

const methodsByType: Readonly<Record<string, string>> = {
  card: "card",
  card_present: "card",
  paypal: "paypal",
  customer_balance: "bank_transfer",
  sofort: "bank_transfer",
  ideal: "bank_transfer",
  giropay: "bank_transfer",
  ach_credit_transfer: "bank_transfer",
  sepa_debit: "direct_debit",
  us_bank_account: "direct_debit",
  ach_debit: "direct_debit",
  bacs_debit: "direct_debit",
  au_becs_debit: "direct_debit",
  acss_debit: "direct_debit",
};

/** Whether the state of a charge can still change. */
export const isChargeFinal = ({ status, captured }: StripeCharge): boolean =>
  status === "failed" || (status === "succeeded" && captured !== false);

/** Returns the fact of a charge, or undefined if it moved no money and will perhaps never do so, as an authorization. */
export function toChargeFact(charge: StripeCharge, order: string): ChargeFact | undefined {
  if (charge.amount === 0 || (charge.status === "succeeded" && charge.captured === false)) return undefined;
  const status: PaymentStatus = charge.status === "succeeded" ? "SUCCEEDED" : charge.status === "failed" ? "FAILED" : "PENDING";
  const isPartlyCaptured = status === "SUCCEEDED" && Boolean(charge.amount_captured);
  const type = charge.payment_method_details?.type;
  return {
    type: "charge",
    ...toSharedFields(charge, isPartlyCaptured ? (charge.amount_captured ?? charge.amount) : charge.amount),
    order,
    status,
    ...(status === "FAILED" ? { failure_reason: charge.failure_message ?? null } : {}),
    ...(type ? { method: methodsByType[type] ?? "other" } : {}),
  };
}

const refundStatuses: Readonly<Record<string, PaymentStatus>> = {
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  canceled: "CANCELLED",
};

export function toRefundFact(refund: StripeRefund): RefundFact | undefined {
  if (refund.amount === 0) return undefined;
  const status = refundStatuses[refund.status ?? ""] ?? "PENDING";
  return {
    type: "refund",
    ...toSharedFields(refund, refund.amount),
    order: findOrderReference(refund),
    charge: refund.charge,
    status,
    reason: refund.reason ?? null,
    ...(status === "FAILED" ? { failure_reason: refund.failure_reason ?? null } : {}),
  };
}

/** Returns whether a dispute has taken money and whether it has given it back, by the movements that Stripe lists. */
export function findFunds({ balance_transactions }: StripeDispute): DisputeFact["funds"] | undefined {
  if (balance_transactions.some(({ amount }) => amount > 0)) return "reinstated";
  return balance_transactions.some(({ amount }) => amount < 0) ? "withdrawn" : undefined;
}

export function toDisputeFact(dispute: StripeDispute, funds: DisputeFact["funds"]): DisputeFact | undefined {
  if (dispute.charge === null || dispute.amount === 0) return undefined;
  return { type: "dispute", ...toSharedFields(dispute, dispute.amount), charge: dispute.charge, funds };
}
