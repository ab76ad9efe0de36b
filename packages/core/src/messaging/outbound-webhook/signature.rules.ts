import { createHmac } from "node:crypto";

/** A message signed as in Standard Webhooks: `v1,` and the HMAC-SHA256 of id, time and body, once for each secret. */
export interface SignedMessage {
  id: string;
  body: string;
}

const decodeSecret = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ""), "base64");

/** Builds the headers. `time` is in seconds. */
export function buildHeaders({ id, body }: SignedMessage, secrets: readonly string[], time: number): Record<string, string> {
  const signatures = secrets.map(
    (secret) => `v1,${createHmac("sha256", decodeSecret(secret)).update(`${id}.${time}.${body}`).digest("base64")}`,
  );
  return {
    "content-type": "application/json",
    "user-agent": "CRM-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(time),
    "webhook-signature": signatures.join(" "),
  };
}
