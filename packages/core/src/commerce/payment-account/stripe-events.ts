import { Failure } from "../../kernel/error.ts";
import { isFault } from "../../lib/provider-http/fault.ts";
import type { HandlerResult, WebhookEvent, WebhookHandler } from "../../messaging/inbound-webhook/webhook-handler.ts";
import { findByTransaction } from "../payment/transaction-lock.ts";
import {
  StripeCharge,
  StripeDispute,
  StripeEvent,
  StripePaymentIntent,
  StripeRefund,
  StripeThinEvent,
} from "../stripe/stripe.rules.ts";
import type { StripeApi } from "../stripe/stripe.ts";
import type { PaymentAccountRecord } from "./payment-account.entity.ts";
import { PaymentAccount } from "./payment-account.ts";
import { type FactResult, type ProviderFact, postFact } from "./provider-fact.ts";
import {
  findFunds,
  findOrderReference,
  isChargeFinal,
  STRIPE,
  toChargeFact,
  toDisputeFact,
  toRefundFact,
} from "./stripe-facts.rules.ts";

/**
 * Handles events of Stripe. An event tells that something happened to an object. Where the order of events matters, the object is fetched, so that an old
 * event does not bring back an old state. If the account's key cannot read the object, the event's copy of it counts.
 */
export const stripe: WebhookHandler = {
  async handle({ body, delivery }: WebhookEvent): Promise<HandlerResult> {
    const content = parseJson(body);
    // Stripe sends the events of charges, refunds and disputes with a copy of the object. Thin ones are about other things.
    const thinEvent = StripeThinEvent.safeParse(content).data;
    if (thinEvent) return { done: `Nothing to do for ${thinEvent.type.slice(0, 100)}` };
    const event = StripeEvent.safeParse(content).data;
    if (!event) return { quarantined: "The event cannot be read" };
    const account = await PaymentAccount.findByWebhook(delivery.webhook_id);
    const problem = account ? findAccountProblem(account, event) : NO_ACCOUNT;
    if (!account || problem !== undefined) return { quarantined: problem ?? NO_ACCOUNT };
    return toHandlerResult(await applyEvent(event.type, event.data.object, () => PaymentAccount.createProvider(account)));
  },
};

const NO_ACCOUNT = "No payment account names this webhook: set webhook_id of the account, then retry";

function findAccountProblem(
  { mode, external_account }: PaymentAccountRecord,
  { livemode, account }: { livemode: boolean; account?: string | null | undefined },
): string | undefined {
  const eventMode = livemode ? "live" : "test";
  if (eventMode !== mode) return `The event is of ${eventMode} mode, the payment account of ${mode} mode`;
  return account && account !== external_account ? `The event is of another account: ${account.slice(0, 100)}` : undefined;
}

type EventResult = FactResult | { done: string } | { quarantined: string };

const toHandlerResult = (result: EventResult): HandlerResult =>
  "outcome" in result ? { done: result.outcome, record_id: result.record_id } : result;

type LoadApi = () => Promise<StripeApi>;

async function applyEvent(type: string, object: { object: string }, loadApi: LoadApi): Promise<EventResult> {
  switch (object.object) {
    case "charge":
      return parseAndApply(StripeCharge, object, (charge) => applyChargeEvent(type, charge, loadApi));
    case "refund":
      return parseAndApply(StripeRefund, object, (refund) => applyRefundEvent(refund, loadApi));
    case "dispute":
      return parseAndApply(StripeDispute, object, (dispute) => applyDisputeEvent(type, dispute, loadApi));
    case "payment_intent":
      return parseAndApply(StripePaymentIntent, object, async ({ latest_charge }) => {
        const charge = latest_charge === null ? undefined : await fetchOr(loadApi, (api) => api.fetchCharge(latest_charge));
        return charge ? applyCharge(charge) : { done: "The events of the charge tell it" };
      });
    default:
      return { done: `Nothing to do for ${type.slice(0, 100)}` };
  }
}

async function parseAndApply<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown } },
  object: unknown,
  apply: (parsed: T) => Promise<EventResult>,
): Promise<EventResult> {
  const parsed = schema.safeParse(object);
  return parsed.success ? apply(parsed.data) : { quarantined: "The object of the event cannot be read" };
}

async function applyChargeEvent(type: string, told: StripeCharge, loadApi: LoadApi): Promise<EventResult> {
  const charge = isChargeFinal(told) ? told : ((await fetchOr(loadApi, (api) => api.fetchCharge(told.id))) ?? told);
  const result = await applyCharge(charge);
  if (type !== "charge.refunded" || !("outcome" in result)) return result;
  // The event names the sum of the refunds. Their ids are in events of their own, which may not be subscribed to.
  const refunds = (await fetchOr(loadApi, (api) => api.listRefunds(charge.id))) ?? [];
  let last: EventResult = result;
  for (const refund of refunds) last = await post(toRefundFact(refund));
  return last;
}

async function applyCharge(charge: StripeCharge): Promise<EventResult> {
  const order = findOrderReference(charge);
  return order === null ? { done: "The charge names no order" } : post(toChargeFact(charge, order));
}

async function applyRefundEvent(told: StripeRefund, loadApi: LoadApi): Promise<EventResult> {
  const refund = (await fetchOr(loadApi, (api) => api.fetchRefund(told.id))) ?? told;
  const missing = await ensureCharge(refund.charge, loadApi);
  if (missing === "unknown" || findOrderReference(refund) !== null) return post(toRefundFact(refund));
  return missing ?? post(toRefundFact(refund));
}

async function applyDisputeEvent(type: string, told: StripeDispute, loadApi: LoadApi): Promise<EventResult> {
  if (type === "charge.dispute.created") return { done: "A dispute is posted when the provider takes the money" };
  const funds =
    type === "charge.dispute.funds_withdrawn"
      ? "withdrawn"
      : type === "charge.dispute.funds_reinstated"
        ? "reinstated"
        : findFunds((await fetchOr(loadApi, (api) => api.fetchDispute(told.id))) ?? told);
  if (funds === undefined) return { done: "The dispute has moved no money" };
  const missing = await ensureCharge(told.charge, loadApi);
  return missing === undefined || missing === "unknown" ? post(toDisputeFact(told, funds)) : missing;
}

/**
 * Posts the charge of a refund or dispute if it was not posted before. Returns undefined if it is posted, `unknown` if it cannot be fetched, and otherwise
 * why it is not posted.
 */
async function ensureCharge(chargeId: string | null, loadApi: LoadApi): Promise<EventResult | "unknown" | undefined> {
  if (chargeId === null) return { done: "The event names no charge" };
  if ((await findByTransaction({ provider: STRIPE, transaction_id: chargeId })) !== undefined) return undefined;
  const charge = await fetchOr(loadApi, (api) => api.fetchCharge(chargeId));
  if (!charge) return "unknown";
  const result = await applyCharge(charge);
  return "outcome" in result ? undefined : result;
}

const post = async (fact: ProviderFact | undefined): Promise<EventResult> =>
  fact === undefined ? { done: "No money has moved" } : postFact(fact);

/** Returns what the API answers; undefined if the key may not read the object or Stripe does not know it. */
async function fetchOr<T>(loadApi: LoadApi, fetchObject: (api: StripeApi) => Promise<T>): Promise<T | undefined> {
  try {
    return await fetchObject(await loadApi());
  } catch (error) {
    if (isFault(error, "gone", "unauthorized", "refused")) return undefined;
    throw isFault(error) ? new Failure("CONFLICT", error.message) : error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
