import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import {
  createInboundWebhook,
  createTelnyxKeys,
  listDeliveries,
  type SignedRequest,
  signDocusign,
  signDropboxSign,
  signPlivo,
  signTelnyx,
} from "./provider-requests.ts";

/**
 * Forged webhooks over real HTTP, for each provider whose webhooks act on contracts or messages. Every forged request is refused, and nothing of it
 * is stored or processed. One genuine request is the control.
 */

let app: App;
let server: Awaited<ReturnType<typeof startServer>>;
let tenant: Tenant;
let otherTenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  server = await startServer(app, 0);
  [tenant, otherTenant] = await Promise.all([withApiKey(await signUp(app)), withApiKey(await signUp(app))]);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

/** The tenant with the client of an API key, which stays valid when the clock moves. */
async function withApiKey(targetTenant: Tenant): Promise<Tenant> {
  const { data } = await targetTenant.admin.createApiKey({ name: "Attacks", role: "ADMIN" });
  return { ...targetTenant, admin: createClient(inProcessTransport(app, data.key)) };
}

/** A request as its bytes go over the wire: headers can be repeated. */
interface WireRequest {
  body: string;
  headers: readonly (readonly [string, string])[];
  method?: string;
  /** The path and query; by default those of the webhook. */
  target?: string;
}

const toWire = ({ body, headers }: SignedRequest): WireRequest => ({ body, headers: Object.entries(headers) });

async function send(path: string, { body, headers, method = "POST", target = path }: WireRequest): Promise<number> {
  const bytes = Buffer.from(body, "latin1");
  const { host, port, hostname } = new URL(server.url);
  const call = request({
    ...{ host: hostname, port, method, path: target, agent: false },
    headers: [["host", host], ...headers, ["content-length", String(bytes.length)]].flat(),
  });
  call.end(bytes);
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer.statusCode ?? 0;
}

/** Changes one header of a request. */
const withHeader = (wire: WireRequest, name: string, ...values: string[]): WireRequest => ({
  ...wire,
  headers: [...wire.headers.filter(([own]) => own !== name), ...values.map((value) => [name, value] as const)],
});

const withoutHeaders = (wire: WireRequest, pattern: RegExp): WireRequest => ({
  ...wire,
  headers: wire.headers.filter(([name]) => !pattern.test(name)),
});

type Digest = "md5" | "sha1" | "sha256" | "sha512";
const digestHmac = (algorithm: Digest, key: string, text: string, encoding: "base64" | "hex" = "base64"): string =>
  createHmac(algorithm, key).update(Buffer.from(text, "latin1")).digest(encoding);

interface ProviderAttacks {
  secret: string;
  foreignSecret: string;
  /** Signs an event with this mark in it as the provider does. */
  sign(mark: string, url: string, isForeign?: boolean): SignedRequest;
  /** The type and subject that the signed event has. */
  summary(mark: string): { event_type: string | null; subject: string };
  /** Forged requests about an event with this mark: the name of each attack, and the request. `other` is the URL of another tenant's webhook. */
  forge(mark: string, url: string): Record<string, WireRequest>;
  /** Genuine requests in the other forms that the provider sends: several signatures, one of them genuine. */
  variants(mark: string, url: string): WireRequest[];
}

const buildEnvelopeEvent = (mark: string): string => JSON.stringify({ event: "envelope-completed", data: { envelopeId: mark } });
const buildMessageEvent = (mark: string): string =>
  JSON.stringify({ data: { id: mark, event_type: "message.finalized", payload: { id: mark } } });
const buildSms = (mark: string) => ({ From: "14155550100", To: "14155550199", MessageUUID: mark, Status: "delivered" });

const telnyx = createTelnyxKeys();
const foreignTelnyx = createTelnyxKeys();
/** The public keys of small order, for which some libraries accept one signature of every text. */
const SMALL_ORDER_KEYS = ["0100000000000000000000000000000000000000000000000000000000000000", "00".repeat(32)];

const signTelnyxWith = (key: KeyObject, mark: string, time?: number | string): WireRequest =>
  toWire(signTelnyx(key, buildMessageEvent(mark), time));

const attacksByProvider: Record<"docusign" | "dropbox_sign" | "telnyx" | "plivo", ProviderAttacks> = {
  docusign: {
    secret: "connect-key-of-the-tenant",
    foreignSecret: "connect-key-of-another-tenant",
    sign(mark, _, isForeign = false) {
      return signDocusign(isForeign ? this.foreignSecret : this.secret, buildEnvelopeEvent(mark));
    },
    summary: (mark) => ({ event_type: "envelope-completed", subject: mark }),
    forge(mark, url) {
      const body = buildEnvelopeEvent(mark);
      const genuine = toWire(this.sign(mark, url));
      const [, signature = ""] = genuine.headers.find(([name]) => name.startsWith("x-docusign")) ?? [];
      const signedAs = (value: string, name = "x-docusign-signature-1"): WireRequest => ({
        body,
        headers: [
          ["content-type", "application/json"],
          [name, value],
        ],
      });
      const lengthened = { ...genuine, body: `${body} ` };
      return {
        "no signature": withoutHeaders(genuine, /^x-docusign/),
        "an empty signature": signedAs(""),
        "the empty key": signedAs(digestHmac("sha256", "", body)),
        "another algorithm": signedAs(digestHmac("sha1", this.secret, body)),
        "a longer algorithm": signedAs(digestHmac("sha512", this.secret, body)),
        "a digest without a key": signedAs(createHash("sha256").update(body).digest("base64")),
        "hexadecimal digits": signedAs(digestHmac("sha256", this.secret, body, "hex")),
        "the signature under another name": signedAs(signature, "x-docusign-signature"),
        "the signature in the query": {
          ...withoutHeaders(genuine, /^x-docusign/),
          target: `?x-docusign-signature-1=${signature}`,
        },
        "a byte more": lengthened,
        "an equal JSON text": { ...genuine, body: JSON.stringify(JSON.parse(body), null, 1) },
        "a byte order mark": { ...genuine, body: `\xef\xbb\xbf${body}` },
        "bytes that are not UTF-8": { ...genuine, body: body.replace(mark, `${mark}\xff\xfe`) },
        "the signature of another event": { ...toWire(this.sign(`${mark}-other`, url)), body },
        "a repeated forged signature": withHeader(genuine, "x-docusign-signature-1", "Zm9yZ2Vk", "Zm9yZ2Vk"),
        "two signatures in one header": withHeader(genuine, "x-docusign-signature-1", signature, "Zm9yZ2Vk"),
        "a hundred forged signatures": {
          body,
          headers: Array.from({ length: 100 }, (_, index) => [`x-docusign-signature-${index + 1}`, "Zm9yZ2Vk"] as const),
        },
      };
    },
    variants(mark) {
      const signed = toWire(signDocusign(["a key that was removed", this.secret], buildEnvelopeEvent(mark)));
      return [signed];
    },
  },
  dropbox_sign: {
    secret: "api-key-of-the-tenant",
    foreignSecret: "api-key-of-another-tenant",
    sign(mark, _, isForeign = false) {
      const signature_request = { signature_request_id: mark };
      return signDropboxSign(isForeign ? this.foreignSecret : this.secret, {
        type: "signature_request_all_signed",
        signature_request,
      });
    },
    summary: (mark) => ({ event_type: "signature_request_all_signed", subject: mark }),
    forge(mark, url) {
      const genuine = toWire(this.sign(mark, url));
      const [event_time, event_type] = [String(Math.floor(Clock.ms() / 1000)), "signature_request_all_signed"];
      const post = (event_hash: unknown, event: object = {}): WireRequest => ({
        body: JSON.stringify({
          event: { event_time, event_type, event_hash, ...event },
          signature_request: { signature_request_id: mark },
        }),
        headers: [["content-type", "application/json"]],
      });
      const digest = digestHmac("sha256", this.secret, event_time + event_type, "hex");
      const part = /^(--.*?\r\n)(?=--[^\r]*--\r\n$)/s.exec(genuine.body)?.[1] ?? "";
      return {
        "no signature": post(undefined),
        "an empty signature": post(""),
        "a signature that is no text": post([digest]),
        "the empty key": post(digestHmac("sha256", "", event_time + event_type, "hex")),
        "another algorithm": post(digestHmac("sha1", this.secret, event_time + event_type, "hex")),
        "a digest without a key": post(
          createHash("sha256")
            .update(event_time + event_type)
            .digest("hex"),
        ),
        "upper-case digits": post(digest.toUpperCase()),
        base64: post(Buffer.from(digest, "hex").toString("base64")),
        "another type of event": post(digest, { event_type: "signature_request_declined" }),
        "another time": post(digest, { event_time: String(Number(event_time) - 86_400) }),
        "no type": post(digestHmac("sha256", this.secret, event_time, "hex"), { event_type: "" }),
        "no time": post(digestHmac("sha256", this.secret, event_type, "hex"), { event_time: "" }),
        "a field json that is repeated": { ...genuine, body: part + genuine.body },
        "a form as JSON": withHeader(genuine, "content-type", "application/json"),
        "a form with another boundary": withHeader(genuine, "content-type", "multipart/form-data; boundary=other"),
        "a form as text": withHeader(genuine, "content-type", "text/plain"),
        "a digest in a header": { ...post(undefined), headers: [["event_hash", digest] as const] },
      };
    },
    variants(mark, url) {
      const { body } = this.sign(mark, url);
      const json = /\r\n\r\n(.*)\r\n--/s.exec(body)?.[1] ?? "";
      return [
        {
          body: new URLSearchParams({ json }).toString(),
          headers: [["content-type", "application/x-www-form-urlencoded"]],
        },
      ];
    },
  },
  telnyx: {
    secret: telnyx.secret,
    foreignSecret: foreignTelnyx.secret,
    sign: (mark, _, isForeign = false) => signTelnyx(isForeign ? foreignTelnyx.key : telnyx.key, buildMessageEvent(mark)),
    summary: (mark) => ({ event_type: "message.finalized", subject: mark }),
    forge(mark, url) {
      const body = buildMessageEvent(mark);
      const genuine = toWire(this.sign(mark, url));
      const now = Math.floor(Clock.ms() / 1000);
      const [, signature = ""] = genuine.headers.find(([name]) => name === "telnyx-signature-ed25519") ?? [];
      const signedAs = (value: string): WireRequest => withHeader(genuine, "telnyx-signature-ed25519", value);
      const publicBytes = Buffer.from(telnyx.secret, "base64").toString("latin1");
      const { privateKey: rsa } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      return {
        "no signature": withoutHeaders(genuine, /^telnyx-signature/),
        "no timestamp": withoutHeaders(genuine, /^telnyx-timestamp/),
        "an empty signature": signedAs(""),
        "a signature of zeros": signedAs(Buffer.alloc(64).toString("base64")),
        ...Object.fromEntries(
          SMALL_ORDER_KEYS.map((key) => [
            `a signature of small order ${key.slice(0, 2)}`,
            signedAs(Buffer.concat([Buffer.from(key, "hex"), Buffer.alloc(32)]).toString("base64")),
          ]),
        ),
        "the public key as an HMAC key": signedAs(
          Buffer.concat([
            createHmac("sha256", publicBytes).update(`${now}|${body}`).digest(),
            createHmac("sha256", telnyx.secret).update(`${now}|${body}`).digest(),
          ]).toString("base64"),
        ),
        "RSA instead of Ed25519": signedAs(sign("sha256", Buffer.from(`${now}|${body}`), rsa).toString("base64")),
        "hexadecimal digits": signedAs(Buffer.from(signature, "base64").toString("hex")),
        "an old timestamp": signTelnyxWith(telnyx.key, mark, now - 301),
        "a future timestamp": signTelnyxWith(telnyx.key, mark, now + 301),
        "a timestamp in milliseconds": signTelnyxWith(telnyx.key, mark, Clock.ms()),
        "a negative timestamp": signTelnyxWith(telnyx.key, mark, `-${now}`),
        "a refreshed timestamp": withHeader(signTelnyxWith(telnyx.key, mark, now - 301), "telnyx-timestamp", String(now)),
        "a boundary that moved": {
          ...withHeader(signTelnyxWith(telnyx.key, mark, now), "telnyx-timestamp", `${now}|${body.slice(0, 1)}`),
          body: body.slice(1),
        },
        "two timestamps": withHeader(genuine, "telnyx-timestamp", String(now), String(now)),
        "a forged signature beside the genuine one": withHeader(genuine, "telnyx-signature-ed25519", "Zm9yZ2Vk", signature),
        "a byte more": { ...genuine, body: `${body}\n` },
        "bytes that are not UTF-8": { ...genuine, body: body.replace(mark, `${mark}\xff\xfe`) },
        "the signature of another event": { ...genuine, body: buildMessageEvent(`${mark}-other`) },
      };
    },
    variants: () => [],
  },
  plivo: {
    secret: "auth-token-of-the-tenant",
    foreignSecret: "auth-token-of-another-tenant",
    sign(mark, url, isForeign = false) {
      return signPlivo(isForeign ? this.foreignSecret : this.secret, url, buildSms(mark), `nonce-${mark}`);
    },
    summary: (mark) => ({ event_type: "delivered", subject: mark }),
    forge(mark, url) {
      const genuine = toWire(this.sign(mark, url));
      const nonce = `nonce-${mark}`;
      const [, signature = ""] = genuine.headers.find(([name]) => name === "x-plivo-signature-v3") ?? [];
      const signedAs = (...values: string[]): WireRequest => withHeader(genuine, "x-plivo-signature-v3", ...values);
      const fields = Object.entries(buildSms(mark)).sort(([a], [b]) => (a < b ? -1 : 1));
      const text = `${url}?${fields.map(([name, value]) => name + value).join("")}.${nonce}`;
      const swapped = new URLSearchParams({ ...buildSms(mark), Status: "failed" }).toString();
      return {
        "no signature": withoutHeaders(genuine, /^x-plivo-signature-v3$/),
        "no nonce": withoutHeaders(genuine, /nonce$/),
        "an empty signature": signedAs(""),
        "only commas": signedAs(",,,"),
        "the empty key": signedAs(digestHmac("sha256", "", text)),
        "another algorithm": signedAs(digestHmac("sha1", this.secret, text)),
        "a digest without a key": signedAs(createHash("sha256").update(text).digest("base64")),
        "hexadecimal digits": signedAs(digestHmac("sha256", this.secret, text, "hex")),
        "the second version, which signs no body": {
          ...withHeader(withoutHeaders(genuine, /v3/), "x-plivo-signature-v2", digestHmac("sha256", this.secret, url + nonce)),
        },
        "another nonce": withHeader(genuine, "x-plivo-signature-v3-nonce", "nonce-other"),
        "two nonces": withHeader(genuine, "x-plivo-signature-v3-nonce", nonce, nonce),
        "another value": { ...genuine, body: swapped },
        "a field more": { ...genuine, body: `${genuine.body}&Status=failed` },
        "a field without a value": { ...genuine, body: `${genuine.body}&Extra` },
        "a field in the query": { ...genuine, target: `?Status=failed` },
        "an empty field": { ...genuine, body: `${genuine.body}&` },
        "bytes that are not UTF-8": { ...genuine, body: genuine.body.replace("delivered", "delivered%FF") },
        "JSON with the same fields": {
          ...withHeader(genuine, "content-type", "application/json"),
          body: JSON.stringify(buildSms(mark)),
        },
        "a repeated forged signature": signedAs("Zm9yZ2Vk", "Zm9yZ2Vk"),
        "a signature cut at a comma": signedAs(`${signature.slice(0, 20)},${signature.slice(20)}`),
      };
    },
    variants(mark, url) {
      const genuine = toWire(this.sign(mark, url));
      const [, signature = ""] = genuine.headers.find(([name]) => name === "x-plivo-signature-v3") ?? [];
      return [withHeader(genuine, "x-plivo-signature-v3", "Zm9yZ2Vk", signature)];
    },
  },
};

const entries = Object.entries(attacksByProvider) as [keyof typeof attacksByProvider, ProviderAttacks][];
const MINUTE_MS = 60_000;

describe.each(entries)("a forged webhook of %s", (provider, attacks) => {
  let id: string;
  let url: string;
  let path: string;
  let foreignId: string;
  let foreignUrl: string;
  beforeAll(async () => {
    ({ id, url } = await createInboundWebhook(tenant, { provider, secret: attacks.secret }));
    ({ id: foreignId, url: foreignUrl } = await createInboundWebhook(otherTenant, { provider, secret: attacks.foreignSecret }));
    path = new URL(url).pathname;
    expect(url).toBe(`${server.url}${path}`);
  });

  const countStored = async () => ({
    own: (await listDeliveries(tenant, id)).length,
    foreign: (await listDeliveries(otherTenant, foreignId)).length,
  });
  const readRefused = async () => (await tenant.admin.getInboundWebhook({ id })).data.refused_count;
  /** Sends the requests, and checks that each is refused with this status and that nothing was stored. */
  async function expectRefused(requests: Record<string, WireRequest>, status = 401): Promise<void> {
    const [before, refusedBefore] = [await countStored(), await readRefused()];
    const answers: [string, number][] = [];
    for (const [name, wire] of Object.entries(requests)) {
      const target = wire.target?.startsWith("?") ? path + wire.target : wire.target;
      answers.push([name, await send(path, { ...wire, ...(target === undefined ? {} : { target }) })]);
    }
    expect(answers).toEqual(Object.keys(requests).map((name) => [name, status]));
    await app.settle();
    expect(await countStored()).toEqual(before);
    expect((await readRefused()) - refusedBefore).toBe(status === 401 ? answers.length : 0);
  }

  it("is refused for every wrong signature, and nothing of it is stored", async () => {
    await expectRefused(attacks.forge("forged", url));
  });

  it("is refused with another tenant's secret, at the webhook of either tenant", async () => {
    await expectRefused({ "the other tenant's secret": toWire(attacks.sign("foreign", url, true)) });
    const genuine = toWire(attacks.sign("foreign", url));
    expect(await send(new URL(foreignUrl).pathname, genuine)).toBe(401);
    // Signed for this tenant's URL with the other tenant's secret, and sent to the other tenant's webhook.
    if (provider === "plivo")
      expect(await send(new URL(foreignUrl).pathname, toWire(attacks.sign("foreign", url, true)))).toBe(401);
    expect(await countStored()).toEqual({ own: 0, foreign: 0 });
  });

  it("is refused at any other path or method, although its signature is genuine", async () => {
    const genuine = toWire(attacks.sign("elsewhere", url));
    const targets = [`/${path}`, path.toUpperCase(), `${path}%00`, `${path}/..`, path.slice(0, -1), "/hooks/", "/hooks"];
    const answers = await Promise.all(targets.map(async (target) => [target, await send(path, { ...genuine, target })] as const));
    expect(answers.filter(([, status]) => status < 400 || status >= 500)).toEqual([]);
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect([method, await send(path, { ...genuine, method })]).toEqual([method, 405]);
    expect(await countStored()).toEqual({ own: 0, foreign: 0 });
  });

  it("is refused with more than a megabyte, signed or not", async () => {
    const { body, headers } = toWire(attacks.sign("huge", url));
    const huge = { body: body + " ".repeat(1024 * 1024), headers };
    const larger = { body: " ".repeat(7 * 1024 * 1024), headers };
    await expectRefused({ huge, larger }, 413);
  });

  it("is the control: a genuine one is stored once, however often it is replayed", async () => {
    const mark = `genuine-${provider}`;
    const genuine = toWire(attacks.sign(mark, url));
    const first = await Promise.all(Array.from({ length: 10 }, () => send(path, genuine)));
    expect(new Set(first)).toEqual(new Set([200]));
    await app.settle();
    const [delivery, ...more] = await listDeliveries(tenant, id);
    expect([delivery, more]).toMatchObject([{ provider, ...attacks.summary(mark) }, []]);
    // An unsigned part of the request makes a repeat no new delivery. The path with a slash at its end is the same path.
    const repeats = [
      withHeader(genuine, "user-agent", "other"),
      withHeader(genuine, "x-request-id", "other"),
      { ...genuine, target: `${path}/` },
      // Plivo signs the values of a form, not their escapes.
      ...(provider === "plivo" ? [{ ...genuine, body: genuine.body.replace("Status=", "%53tatus=") }] : []),
    ];
    for (const wire of repeats) expect(await send(path, wire)).toBe(200);
    app.setClock({ advance: 10 * MINUTE_MS });
    expect(await send(path, genuine)).toBe(provider === "telnyx" ? 401 : 200);
    await app.settle();
    expect(await countStored()).toEqual({ own: 1, foreign: 0 });
  });

  it("is told from a genuine one with several signatures", async () => {
    const { own } = await countStored();
    const variants = attacks.variants("variant", url);
    for (const wire of variants) expect(await send(path, wire)).toBe(200);
    expect(await countStored()).toEqual({ own: own + variants.length, foreign: 0 });
  });

  it("cannot change what a genuine one means by its content type", async () => {
    const types = ["text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "image/png", ""];
    for (const [index, type] of types.entries()) {
      const mark = `typed-${index}`;
      const { own } = await countStored();
      const status = await send(path, withHeader(toWire(attacks.sign(mark, url)), "content-type", type));
      await app.settle();
      const deliveries = await listDeliveries(tenant, id);
      expect([type, deliveries.length - own]).toEqual([type, status === 200 ? 1 : 0]);
      if (status === 200) expect([type, deliveries[0]]).toMatchObject([type, attacks.summary(mark)]);
      else expect([type, status]).toEqual([type, 401]);
    }
  });
});
