import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import type { Web, WebResponse } from "../../kernel/ports.ts";
import { type AccountCheck, ProviderClient, runAccountCheck } from "../../lib/provider-http/provider-client.ts";
import { toStripeUnits } from "./minor-units.rules.ts";
import {
  API_HOST,
  encodeForm,
  type FormValue,
  parseFault,
  StripeCharge,
  StripeDispute,
  StripePaymentIntent,
  StripePaymentLink,
  StripeRefund,
} from "./stripe.rules.ts";

/** The adapter of Stripe's API, with the restricted key of an account. Each request names the pinned version of the API. */

interface StripeAccount {
  mode: "test" | "live";
  api_version: string;
  api_key: string;
}

const objectSchemas = { charges: StripeCharge, refunds: StripeRefund, disputes: StripeDispute };
type ListName = keyof typeof objectSchemas;
export type StripeObject = StripeCharge | StripeRefund | StripeDispute;

interface ListRange {
  /** Instants: objects that were created from `since` on, and before `until`. */
  since: string;
  until: string;
  /** The last object of the former page. */
  after: string | null;
}

/** Part of a list, the newest object first. */
interface ObjectPage {
  objects: StripeObject[];
  hasMore: boolean;
}

interface PaymentLinkInput {
  order_id: string;
  order_number: string;
  amount: string;
  currency: string;
}

export interface StripeApi {
  fetchCharge(id: string): Promise<StripeCharge>;
  fetchRefund(id: string): Promise<StripeRefund>;
  fetchDispute(id: string): Promise<StripeDispute>;
  fetchPaymentIntent(id: string): Promise<z.output<typeof StripePaymentIntent>>;
  /** Returns the refunds of a charge, at most 100. */
  listRefunds(charge: string): Promise<StripeRefund[]>;
  listPage(list: ListName, range: ListRange): Promise<ObjectPage>;
  /** Creates a payment link that can be paid once. The same idempotency key creates the same link. */
  createPaymentLink(input: PaymentLinkInput, idempotencyKey: string): Promise<z.output<typeof StripePaymentLink>>;
  /** Deactivates a payment link. One that is inactive stays so. */
  deactivatePaymentLink(id: string): Promise<void>;
  check(): Promise<AccountCheck>;
}

const MAX_BYTES = 4_000_000;
/** Page size of lists; the maximum. */
const PAGE_SIZE = 100;

const toSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

export function createStripe(web: Web, { mode, api_version, api_key }: StripeAccount): StripeApi {
  const service = new ProviderClient(web, "Stripe", { timeoutSeconds: 30, maxBytes: MAX_BYTES });
  const call = (method: "GET" | "POST", path: string, headers: Record<string, string>, body?: string): Promise<WebResponse> =>
    service.call(
      {
        method,
        url: `https://${API_HOST}/v1${path}`,
        headers: { authorization: `Bearer ${api_key}`, accept: "application/json", "stripe-version": api_version, ...headers },
        ...(body === undefined ? {} : { body }),
      },
      (answer) => parseFault(answer, Clock.ms(), [api_key]),
    );
  const get = async <S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> =>
    service.parseBody(schema, await call("GET", path, {}));
  const fetchById = <S extends z.ZodType>(schema: S, path: string, id: string): Promise<z.output<S>> =>
    get(schema, `/${path}/${encodeURIComponent(id)}`);
  const post = (path: string, input: { readonly [name: string]: FormValue }, idempotencyKey: string): Promise<WebResponse> =>
    call(
      "POST",
      path,
      { "content-type": "application/x-www-form-urlencoded", "idempotency-key": idempotencyKey },
      encodeForm(input),
    );

  return {
    fetchCharge: (id) => fetchById(StripeCharge, "charges", id),
    fetchRefund: (id) => fetchById(StripeRefund, "refunds", id),
    fetchDispute: (id) => fetchById(StripeDispute, "disputes", id),
    fetchPaymentIntent: (id) => fetchById(StripePaymentIntent, "payment_intents", id),
    async listRefunds(charge) {
      const query = new URLSearchParams({ charge, limit: String(PAGE_SIZE) });
      return (await get(z.object({ data: z.array(StripeRefund) }), `/refunds?${query.toString()}`)).data;
    },
    async listPage(list, { since, until, after }) {
      const query = new URLSearchParams({
        limit: String(PAGE_SIZE),
        "created[gte]": String(toSeconds(since)),
        "created[lt]": String(toSeconds(until)),
        ...(after === null ? {} : { starting_after: after }),
      });
      const Page = z.object({ data: z.array(objectSchemas[list] as z.ZodType<StripeObject>), has_more: z.boolean() });
      const { data, has_more } = await get(Page, `/${list}?${query.toString()}`);
      return { objects: data, hasMore: has_more && data.length > 0 };
    },
    async createPaymentLink({ order_id, order_number, amount, currency }, idempotencyKey) {
      const input = {
        line_items: {
          "0": {
            price_data: {
              currency: currency.toLowerCase(),
              unit_amount: toStripeUnits(amount, currency),
              product_data: { name: order_number },
            },
            quantity: 1,
          },
        },
        metadata: { order_id },
        payment_intent_data: { metadata: { order_id }, description: order_number },
        restrictions: { completed_sessions: { limit: 1 } },
      };
      return service.parseBody(StripePaymentLink, await post("/payment_links", input, idempotencyKey));
    },
    async deactivatePaymentLink(id) {
      await post(`/payment_links/${encodeURIComponent(id)}`, { active: false }, `deactivate-${id}`);
    },
    check: () =>
      runAccountCheck(async () => {
        const Charges = z.object({ data: z.array(z.object({ livemode: z.boolean() })) });
        const { data } = await get(Charges, "/charges?limit=1");
        const isOtherMode = data.some(({ livemode }) => livemode !== (mode === "live"));
        const problems = isOtherMode ? [{ code: "other_mode", message: `The key is not of ${mode} mode` }] : [];
        return { works: problems.length === 0, problems, account_name: null };
      }),
  };
}
