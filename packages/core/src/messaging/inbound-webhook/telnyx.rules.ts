import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { decodeBase64, isFresh, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/** The prefix that makes a 32-byte Ed25519 public key an SPKI key (RFC 8410). */
const ED25519_SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export function parseTelnyxKey(secret: string): KeyObject | undefined {
  const raw = decodeBase64(secret);
  if (raw?.length !== 32) return undefined;
  try {
    return createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, raw]), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

/**
 * Checks a signature of Telnyx: Ed25519 of time and body joined by `|`, with the account's key. A repeat has another time, and the
 * same id in its body.
 */
export const checkTelnyx: SignatureCheck = ({ bytes, headers }, { secrets, now }) => {
  const time = headers["telnyx-timestamp"];
  const signature = decodeBase64(headers["telnyx-signature-ed25519"] ?? "");
  if (!isFresh(time, now) || signature?.length !== 64) return undefined;
  const signed = Buffer.concat([Buffer.from(`${time}|`), bytes]);
  const isGenuine = secrets.some((secret) => {
    const key = parseTelnyxKey(secret);
    return key !== undefined && verify(null, signed, key, signature);
  });
  if (!isGenuine) return undefined;
  const id = parseEventId(bytes);
  return { external_id: id, idempotencyKey: id === null ? sha256(bytes) : `id ${id}` };
};

function parseEventId(bytes: Uint8Array): string | null {
  try {
    const { data } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { data?: { id?: unknown } };
    return typeof data?.id === "string" && data.id !== "" && data.id.length <= 256 ? data.id : null;
  } catch {
    return null;
  }
}
