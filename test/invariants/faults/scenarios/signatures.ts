import { createHash, randomUUID } from "node:crypto";
import { collectBytes } from "@crm/core/kernel/bytes.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { ApiError, allowAnyInput } from "@crm/functions/derive/client.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { expect } from "vitest";
import { amendmentParams, createAmendment, waiveInternalApproval } from "../../../agreements/amendment/support.ts";
import { createApprovedContract as approvedContract } from "../../../agreements/contract/support.ts";
import { createOpportunity } from "../../../agreements/quote/support.ts";
import { buildSigningForm, createApprovedQuote, findSigningLink, SignerBrowser } from "../../../agreements/signature/support.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

const DAY_SECONDS = 24 * 60 * 60;
/** Seconds after which no worker holds a request any more and the provider lists what it was sent. */
const SETTLED_SECONDS = 200;
const HASH = /^[0-9a-f]{64}$/;

interface Subject {
  /** The id of the record to be signed. */
  id: string;
  email: string;
}

const newEmail = (): string => `g${randomUUID().slice(0, 8)}@strike.example`;
const buildSigners = ({ email }: Subject) => [{ name: "Grace Hopper", email }];

/** An approved quote, and the email address of its signer. */
const createApprovedSubject = async ({ crm }: Fixture): Promise<Subject> => ({
  id: await createApprovedQuote(crm),
  email: newEmail(),
});

/** A quote that waits for a signature; the email was sent. */
async function requestSignature(scene: Fixture, quote?: string): Promise<Subject & { request: string }> {
  const subject = { id: quote ?? (await createApprovedQuote(scene.crm)), email: newEmail() };
  const { data } = await scene.crm.requestQuoteSignature({ id: subject.id, signers: buildSigners(subject) });
  await scene.system.drain();
  return { ...subject, request: data.id };
}

const readRequest = async ({ crm }: Fixture, id: string) => (await crm.getSignatureRequest({ id })).data;
const listRequests = async ({ crm }: Fixture, subject: string) => (await crm.listSignatureRequests({ subject })).data;
const readQuote = async ({ crm }: Fixture, id: string) => (await crm.getQuote({ id })).data;
const listMails = ({ system: line }: Fixture, email: string) => line.app.mail.sent(email);

/** The signer is notified once that the request is void, in addition to the invitation. */
async function expectVoidOnce(scene: Fixture, { request, email }: { request: string; email: string }): Promise<void> {
  expect(await readRequest(scene, request)).toMatchObject({ status: "voided", ended_at: expect.any(String), reminder_at: null });
  expect(listMails(scene, email)).toHaveLength(2);
}

/** The certificate is stored and matches its hash. */
async function expectStoredFile({ system: line, tenant }: Fixture, request: string, hash: string): Promise<void> {
  const object = await line.app.objects.open(`${tenant.id}/documents/${request}/${hash}.pdf`);
  const bytes = object ? await collectBytes(object.read()) : expect.fail(`No ${hash}`);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(hash);
}

/** A signer who does not sign gets one reminder before the request expires, and then a notice of its expiry. */
const reminderAndExpiry = defineScenario<Subject & { request: string; waits: number[] }>({
  name: "a reminder of a signature, and its expiry",
  covers: { subscribers: ["signature-clocks", "signature-mails"], due: ["signature_request"] },
  settings: { signature_reminder_days: 3, signature_expiry_days: 5 },
  async prepare(scene) {
    return { ...(await requestSignature(scene)), waits: [3.1 * DAY_SECONDS, 2 * DAY_SECONDS] };
  },
  async proceed({ system: line }, { waits: delays }) {
    for (const seconds of delays.splice(0)) {
      await line.advance(seconds);
      // Interrupted work is handed out again before the next clock is due.
      await line.advance(LEASE_SECONDS);
    }
  },
  countsWrite: (name) => name === "signature-clocks" || name === "signature-mails",
  async check(scene, { id, request, email }) {
    const { status, reminded_at, reminder_at, ended_at } = await readRequest(scene, request);
    expect([status, typeof reminded_at, reminder_at, typeof ended_at]).toEqual(["expired", "string", null, "string"]);
    const texts = listMails(scene, email).map(({ text }) => text.includes("/s/"));
    // The invitation and the reminder have a link, the expiry notice has none.
    expect(texts).toEqual([true, true, false]);
    expect((await readQuote(scene, id)).status).toBe("SENT");
  },
});

/** There is one request and one email, and the quote becomes sent. */
const signatureRequest = defineScenario<Subject>({
  name: "requestQuoteSignature",
  covers: { operations: ["requestQuoteSignature"], subscribers: ["signature-mails"] },
  prepare: createApprovedSubject,
  ask: ({ crm }, subject, options) => crm.requestQuoteSignature({ id: subject.id, signers: buildSigners(subject) }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "signature-mails",
  async check(scene, { id, email }, answer) {
    expect(await listRequests(scene, id)).toMatchObject([{ id: (answer as { id: string }).id, status: "sent" }]);
    expect(await readQuote(scene, id)).toMatchObject({ status: "SENT", sent_at: expect.any(String) });
    expect(listMails(scene, email)).toHaveLength(1);
  },
});

/** Signing on the page accepts the quote, files the certificate and mails copies, once each, whichever write fails. */
const pageSigning = defineScenario<
  Subject & { request: string; opportunity: string; link: string; cookie: string; form: string }
>({
  name: "sendSigningPage",
  covers: { operations: ["sendSigningPage"], subscribers: ["signature-filing", "signature-mails"] },
  hasNewAnswer: true,
  async prepare(scene) {
    const { app } = scene.system;
    const opportunity = (await createOpportunity(scene.crm)).id;
    const quote = await createApprovedQuote(scene.crm, { opportunity_id: opportunity });
    const subject = await requestSignature(scene, quote);
    const browser = new SignerBrowser(app);
    const link = await findSigningLink(app, subject.email);
    const page = await browser.enter(link, subject.email);
    const form = new URLSearchParams(buildSigningForm(page, "Grace B. Hopper")).toString();
    return { ...subject, opportunity, link, cookie: browser.cookie, form };
  },
  async ask({ system: line }, { link, cookie, form }) {
    const headers = { "content-type": "application/x-www-form-urlencoded", cookie };
    const sent = { method: "POST" as const, path: new URL(link).pathname, query: "", headers, body: form };
    const answer = await line.transport()(sent);
    if (answer.status >= 400) throw new ApiError(answer);
    return { data: answer.body };
  },
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "signature-filing" || name === "signature-mails",
  async check(scene, { id, request, opportunity, email }) {
    const signed = await readRequest(scene, request);
    expect(signed).toMatchObject({ status: "completed", not_followed: null, filed_at: expect.any(String) });
    expect(signed.signers).toMatchObject([{ state: "signed", signed_name: "Grace B. Hopper" }]);
    expect([signed.signed_hash, signed.certificate_hash]).toEqual([signed.document_hash, expect.stringMatching(HASH)]);
    const quote = await readQuote(scene, id);
    expect(quote).toMatchObject({ status: "ACCEPTED", signed_by: "Grace B. Hopper" });
    const { data: deals } = await scene.crm.listDeals({ opportunity });
    expect(deals.map((deal) => deal.id)).toEqual([quote.deal_id]);
    // The invitation, the code, and the copies with the hashes of the stored files.
    const mails = listMails(scene, email);
    expect(mails).toHaveLength(3);
    expect(mails.at(-1)?.text).toContain(`SHA-256 (certificate): ${signed.certificate_hash}`);
    await expectStoredFile(scene, request, String(signed.certificate_hash));
  },
});

type EndedRequest = Subject & { request: string; isEnded: boolean };

/** An open request is voided after an operation on its subject has ended. */
const defineEnding = (
  name: string,
  subscriber: string,
  prepare: (scene: Fixture) => Promise<Subject & { request: string }>,
  end: (scene: Fixture, id: string) => Promise<unknown>,
) =>
  defineScenario<EndedRequest>({
    name,
    covers: { subscribers: [subscriber, "signature-mails"] },
    prepare: async (scene) => ({ ...(await prepare(scene)), isEnded: false }),
    async proceed(scene, subject) {
      if (!subject.isEnded) await end(scene, subject.id);
      subject.isEnded = true;
      await scene.system.advance(LEASE_SECONDS);
    },
    countsWrite: (source) => source === subscriber || source === "signature-mails",
    check: expectVoidOnce,
  });

const quoteDeletion = defineEnding(
  "a quote that is deleted while it is signed",
  "quote-signatures",
  (scene) => requestSignature(scene),
  ({ crm }, id) => crm.deleteQuote({ id }),
);

const quoteHandover = defineEnding(
  "a quote that is given away while it is signed",
  "quote-signatures",
  (scene) => requestSignature(scene),
  ({ crm, tenant }, id) => crm.updateQuote({ id, owner_id: tenant.userId }),
);

const contractWithdrawal = defineEnding(
  "a contract that is withdrawn while it is signed",
  "contract-signatures",
  async (scene) => {
    const { id } = await approvedContract(scene.crm);
    const email = newEmail();
    const signers = [{ name: "Grace Hopper", email }];
    const { data } = await scene.crm.signContract({ id, party: "customer", signers });
    await scene.system.drain();
    return { id, email, request: String(data.signature_request_id) };
  },
  ({ crm }, id) => crm.withdrawContract({ id }),
);

/** An amendment that waits for a signature; the email was sent. */
async function requestAmendmentSignature({
  crm,
  system: line,
}: Fixture): Promise<Subject & { amendmentId: string; request: string }> {
  const { id } = await approvedContract(crm, { requires_signature: false });
  await crm.activateContract({ id });
  const effective_date = Clock.addSeconds(DAY_SECONDS).slice(0, 10);
  const amendment = await createAmendment(crm, id, { value_delta: "100", effective_date, requires_customer_approval: false });
  const amendmentKey = amendmentParams(amendment);
  await crm.submitContractAmendment(amendmentKey);
  const email = newEmail();
  const signers = [{ name: "Grace Hopper", email }];
  const { data } = await crm.signContractAmendment({ ...amendmentKey, party: "customer", signers });
  await line.drain();
  return { ...amendmentKey, email, request: String(data.signature_request_id) };
}

const amendmentWithdrawal = defineScenario<Subject & { amendmentId: string; request: string }>({
  name: "an amendment that is withdrawn while it is signed",
  covers: { subscribers: ["contract-amendment-signatures", "signature-mails"] },
  async open({ crm, tenant }) {
    await waiveInternalApproval({ ...tenant, admin: crm });
  },
  prepare: requestAmendmentSignature,
  ask: ({ crm }, { id, amendmentId }, options) => crm.withdrawContractAmendment({ id, amendmentId }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (source) => source === "request" || source === "contract-amendment-signatures" || source === "signature-mails",
  check: expectVoidOnce,
});

/** Calls the local control API. */
async function callLocalControl<T>({ system: line }: Fixture, method: string, path: string, body: object = {}): Promise<T> {
  const url = new URL(`http://localhost/_local/${path}`);
  const { status, data } = await runControl(line.app, method, url, Buffer.from(JSON.stringify(body)));
  expect(status, JSON.stringify(data)).toBe(200);
  return data as T;
}

type Provider = "docusign" | "dropbox_sign";

/** Creates the tenant's account with the double of a provider, and the webhook address for its events. */
async function connectProvider(scene: Fixture, provider: Provider): Promise<void> {
  const { account } = await callLocalControl<{ account: Record<string, string> }>(scene, "GET", `providers/${provider}`);
  const accountInput = { provider, name: "Ours", environment: "demo", is_default: true, ...account };
  const { data: signatureAccount } = await scene.crm.createSignatureAccount(accountInput);
  await scene.crm.checkSignatureAccount({ id: signatureAccount.id });
  const secret = provider === "dropbox_sign" ? account.api_key : "a-secret-connect-key";
  const { data } = await allowAnyInput(scene.crm).createInboundWebhook({ provider, secret });
  await callLocalControl(scene, "POST", `providers/${provider}`, { answer: "ok", hook: { url: data.url, secrets: [secret] } });
}

/** All envelopes of a provider. */
async function listEnvelopes(scene: Fixture, provider: Provider): Promise<Record<string, string>[]> {
  return (await callLocalControl<{ envelopes: Record<string, string>[] }>(scene, "GET", `providers/${provider}`)).envelopes;
}

const envelopeId = (envelope: Record<string, string>): string => envelope.envelopeId ?? envelope.signature_request_id ?? "";

interface ProviderSubject extends Subject {
  /** Ids of the envelopes that existed before. */
  known: readonly string[];
  isSigned: boolean;
}

/** Ids of the envelopes created since. */
const listNewEnvelopes = async (
  scene: Fixture,
  provider: Provider,
  { known: knownEnvelopes }: ProviderSubject,
): Promise<string[]> => (await listEnvelopes(scene, provider)).map(envelopeId).filter((id) => !knownEnvelopes.includes(id));

/** There is one envelope, whichever write fails. The provider's events complete it, and its files are downloaded. */
const providerScenario = (provider: Provider) =>
  defineScenario<ProviderSubject>({
    name: `requestQuoteSignature through ${provider}`,
    covers: { operations: ["requestQuoteSignature"], subscribers: ["signature-work"], due: ["signature_request"] },
    open: (scene) => connectProvider(scene, provider),
    async prepare(scene) {
      const knownEnvelopes = (await listEnvelopes(scene, provider)).map(envelopeId);
      return { ...(await createApprovedSubject(scene)), known: knownEnvelopes, isSigned: false };
    },
    ask: ({ crm }, subject, options) =>
      crm.requestQuoteSignature({ id: subject.id, provider, signers: buildSigners(subject) }, options),
    async proceed(scene, subject) {
      for (let times = 0; times < 3; times++) await scene.system.advance(SETTLED_SECONDS);
      const [envelope] = await listNewEnvelopes(scene, provider, subject);
      if (envelope !== undefined && !subject.isSigned) {
        subject.isSigned = true;
        await callLocalControl(scene, "POST", `providers/${provider}/envelopes/${envelope}`, { do: "sign", signer: "1" });
      }
      await scene.system.drain();
      for (let times = 0; times < 3; times++) await scene.system.advance(SETTLED_SECONDS);
    },
    countsWrite: (name) => name === "request" || name === "signature-work",
    async check(scene, subject) {
      const envelopes = await listNewEnvelopes(scene, provider, subject);
      expect(envelopes).toHaveLength(1);
      const requests = await listRequests(scene, subject.id);
      expect(requests).toHaveLength(1);
      const request = await readRequest(scene, requests[0]?.id ?? "");
      expect(request).toMatchObject({ status: "completed", envelope_id: envelopes[0], not_followed: null });
      expect([request.signed_hash, request.certificate_hash]).toEqual([expect.stringMatching(HASH), expect.stringMatching(HASH)]);
      expect(await readQuote(scene, subject.id)).toMatchObject({ status: "ACCEPTED", signed_by: "Grace Hopper" });
    },
  });

/** Clock scenarios come first, because the records that others leave would be due as well. */
export const scenarios = [
  reminderAndExpiry,
  signatureRequest,
  pageSigning,
  quoteDeletion,
  quoteHandover,
  contractWithdrawal,
  amendmentWithdrawal,
  providerScenario("dropbox_sign"),
  providerScenario("docusign"),
];
