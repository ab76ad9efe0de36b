import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { isFailure } from "../../kernel/error.ts";
import { amount, currency, instant, oneLine } from "../../kernel/schema.ts";
import type { HandlerResult, WebhookEvent, WebhookHandler } from "../../messaging/inbound-webhook/webhook-handler.ts";
import type { PaymentStatus } from "../payment/payment.entity.ts";
import { type ProviderFact, postFact } from "./provider-fact.ts";

/**
 * Handles payment events of other providers, which come as Standard Webhooks (docs/commerce/payments.md). Events of other types, and events without these
 * fields, are stored for the tenant to read.
 */

const transactionId = () => oneLine(255);

const sharedFields = {
  provider: oneLine(40)
    .regex(/^[a-z0-9_]+$/)
    .refine((provider) => provider !== "stripe"),
  transaction_id: transactionId(),
  amount: amount(),
  currency: currency(),
};

const Charge = z.object({ ...sharedFields, order_id: oneLine(100), failure_reason: z.string().nullish() });
const Refund = z.object({
  ...sharedFields,
  order_id: oneLine(100).nullish(),
  payment_transaction_id: transactionId().nullish(),
  reason: z.string().nullish(),
});
const Dispute = z.object({ ...sharedFields, payment_transaction_id: transactionId() });

const EventType = /^(payment|refund|dispute)\.(pending|succeeded|failed|cancelled|funds_withdrawn|funds_reinstated)$/;
const Event = z.object({ type: z.string(), timestamp: instant().nullish(), data: z.unknown() });

const statuses: Readonly<Record<string, PaymentStatus>> = {
  pending: "PENDING",
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  cancelled: "CANCELLED",
};

export const standard: WebhookHandler = {
  async handle({ body, delivery }: WebhookEvent): Promise<HandlerResult> {
    const fact = parseFact(body, delivery.created_at);
    if (fact === undefined) return { done: `Stored: ${delivery.event_type ?? "no type"}` };
    const result = await postFact(fact);
    return "held" in result ? result : { done: result.outcome, record_id: result.record_id };
  },
};

/** Returns the fact of an event, or undefined if it is about no payment of an order. */
function parseFact(body: string, received_at: string): ProviderFact | undefined {
  const event = Event.safeParse(parseJson(body)).data;
  const [, noun, outcome = ""] = EventType.exec(event?.type ?? "") ?? [];
  if (!event || noun === undefined) return undefined;
  const occurred_at = event.timestamp ?? received_at;
  const status = statuses[outcome];
  if (noun === "payment" && status) {
    const data = Charge.safeParse(event.data).data;
    return data && toExact({ type: "charge", ...data, order: data.order_id, status, occurred_at });
  }
  if (noun === "refund" && status) {
    const data = Refund.safeParse(event.data).data;
    if (!data || !(data.order_id || data.payment_transaction_id)) return undefined;
    return toExact({
      type: "refund",
      ...data,
      ...{ order: data.order_id ?? null, charge: data.payment_transaction_id ?? null, status, occurred_at },
    });
  }
  const data = noun === "dispute" && !status ? Dispute.safeParse(event.data).data : undefined;
  const funds = outcome === "funds_withdrawn" ? "withdrawn" : "reinstated";
  return data && toExact({ type: "dispute", ...data, charge: data.payment_transaction_id, funds, occurred_at });
}

/** Returns the fact with the decimals of its currency; undefined if the amount has more. */
function toExact<F extends ProviderFact>(fact: F): F | undefined {
  try {
    return { ...fact, amount: toCurrencyPrecision("amount", fact.amount, fact.currency) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
