import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { findPart, parseForm } from "@crm/core/messaging/inbound-webhook/form-body.rules.ts";
import type { Provider } from "@crm/core/messaging/inbound-webhook/providers.ts";
import { findSecretProblem, listSignedUrls, verifySignature } from "@crm/core/messaging/inbound-webhook/signature-check.rules.ts";
import type { VerificationContext, WebhookRequest } from "@crm/core/messaging/inbound-webhook/webhook-request.ts";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import {
  buildStandardSecret,
  createTelnyxKeys,
  type SignedRequest,
  signDocusign,
  signDropboxSign,
  signPlivo,
  signStandard,
  signStripe,
  signTelnyx,
  signTwilio,
  signTwilioJson,
} from "./provider-requests.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z");
const TIME = NOW / 1000;
const HOOK_URL = "https://crm.example/hooks/iwh_1";

const toCall = ({ body, headers, query = "" }: SignedRequest): WebhookRequest => ({
  bytes: Buffer.from(body, "latin1"),
  headers,
  query,
});
const isAccepted = (
  provider: Provider,
  secrets: string | string[],
  sent: SignedRequest,
  more: Partial<VerificationContext> = {},
): boolean => {
  const urls = listSignedUrls(HOOK_URL, sent.query ?? "");
  return verifySignature(provider, toCall(sent), { secrets: [secrets].flat(), urls, now: NOW, ...more }) !== undefined;
};

const { secret: publicKey, key: privateKey } = createTelnyxKeys();
const { secret: otherPublicKey } = createTelnyxKeys();
const SMS = { MessageSid: "SM1", From: "+14155550100", To: "+14155550199", Body: "Yes & no = maybe", NumMedia: "0" };
const EVENT = '{"type":"order.paid","data":{"id":"o1","amount":"12.50"}}';

/** For each provider, a signed call and a secret that did not sign it. */
const signedCalls: Record<Exclude<Provider, "ses">, { secret: string; other: string; sent: SignedRequest }> = {
  standard: {
    secret: buildStandardSecret("a"),
    other: buildStandardSecret("b"),
    sent: signStandard(buildStandardSecret("a"), EVENT, { id: "msg_1", time: TIME }),
  },
  docusign: {
    secret: "hmac-key",
    other: "other-key",
    sent: signDocusign("hmac-key", '{"event":"envelope-sent","data":{"envelopeId":"e1"}}'),
  },
  dropbox_sign: {
    secret: "api-key",
    other: "other-key",
    sent: signDropboxSign("api-key", { type: "signature_request_sent", time: "1772442000" }),
  },
  stripe: {
    secret: "whsec_a0123456789abcdef",
    other: "whsec_b0123456789abcdef",
    sent: signStripe("whsec_a0123456789abcdef", '{"id":"evt_1","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}', TIME),
  },
  telnyx: {
    secret: publicKey,
    other: otherPublicKey,
    sent: signTelnyx(privateKey, '{"data":{"id":"t1","event_type":"message.sent"}}', TIME),
  },
  twilio: { secret: "token", other: "other", sent: signTwilio("token", HOOK_URL, SMS) },
  plivo: { secret: "token", other: "other", sent: signPlivo("token", HOOK_URL, SMS, "05429567804466091622") },
};
const signedEntries = Object.entries(signedCalls) as [keyof typeof signedCalls, (typeof signedCalls)["twilio"]][];

describe.each(signedEntries)("what %s signs", (provider, { secret, other: otherSecret, sent }) => {
  it("is valid with its secret, also during a rotation, and with no other", () => {
    expect(isAccepted(provider, secret, sent)).toBe(true);
    expect(isAccepted(provider, [otherSecret, secret], sent)).toBe(true);
    expect(isAccepted(provider, otherSecret, sent)).toBe(false);
    expect(isAccepted(provider, [], sent)).toBe(false);
  });

  it("is invalid without any one of its headers", () => {
    for (const name of Object.keys(sent.headers).filter((headerName) => headerName !== "content-type")) {
      const { [name]: _gone, ...headers } = sent.headers;
      expect([name, isAccepted(provider, secret, { ...sent, headers })]).toEqual([name, false]);
    }
  });

  it("is invalid with one bit of a signed byte changed", () => {
    const { body } = sent;
    // The hash of Dropbox Sign covers only the event's time and type.
    const covered =
      provider === "dropbox_sign" ? /"event_type":"(.*?)".*?"event_time":"(.*?)".*?"event_hash":"(.*?)"/d.exec(body) : null;
    const spans = (covered?.indices?.slice(1) as [number, number][] | undefined) ?? [[0, body.length] as const];
    let flips = 0;
    for (const [from, to] of spans)
      for (let index = from; index < to; index++)
        for (let bit = 0; bit < 8; bit++) {
          const changedBody =
            body.slice(0, index) + String.fromCharCode(body.charCodeAt(index) ^ (1 << bit)) + body.slice(index + 1);
          if (isAccepted(provider, secret, { ...sent, body: changedBody })) expect([index, bit, changedBody]).toBeUndefined();
          flips++;
        }
    expect(flips).toBeGreaterThan(300);
  });

  it("is invalid with a changed header, except the content type", () => {
    for (const [name, value] of Object.entries(sent.headers).filter(([headerName]) => headerName !== "content-type"))
      for (let index = 0; index < value.length; index++) {
        const next = value[index] === "1" ? "2" : "1";
        const headers = { ...sent.headers, [name]: value.slice(0, index) + next + value.slice(index + 1) };
        expect([name, index, isAccepted(provider, secret, { ...sent, headers })]).toEqual([name, index, false]);
      }
  });
});

describe("a signed timestamp", () => {
  const cases: [number | string, boolean][] = [
    [TIME, true],
    [TIME - 300, true],
    [TIME - 301, false],
    [TIME + 300, true],
    [TIME + 301, false],
    [0, false],
    ["", false],
    [`${TIME}.0`, false],
    [` ${TIME}`, false],
    [`-${TIME}`, false],
    [TIME * 1000, false],
    ["1e9", false],
  ];
  it.each(cases)("%s is fresh: %s", (time, isFresh) => {
    expect(isAccepted("standard", buildStandardSecret("a"), signStandard(buildStandardSecret("a"), EVENT, { time }))).toBe(
      isFresh,
    );
    expect(isAccepted("telnyx", publicKey, signTelnyx(privateKey, "{}", time))).toBe(isFresh);
    expect(isAccepted("stripe", "whsec_a", signStripe("whsec_a", "{}", time))).toBe(isFresh);
  });
});

describe("Standard Webhooks", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  // The example in the specification's reference libraries.
  const published = {
    body: '{"test": 2432232314}',
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
  };
  const options = { now: 1614265330_000 };

  it("accepts the published example, with and without the prefix of the secret", () => {
    expect(isAccepted("standard", secret, published, options)).toBe(true);
    expect(isAccepted("standard", secret.slice(6), published, options)).toBe(true);
  });

  it("accepts one of several signatures, and none of another version", () => {
    const signature = published.headers["webhook-signature"];
    const signed = (value: string) => ({ ...published, headers: { ...published.headers, "webhook-signature": value } });
    const wrongSignature = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
    expect(isAccepted("standard", secret, signed(`${wrongSignature} v2,${signature.slice(3)} ${signature}`), options)).toBe(true);
    for (const value of [
      wrongSignature,
      signature.slice(3),
      `v2,${signature.slice(3)}`,
      `v1a,${signature.slice(3)}`,
      `${signature},`,
      "",
    ])
      expect([value, isAccepted("standard", secret, signed(value), options)]).toEqual([value, false]);
  });
});

describe("Stripe", () => {
  const stripe = new Stripe("sk_test_x");
  const [secret, formerSecret] = ["whsec_a0123456789abcdef", "whsec_b0123456789abcdef"];
  const payload = '{"id":"evt_1","object":"event","note":"Grüße, 東京"}';
  const options = { now: NOW };
  const generateHeader = (signingSecret: string) =>
    stripe.webhooks.generateTestHeaderString({ payload, secret: signingSecret, timestamp: TIME });
  const buildRequest = (header: string): SignedRequest => ({
    body: Buffer.from(payload).toString("latin1"),
    headers: { "stripe-signature": header },
  });

  it("accepts the headers of Stripe's own package, with two secrets on either side during a rotation", () => {
    const header = generateHeader(secret);
    expect(isAccepted("stripe", secret, buildRequest(header), options)).toBe(true);
    expect(isAccepted("stripe", [formerSecret, secret], buildRequest(header), options)).toBe(true);
    const [, formerSignature] = generateHeader(formerSecret).split(",");
    expect(isAccepted("stripe", secret, buildRequest(`t=${TIME},${formerSignature},${header.split(",")[1]}`), options)).toBe(
      true,
    );
    for (const wrong of [
      generateHeader(formerSecret),
      header.replace("v1=", "v0="),
      header.replace("t=", "t =").replace(`${TIME}`, `${TIME + 1}`),
      `t=${TIME},${header}`,
      "",
    ])
      expect([wrong, isAccepted("stripe", secret, buildRequest(wrong), options)]).toEqual([wrong, false]);
  });

  it("makes headers in the tests and the local double that Stripe's own package accepts", () => {
    const { headers } = signStripe([formerSecret, secret], Buffer.from(payload).toString("latin1"), TIME);
    const header = headers["stripe-signature"] ?? "";
    const event = stripe.webhooks.constructEvent(payload, header, secret, 300, undefined, NOW);
    expect(event.id).toBe("evt_1");
    expect(() => stripe.webhooks.constructEvent(payload, header, "whsec_c", 300, undefined, NOW)).toThrow();
    expect(() => stripe.webhooks.constructEvent(payload, header, secret, 300, undefined, NOW + 301_000)).toThrow();
  });

  it("recognises a repeat by the event, which is sent again with another time", () => {
    const verify = (time: number) =>
      verifySignature("stripe", toCall(signStripe(secret, payload, time)), { secrets: [secret], urls: [], now: NOW });
    expect(verify(TIME)).toEqual({ external_id: "evt_1", idempotencyKey: "id evt_1" });
    expect(verify(TIME - 60)).toEqual(verify(TIME));
  });

  it.each(["", "whsec_", "sk_test_0123456789abcdef", "whsec_a b0123456789abcdef"])("refuses %j as a secret", (text) => {
    expect(findSecretProblem("stripe", text)).toMatch(/whsec_/);
    expect(findSecretProblem("stripe", secret)).toBeUndefined();
  });
});

describe("Twilio", () => {
  // The example in Twilio's documentation and libraries.
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const params = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  };
  const body = new URLSearchParams(params).toString();
  const signed = (signature: string): SignedRequest => ({ body, headers: { "x-twilio-signature": signature } });

  it("accepts the published examples, signed with and without the port", () => {
    for (const signature of ["RSOYDt4T1cUTdK1PDd93/VVr8B8=", "kvajT1Ptam85bY51eRf/AJRuM3w="]) {
      expect(isAccepted("twilio", "12345", signed(signature), { urls: [url] })).toBe(true);
      expect(isAccepted("twilio", "12345", signed(signature), { urls: [url.replace(".com", ".com:443")] })).toBe(true);
      expect(isAccepted("twilio", "12345", signed(signature), { urls: [url.replace("bar=2", "bar=3")] })).toBe(false);
    }
  });

  it("accepts a signature by a shared key, as the SDK of Twilio 6.3.1 makes it", () => {
    const settings = { "x-twilio-webhooks-signature-settings": "key=webhooks_sharedkey_01,algorithm=HMAC_SHA256" };
    const { headers } = signed("xTb0AtqpGPxZQ9mSN3C55TY1iDdkcLiBuvI1uANujoo=");
    const isShared = (more: Record<string, string>) =>
      isAccepted("twilio", "webhooks-shared-key-secret", { body, headers: { ...headers, ...more } }, { urls: [url] });
    expect([isShared(settings), isShared({})]).toEqual([true, false]);
  });

  // From the tests of twilio-php, twilio-csharp, twilio-go and twilio-node.
  const json = '{"property": "value", "boolean": true}';
  const hashed = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
  const ofObject = "bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  const repeated = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234";
  const nested = new URLSearchParams({ ...params, ReasonConferenceEnded: "test", Reason: "Participant" }).toString();
  const path = "mycompany.com/myapp.php?foo=1&bar=2";
  const vectors: [string, string, string, boolean][] = [
    [url, repeated, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", true],
    [url, nested, "vOEb5UThFn24KEfnOFLQY2AE5FY=", true],
    [url, nested, "95+Bu0JVPi0r/SsESZCVf0dWAjw=", false],
    [url, "property=value&boolean=true", "NBdBDr/T/lgjI+tlgpXjKZQZs/k=", true],
    [`${url}&${hashed}`, json, "a9nBmqA0ju/hNViExpshrM61xv4=", true],
    [`${url}&${hashed}`, `${json} `, "a9nBmqA0ju/hNViExpshrM61xv4=", false],
    [`${url}&${hashed.slice(0, -1)}`, json, "a9nBmqA0ju/hNViExpshrM61xv4=", false],
    [`https://mycompany.com/myapp.php?${hashed}`, json, "y77kIzt2vzLz71DgmJGsen2scGs=", true],
    [`${url}&${ofObject}`, "{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc=", true],
    [url, json, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false],
    [`https://${path.replace(".com", ".com:1234")}`, body, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true],
    [`https://${path.replace(".com", ".com:1234")}`, body, "CYn1h0gLBdNxDGkKJg6hYohgeD8=", true],
    [`http://${path.replace(".com", ".com:1234")}`, body, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", true],
    [`http://${path}`, body, "0ZXoZLH/DfblKGATFgpif+LLRf4=", true],
    [`https://user:pass@${path}`, body, "CukzLTc1tT5dXEDIHm/tKBanW10=", true],
    [`https://user:pass@${path}`, body, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=", true],
    [`https://user@${path}`, body, "2YRLlVAflCqxaNicjMpJcSTgzSs=", true],
    [`https://${path.replace("myc", "MyC")}`, body, "g9IN/x4Cft2g517EjYvEvM/W7LU=", true],
    [`https://${path.replace("myc", "MyC")}`, body, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false],
    [`http://${path.replace("myc", "MyC")}`, body, "XY7AlKOKL6im4yWyX84gldUrtis=", true],
    [`HTTP://username:password@${path.replace("myc", "MyC")}`, body, "hy/l8pca+LFms4cvRdv8uiP6NGc=", true],
    [`${url}&Body=It's+amazing`, body, "dsq4Ehbj6cs+KdTkpF5sSSplOWw=", true],
  ];
  it.each(vectors)("of %s with %s signed %s: %s", (address, sent, signature, isGenuine) => {
    const call = { body: sent, headers: { "x-twilio-signature": signature } };
    expect(isAccepted("twilio", "12345", call, { urls: listSignedUrls(address, "") })).toBe(isGenuine);
    // The same when the query comes from the call and not from the configured address.
    const [bare = "", query = ""] = address.split("?");
    expect(isAccepted("twilio", "12345", { ...call, query }, { urls: listSignedUrls(bare, query) })).toBe(isGenuine);
  });

  it("accepts an address with its port, in any case of the scheme", () => {
    const address = "HTTP://crm.example/hooks/iwh_1";
    const sent = signTwilio("token", address.replace("example", "example:80"), SMS);
    expect(isAccepted("twilio", "token", sent, { urls: [address] })).toBe(true);
    expect(
      isAccepted("twilio", "token", signTwilio("token", address.replace("example", "example:443"), SMS), { urls: [address] }),
    ).toBe(false);
  });

  it("includes the query of the request", () => {
    const sent = { ...signed("RSOYDt4T1cUTdK1PDd93/VVr8B8="), query: "foo=1&bar=2" };
    expect(isAccepted("twilio", "12345", sent, { urls: listSignedUrls("https://mycompany.com/myapp.php", "foo=1&bar=2") })).toBe(
      true,
    );
    expect(isAccepted("twilio", "12345", sent, { urls: listSignedUrls(url, "foo=1&bar=2") })).toBe(true);
    expect(isAccepted("twilio", "12345", sent, { urls: listSignedUrls("https://mycompany.com/other.php", "foo=1&bar=2") })).toBe(
      false,
    );
  });

  it("refuses a query that was added to a signed request, or changed or removed", () => {
    const addedQueries = ["message=msg_1", "foo=1&bar=2&message=msg_1", "message=msg_1&foo=1&bar=2", "foo=1&bar=3", "foo=1", ""];
    const [bare = ""] = url.split("?");
    for (const query of addedQueries) {
      const call = { ...signed("RSOYDt4T1cUTdK1PDd93/VVr8B8="), query };
      expect([query, isAccepted("twilio", "12345", call, { urls: listSignedUrls(bare, query) })]).toEqual([query, false]);
      // A proxy may drop the query of the configured address, but must not add one.
      expect([query, isAccepted("twilio", "12345", call, { urls: listSignedUrls(url, query) })]).toEqual([query, query === ""]);
    }
    for (const [provider, secret, sent] of [
      ["twilio", "token", signTwilio("token", HOOK_URL, SMS)],
      ["plivo", "token", signPlivo("token", HOOK_URL, SMS)],
    ] as const) {
      expect(isAccepted(provider, secret, sent)).toBe(true);
      expect(isAccepted(provider, secret, { ...sent, query: "message=msg_1" })).toBe(false);
    }
  });

  it("accepts JSON by the hash in the address only", () => {
    const json = signTwilioJson("token", HOOK_URL, '{"property": "value", "boolean": true}');
    expect(isAccepted("twilio", "token", json)).toBe(true);
    for (let index = 0; index < json.body.length; index++) {
      const changedBody = `${json.body.slice(0, index)}~${json.body.slice(index + 1)}`;
      expect([index, isAccepted("twilio", "token", { ...json, body: changedBody })]).toEqual([index, false]);
    }
    const { query: _none, ...bare } = json;
    expect(isAccepted("twilio", "token", bare)).toBe(false);
    // The signature of an address without parameters does not cover the body.
    const empty = signTwilio("token", HOOK_URL, {});
    expect(isAccepted("twilio", "token", empty)).toBe(true);
    for (const uncovered of ['{"a":1}', "&", "{}", " "])
      expect(isAccepted("twilio", "token", { ...empty, body: uncovered })).toBe(false);
  });

  it("counts a repeated value of a parameter once, like Twilio's libraries", () => {
    const sent = signTwilio("token", HOOK_URL, { Media: "aa" });
    expect(isAccepted("twilio", "token", { ...sent, body: "Media=aa&Media=aa" })).toBe(true);
    const two = { ...sent, headers: { ...signTwilio("token", HOOK_URL, { MediaaMediab: "" }).headers } };
    expect(isAccepted("twilio", "token", { ...two, body: "Media=b&Media=a" })).toBe(true);
  });
});

describe("Plivo", () => {
  it("signs the address with its sorted query, then the parameters", () => {
    const params = { To: "1", From: "2" };
    const plain = signPlivo("token", "https://a.example/h", params, "n1");
    expect(isAccepted("plivo", "token", plain, { urls: ["https://a.example/h"] })).toBe(true);
    // Query parameters are sorted too, and a dot separates them from the form parameters.
    const signature = createHmac("sha256", "token").update("https://a.example/h?a=1&b=2.From2To1.n1").digest("base64");
    const signedRequest = { ...plain, headers: { ...plain.headers, "x-plivo-signature-v3": signature } };
    expect(isAccepted("plivo", "token", signedRequest, { urls: ["https://a.example/h?b=2&a=1"] })).toBe(true);
    expect(isAccepted("plivo", "token", signedRequest, { urls: ["https://a.example/h?b=2&a=2"] })).toBe(false);
    const bare = createHmac("sha256", "token").update("https://a.example/h?a=1&b=2.n1").digest("base64");
    const empty = { body: "", headers: { ...plain.headers, "x-plivo-signature-v3": bare } };
    expect(isAccepted("plivo", "token", empty, { urls: ["https://a.example/h?b=2&a=1"] })).toBe(true);
  });

  it("accepts one of several signatures, and that of the main account", () => {
    const sent = signPlivo("token", HOOK_URL, SMS, "n2");
    const { "x-plivo-signature-v3": signature = "", ...rest } = sent.headers;
    expect(isAccepted("plivo", "token", { ...sent, headers: { ...rest, "x-plivo-signature-v3": `abc=,${signature}` } })).toBe(
      true,
    );
    expect(isAccepted("plivo", "token", { ...sent, headers: { ...rest, "x-plivo-signature-ma-v3": signature } })).toBe(true);
    expect(isAccepted("plivo", "token", { ...sent, headers: { ...rest, "x-plivo-signature-v2": signature } })).toBe(false);
  });
});

describe("DocuSign", () => {
  it("accepts a signature by any key of the account", () => {
    const sent = signDocusign(["first", "second", "third"], "{}");
    for (const key of ["first", "second", "third"]) expect(isAccepted("docusign", key, sent)).toBe(true);
    expect(isAccepted("docusign", "fourth", sent)).toBe(false);
    expect(
      isAccepted("docusign", "first", {
        body: "{}",
        headers: { "x-docusign-signature": sent.headers["x-docusign-signature-1"] ?? "" },
      }),
    ).toBe(false);
  });
});

describe("bodies with any bytes", () => {
  const bodies: [string, Buffer][] = [
    ["nothing", Buffer.alloc(0)],
    ["what is no UTF-8", Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3])],
    ["letters of three bytes", Buffer.from("契約書に署名しました")],
    ["a byte order mark", Buffer.from("\ufeff{}")],
    ["lines of either kind", Buffer.from("{\r\n}\n")],
    ["a megabyte", Buffer.alloc(1024 * 1024, "é")],
  ];
  it.each(bodies)("are signed unchanged: %s", (_, bytes) => {
    const body = bytes.toString("latin1");
    const requestByProvider = {
      docusign: signDocusign("key", body),
      standard: signStandard(buildStandardSecret("a"), body, { time: TIME }),
      telnyx: signTelnyx(privateKey, body, TIME),
    };
    const secrets = { docusign: "key", standard: buildStandardSecret("a"), telnyx: publicKey };
    for (const provider of ["docusign", "standard", "telnyx"] as const) {
      expect([provider, isAccepted(provider, secrets[provider], requestByProvider[provider])]).toEqual([provider, true]);
      for (const changedBody of [`${body} `, `${body}\n`, `${body}\0`])
        expect([
          provider,
          isAccepted(provider, secrets[provider], { ...requestByProvider[provider], body: changedBody }),
        ]).toEqual([provider, false]);
    }
  });
});

describe("signatures in other encodings", () => {
  const hex = (value: string): string => Buffer.from(value, "base64").toString("hex");
  const cases = [
    ["docusign", "key", signDocusign("key", "{}"), "x-docusign-signature-1"],
    ["telnyx", publicKey, signTelnyx(privateKey, "{}", TIME), "telnyx-signature-ed25519"],
    ["twilio", "token", signTwilio("token", HOOK_URL, SMS), "x-twilio-signature"],
    ["plivo", "token", signPlivo("token", HOOK_URL, SMS), "x-plivo-signature-v3"],
  ] as const;
  it.each(cases)("of %s are invalid: hexadecimal, URL-safe, shorter, longer or empty", (provider, secret, sent, name) => {
    const signature = sent.headers[name] ?? "";
    expect(isAccepted(provider, secret, sent)).toBe(true);
    for (const value of [
      hex(signature),
      `${signature}=`,
      signature.slice(0, -4),
      `sha256=${signature}`,
      signature.toLowerCase(),
      "",
    ])
      expect([value, isAccepted(provider, secret, { ...sent, headers: { ...sent.headers, [name]: value } })]).toEqual([
        value,
        false,
      ]);
  });

  it("of Dropbox Sign are invalid in upper case or base64", () => {
    const event = { event_time: "1348177752", event_type: "signature_request_sent" };
    const digest = createHmac("sha256", "key").update(event.event_time + event.event_type);
    const good = digest.digest("hex");
    const isAcceptedHash = (event_hash: string) =>
      isAccepted("dropbox_sign", "key", {
        body: JSON.stringify({ event: { ...event, event_hash } }),
        headers: { "content-type": "application/json" },
      });
    expect(isAcceptedHash(good)).toBe(true);
    for (const wrongHash of [good.toUpperCase(), Buffer.from(good, "hex").toString("base64"), `${good}0`, good.slice(1)])
      expect([wrongHash, isAcceptedHash(wrongHash)]).toEqual([wrongHash, false]);
  });
});

describe("Dropbox Sign", () => {
  const sent = signDropboxSign("key", { type: "signature_request_sent", time: "1348177752", note: "ü" });

  it("is read from a multipart form, a form field or JSON", () => {
    const json = /\r\n\r\n(.*)\r\n--/s.exec(sent.body)?.[1] ?? "";
    const utf8 = json.replace("ü", "Ã¼");
    const form = {
      body: new URLSearchParams({ json }).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    };
    expect(isAccepted("dropbox_sign", "key", sent)).toBe(true);
    expect(isAccepted("dropbox_sign", "key", form)).toBe(true);
    expect(isAccepted("dropbox_sign", "key", { body: utf8, headers: { "content-type": "application/json" } })).toBe(true);
  });

  it("is invalid if a part is repeated, truncated or not an event", () => {
    const [, part = ""] = /^(--.*?\r\n)(?=--[^\r]*--\r\n$)/s.exec(sent.body) ?? [];
    expect(part).not.toBe("");
    for (const body of [
      part + sent.body,
      sent.body.slice(0, -60),
      "",
      part.replace("signature", "Signature"),
      part.replace('"json"', '"jsom"'),
    ])
      expect(isAccepted("dropbox_sign", "key", { ...sent, body })).toBe(false);
    for (const json of ["null", "[]", "{}", '{"event":null}', '{"event":{"event_hash":{}}}', "{"])
      expect(isAccepted("dropbox_sign", "key", { body: json, headers: { "content-type": "application/json" } })).toBe(false);
  });
});

describe("forms", () => {
  it.each([
    ["a=1&b=2", { a: ["1"], b: ["2"] }],
    ["a=%2B+%26&a=", { a: ["+ &", ""] }],
    ["", {}],
    ["a", { a: [""] }],
  ])("reads %s", (text, params) => {
    expect(Object.fromEntries(parseForm(Buffer.from(text)) ?? [])).toEqual(params);
  });

  it.each(["a=%2b", "a=%", "a=%4", "a=%GG", "a= b", "a=ü", "a=%FF", "&a=1", "a=1&", "a=1&&b=2", "a=\n"])("rejects %j", (text) => {
    expect(parseForm(Buffer.from(text))).toBeUndefined();
  });

  it("finds exactly the part with the given name", () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nfirst\r\n--b\r\ncontent-disposition: form-data; name=json\r\n\r\n{}\r\n--b--';
    const readPart = (name: string, type = "multipart/form-data; boundary=b") =>
      findPart(Buffer.from(body), type, name)?.toString();
    expect([readPart("a"), readPart("json"), readPart("b"), readPart("a", "multipart/form-data")]).toEqual([
      "first",
      "{}",
      undefined,
      undefined,
    ]);
    expect(readPart("a", 'multipart/form-data; charset=utf-8; boundary="b"')).toBe("first");
  });
});

describe("secrets", () => {
  it("of Telnyx and Standard Webhooks must be keys", () => {
    expect(findSecretProblem("telnyx", publicKey)).toBeUndefined();
    expect(findSecretProblem("telnyx", "token")).toMatch(/32 bytes/);
    expect(findSecretProblem("standard", buildStandardSecret("a"))).toBeUndefined();
    expect(findSecretProblem("standard", "whsec_***")).toMatch(/base64/);
    expect(findSecretProblem("twilio", "12345")).toBeUndefined();
  });
});

const casesFile = process.env.CRM_CASES;
describe.runIf(casesFile)("the cases of the file", () => {
  interface Cases {
    twilio: {
      auth_token: string;
      cases: {
        url: string;
        params?: Record<string, string>;
        body?: string;
        signed_with_port?: number;
        signature: string;
        valid?: boolean;
      }[];
    };
    docusign: { key: string; body: string; signature: string; valid?: boolean }[];
    dropbox_sign: { api_key: string; event_time: string; event_type: string; event_hash: string; valid?: boolean }[];
    standard_webhooks: {
      secret: string;
      webhook_id: string;
      timestamp: string;
      body: string;
      signature: string;
      valid?: boolean;
    }[];
  }

  it("have the documented results", () => {
    const cases = JSON.parse(readFileSync(String(casesFile), "utf8")) as Cases;
    for (const { url, params, body, signature, valid = true } of cases.twilio.cases) {
      const sent = { body: body ?? new URLSearchParams(params).toString(), headers: { "x-twilio-signature": signature } };
      expect(isAccepted("twilio", cases.twilio.auth_token, sent, { urls: [url] })).toBe(valid);
    }
    for (const { key, body, signature, valid = true } of cases.docusign)
      expect(
        isAccepted("docusign", key, {
          body: Buffer.from(body).toString("latin1"),
          headers: { "x-docusign-signature-1": signature },
        }),
      ).toBe(valid);
    for (const { api_key, valid = true, ...event } of cases.dropbox_sign) {
      const sent = { body: JSON.stringify({ event }), headers: { "content-type": "application/json" } };
      expect(isAccepted("dropbox_sign", api_key, sent)).toBe(valid);
    }
    for (const { secret, webhook_id, timestamp, body, signature, valid = true } of cases.standard_webhooks) {
      const headers = { "webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": signature };
      expect(isAccepted("standard", secret, { body, headers }, { now: Number(timestamp) * 1000 })).toBe(valid);
    }
  });
});
