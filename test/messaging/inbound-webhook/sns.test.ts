import { X509Certificate } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { NoResponse, type Web, type WebResponse } from "@crm/core/kernel/ports.ts";
import { findIssuerUrl, parseCertificates, verifyCertificate } from "@crm/core/messaging/inbound-webhook/certificate.rules.ts";
import { findSecretProblem, verifySignature } from "@crm/core/messaging/inbound-webhook/signature-check.rules.ts";
import {
  buildConfirmationUrl,
  listCertificateNames,
  parseCertificateRegion,
  parsePlausibleMessage,
  parseSnsMessage,
} from "@crm/core/messaging/inbound-webhook/sns.rules.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { callWebhook, createInboundWebhook, listDeliveries, type SignedRequest } from "./provider-requests.ts";
import {
  buildConfirmation,
  buildNotification,
  CERTIFICATE,
  createCertificateChain,
  type SnsFields,
  signSnsMessage,
  TOPIC,
} from "./sns.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z");
const EVENT = JSON.stringify({ eventType: "Delivery", mail: { messageId: "m1" }, delivery: { recipients: ["ada@example.com"] } });

const { root, middle, leaf } = createCertificateChain(NOW);
const signer = new X509Certificate(leaf.certificate).publicKey;

const isAccepted = (sent: SignedRequest, { topics = [TOPIC], now = NOW }: { topics?: string[]; now?: number } = {}): boolean =>
  verifySignature(
    "ses",
    { bytes: Buffer.from(sent.body, "latin1"), headers: sent.headers, query: "" },
    { secrets: topics, urls: [], now, signer },
  ) !== undefined;

describe("messages signed by SNS", () => {
  const kinds: [string, SnsFields][] = [
    ["a notification", buildNotification(EVENT, NOW)],
    ["a confirmation", buildConfirmation(NOW)],
    ["the end of a subscription", buildConfirmation(NOW, { Type: "UnsubscribeConfirmation" })],
  ];

  it.each(kinds)("%s is valid with SHA1 and SHA256, for its topic only", (_, fields) => {
    for (const version of ["1", "2"] as const) {
      const sent = signSnsMessage(fields, leaf, version);
      expect(isAccepted(sent)).toBe(true);
      expect(isAccepted(sent, { topics: ["arn:aws:sns:eu-central-1:123456789012:other", TOPIC] })).toBe(true);
      for (const topic of [TOPIC.replace("crm-mails", "other"), TOPIC.replace("1234", "9999"), `${TOPIC}x`, ""])
        expect([topic, isAccepted(sent, { topics: [topic] })]).toEqual([topic, false]);
    }
  });

  it.each(kinds)("%s is invalid with one bit of a signed field changed", (_, fields) => {
    const { body } = signSnsMessage(fields, leaf);
    const message = JSON.parse(body) as SnsFields;
    let flips = 0;
    for (const name of [...Object.keys(fields), "Signature", "SignatureVersion"]) {
      const value = message[name] ?? "";
      for (let index = 0; index < value.length; index++)
        for (let bit = 0; bit < 7; bit++) {
          const changedValue =
            value.slice(0, index) + String.fromCharCode(value.charCodeAt(index) ^ (1 << bit)) + value.slice(index + 1);
          const sent = { body: JSON.stringify({ ...message, [name]: changedValue }), headers: {} };
          if (isAccepted(sent)) expect([name, index, bit, changedValue]).toBeUndefined();
          flips++;
        }
    }
    expect(flips).toBeGreaterThan(3000);
  });

  it("are valid without a subject, but not with one added or removed", () => {
    const { Subject: _none, ...bare } = buildNotification(EVENT, NOW);
    expect(isAccepted(signSnsMessage(bare, leaf))).toBe(true);
    expect(isAccepted(signSnsMessage(bare, leaf, "2", { Subject: "Put in" }))).toBe(false);
    const { body } = signSnsMessage(buildNotification(EVENT, NOW), leaf);
    expect(isAccepted({ body: body.replace(/"Subject":"[^"]*",/, ""), headers: {} })).toBe(false);
  });

  it("are unambiguous: fields other than the message must not contain line ends", () => {
    // The signed text equals that of a message with a subject, so without this rule the fields would be ambiguous.
    const two = buildNotification("a", NOW, { MessageId: "m1\nSubject\nb" });
    const { Subject: _none, ...bare } = two;
    expect(isAccepted(signSnsMessage(bare, leaf))).toBe(false);
  });

  it("are stale after the retries of SNS: an hour, plus five minutes for clock skew", () => {
    const sent = signSnsMessage(buildNotification(EVENT, NOW), leaf);
    const cases: [number, boolean][] = [
      ...([0, 60, 3600, 3900].map((age) => [age, true]) as [number, boolean][]),
      [3901, false],
      [-300, true],
      [-301, false],
    ];
    for (const [age, isFresh] of cases) expect([age, isAccepted(sent, { now: NOW + age * 1000 })]).toEqual([age, isFresh]);
    for (const Timestamp of ["", "now", "2026-03-02", "2026-03-02 09:00:00", "1772442000"])
      expect([Timestamp, isAccepted(signSnsMessage(buildNotification(EVENT, NOW, { Timestamp }), leaf))]).toEqual([
        Timestamp,
        false,
      ]);
  });

  it("are rejected in any other format", () => {
    for (const body of ["", "null", "[]", "{}", EVENT, '{"Type":"Notification"}', '{"Type":"__proto__"}', "{"])
      expect(isAccepted({ body, headers: {} })).toBe(false);
    expect(isAccepted(signSnsMessage(buildNotification(EVENT, NOW), leaf, "2", { SignatureVersion: "3" }))).toBe(false);
  });

  it("accept only the ARN of a topic as a secret", () => {
    for (const good of [TOPIC, TOPIC.replace(":aws:", ":aws-cn:").replace("eu-central-1", "cn-north-1"), `${TOPIC}.fifo`])
      expect(findSecretProblem("ses", good)).toBeUndefined();
    for (const invalidSecret of [
      "a",
      TOPIC.replace("1234", ""),
      `${TOPIC}:sub`,
      `${TOPIC} `,
      TOPIC.replace("sns", "sqs"),
      "arn:aws:sns:*:*:*",
    ])
      expect([invalidSecret, findSecretProblem("ses", invalidSecret)]).toEqual([
        invalidSecret,
        expect.stringMatching(/ARN of an SNS topic/),
      ]);
  });
});

describe("the address of a certificate", () => {
  const file = "SimpleNotificationService-6209c161c6221fdf56ec1eb5c821d112.pem";
  it.each([
    [CERTIFICATE, "eu-central-1"],
    [`https://sns.us-gov-west-1.amazonaws.com/${file}`, "us-gov-west-1"],
    [`https://sns.cn-north-1.amazonaws.com.cn/${file}`, "cn-north-1"],
    [`https://sns.ap-southeast-5.amazonaws.com/${file}`, "ap-southeast-5"],
  ])("%s is one", (url, region) => expect(parseCertificateRegion(url)).toBe(region));

  const host = "sns.eu-central-1.amazonaws.com";
  const forged = [
    `http://${host}/${file}`,
    `https://${host}.evil.example/${file}`,
    `https://${host}@evil.example/${file}`,
    `https://evil.example/${host}/${file}`,
    `https://user:pass@${host}/${file}`,
    `https://${host}:443/${file}`,
    `https://${host}:8443/${file}`,
    `https://${host}./${file}`,
    `https://sns.eu-central-1.amazonaws.com.cn/${file}`,
    `https://sns.cn-north-1.amazonaws.com/${file}`,
    `https://sns.eu-central-1.amazonaws.co/${file}`,
    `https://sns.eu-central-1.amazonaws.com.evil.cn/${file}`,
    `https://sns.evil.amazonaws.com/${file}`,
    `https://evil.s3.amazonaws.com/${file}`,
    `https://sns-eu-central-1.amazonaws.com/${file}`,
    `https://sns.eu-central-1.amazonaws.com.s3.amazonaws.com/${file}`,
    `https://SNS.eu-central-1.amazonaws.com/${file}`,
    `https://sns.eu-centra\u006c-1.amazonaws.com\uFF0Eevil.example/${file}`,
    `https://${host}/x/${file}`,
    `https://${host}//${file}`,
    `https://${host}/../${file}`,
    `https://${host}/${file}?x=1`,
    `https://${host}/${file}#x`,
    `https://${host}/${file}%00`,
    `https://${host}/${file}\n`,
    ` https://${host}/${file}`,
    `https://${host}\\@evil.example/${file}`,
    `https://${host}/?Action=Redirect&to=${file}`,
    `https://${host}/SimpleNotificationService-.pem`,
    `https://${host}/SimpleNotificationService-zz09c161c6221fdf.pem`,
    `https://${host}/SimpleNotificationService-6209c161c6221fdf56ec1eb5c821d112.pem.txt`,
    `https://169.254.169.254/${file}`,
    `file:///etc/${file}`,
    "",
  ];
  it.each(forged)("%j is rejected without a request", (url) => {
    expect(parseCertificateRegion(url)).toBeUndefined();
    const { body } = signSnsMessage(buildNotification(EVENT, NOW), leaf, "2", { SigningCertURL: url });
    expect(parsePlausibleMessage({ bytes: Buffer.from(body, "latin1") }, { secrets: [TOPIC], now: NOW })).toBeUndefined();
  });
});

describe("a certificate", () => {
  const certificate = ({ certificate: pem }: { certificate: string }): X509Certificate => new X509Certificate(pem);
  const trust = { roots: [certificate(root)], names: listCertificateNames("eu-central-1"), now: NOW };
  const isProved = (chain: { leaf: typeof leaf; middle: typeof leaf; root: typeof leaf }, more: Partial<typeof trust> = {}) => {
    const proof = verifyCertificate([certificate(chain.leaf), certificate(chain.middle)], {
      ...trust,
      roots: [certificate(chain.root)],
      ...more,
    });
    return proof !== undefined && "key" in proof;
  };

  it("is verified up to a trusted root, and by no other chain", () => {
    expect(isProved({ leaf, middle, root })).toBe(true);
    expect(isProved({ leaf, middle, root }, { roots: [] })).toBe(false);
    const stranger = createCertificateChain(NOW);
    expect(isProved({ leaf, middle, root: stranger.root })).toBe(false);
    // The same names, but other keys.
    expect(isProved({ leaf, middle: stranger.middle, root: stranger.root })).toBe(false);
    expect(isProved({ ...stranger, middle })).toBe(false);
    expect(verifyCertificate([certificate(root)], trust)).toBeUndefined();
    expect(verifyCertificate([], trust)).toBeUndefined();
  });

  const DAY = 24 * 60 * 60 * 1000;
  it.each<[string, Parameters<typeof createCertificateChain>[1], Parameters<typeof createCertificateChain>[2]]>([
    ["of another name", { hosts: ["sns.example.com"] }, {}],
    ["of a name that only ends so", { hosts: ["evil-sns.amazonaws.com"] }, {}],
    ["of all names", { hosts: ["*.amazonaws.com"] }, {}],
    ["of another region", { hosts: ["sns-signing.af-south-1.amazonaws.com"] }, {}],
    ["that has run out", { to: NOW - 1000 }, {}],
    ["that is not good yet", { from: NOW + DAY }, {}],
    ["that is an authority's", { is_authority: true }, {}],
    ["by one that is no authority", {}, { is_authority: false }],
    ["by one that has run out", {}, { to: NOW - 1000 }],
    ["of another kind of key", { keys: "ec" }, {}],
  ])("%s is none", (_, leafOptions, between) => expect(isProved(createCertificateChain(NOW, leafOptions, between))).toBe(false));

  it("for a region with its own host is valid there", () => {
    const regional = createCertificateChain(NOW, { hosts: ["sns-signing.af-south-1.amazonaws.com"] });
    expect(isProved(regional, { names: listCertificateNames("af-south-1") })).toBe(true);
    expect(listCertificateNames("cn-northwest-1")).toEqual(["sns-cn-northwest-1.amazonaws.com.cn"]);
    expect(listCertificateNames("us-gov-east-1")).toEqual(["sns-us-gov-west-1.amazonaws.com"]);
  });

  it("names its issuer's address, at Amazon over HTTPS only", () => {
    expect(findIssuerUrl(certificate(leaf))).toBe("https://crt.r2m02.amazontrust.com/r2m02.cer");
    for (const issuer_url of [
      "http://crt.evil.example/r2m02.cer",
      "http://crt.a.amazontrust.com.evil.example/a.cer",
      "http://crt.a.amazontrust.com/a.cer?x",
    ])
      expect(findIssuerUrl(certificate(createCertificateChain(NOW, { issuer_url }).leaf))).toBeUndefined();
    expect(parseCertificates(Buffer.from("<html>"))).toEqual([]);
    expect(parseCertificates(Buffer.from(leaf.certificate + middle.certificate))).toHaveLength(2);
    expect(parseCertificates(certificate(middle).raw)).toHaveLength(1);
  });
});

describe("the confirmation address", () => {
  const buildUrl = (more: SnsFields): string | undefined => {
    const message = parseSnsMessage(Buffer.from(signSnsMessage(buildConfirmation(NOW, more), leaf).body, "latin1"));
    return message && message.Type !== "Notification" ? buildConfirmationUrl(message) : expect.fail("not posted");
  };
  const { SubscribeURL: good = "" } = buildConfirmation(NOW);
  it("must be at the SNS host of the topic", () => expect(buildUrl({})).toBe(good));
  it.each([
    good.replace("https:", "http:"),
    good.replace("eu-central-1.amazonaws", "eu-west-1.amazonaws"),
    good.replace(".com/", ".com.evil.example/"),
    good.replace(".com/", ".com:444/"),
    good.replace("https://", "https://user@"),
    good.replace("/?", "/x?"),
    good.replace("ConfirmSubscription", "DeleteTopic"),
    good.replace("2336412f37", "other"),
    good.replace("crm-mails", "other"),
    `${good}&Action=DeleteTopic`,
    `${good}#x`,
    "not an address",
  ])("%s is none", (SubscribeURL) => expect(buildUrl({ SubscribeURL })).toBeUndefined());
});

describe("an SNS webhook", () => {
  let app: App;
  let tenant: Tenant;
  let id: string;
  const requestedUrls: string[] = [];
  /** The content at each address; a number is the status of the answer. */
  const files = new Map<string, Uint8Array | number | Error>();
  let chain: ReturnType<typeof createCertificateChain>;

  beforeAll(async () => {
    // The clock of an earlier file may still be set.
    chain = createCertificateChain(Date.now());
    const web: Web = {
      authorities: [chain.root.certificate],
      async send({ url }): Promise<WebResponse> {
        requestedUrls.push(url);
        const storedFile = files.get(url) ?? 404;
        if (storedFile instanceof Error) throw storedFile;
        return typeof storedFile === "number"
          ? { status: storedFile, headers: { location: "https://evil.example/" }, body: Buffer.from(chain.leaf.certificate) }
          : { status: 200, headers: {}, body: storedFile };
      },
    };
    app = await startTestApp({ log: { write: () => undefined } });
    app.ports.web = web;
    const signed = await signUp(app);
    const { data } = await signed.admin.createApiKey({ name: "Hooks", role: "ADMIN" });
    tenant = { ...signed, admin: createClient(inProcessTransport(app, data.key)) };
    ({ id } = await createInboundWebhook(tenant, { provider: "ses", secret: TOPIC }));
  });
  afterAll(() => app.stop());
  let count = 0;
  /** A new address for each test, because certificates are cached for an hour. */
  let url: string;
  beforeEach(() => {
    requestedUrls.length = 0;
    files.clear();
    url = CERTIFICATE.replace("6209c161", String(10_000_000 + ++count));
    files.set(url, Buffer.from(chain.leaf.certificate));
    files.set("https://crt.r2m02.amazontrust.com/r2m02.cer", new X509Certificate(chain.middle.certificate).raw);
  });
  const signMessage = (fields: SnsFields, signingLeaf = chain.leaf, more: SnsFields = {}): SignedRequest =>
    signSnsMessage(fields, signingLeaf, "1", { SigningCertURL: url, ...more });
  const news = (more: SnsFields = {}): SnsFields => buildNotification(EVENT, Clock.ms(), { MessageId: `m${++count}`, ...more });

  it("is verified by the named certificate and its issuer, both fetched once an hour", async () => {
    for (const _ of [1, 2]) expect((await callWebhook(app, id, signMessage(news()))).status).toBe(200);
    expect(requestedUrls).toEqual([url, "https://crt.r2m02.amazontrust.com/r2m02.cer"]);
    app.setClock({ advance: 61 * 60_000 });
    expect((await callWebhook(app, id, signMessage(news()))).status).toBe(200);
    expect(requestedUrls).toHaveLength(4);
    const again = signMessage(news());
    expect((await callWebhook(app, id, again)).status).toBe(200);
    expect((await callWebhook(app, id, again)).status).toBe(200);
    await app.settle();
    const [newest, ...otherDeliveries] = await listDeliveries(tenant, id);
    expect(otherDeliveries).toHaveLength(3);
    expect(newest).toMatchObject({ event_type: "Delivery", subject: "m1", status: "done", external_id: `m${count}` });
  });

  it("rejects a message that cannot be genuine, without any request", async () => {
    const stale = buildNotification(EVENT, Clock.ms() - 66 * 60_000);
    const foreignNotification = news({ TopicArn: TOPIC.replace("1234", "9999") });
    for (const sent of [
      signMessage(stale),
      signMessage(foreignNotification),
      signMessage(news(), chain.leaf, { SigningCertURL: "https://evil.example/a.pem" }),
    ])
      expect((await callWebhook(app, id, sent)).status).toBe(401);
    expect(requestedUrls).toEqual([]);
  });

  it("rejects a certificate that is foreign, missing or behind a redirect", async () => {
    const stranger = createCertificateChain(Clock.ms());
    for (const storedFile of [Buffer.from(stranger.leaf.certificate), 404, 302, Buffer.from("<html>")]) {
      url = CERTIFICATE.replace("6209c161", String(20_000_000 + ++count));
      files.set(url, storedFile);
      const signingLeaf = typeof storedFile === "number" ? chain.leaf : stranger.leaf;
      expect((await callWebhook(app, id, signMessage(news(), signingLeaf))).status).toBe(401);
    }
    expect(requestedUrls.filter((requestedUrl) => requestedUrl.includes("evil"))).toEqual([]);
  });

  it("returns 500 if the certificate cannot be fetched, so that SNS retries", async () => {
    files.set(url, new NoResponse("no answer"));
    const sent = signMessage(news());
    expect((await callWebhook(app, id, sent)).status).toBe(500);
    files.set(url, Buffer.from(chain.leaf.certificate));
    expect((await callWebhook(app, id, sent)).status).toBe(200);
  });

  it("confirms a subscription while it is processed, not on arrival", async () => {
    const fields = buildConfirmation(Clock.ms());
    const { SubscribeURL = "" } = fields;
    files.set(SubscribeURL, new NoResponse("no answer"));
    expect((await callWebhook(app, id, signMessage(fields))).status).toBe(200);
    expect(requestedUrls).not.toContain(SubscribeURL);
    await app.settle();
    expect((await listDeliveries(tenant, id, "received"))[0]).toMatchObject({
      tries: 1,
      reason: expect.stringMatching(/no response/),
    });
    files.set(SubscribeURL, Buffer.from("<ConfirmSubscriptionResponse/>"));
    app.setClock({ advance: 61_000 });
    await app.settle();
    expect(requestedUrls.filter((requestedUrl) => requestedUrl === SubscribeURL)).toHaveLength(2);
    expect((await listDeliveries(tenant, id, "done"))[0]).toMatchObject({
      event_type: "SubscriptionConfirmation",
      outcome: `Subscribed to ${TOPIC}`,
    });
  });

  it("confirms nothing contained in a notification, and does not renew an ended subscription", async () => {
    const inner = buildConfirmation(Clock.ms());
    expect((await callWebhook(app, id, signMessage(news({ Message: signMessage(inner).body })))).status).toBe(200);
    const end = buildConfirmation(Clock.ms(), { Type: "UnsubscribeConfirmation", MessageId: "end" });
    expect((await callWebhook(app, id, signMessage(end))).status).toBe(200);
    await app.settle();
    expect(requestedUrls).not.toContain(inner.SubscribeURL);
    expect((await listDeliveries(tenant, id, "done"))[0]).toMatchObject({ outcome: expect.stringMatching(/has ended/) });
  });
});
