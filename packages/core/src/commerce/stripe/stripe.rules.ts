import * as z from "zod";
import type { WebResponse } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { fault, parseJsonBody, parseRetryAfter, redactMessage } from "../../lib/provider-http/http.rules.ts";

/** Pure rules: Stripe's requests, faults and objects. No requests are made here. */

export const API_HOST = "api.stripe.com";

/** The version of Stripe's API with which this code was tested. */
export const DEFAULT_API_VERSION = "2026-10-28.endive";

/** Returns a reference that Stripe may have expanded to an object. */
const reference = () =>
  z
    .union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])
    .nullish()
    .transform((value) => value ?? null);

const metadata = () =>
  z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? {});

/** Stripe takes at most 12 digits. */
const units = () => z.number().int().min(0).max(999_999_999_999);
/** Seconds since 1970, up to the end of the year 9999. */
const created = () => z.number().int().min(0).max(253_402_300_799);
const currency = () => z.string().regex(/^[A-Za-z]{3}$/);

export const StripeRefund = z.object({
  id: z.string().min(1).max(255),
  object: z.literal("refund"),
  amount: units(),
  currency: currency(),
  status: z.string().nullish(),
  created: created(),
  charge: reference(),
  metadata: metadata(),
  reason: z.string().nullish(),
  failure_reason: z.string().nullish(),
});
export type StripeRefund = z.output<typeof StripeRefund>;

export const StripeCharge = z.object({
  id: z.string().min(1).max(255),
  object: z.literal("charge"),
  amount: units(),
  amount_captured: units().nullish(),
  amount_refunded: units().nullish(),
  captured: z.boolean().nullish(),
  currency: currency(),
  status: z.string(),
  created: created(),
  metadata: metadata(),
  failure_message: z.string().nullish(),
  payment_method_details: z.object({ type: z.string().nullish() }).nullish(),
});
export type StripeCharge = z.output<typeof StripeCharge>;

export const StripeDispute = z.object({
  id: z.string().min(1).max(255),
  object: z.literal("dispute"),
  amount: units(),
  currency: currency(),
  status: z.string(),
  created: created(),
  charge: reference(),
  balance_transactions: z
    .array(z.object({ amount: z.number() }))
    .nullish()
    .transform((value) => value ?? []),
});
export type StripeDispute = z.output<typeof StripeDispute>;

export const StripePaymentIntent = z.object({ id: z.string(), object: z.literal("payment_intent"), latest_charge: reference() });

export const StripePaymentLink = z.object({ id: z.string(), url: z.string(), active: z.boolean() });

export const StripeEvent = z.object({
  id: z.string(),
  type: z.string(),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({ object: z.looseObject({ object: z.string() }) }),
});

/** An event that names its object and has no copy of it (docs.stripe.com/event-destinations, thin events). */
export const StripeThinEvent = z.object({
  id: z.string(),
  object: z.literal("v2.core.event"),
  type: z.string(),
});

const ErrorBody = z.object({
  error: z.object({ code: z.string().nullish(), type: z.string().nullish(), message: z.string().nullish() }),
});

/** Returns the fault of an answer, or undefined if it is a success. The message has no secret of the account. */
export function parseFault(answer: WebResponse, now: number, secrets: readonly string[]): ProviderFault | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const error = ErrorBody.safeParse(parseJsonBody(answer.body)).data?.error;
  const stated = error?.code ?? error?.type ?? "";
  const code = /^[a-z0-9_]{1,60}$/.test(stated) ? stated : `HTTP_${status}`;
  const message = redactMessage(`Stripe: ${error?.message || code}`, secrets);
  if (status === 429) return fault("rate_limited", code, message, { retryAfter: parseRetryAfter(headers, now) });
  if (status === 401 || status === 403) return fault("unauthorized", code, message);
  if (status === 404) return fault("gone", code, message);
  // An earlier request with the same idempotency key is still running.
  if (status === 409) return fault("not_ready", code, message, { retryAfter: parseRetryAfter(headers, now) });
  if (status >= 400 && status < 500 && status !== 408) return fault("refused", code, message);
  return fault("unreachable", code, message, { retryAfter: parseRetryAfter(headers, now) });
}

export type FormValue = string | number | boolean | null | undefined | { readonly [name: string]: FormValue };

/** Encodes a request body as Stripe's forms do: `a[b][0]=c`. Empty values are left out. */
export function encodeForm(input: { readonly [name: string]: FormValue }): string {
  const form = new URLSearchParams();
  const add = (name: string, value: FormValue): void => {
    if (value === null || value === undefined) return;
    if (typeof value !== "object") form.append(name, String(value));
    else for (const [key, inner] of Object.entries(value)) add(`${name}[${key}]`, inner);
  };
  for (const [name, value] of Object.entries(input)) add(name, value);
  return form.toString();
}
