import { createHash, randomUUID } from "node:crypto";
import { collected } from "@crm/core/kernel/bytes.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Refused } from "@crm/functions/derive/client.ts";
import { controls } from "@crm/local/controls.ts";
import { expect } from "vitest";
import { amendmentOf, at, unasked } from "../../amendment/support.ts";
import { approved as approvedContract } from "../../contracts/support.ts";
import { opportunityOf } from "../../quote/support.ts";
import { approvedQuote, Browser, formOf, linkOf } from "../../signature/support.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

const DAY = 24 * 60 * 60;
/** Seconds after which a request is in nobody's hands any more, and its provider's lists show what it was sent. */
const SETTLED = 200;
const HASH = /^[0-9a-f]{64}$/;

interface Subject {
  /** What is signed. */
  id: string;
  email: string;
}

const addressed = (): string => `g${randomUUID().slice(0, 8)}@strike.example`;
const signersOf = ({ email }: Subject) => [{ name: "Grace Hopper", email }];

/** A quote that is approved, and who is to sign it. */
const approved = async ({ crm }: Scene): Promise<Subject> => ({ id: await approvedQuote(crm), email: addressed() });

/** A quote that waits for its signature, of which the mail is out. */
async function asked(scene: Scene, quote?: string): Promise<Subject & { request: string }> {
  const subject = { id: quote ?? (await approvedQuote(scene.crm)), email: addressed() };
  const { data } = await scene.crm.requestQuoteSignature({ id: subject.id, signers: signersOf(subject) } as never);
  await scene.line.drain();
  return { ...subject, request: data.id };
}

const requestOf = async ({ crm }: Scene, id: string) => (await crm.getSignatureRequest({ id })).data;
const requestsOf = async ({ crm }: Scene, subject: string) => (await crm.listSignatureRequests({ subject } as never)).data;
const quoteOf = async ({ crm }: Scene, id: string) => (await crm.getQuote({ id })).data;
const mailsTo = ({ line }: Scene, email: string) => line.app.mail.sent(email);

/** That it is void is told to whoever was asked, once, behind their invitation. */
async function isVoidOnce(scene: Scene, { request, email }: { request: string; email: string }): Promise<void> {
  expect(await requestOf(scene, request)).toMatchObject({ status: "voided", ended_at: expect.any(String), reminder_at: null });
  expect(mailsTo(scene, email)).toHaveLength(2);
}

/** The certificate lies in the store as its hash says. */
async function hasKept({ line, tenant }: Scene, request: string, hash: string): Promise<void> {
  const object = await line.app.objects.open(`${tenant.id}/documents/${request}/${hash}.pdf`);
  const bytes = object ? await collected(object.read()) : expect.fail(`No ${hash}`);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(hash);
}

/** Whoever does not sign is reminded once before it is over, and then told that it is. */
const course = verb<Subject & { request: string; waits: number[] }>({
  name: "a reminder of a signature, and its expiry",
  covers: { subscribers: ["signature-clocks", "signature-mails"], due: ["signature_request"] },
  settings: { signature_reminder_days: 3, signature_expiry_days: 5 },
  async prepare(scene) {
    return { ...(await asked(scene)), waits: [3.1 * DAY, 2 * DAY] };
  },
  async proceed({ line }, { waits }) {
    for (const seconds of waits.splice(0)) {
      await line.pass(seconds);
      // What a strike has stopped is handed out again before the next is due.
      await line.pass(LEASE);
    }
  },
  by: (name) => name === "signature-clocks" || name === "signature-mails",
  async check(scene, { id, request, email }) {
    const { status, reminded_at, reminder_at, ended_at } = await requestOf(scene, request);
    expect([status, typeof reminded_at, reminder_at, typeof ended_at]).toEqual(["expired", "string", null, "string"]);
    const texts = mailsTo(scene, email).map(({ text }) => text.includes("/s/"));
    // Asked and reminded with a link, then told.
    expect(texts).toEqual([true, true, false]);
    expect((await quoteOf(scene, id)).status).toBe("SENT");
  },
});

/** One request and one mail, and the quote is out by it. */
const asking = verb<Subject>({
  name: "requestQuoteSignature",
  covers: { operations: ["requestQuoteSignature"], subscribers: ["signature-mails"] },
  prepare: approved,
  ask: ({ crm }, subject, options) =>
    crm.requestQuoteSignature({ id: subject.id, signers: signersOf(subject) } as never, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "signature-mails",
  async check(scene, { id, email }, answer) {
    expect(await requestsOf(scene, id)).toMatchObject([{ id: (answer as { id: string }).id, status: "sent" }]);
    expect(await quoteOf(scene, id)).toMatchObject({ status: "SENT", sent_at: expect.any(String) });
    expect(mailsTo(scene, email)).toHaveLength(1);
  },
});

/** Signed on the page it is accepted, filed and told with copies, each once, whichever write is struck. */
const signing = verb<Subject & { request: string; opportunity: string; link: string; cookie: string; form: string }>({
  name: "sendSigningPage",
  covers: { operations: ["sendSigningPage"], subscribers: ["signature-filing", "signature-mails"] },
  answersAnew: true,
  async prepare(scene) {
    const { app } = scene.line;
    const opportunity = (await opportunityOf(scene.crm)).id;
    const quote = await approvedQuote(scene.crm, { opportunity_id: opportunity });
    const subject = await asked(scene, quote);
    const browser = new Browser(app);
    const link = await linkOf(app, subject.email);
    const page = await browser.enter(link, subject.email);
    const form = new URLSearchParams(formOf(page, "Grace B. Hopper")).toString();
    return { ...subject, opportunity, link, cookie: browser.cookie, form };
  },
  async ask({ line }, { link, cookie, form }) {
    const headers = { "content-type": "application/x-www-form-urlencoded", cookie };
    const sent = { method: "POST" as const, path: new URL(link).pathname, query: "", headers, body: form };
    const answer = await line.transport()(sent);
    if (answer.status >= 400) throw new Refused(answer);
    return { data: answer.body };
  },
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "signature-filing" || name === "signature-mails",
  async check(scene, { id, request, opportunity, email }) {
    const signed = await requestOf(scene, request);
    expect(signed).toMatchObject({ status: "completed", not_followed: null, filed_at: expect.any(String) });
    expect(signed.signers).toMatchObject([{ state: "signed", signed_name: "Grace B. Hopper" }]);
    expect([signed.signed_hash, signed.certificate_hash]).toEqual([signed.document_hash, expect.stringMatching(HASH)]);
    const quote = await quoteOf(scene, id);
    expect(quote).toMatchObject({ status: "ACCEPTED", signed_by: "Grace B. Hopper" });
    const { data: deals } = await scene.crm.listDeals({ opportunity } as never);
    expect(deals.map((deal) => deal.id)).toEqual([quote.deal_id]);
    // Invited, given a code, and sent copies with the very hashes that are kept.
    const mails = mailsTo(scene, email);
    expect(mails).toHaveLength(3);
    expect(mails.at(-1)?.text).toContain(`SHA-256 (certificate): ${signed.certificate_hash}`);
    await hasKept(scene, request, String(signed.certificate_hash));
  },
});

type Ended = Subject & { request: string; isEnded: boolean };

/** What is to be signed is taken from whoever was asked, behind the run of the request that did it. */
const ending = (
  name: string,
  subscriber: string,
  prepare: (scene: Scene) => Promise<Subject & { request: string }>,
  end: (scene: Scene, id: string) => Promise<unknown>,
) =>
  verb<Ended>({
    name,
    covers: { subscribers: [subscriber, "signature-mails"] },
    prepare: async (scene) => ({ ...(await prepare(scene)), isEnded: false }),
    async proceed(scene, subject) {
      if (!subject.isEnded) await end(scene, subject.id);
      subject.isEnded = true;
      await scene.line.pass(LEASE);
    },
    by: (by) => by === subscriber || by === "signature-mails",
    check: isVoidOnce,
  });

const deleted = ending(
  "a quote that is deleted while it is signed",
  "quote-signatures",
  (scene) => asked(scene),
  ({ crm }, id) => crm.deleteQuote({ id }),
);

const givenAway = ending(
  "a quote that is given away while it is signed",
  "quote-signatures",
  (scene) => asked(scene),
  ({ crm, tenant }, id) => crm.updateQuote({ id, owner_id: tenant.userId } as never),
);

const withdrawn = ending(
  "a contract that is withdrawn while it is signed",
  "contract-signatures",
  async (scene) => {
    const { id } = await approvedContract(scene.crm);
    const email = addressed();
    const signers = [{ name: "Grace Hopper", email }];
    const { data } = await scene.crm.signContract({ id, party: "customer", signers } as never);
    await scene.line.drain();
    return { id, email, request: String(data.signature_request_id) };
  },
  ({ crm }, id) => crm.withdrawContract({ id }),
);

/** An amendment that is to be signed, of which the mail is out. */
async function askedForAmendment({ crm, line }: Scene): Promise<Subject & { amendmentId: string; request: string }> {
  const { id } = await approvedContract(crm, { requires_signature: false });
  await crm.activateContract({ id });
  const effective_date = Clock.after(DAY).slice(0, 10);
  const amendment = await amendmentOf(crm, id, { value_delta: "100", effective_date, requires_customer_approval: false });
  const one = at(amendment);
  await crm.submitContractAmendment(one);
  const email = addressed();
  const signers = [{ name: "Grace Hopper", email }];
  const { data } = await crm.signContractAmendment({ ...one, party: "customer", signers } as never);
  await line.drain();
  return { ...one, email, request: String(data.signature_request_id) };
}

const amendmentWithdrawn = verb<Subject & { amendmentId: string; request: string }>({
  name: "an amendment that is withdrawn while it is signed",
  covers: { subscribers: ["contract-amendment-signatures", "signature-mails"] },
  async open({ crm, tenant }) {
    await unasked({ ...tenant, admin: crm });
  },
  prepare: askedForAmendment,
  ask: ({ crm }, { id, amendmentId }, options) => crm.withdrawContractAmendment({ id, amendmentId }, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (by) => by === "request" || by === "contract-amendment-signatures" || by === "signature-mails",
  check: isVoidOnce,
});

/** A control of this machine, as its tester has it in hand. */
async function local<T>({ line }: Scene, method: string, path: string, body: object = {}): Promise<T> {
  const url = new URL(`http://localhost/_local/${path}`);
  const { status, data } = await controls(line.app, method, url, Buffer.from(JSON.stringify(body)));
  expect(status, JSON.stringify(data)).toBe(200);
  return data as T;
}

type Provider = "docusign" | "dropbox_sign";

/** The tenant's account with the double of a provider, which tells it what happens. */
async function connected(scene: Scene, provider: Provider): Promise<void> {
  const { account } = await local<{ account: Record<string, string> }>(scene, "GET", `providers/${provider}`);
  const made = { provider, name: "Ours", environment: "demo", is_default: true, ...account };
  const { data: own } = await scene.crm.createSignatureAccount(made as never);
  await scene.crm.checkSignatureAccount({ id: own.id });
  const secret = provider === "dropbox_sign" ? account.api_key : "a-key-of-connect-that-nobody-guesses";
  const { data } = await scene.crm.createInboundWebhook({ provider, secret } as never);
  await local(scene, "POST", `providers/${provider}`, { answer: "ok", hook: { url: data.url, secrets: [secret] } });
}

/** Ids of all envelopes that a provider has. */
async function envelopesAt(scene: Scene, provider: Provider): Promise<Record<string, string>[]> {
  return (await local<{ envelopes: Record<string, string>[] }>(scene, "GET", `providers/${provider}`)).envelopes;
}

const idIn = (envelope: Record<string, string>): string => envelope.envelopeId ?? envelope.signature_request_id ?? "";

interface Sent extends Subject {
  /** Envelopes that were there before. */
  known: readonly string[];
  isSigned: boolean;
}

/** What came to a provider since. */
const since = async (scene: Scene, provider: Provider, { known }: Sent): Promise<string[]> =>
  (await envelopesAt(scene, provider)).map(idIn).filter((id) => !known.includes(id));

/** One envelope, whichever write is struck; what its provider tells completes it, and its files are fetched. */
const through = (provider: Provider) =>
  verb<Sent>({
    name: `requestQuoteSignature through ${provider}`,
    covers: { operations: ["requestQuoteSignature"], subscribers: ["signature-work"], due: ["signature_request"] },
    open: (scene) => connected(scene, provider),
    async prepare(scene) {
      const known = (await envelopesAt(scene, provider)).map(idIn);
      return { ...(await approved(scene)), known, isSigned: false };
    },
    ask: ({ crm }, subject, options) =>
      crm.requestQuoteSignature({ id: subject.id, provider, signers: signersOf(subject) } as never, options),
    async proceed(scene, subject) {
      for (let times = 0; times < 3; times++) await scene.line.pass(SETTLED);
      const [envelope] = await since(scene, provider, subject);
      if (envelope !== undefined && !subject.isSigned) {
        subject.isSigned = true;
        await local(scene, "POST", `providers/${provider}/envelopes/${envelope}`, { do: "sign", signer: "1" });
      }
      await scene.line.drain();
      for (let times = 0; times < 3; times++) await scene.line.pass(SETTLED);
    },
    by: (name) => name === "request" || name === "signature-work",
    async check(scene, subject) {
      const envelopes = await since(scene, provider, subject);
      expect(envelopes).toHaveLength(1);
      const requests = await requestsOf(scene, subject.id);
      expect(requests).toHaveLength(1);
      const request = await requestOf(scene, requests[0]?.id ?? "");
      expect(request).toMatchObject({ status: "completed", envelope_id: envelopes[0], not_followed: null });
      expect([request.signed_hash, request.certificate_hash]).toEqual([expect.stringMatching(HASH), expect.stringMatching(HASH)]);
      expect(await quoteOf(scene, subject.id)).toMatchObject({ status: "ACCEPTED", signed_by: "Grace Hopper" });
    },
  });

/** Clocks are first: what the others leave behind is due in their days too. */
export const signatures = [
  course,
  asking,
  signing,
  deleted,
  givenAway,
  withdrawn,
  amendmentWithdrawn,
  through("dropbox_sign"),
  through("docusign"),
];
