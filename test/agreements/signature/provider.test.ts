import { createHash } from "node:crypto";
import { parseStatement, verifyStatement } from "@crm/core/agreements/signature/statement.rules.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callOperation } from "../../platform/export/export-client.ts";
import { inProcessTransport, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createApprovedQuote } from "./support.ts";

/** Requests through a provider: its local double answers and sends correctly signed webhooks. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app);
});
afterAll(() => app.stop());

type Provider = "docusign" | "dropbox_sign";
type EmittedWebhooks = { event: string; envelope_id: string; status: number }[];

async function callLocalControl<T>(method: string, path: string, body: object = {}): Promise<T> {
  const url = new URL(`http://localhost/_local/${path}`);
  const { status, data } = (await runControl(app, method, url, Buffer.from(JSON.stringify(body)))) as { status: number; data: T };
  expect(status, JSON.stringify(data)).toBe(200);
  return data;
}

const SECRET = "a-secret-connect-key";

/** Creates the tenant's account with a provider and the webhook address for its events. */
async function connectProvider(provider: Provider, targetTenant: Tenant = tenant): Promise<void> {
  const { account } = await callLocalControl<{ account: Record<string, string> }>("GET", `providers/${provider}`);
  const accountInput = { provider, name: "Ours", environment: "demo", is_default: true, ...account };
  const { data: createdAccount } = await targetTenant.admin.createSignatureAccount(accountInput);
  // This signs the account in, so that the double's next answer is for the request itself.
  await targetTenant.admin.checkSignatureAccount({ id: createdAccount.id });
  const secret = provider === "dropbox_sign" ? account.api_key : SECRET;
  const { data } = await allowAnyInput(targetTenant.admin).createInboundWebhook({ provider, secret });
  await callLocalControl("POST", `providers/${provider}`, { answer: "ok", hook: { url: data.url, secrets: [secret] } });
}

const signers = [{ name: "Grace Hopper", email: "grace@navy.example" }];

async function requestThroughProvider(provider: Provider): Promise<{ quote: string; id: string }> {
  const quote = await createApprovedQuote(tenant.admin);
  const { data } = await tenant.admin.requestQuoteSignature({ id: quote, provider, signers });
  expect(data).toMatchObject({ status: "preparing", envelope_id: null });
  return { quote, id: data.id };
}

const readRequest = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data;
const readQuote = async (id: string) => (await tenant.admin.getQuote({ id })).data;

/** Advances the clock and runs what is due. */
async function passMinutes(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * 60_000 });
  await app.settle();
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

describe.each(["docusign", "dropbox_sign"] as const)("a request through %s", (provider) => {
  const act = (envelope: string, action: string, more: object = {}): Promise<EmittedWebhooks> =>
    callLocalControl("POST", `providers/${provider}/envelopes/${envelope}`, { do: action, signer: "1", ...more });
  const envelopes = async () =>
    (await callLocalControl<{ envelopes: Record<string, string>[] }>("GET", `providers/${provider}`)).envelopes;
  const readEnvelopeId = (envelope: Record<string, string>) => envelope.envelopeId ?? envelope.signature_request_id ?? "";

  it("is sent once, and its webhooks accept the quote", async () => {
    await connectProvider(provider);
    const before = (await envelopes()).length;
    const { quote, id } = await requestThroughProvider(provider);
    await app.settle();
    const sent = await readRequest(id);
    expect(sent).toMatchObject({ status: "sent", provider });
    expect((await envelopes()).length).toBe(before + 1);
    const deliveries = await act(sent.envelope_id ?? "", "sign");
    expect(deliveries.length).toBeGreaterThan(0);
    for (const { status } of deliveries) expect(status).toBe(200);
    await app.settle();
    expect(await readRequest(id)).toMatchObject({ status: "completed", signers: [{ state: "signed" }], not_followed: null });
    expect(await readQuote(quote)).toMatchObject({ status: "ACCEPTED", signed_by: "Grace Hopper" });
    const { signed_hash, certificate_hash } = await readRequest(id);
    expect([signed_hash, certificate_hash]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it("accepts events that arrive before the envelope is known, twice, and in reverse order", async () => {
    await connectProvider(provider);
    // The answer is lost: the provider has an envelope that the CRM does not know.
    await callLocalControl("POST", `providers/${provider}`, { answer: "lost", times: 1 });
    const { id, quote } = await requestThroughProvider(provider);
    const knownIds = new Set((await envelopes()).map(readEnvelopeId));
    await app.settle();
    expect(await readRequest(id)).toMatchObject({ status: "preparing", envelope_id: null });
    const fresh = (await envelopes()).map(readEnvelopeId).filter((envelope) => !knownIds.has(envelope));
    expect(fresh).toHaveLength(1);
    await act(fresh[0] ?? "", "sign", { emit: false });
    await callLocalControl("POST", `providers/${provider}/emit`, { order: "reversed", times: 2 });
    await app.settle();
    expect(await readQuote(quote)).toMatchObject({ status: "SENT" });
    for (let tries = 0; tries < 4; tries++) {
      await passMinutes(5);
    }
    expect(await readRequest(id)).toMatchObject({ status: "completed", envelope_id: fresh[0] });
    expect(await readQuote(quote)).toMatchObject({ status: "ACCEPTED" });
    const since = (await envelopes()).map(readEnvelopeId).filter((envelope) => !knownIds.has(envelope));
    expect(since).toEqual(fresh);
  });

  it("declined at the provider stays declined after later events", async () => {
    await connectProvider(provider);
    const { id, quote } = await requestThroughProvider(provider);
    await app.settle();
    const { envelope_id } = await readRequest(id);
    await act(envelope_id ?? "", "decline", { reason: "Too dear" });
    await app.settle();
    expect(await readRequest(id)).toMatchObject({ status: "declined" });
    expect(await readQuote(quote)).toMatchObject({ status: "SENT" });
  });

  it("finds events that never arrived within an hour", async () => {
    await connectProvider(provider);
    const { id } = await requestThroughProvider(provider);
    await app.settle();
    const { envelope_id } = await readRequest(id);
    await act(envelope_id ?? "", "sign", { emit: false });
    await passMinutes(61);
    expect(await readRequest(id)).toMatchObject({ status: "completed" });
  });

  it("is voided at the provider when it is voided here, even if the provider was down", async () => {
    await connectProvider(provider);
    const { id, quote } = await requestThroughProvider(provider);
    await app.settle();
    const { envelope_id } = await readRequest(id);
    await callLocalControl("POST", `providers/${provider}`, { answer: "timeout", times: 1 });
    await tenant.admin.deleteQuote({ id: quote }).catch(() => undefined);
    await tenant.admin.createQuoteVersion({ id: quote }).catch(() => undefined);
    await app.settle();
    expect((await readRequest(id).catch(() => ({ status: "voided" }))).status).toBe("voided");
    for (let tries = 0; tries < 3; tries++) {
      await passMinutes(10);
    }
    const voidedEnvelope = (await envelopes()).find((envelope) => readEnvelopeId(envelope) === envelope_id);
    expect(String(voidedEnvelope?.status ?? "gone")).toMatch(/voided|cancel|gone|declined/i);
  });

  it("fails with the reason if the provider rejects it", async () => {
    await connectProvider(provider);
    await callLocalControl("POST", `providers/${provider}`, { answer: "refused", times: 1 });
    const { id } = await requestThroughProvider(provider);
    await app.settle();
    const failed = await readRequest(id);
    expect(failed.status).toBe("failed");
    expect(failed.end_reason).toBeTruthy();
    await tenant.admin.voidSignatureRequest({ id, reason: "Refused" });
    expect(await readRequest(id)).toMatchObject({ status: "voided" });
  });

  const fetchCertificate = async (id: string, format: string) =>
    callOperation(app, await fetchToken(), "getSignatureCertificate", { id, format });
  const fetchToken = async () => (await signIn(app, tenant)).access_token;

  it("stores the provider's certificate with its hash beside the signed file, and our certificate lists both", async () => {
    await connectProvider(provider);
    const { id } = await requestThroughProvider(provider);
    await app.settle();
    const early = await fetchCertificate(id, "provider");
    expect([early.status, JSON.parse(early.body).error.details]).toEqual([409, [{ field: "status", message: "sent" }]]);
    const { envelope_id } = await readRequest(id);
    await act(envelope_id ?? "", "sign");
    await passMinutes(3);
    const request = await readRequest(id);
    const certificate = Buffer.from((await fetchCertificate(id, "provider")).body, "base64");
    expect(createHash("sha256").update(certificate).digest("hex")).toBe(request.provider_certificate_hash);
    const isPart = provider === "dropbox_sign";
    expect(certificate.toString("latin1")).toContain(isPart ? `Dropbox Sign ${envelope_id}` : "Certificate Of Completion");
    expect(request.provider_certificate_hash === request.signed_hash).toBe(isPart);
    const statement = parseStatement(Buffer.from((await fetchCertificate(id, "pdf")).body, "base64"));
    expect([statement.signed_sha256, statement.provider_certificate_sha256]).toEqual([
      request.signed_hash,
      isPart ? undefined : request.provider_certificate_hash,
    ]);
    const file = await callOperation(app, await fetchToken(), "getSignatureDocument", { id });
    expect(verifyStatement(statement, Buffer.from(file.body, "base64")).filter(({ isRight }) => !isRight)).toEqual([]);
  });
});

describe("the signed file of Dropbox Sign", () => {
  const emit = (most: number) => callLocalControl("POST", "providers/dropbox_sign/emit", { most });

  it("is requested again after seconds, and at once when the provider reports that it is ready", async () => {
    await connectProvider("dropbox_sign");
    const { id } = await requestThroughProvider("dropbox_sign");
    await app.settle();
    await emit(1);
    const { envelope_id } = await readRequest(id);
    const act = { do: "sign", signer: "1", emit: false };
    await callLocalControl("POST", `providers/dropbox_sign/envelopes/${envelope_id}`, act);
    await emit(1);
    await app.settle();
    expect(await readRequest(id)).toMatchObject({ status: "completed", filed_at: null });
    const early = await callOperation(app, (await signIn(app, tenant)).access_token, "getSignatureCertificate", { id });
    expect([early.status, JSON.parse(early.body).error]).toEqual([
      409,
      expect.objectContaining({
        message: "The signed file has not been fetched from Dropbox Sign yet: try again in a minute",
        details: [{ field: "filed_at", message: "Not stored yet" }],
      }),
    ]);
    const countDownloads = async () =>
      (await callLocalControl<{ url: string }[]>("GET", "outbox")).filter(({ url }) => url.includes(`files/${envelope_id}`))
        .length;
    expect(await countDownloads()).toBe(1);
    // 10, 40 and 160 seconds after the try before; the next one would be 640 seconds later.
    for (const minutes of [1, 1, 3]) await passMinutes(minutes);
    expect([await countDownloads(), (await readRequest(id)).filed_at]).toEqual([4, null]);
    await emit(2);
    await app.settle();
    await passMinutes(1);
    expect([await countDownloads(), (await readRequest(id)).filed_at]).toEqual([5, expect.any(String)]);
  });
});

describe("a request through a provider", () => {
  it("is filed even if the provider returns no certificate", async () => {
    await connectProvider("docusign");
    const { id } = await requestThroughProvider("docusign");
    await app.settle();
    await callLocalControl("POST", "providers/docusign", { certificate: false });
    const { envelope_id } = await readRequest(id);
    await callLocalControl("POST", `providers/docusign/envelopes/${envelope_id}`, { do: "sign", signer: "1" });
    await passMinutes(3);
    await callLocalControl("POST", "providers/docusign", { certificate: true });
    expect(await readRequest(id)).toMatchObject({
      ...{ status: "completed", signed_hash: expect.any(String), certificate_hash: expect.any(String) },
      provider_certificate_hash: null,
    });
    const { access_token } = await signIn(app, tenant);
    const response = await callOperation(app, access_token, "getSignatureCertificate", { id, format: "provider" });
    expect([response.status, JSON.parse(response.body).error.message]).toEqual([409, "The provider returned no certificate"]);
  });

  it("needs an account with the provider", async () => {
    const quote = await createApprovedQuote(tenant.admin);
    await expect(tenant.admin.requestQuoteSignature({ id: quote, provider: "docusign", signers })).rejects.toMatchObject({
      code: "RULE_VIOLATION",
      details: [{ field: "provider" }],
    });
  });
});
