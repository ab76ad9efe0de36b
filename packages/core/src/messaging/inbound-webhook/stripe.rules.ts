import { hmac, isEqual, isFresh, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/** Returns whether a text is the signing secret of an endpoint at Stripe. Stripe signs with the whole text. */
export const isStripeSecret = (secret: string): boolean => /^whsec_[\x21-\x7e]{16,}$/.test(secret);

/** Maximum number of signatures of a request that are checked. */
const MAX_SIGNATURES = 20;

/** Returns the time and the `v1` signatures of a `Stripe-Signature` header: `t=…,v1=…,v1=…,v0=…`. Other schemes are ignored. */
function parseSignatureHeader(header: string): { times: string[]; signatures: string[] } {
  const pairs = header.split(",").map((pair) => pair.trim());
  const listValues = (prefix: string) => pairs.flatMap((pair) => (pair.startsWith(prefix) ? [pair.slice(prefix.length)] : []));
  return { times: listValues("t="), signatures: listValues("v1=").slice(0, MAX_SIGNATURES) };
}

/**
 * Checks a signature of Stripe: HMAC-SHA256 of time and body joined by a dot, in hexadecimal digits, once for each secret of the endpoint. A repeat has
 * another time, and the same event id in its body.
 */
export const checkStripe: SignatureCheck = ({ bytes, headers }, { secrets, now }) => {
  const { times, signatures } = parseSignatureHeader(headers["stripe-signature"] ?? "");
  const [time] = times;
  if (times.length !== 1 || !isFresh(time, now)) return undefined;
  const isGenuine = secrets.some((secret) => {
    const expectedSignature = hmac("sha256", secret, `${time}.`, bytes).toString("hex");
    return signatures.some((signature) => isEqual(expectedSignature, signature));
  });
  if (!isGenuine) return undefined;
  const id = parseEventId(bytes);
  return { external_id: id, idempotencyKey: id === null ? sha256(bytes) : `id ${id}` };
};

function parseEventId(bytes: Uint8Array): string | null {
  try {
    const { id } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { id?: unknown };
    return typeof id === "string" && id !== "" && id.length <= 256 ? id : null;
  } catch {
    return null;
  }
}
