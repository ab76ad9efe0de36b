import type { Check } from "./call.ts";
import { fromBase64, hmac, isEqual, isFresh } from "./proof.rules.ts";

/** The bytes of a secret of Standard Webhooks: base64, mostly behind `whsec_`. */
export const standardKey = (secret: string): Buffer | undefined => fromBase64(secret.replace(/^whsec_/, ""));

/** Signatures of one call that are looked at. */
const MOST = 20;

/**
 * Standard Webhooks: HMAC-SHA256 of id, time and body with dots between them, in base64 behind `v1,`; several with blanks between
 * them during a rotation. Signatures of other versions say nothing.
 */
export const checkStandard: Check = ({ bytes, headers }, { secrets, now }) => {
  const [id, time, signatures = ""] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
  if (!id || id.length > 256 || !isFresh(time, now)) return undefined;
  const given = signatures.split(" ").slice(0, MOST);
  const isGenuine = secrets.some((secret) => {
    const key = standardKey(secret);
    if (!key) return false;
    const wanted = `v1,${hmac("sha256", key, `${id}.${time}.`, bytes).toString("base64")}`;
    return given.some((signature) => isEqual(wanted, signature));
  });
  return isGenuine ? { external_id: id, once: id } : undefined;
};
