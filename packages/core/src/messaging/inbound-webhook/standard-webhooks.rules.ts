import { decodeBase64, hmac, isEqual, isFresh } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/** Returns the bytes of a Standard Webhooks secret: Base64, usually after `whsec_`. */
export const parseStandardKey = (secret: string): Buffer | undefined => decodeBase64(secret.replace(/^whsec_/, ""));

/** Maximum number of signatures of a request that are checked. */
const MAX_SIGNATURES = 20;

/**
 * Checks a signature of Standard Webhooks: HMAC-SHA256 of id, time and body joined by dots, in Base64 after `v1,`. During a
 * rotation there are several, separated by spaces. Other versions are ignored.
 */
export const checkStandard: SignatureCheck = ({ bytes, headers }, { secrets, now }) => {
  const [id, time, signatures = ""] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
  if (!id || id.length > 256 || !isFresh(time, now)) return undefined;
  const signatureList = signatures.split(" ").slice(0, MAX_SIGNATURES);
  const isGenuine = secrets.some((secret) => {
    const key = parseStandardKey(secret);
    if (!key) return false;
    const expectedSignature = `v1,${hmac("sha256", key, `${id}.${time}.`, bytes).toString("base64")}`;
    return signatureList.some((signature) => isEqual(expectedSignature, signature));
  });
  return isGenuine ? { external_id: id, idempotencyKey: id } : undefined;
};
