import { CrmError } from "./errors.ts";
import type { Event } from "./generated/schemas.ts";

/** The body of a webhook. `R` is the type of `record`, for endpoints with `include_record`. */
export interface WebhookEvent<R = Record<string, unknown>> extends Omit<Event, "data"> {
  readonly data: Event["data"] & {
    /** The record as the owner of the endpoint reads it; null if the owner cannot. */
    readonly record?: R | null;
    /** The version of `record`. It is higher than `version` if the record has changed since. */
    readonly record_version?: number | null;
    /** The values that this version wrote. */
    readonly changes?: Partial<R>;
  };
}

/** A webhook that the CRM did not sign, or that is too old. Answer it with 401. */
export class WebhookVerificationError extends CrmError {
  override name = "WebhookVerificationError";
}

export interface VerifyOptions {
  /** Seconds by which the time of sending may differ from now. Default: 300. */
  readonly tolerance?: number | undefined;
  /** The time in milliseconds, in place of the clock's. */
  readonly now?: number | undefined;
}

type HeaderSource = { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Verifies a webhook and returns its event. `body` is the body as it came, before any parsing. `secret` is the endpoint's secret
 * (`whsec_…`), or a list during a rotation. An event can come twice: its `id` is the same.
 */
export async function verifyWebhook<R = Record<string, unknown>>(
  body: string | Uint8Array | ArrayBuffer,
  headers: HeaderSource,
  secret: string | readonly string[],
  { tolerance = DEFAULT_TOLERANCE_SECONDS, now = Date.now() }: VerifyOptions = {},
): Promise<WebhookEvent<R>> {
  const [id, time, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    readHeader(headers, name),
  );
  if (!id || !time || !signatures) throw new WebhookVerificationError("The headers of the signature are missing");
  if (!/^\d{1,12}$/.test(time) || Math.abs(now / 1000 - Number(time)) > tolerance)
    throw new WebhookVerificationError(`The webhook was not sent within ${tolerance} seconds from now`);
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = joinBytes(
    new TextEncoder().encode(`${id}.${time}.`),
    typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body),
  );
  const candidates = signatures
    .split(" ")
    .flatMap((signature) => (signature.startsWith("v1,") ? [decodeBase64(signature.slice(3))] : []));
  for (const each of typeof secret === "string" ? [secret] : secret) {
    const key = await importKey(each);
    // WebCrypto compares in constant time.
    for (const candidate of candidates)
      if (candidate && (await crypto.subtle.verify("HMAC", key, candidate, signed)))
        return { ...(JSON.parse(text) as WebhookEvent<R>), id };
  }
  throw new WebhookVerificationError("No signature fits the body and the secret");
}

function readHeader(headers: HeaderSource, name: string): string | undefined {
  if (typeof headers.get === "function") return (headers as { get(name: string): string | null }).get(name) ?? undefined;
  const fields = Object.entries(headers as Readonly<Record<string, string | readonly string[] | undefined>>);
  const value = fields.find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.[0];
}

async function importKey(secret: string) {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ""));
  if (!bytes || bytes.length === 0) throw new TypeError("The secret of the webhook must be base64, as `whsec_…`");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
