import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

/** Signs requests as providers do. It is written from their documentation and shares no code with the verification. */

export interface SignedRequest {
  body: string;
  headers: Record<string, string>;
  /** Query string after the address. */
  query?: string;
  ip?: string;
}

export interface HookResponse {
  status: number;
  type: string;
  body: string;
}

/** Calls a webhook as the gateway does, with exactly these bytes. */
export async function callWebhook(
  app: App,
  id: string,
  { body, headers, query = "", ip = "203.0.113.9" }: SignedRequest,
  method = "POST",
): Promise<HookResponse> {
  const rawPath = `/hooks/${id}`;
  const event = partOf<APIGatewayProxyEventV2>({
    version: "2.0",
    rawPath,
    rawQueryString: query,
    headers,
    requestContext: { http: { method, path: rawPath, sourceIp: ip, userAgent: "provider" }, requestId: randomUUID() },
    body: Buffer.from(body, "latin1").toString("base64"),
    isBase64Encoded: true,
  });
  const answer = await app.handlers[functionFor(rawPath)](event);
  return { status: answer.statusCode ?? 0, type: String(answer.headers?.["content-type"]), body: answer.body ?? "" };
}

const computeHmac = (algorithm: "sha1" | "sha256", key: string | Buffer, text: string): string =>
  createHmac(algorithm, key).update(Buffer.from(text, "latin1")).digest("base64");

const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded" };
const JSON_HEADERS = { "content-type": "application/json" };

export const buildStandardSecret = (chance: string): string => `whsec_${createHash("sha256").update(chance).digest("base64")}`;

/** A key pair of Telnyx: the secret that the tenant gets, and the key that signs. */
export function createTelnyxKeys(): { secret: string; key: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return { secret: raw.toString("base64"), key: privateKey };
}

const nowSeconds = (): number => Math.floor(Clock.ms() / 1000);

export const signStandard = (
  secrets: string | readonly string[],
  body: string,
  { id = `msg_${randomUUID()}`, time = nowSeconds() }: { id?: string; time?: number | string } = {},
): SignedRequest => {
  const signatures = [secrets]
    .flat()
    .map(
      (secret) => `v1,${computeHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"), `${id}.${time}.${body}`)}`,
    );
  return {
    body,
    headers: { ...JSON_HEADERS, "webhook-id": id, "webhook-timestamp": String(time), "webhook-signature": signatures.join(" ") },
  };
};

/** Signs as Stripe's endpoint does, once for each secret. */
export const signStripe = (
  secrets: string | readonly string[],
  body: string,
  time: number | string = nowSeconds(),
): SignedRequest => {
  const signatures = [secrets].flat().map((secret) => {
    const digest = createHmac("sha256", secret)
      .update(Buffer.from(`${time}.${body}`, "latin1"))
      .digest("hex");
    return `v1=${digest}`;
  });
  return { body, headers: { ...JSON_HEADERS, "stripe-signature": [`t=${time}`, ...signatures].join(",") } };
};

export const signDocusign = (keys: string | readonly string[], body: string): SignedRequest => {
  const signatures = [keys].flat().map((key, at) => [`x-docusign-signature-${at + 1}`, computeHmac("sha256", key, body)]);
  return { body, headers: { ...JSON_HEADERS, ...(Object.fromEntries(signatures) as Record<string, string>) } };
};

export const signDropboxSign = (
  key: string,
  { type, time = String(nowSeconds()), ...more }: { type: string; time?: string } & Record<string, unknown>,
  boundary = "----------------------0a1b2c3d",
): SignedRequest => {
  const event_hash = createHmac("sha256", key)
    .update(time + type)
    .digest("hex");
  const json = JSON.stringify({ event: { event_type: type, event_time: time, event_hash }, ...more });
  const body = `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--${boundary}--\r\n`;
  return { body, headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
};

export const signTelnyx = (key: KeyObject, body: string, time: number | string = nowSeconds()): SignedRequest => ({
  body,
  headers: {
    ...JSON_HEADERS,
    "telnyx-timestamp": String(time),
    "telnyx-signature-ed25519": sign(null, Buffer.from(`${time}|${body}`, "latin1"), key).toString("base64"),
  },
});

type Params = Record<string, string>;
const encodeForm = (params: Params): string => new URLSearchParams(params).toString();
const joinParams = (params: Params): string =>
  Object.keys(params)
    .sort()
    .map((name) => name + params[name])
    .join("");

/** Signs form parameters; names and values must be ASCII. */
export const signTwilio = (token: string, url: string, params: Params): SignedRequest => ({
  body: encodeForm(params),
  headers: { ...FORM_HEADERS, "x-twilio-signature": computeHmac("sha1", token, url + joinParams(params)) },
});

/** For JSON, Twilio adds the hash of the body to the address that it signs. */
export const signTwilioJson = (token: string, url: string, body: string): SignedRequest => {
  const query = `bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
  return { body, query, headers: { ...JSON_HEADERS, "x-twilio-signature": computeHmac("sha1", token, `${url}?${query}`) } };
};

export const signPlivo = (token: string, url: string, params: Params, nonce = "05429567804466091622"): SignedRequest => ({
  body: encodeForm(params),
  headers: {
    ...FORM_HEADERS,
    "x-plivo-signature-v3-nonce": nonce,
    "x-plivo-signature-v3": computeHmac("sha256", token, `${url}?${joinParams(params)}.${nonce}`),
  },
});

type WebhookInput = Parameters<Tenant["admin"]["createInboundWebhook"]>[0];

export const createInboundWebhook = async ({ admin }: Tenant, input: WebhookInput) =>
  (await admin.createInboundWebhook(input)).data;

/** All deliveries of a webhook, newest first. */
export async function listDeliveries({ admin }: Tenant, id: string, status?: "received" | "held" | "done" | "quarantined") {
  const { data } = await admin.listInboundDeliveries({ id, limit: 100, ...(status ? { status } : {}) });
  return data;
}
