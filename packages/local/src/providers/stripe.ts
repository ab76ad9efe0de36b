import { createHmac, randomBytes } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { WebRequest, WebResponse } from "@crm/core/kernel/ports.ts";
import {
  type Act,
  type Hook,
  jsonResponse,
  type OutgoingEvent,
  type ProviderDouble,
  type ProviderState,
  randomId,
} from "./double.ts";

/** Stripe, as its published API behaves (docs/commerce/payments.md): charges, refunds, disputes, payment links, their events. */

interface StripeValue {
  id: string;
  object: string;
  created: number;
  [field: string]: unknown;
}

interface Account {
  api_key: string;
}

const errorResponse = (status: number, type: string, message: string, headers?: Record<string, string>): WebResponse =>
  jsonResponse(status, { error: { type, message } }, headers);
const missing = (id: string): WebResponse =>
  jsonResponse(404, { error: { type: "invalid_request_error", code: "resource_missing", message: `No such object: '${id}'` } });

const nowSeconds = (): number => Math.floor(Clock.ms() / 1000);
const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString("hex")}`;

const kindsByList: Readonly<Record<string, string>> = {
  charges: "charge",
  refunds: "refund",
  disputes: "dispute",
  payment_intents: "payment_intent",
  payment_links: "payment_link",
};

const EVENT_VERSION = "2026-10-28.endive";

export function stripeDouble(state: ProviderState): ProviderDouble {
  const loadAccount = (): Account =>
    state.loadOrCreate("account", "own", () => ({ api_key: `rk_test_${randomBytes(24).toString("hex")}` }));
  const save = <T extends StripeValue>(value: T): T => {
    state.put(value.object, value.id, value);
    return value;
  };

  /** Queues an event, signed with each secret of the hook. */
  const queue = (type: string, value: StripeValue): OutgoingEvent[] => {
    const hook = state.get<Hook>("hook", "account");
    if (!hook) return [];
    const event = {
      ...{ id: newId("evt"), object: "event", api_version: EVENT_VERSION, created: nowSeconds(), livemode: false, type },
      data: { object: value },
    };
    const body = JSON.stringify(event);
    const time = nowSeconds();
    const signatures = hook.secrets.map((secret) => `v1=${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`);
    const headers = {
      "content-type": "application/json",
      "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      "stripe-signature": [`t=${time}`, ...signatures].join(","),
    };
    const outgoing = { id: randomId(), provider: "stripe", envelope_id: value.id, event: type, url: hook.url, headers, body };
    state.put("waiting", outgoing.id, outgoing);
    return [outgoing];
  };

  const list = (object: string, query: URLSearchParams): WebResponse => {
    const [since, until] = [Number(query.get("created[gte]") ?? 0), Number(query.get("created[lt]") ?? Number.MAX_SAFE_INTEGER)];
    const charge = query.get("charge");
    const matches = state
      .list<StripeValue>(object)
      .filter(({ created, charge: ofCharge }) => created >= since && created < until && (!charge || ofCharge === charge))
      .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
    const start = matches.findIndex(({ id }) => id === query.get("starting_after")) + 1;
    const limit = Math.min(100, Number(query.get("limit") ?? 10));
    return jsonResponse(200, {
      object: "list",
      data: matches.slice(start, start + limit),
      has_more: matches.length > start + limit,
    });
  };

  const createLink = (form: URLSearchParams): WebResponse => {
    const amount = Number(form.get("line_items[0][price_data][unit_amount]"));
    const currency = form.get("line_items[0][price_data][currency]") ?? "";
    if (!Number.isInteger(amount) || amount <= 0 || currency === "")
      return errorResponse(400, "invalid_request_error", "Invalid positive integer");
    const id = newId("plink");
    const link = {
      ...{ id, object: "payment_link", created: nowSeconds(), active: true, url: `https://buy.stripe.com/test_${id.slice(6)}` },
      ...{ amount, currency, livemode: false },
      metadata: { order_id: form.get("payment_intent_data[metadata][order_id]") ?? "" },
    };
    return jsonResponse(200, save(link));
  };

  const post = (path: string, request: WebRequest): WebResponse => {
    const key = request.headers["idempotency-key"] ?? "";
    const form = new URLSearchParams(String(request.body ?? ""));
    const former = key === "" ? undefined : state.get<{ body: string; answer: unknown }>("idempotency", key);
    if (former && former.body !== form.toString())
      return errorResponse(400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters");
    if (former) return jsonResponse(200, former.answer);
    const response = answerPost(path, form);
    if (response.status === 200 && key !== "")
      state.put("idempotency", key, { body: form.toString(), answer: JSON.parse(Buffer.from(response.body).toString()) });
    return response;
  };

  const answerPost = (path: string, form: URLSearchParams): WebResponse => {
    if (path === "/payment_links") return createLink(form);
    const id = /^\/payment_links\/(\w+)$/.exec(path)?.[1] ?? "";
    const link = state.get<StripeValue>("payment_link", id);
    if (!link) return missing(id);
    return jsonResponse(200, save({ ...link, active: form.get("active") !== "false" }));
  };

  const createCharge = (fields: Record<string, unknown>, status: string): StripeValue =>
    save({
      ...{ id: newId("ch"), object: "charge", created: nowSeconds(), livemode: false, captured: true, status },
      ...{ payment_method_details: { type: "card" }, failure_message: status === "failed" ? "Your card was declined." : null },
      ...{ amount_captured: status === "failed" ? 0 : fields.amount, amount_refunded: 0, ...fields },
    });

  /** Performs what a customer, a bank or the tenant does at Stripe with a payment link, a charge or a dispute. */
  const act = (value: StripeValue, { do: action, reason }: Act): { wrong: string } | { events: OutgoingEvent[] } => {
    const amount = reason === undefined ? Number(value.amount) : Number(reason);
    if (value.object === "payment_link" && (action === "pay" || action === "fail")) {
      if (value.active !== true) return { wrong: "The payment link is not active" };
      const { amount: linkAmount, currency, metadata } = value;
      const status = action === "pay" ? "succeeded" : "failed";
      return { events: queue(`charge.${status}`, createCharge({ amount: linkAmount, currency, metadata }, status)) };
    }
    const shared = { created: nowSeconds(), livemode: false, charge: value.id, currency: value.currency, amount, metadata: {} };
    if (value.object === "charge" && action === "refund") {
      const refund = save({ id: newId("re"), object: "refund", status: "succeeded", ...shared });
      return { events: queue("refund.created", refund) };
    }
    if (value.object === "charge" && action === "dispute") {
      const balance_transactions = [{ amount: -amount }];
      const dispute = save({ id: newId("dp"), object: "dispute", status: "needs_response", ...shared, balance_transactions });
      return { events: [...queue("charge.dispute.created", dispute), ...queue("charge.dispute.funds_withdrawn", dispute)] };
    }
    if (value.object === "dispute" && action === "win") {
      const balance_transactions = [...(value.balance_transactions as object[]), { amount: Number(value.amount) }];
      const dispute = save({ ...value, status: "won", balance_transactions });
      return { events: [...queue("charge.dispute.closed", dispute), ...queue("charge.dispute.funds_reinstated", dispute)] };
    }
    if (value.object === "dispute" && action === "lose")
      return { events: queue("charge.dispute.closed", save({ ...value, status: "lost" })) };
    if (value.object === "refund" && action === "fail")
      return { events: queue("refund.failed", save({ ...value, status: "failed" })) };
    return {
      wrong: "The action must be pay or fail (links), refund or dispute (charges), win or lose (disputes), fail (refunds)",
    };
  };

  const objects = ["payment_link", "charge", "refund", "dispute"] as const;
  const find = (id: string): StripeValue | undefined =>
    objects.map((object) => state.get<StripeValue>(object, id)).find((value) => value !== undefined);

  return {
    provider: "stripe",
    hosts: ["api.stripe.com"],
    async serve(request) {
      if (request.headers.authorization !== `Bearer ${loadAccount().api_key}`)
        return errorResponse(401, "invalid_request_error", "Invalid API Key provided");
      if (!request.headers["stripe-version"]) return errorResponse(400, "invalid_request_error", "No version of the API");
      const url = new URL(request.url);
      const path = url.pathname.replace(/^\/v1/, "");
      if (request.method === "POST") return post(path, request);
      const [, listName = "", id] = path.split("/");
      const object = kindsByList[listName];
      if (object === undefined) return missing(path);
      if (id === undefined) return list(object, url.searchParams);
      const value = state.get<StripeValue>(object, id);
      return value ? jsonResponse(200, value) : missing(id);
    },
    failureResponse: (mode) =>
      ({
        error: errorResponse(500, "api_error", "Something went wrong on Stripe's end"),
        refused: errorResponse(400, "invalid_request_error", "Amount must be at least 50 cents"),
        rate_limited: errorResponse(429, "rate_limit_error", "Too many requests", { "retry-after": "5" }),
      })[mode],
    credentials: async () => ({ ...loadAccount() }),
    async configure({ hook, object }) {
      state.setHook(hook);
      if (object === undefined) return undefined;
      const value = object as StripeValue;
      if (typeof value?.id !== "string" || typeof value.object !== "string") return "object must have id and object";
      save({ ...value, created: typeof value.created === "number" ? value.created : nowSeconds() });
      return undefined;
    },
    async performAct(id, requested) {
      const value = find(id);
      return value ? act(value, requested) : { wrong: "No such object" };
    },
    listEnvelopes: () => objects.flatMap((object) => state.list<StripeValue>(object)),
  };
}
