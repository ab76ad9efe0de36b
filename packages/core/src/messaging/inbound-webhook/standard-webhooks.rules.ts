import { decodeBase64, hmac, isEqual, isFresh } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/** The bytes of a secret of Standard Webhooks: base64, mostly behind `whsec_`. */
export const parseStandardKey = (secret: string): Buffer | undefined => decodeBase64(secret.replace(/^whsec_/, ""));

/** Signatures of one call that are looked at. */
const MAX_SIGNATURES = 20;

/**
 * Standard Webhooks: HMAC-SHA256 of id, time and body with dots between them, in base64 behind `v1,`; several with blanks between
 * them during a rotation. Signatures of other versions say nothing.
 */
export const checkStandard: SignatureCheck = ({ bytes, headers }, { secrets, now }) => {
  const [id, time, signatures = ""] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
  if (!id || id.length > 256 || !isFresh(time, now)) return undefined;
  const given = signatures.split(" ").slice(0, MAX_SIGNATURES);
  const isGenuine = secrets.some((secret) => {
    const key = parseStandardKey(secret);
    if (!key) return false;
    const wanted = `v1,${hmac("sha256", key, `${id}.${time}.`, bytes).toString("base64")}`;
    return given.some((signature) => isEqual(wanted, signature));
  });
  return isGenuine ? { external_id: id, idempotencyKey: id } : undefined;
};
