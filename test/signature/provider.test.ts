import { createHash } from "node:crypto";
import { findingsOf, statementIn } from "@crm/core/signature/statement.rules.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { controls } from "@crm/local/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { call } from "../export/files.ts";
import { inProcess, signIn, signUp, startTestApp, type Tenant } from "../support.ts";
import { approvedQuote } from "./support.ts";

/** Requests that go through a provider: its double on this machine is asked, and tells by genuine webhooks. */

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
type Told = { event: string; envelope_id: string; status: number }[];

async function local<T>(method: string, path: string, body: object = {}): Promise<T> {
  const url = new URL(`http://localhost/_local/${path}`);
  const { status, data } = (await controls(app, method, url, Buffer.from(JSON.stringify(body)))) as { status: number; data: T };
  expect(status, JSON.stringify(data)).toBe(200);
  return data;
}

const SECRET = "a-key-of-connect-that-nobody-guesses";

/** The tenant's account with a provider, and the door by which that tells what happens. */
async function connected(provider: Provider, of: Tenant = tenant): Promise<void> {
  const { account } = await local<{ account: Record<string, string> }>("GET", `providers/${provider}`);
  const made = { provider, name: "Ours", environment: "demo", is_default: true, ...account };
  const { data: own } = await of.admin.createSignatureAccount(made as never);
  // Signed in by now: what the double answers next is an answer to the request itself.
  await of.admin.checkSignatureAccount({ id: own.id });
  const secret = provider === "dropbox_sign" ? account.api_key : SECRET;
  const { data } = await of.admin.createInboundWebhook({ provider, secret } as never);
  await local("POST", `providers/${provider}`, { answer: "ok", hook: { url: data.url, secrets: [secret] } });
}

const signers = [{ name: "Grace Hopper", email: "grace@navy.example" }];

async function asked(provider: Provider): Promise<{ quote: string; id: string }> {
  const quote = await approvedQuote(tenant.admin);
  const { data } = await tenant.admin.requestQuoteSignature({ id: quote, provider, signers } as never);
  expect(data).toMatchObject({ status: "preparing", envelope_id: null });
  return { quote, id: data.id };
}

const readOf = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data;
const quoteOf = async (id: string) => (await tenant.admin.getQuote({ id })).data;

/** Some time goes by, and what is due is done. */
async function later(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * 60_000 });
  await app.settle();
  tenant.admin = createClient(inProcess(app, (await signIn(app, tenant)).access_token));
}

describe.each(["docusign", "dropbox_sign"] as const)("a request through %s", (provider) => {
  const act = (envelope: string, what: string, more: object = {}): Promise<Told> =>
    local("POST", `providers/${provider}/envelopes/${envelope}`, { do: what, signer: "1", ...more });
  const envelopes = async () => (await local<{ envelopes: Record<string, string>[] }>("GET", `providers/${provider}`)).envelopes;
  const idOf = (each: Record<string, string>) => each.envelopeId ?? each.signature_request_id ?? "";

  it("is sent once, and what its webhooks tell accepts the quote", async () => {
    await connected(provider);
    const before = (await envelopes()).length;
    const { quote, id } = await asked(provider);
    await app.settle();
    const sent = await readOf(id);
    expect(sent).toMatchObject({ status: "sent", provider });
    expect((await envelopes()).length).toBe(before + 1);
    const told = await act(sent.envelope_id ?? "", "sign");
    expect(told.length).toBeGreaterThan(0);
    for (const { status } of told) expect(status).toBe(200);
    await app.settle();
    expect(await readOf(id)).toMatchObject({ status: "completed", signers: [{ state: "signed" }], not_followed: null });
    expect(await quoteOf(quote)).toMatchObject({ status: "ACCEPTED", signed_by: "Grace Hopper" });
    // A provider may take a while to make its file.
    await later(3);
    const { signed_hash, certificate_hash } = await readOf(id);
    expect([signed_hash, certificate_hash]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it("takes what comes before its envelope is known, twice, and backwards", async () => {
    await connected(provider);
    // The answer gets lost: the envelope is there, and nobody here knows of it.
    await local("POST", `providers/${provider}`, { answer: "lost", times: 1 });
    const { id, quote } = await asked(provider);
    const known = new Set((await envelopes()).map(idOf));
    await app.settle();
    expect(await readOf(id)).toMatchObject({ status: "preparing", envelope_id: null });
    const fresh = (await envelopes()).map(idOf).filter((each) => !known.has(each));
    expect(fresh).toHaveLength(1);
    await act(fresh[0] ?? "", "sign", { emit: false });
    await local("POST", `providers/${provider}/emit`, { order: "reversed", times: 2 });
    await app.settle();
    expect(await quoteOf(quote)).toMatchObject({ status: "SENT" });
    for (let tries = 0; tries < 4; tries++) {
      await later(5);
    }
    expect(await readOf(id)).toMatchObject({ status: "completed", envelope_id: fresh[0] });
    expect(await quoteOf(quote)).toMatchObject({ status: "ACCEPTED" });
    const since = (await envelopes()).map(idOf).filter((each) => !known.has(each));
    expect(since).toEqual(fresh);
  });

  it("is declined there, and stays so whatever comes later", async () => {
    await connected(provider);
    const { id, quote } = await asked(provider);
    await app.settle();
    const { envelope_id } = await readOf(id);
    await act(envelope_id ?? "", "decline", { reason: "Too dear" });
    await app.settle();
    expect(await readOf(id)).toMatchObject({ status: "declined" });
    expect(await quoteOf(quote)).toMatchObject({ status: "SENT" });
  });

  it("what never came is found within the hour", async () => {
    await connected(provider);
    const { id } = await asked(provider);
    await app.settle();
    const { envelope_id } = await readOf(id);
    await act(envelope_id ?? "", "sign", { emit: false });
    await later(61);
    expect(await readOf(id)).toMatchObject({ status: "completed" });
  });

  it("is void there too once it is void here, also while nobody answers", async () => {
    await connected(provider);
    const { id, quote } = await asked(provider);
    await app.settle();
    const { envelope_id } = await readOf(id);
    await local("POST", `providers/${provider}`, { answer: "timeout", times: 1 });
    await tenant.admin.deleteQuote({ id: quote }).catch(() => undefined);
    await tenant.admin.createQuoteVersion({ id: quote }).catch(() => undefined);
    await app.settle();
    expect((await readOf(id).catch(() => ({ status: "voided" }))).status).toBe("voided");
    for (let tries = 0; tries < 3; tries++) {
      await later(10);
    }
    const at = (await envelopes()).find((each) => idOf(each) === envelope_id);
    expect(String(at?.status ?? "gone")).toMatch(/voided|cancel|gone|declined/i);
  });

  it("what its provider refuses fails, and says why", async () => {
    await connected(provider);
    await local("POST", `providers/${provider}`, { answer: "refused", times: 1 });
    const { id } = await asked(provider);
    await app.settle();
    const failed = await readOf(id);
    expect(failed.status).toBe("failed");
    expect(failed.end_reason).toBeTruthy();
    await tenant.admin.voidSignatureRequest({ id, reason: "Refused" } as never);
    expect(await readOf(id)).toMatchObject({ status: "voided" });
  });

  const certificateOf = async (id: string, format: string) =>
    call(app, await tokenOf(), "getSignatureCertificate", { id, format });
  const tokenOf = async () => (await signIn(app, tenant)).access_token;

  it("has the provider's own certificate beside the signed file, with its hash, and ours says both", async () => {
    await connected(provider);
    const { id } = await asked(provider);
    await app.settle();
    const early = await certificateOf(id, "provider");
    expect([early.status, JSON.parse(early.body).error.details]).toEqual([409, [{ field: "status", message: "sent" }]]);
    const { envelope_id } = await readOf(id);
    await act(envelope_id ?? "", "sign");
    await later(3);
    const request = await readOf(id);
    const own = Buffer.from((await certificateOf(id, "provider")).body, "base64");
    expect(createHash("sha256").update(own).digest("hex")).toBe(request.provider_certificate_hash);
    const isPart = provider === "dropbox_sign";
    expect(own.toString("latin1")).toContain(isPart ? `Dropbox Sign ${envelope_id}` : "Certificate Of Completion");
    expect(request.provider_certificate_hash === request.signed_hash).toBe(isPart);
    const statement = statementIn(Buffer.from((await certificateOf(id, "pdf")).body, "base64"));
    expect([statement.signed_sha256, statement.provider_certificate_sha256]).toEqual([
      request.signed_hash,
      isPart ? undefined : request.provider_certificate_hash,
    ]);
    const file = await call(app, await tokenOf(), "getSignatureDocument", { id });
    expect(findingsOf(statement, Buffer.from(file.body, "base64")).filter(({ isRight }) => !isRight)).toEqual([]);
  });
});

describe("a request through a provider", () => {
  it("is filed although its provider gives no certificate", async () => {
    await connected("docusign");
    const { id } = await asked("docusign");
    await app.settle();
    await local("POST", "providers/docusign", { certificate: false });
    const { envelope_id } = await readOf(id);
    await local("POST", `providers/docusign/envelopes/${envelope_id}`, { do: "sign", signer: "1" });
    await later(3);
    await local("POST", "providers/docusign", { certificate: true });
    expect(await readOf(id)).toMatchObject({
      ...{ status: "completed", signed_hash: expect.any(String), certificate_hash: expect.any(String) },
      provider_certificate_hash: null,
    });
    const { access_token } = await signIn(app, tenant);
    const none = await call(app, access_token, "getSignatureCertificate", { id, format: "provider" });
    expect([none.status, JSON.parse(none.body).error.message]).toEqual([409, "The provider has given no certificate"]);
  });

  it("needs an account with it", async () => {
    const quote = await approvedQuote(tenant.admin);
    await expect(tenant.admin.requestQuoteSignature({ id: quote, provider: "docusign", signers } as never)).rejects.toMatchObject(
      {
        code: "RULE_VIOLATION",
        details: [{ field: "provider" }],
      },
    );
  });
});
