import { createStripe } from "@crm/core/commerce/stripe/stripe.ts";
import { NoResponse, type Web, type WebRequest } from "@crm/core/kernel/ports.ts";
import { describe, expect, it } from "vitest";

const API_KEY = "rk_test_0123456789abcdef";

/** The adapter, its requests, and the answer that it gets. */
function createAdapter(status: number, body: unknown, headers: Record<string, string> = {}) {
  const requests: WebRequest[] = [];
  const web: Web = {
    async send(request) {
      requests.push(request);
      if (status === 0) throw new NoResponse("api.stripe.com did not answer");
      return { status, headers, body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) };
    },
  };
  const api = createStripe(web, { mode: "test", api_version: "2026-10-28.endive", api_key: API_KEY });
  return { api, requests };
}

describe("a request to Stripe", () => {
  it("names the version of the API, and an idempotency key if it writes", async () => {
    const { api, requests } = createAdapter(200, { id: "plink_1", url: "https://buy.stripe.com/1", active: true });
    await api.createPaymentLink({ order_id: "ord_1", order_number: "O-1", amount: "12.50", currency: "EUR" }, "key-1");
    expect(requests).toMatchObject([
      {
        method: "POST",
        url: "https://api.stripe.com/v1/payment_links",
        headers: { authorization: `Bearer ${API_KEY}`, "stripe-version": "2026-10-28.endive", "idempotency-key": "key-1" },
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(String(requests[0]?.body)))).toEqual({
      "line_items[0][price_data][currency]": "eur",
      "line_items[0][price_data][unit_amount]": "1250",
      "line_items[0][price_data][product_data][name]": "O-1",
      "line_items[0][quantity]": "1",
      "metadata[order_id]": "ord_1",
      "payment_intent_data[metadata][order_id]": "ord_1",
      "payment_intent_data[description]": "O-1",
      "restrictions[completed_sessions][limit]": "1",
    });
  });

  it("walks lists by time and position, and cannot leave the path of its object", async () => {
    const { api, requests } = createAdapter(200, { data: [], has_more: true });
    const range = { since: "2026-11-01T00:00:00.000Z", until: "2026-11-02T00:00:00.000Z", after: "ch_9" };
    expect(await api.listPage("charges", range)).toEqual({ objects: [], hasMore: false });
    await api.fetchCharge("../account?x=").catch(() => undefined);
    expect(requests.map(({ url, headers }) => [url, headers["stripe-version"]])).toEqual([
      [
        "https://api.stripe.com/v1/charges?limit=100&created%5Bgte%5D=1793491200&created%5Blt%5D=1793577600&starting_after=ch_9",
        "2026-10-28.endive",
      ],
      ["https://api.stripe.com/v1/charges/..%2Faccount%3Fx%3D", "2026-10-28.endive"],
    ]);
  });

  it.each([
    [0, "", {}, "unreachable", "no_answer"],
    [200, "<html>", {}, "unreachable", "no_answer"],
    [400, { error: { type: "invalid_request_error", message: "No" } }, {}, "refused", "invalid_request_error"],
    [401, { error: { type: "invalid_request_error", message: `Invalid key: ${API_KEY}` } }, {}, "unauthorized", ""],
    [403, { error: { code: "permission_missing", message: "No" } }, {}, "unauthorized", "permission_missing"],
    [404, { error: { code: "resource_missing", message: "No" } }, {}, "gone", "resource_missing"],
    [409, { error: { type: "idempotency_error", message: "No" } }, {}, "not_ready", "idempotency_error"],
    [429, { error: { code: "rate_limit", message: "No" } }, { "retry-after": "7" }, "rate_limited", "rate_limit"],
    [500, { error: { type: "api_error", message: "No" } }, {}, "unreachable", "api_error"],
    [503, "", {}, "unreachable", "HTTP_503"],
  ] as const)("that is answered %i %j is a fault without the key", async (status, body, headers, kind, code) => {
    const error = await createAdapter(status, body, headers)
      .api.fetchCharge("ch_1")
      .catch((fault: unknown) => fault);
    expect(error).toMatchObject({ kind, ...(code ? { code } : {}), ...(status === 429 ? { retryAfter: 7 } : {}) });
    expect(String((error as Error).message)).not.toContain(API_KEY);
  });
});
