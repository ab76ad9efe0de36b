import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { OutgoingEvent } from "@crm/local/providers/double.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApprovedQuote } from "../../agreements/signature/support.ts";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";
import {
  buildStandardSecret,
  callWebhook,
  createInboundWebhook,
  listDeliveries,
  type SignedRequest,
  signDocusign,
  signDropboxSign,
  signStandard,
} from "./provider-requests.ts";

/**
 * What can happen to a webhook in transit, for each provider. Signature providers send events about real requests through their doubles.
 * Standard Webhooks are about no record of ours and are stored once.
 */

const REPEAT_COUNT = resolveTestSize("CRM_TIMES", 20, 100);
const MINUTE_MS = 60_000;
/** One day in seconds. */
const DAY_SECONDS = 24 * 60 * 60;

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  [tenant, otherTenant] = await Promise.all([withApiKey(await signUp(app)), withApiKey(await signUp(app))]);
});
afterAll(() => app.stop());

/** The tenant with an API key client, which stays valid when the clock moves. */
async function withApiKey(targetTenant: Tenant): Promise<Tenant> {
  const { data } = await targetTenant.admin.createApiKey({ name: "Hooks", role: "ADMIN" });
  return { ...targetTenant, admin: createClient(inProcessTransport(app, data.key)) };
}

async function callLocal<T>(path: string, body?: object): Promise<T> {
  const url = new URL(`http://localhost/_local/${path}`);
  const bytes = Buffer.from(JSON.stringify(body ?? {}));
  const { status, data } = (await runControl(app, body ? "POST" : "GET", url, bytes)) as { status: number; data: T };
  expect(status, JSON.stringify(data)).toBe(200);
  return data;
}

async function advanceClock(ms: number): Promise<void> {
  app.setClock({ advance: ms });
  await app.settle();
}

interface ProviderEvents {
  /** The provider's events in order: sent, then completed. */
  events: SignedRequest[];
  /** A correctly signed event about the same request that arrives after its end. */
  declined: SignedRequest;
  /** The status of the record; undefined if there is none. */
  state(): Promise<string | undefined>;
}

interface ProviderFixture {
  secret: string;
  foreign: string;
  /** The same body, signed with another key. */
  signedBy(sent: SignedRequest, secret: string): SignedRequest;
  /** Starts a request that the provider sends events about. If `known` is false, the provider's answer to it was lost. */
  begin(isKnown?: boolean): Promise<ProviderEvents>;
  /** The ranges of the body that the signature covers. */
  covered(body: string): [number, number][];
}

const parseJsonPart = (body: string) =>
  JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)) as Record<string, unknown>;

const signers = [{ name: "Grace Hopper", email: "grace@navy.example" }];

/** Sends a request to its provider and completes it there, without delivering any event. */
async function requestSignature(
  provider: "docusign" | "dropbox_sign",
  isKnown: boolean,
): Promise<{ id: string; envelope: string; events: SignedRequest[] }> {
  const { providerState } = app.providers.doubles.get(provider) ?? {};
  if (!providerState) throw new Error(`No double of ${provider}`);
  const before = new Set(providerState.list<OutgoingEvent>("waiting").map(({ envelope_id }) => envelope_id));
  const quote = await createApprovedQuote(tenant.admin);
  if (!isKnown) await callLocal(`providers/${provider}`, { answer: "lost", times: 1 });
  const { data } = await tenant.admin.requestQuoteSignature({ id: quote, provider, signers });
  await app.settle();
  const envelope =
    providerState.list<OutgoingEvent>("waiting").find(({ envelope_id }) => !before.has(envelope_id))?.envelope_id ?? "";
  await callLocal(`providers/${provider}/envelopes/${envelope}`, { do: "sign", signer: "1", emit: false });
  const outgoingEvents = providerState.list<OutgoingEvent>("waiting").filter(({ envelope_id }) => envelope_id === envelope);
  const events = outgoingEvents.map(({ headers, body }) => ({
    body: Buffer.from(body).toString("latin1"),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  }));
  return { id: data.id, envelope, events };
}

const stateReader = (id: string) => async () => (await tenant.admin.getSignatureRequest({ id })).data.status;

const providerFixtures = {
  docusign: {
    secret: "a-secret-connect-key",
    foreign: "the-key-of-the-other-tenant",
    signedBy: ({ body }, secret) => signDocusign(secret, body),
    covered: (body) => [[0, body.length]],
    async begin(isKnown = true) {
      const { id, envelope, events } = await requestSignature("docusign", isKnown);
      const declined = {
        ...{ event: "envelope-declined", generatedDateTime: Clock.addSeconds(DAY_SECONDS) },
        data: { envelopeId: envelope, envelopeSummary: { status: "declined", envelopeId: envelope } },
      };
      return { events, declined: signDocusign(this.secret, JSON.stringify(declined)), state: stateReader(id) };
    },
  },
  dropbox_sign: {
    // The secret is known once the account exists.
    secret: "",
    foreign: "the-api-key-of-the-other-tenant",
    signedBy({ body }, secret) {
      const { event, ...more } = parseJsonPart(body) as { event: Record<string, string> };
      return signDropboxSign(secret, { type: String(event.event_type), time: String(event.event_time), ...more });
    },
    covered: (body) =>
      ["event_type", "event_time", "event_hash"].map((field) => {
        const [start, end] = new RegExp(`"${field}":"([^"]*)"`, "d").exec(body)?.indices?.[1] ?? [0, 0];
        return [start, end];
      }),
    async begin(isKnown = true) {
      const { id, envelope, events } = await requestSignature("dropbox_sign", isKnown);
      const signature_request = { signature_request_id: envelope, is_declined: true, is_complete: false };
      return {
        events,
        declined: signDropboxSign(this.secret, { type: "signature_request_declined", signature_request }),
        state: stateReader(id),
      };
    },
  },
  standard: {
    secret: buildStandardSecret("ours"),
    foreign: buildStandardSecret("theirs"),
    signedBy: ({ body, headers }, secret) => signStandard(secret, body, { id: String(headers["webhook-id"]) }),
    covered: (body) => [[0, body.length]],
    async begin() {
      const signEvent = (type: string) => signStandard(this.secret, JSON.stringify({ type, data: { id: `order-${type}` } }));
      return {
        events: [signEvent("order.sent"), signEvent("order.completed")],
        declined: signEvent("order.declined"),
        state: async () => undefined,
      };
    },
  },
} satisfies Record<string, ProviderFixture>;

describe.each(["docusign", "dropbox_sign", "standard"] as const)("what %s tells", (provider) => {
  const teller: ProviderFixture = providerFixtures[provider];
  const isOfRecords = provider !== "standard";
  const completed = isOfRecords ? "completed" : undefined;
  const sent = isOfRecords ? "sent" : undefined;
  let door: string;
  let foreign: string;

  beforeAll(async () => {
    if (provider !== "standard") {
      const { account } = await callLocal<{ account: Record<string, string> }>(`providers/${provider}`);
      const accountInput = { provider, name: "Ours", environment: "demo", is_default: true, ...account };
      const { data } = await tenant.admin.createSignatureAccount(accountInput);
      await tenant.admin.checkSignatureAccount({ id: data.id });
      if (provider === "dropbox_sign") teller.secret = String(account.api_key);
    }
    const createdWebhook = await createInboundWebhook(tenant, { provider, secret: teller.secret });
    door = createdWebhook.id;
    ({ id: foreign } = await createInboundWebhook(otherTenant, { provider, secret: teller.foreign }));
    if (isOfRecords) await callLocal(`providers/${provider}`, { hook: { url: createdWebhook.url, secrets: [teller.secret] } });
  });

  const tell = async (event: SignedRequest, to = door): Promise<number> => (await callWebhook(app, to, event)).status;
  const refusedBy = async (targetTenant: Tenant, id: string) =>
    (await targetTenant.admin.getInboundWebhook({ id })).data.refused_count;
  const countDeliveries = async (targetTenant: Tenant, id: string) =>
    (await targetTenant.admin.listInboundDeliveries({ id, limit: 1 })).meta.total;
  /** Rejected requests only increase a counter. */
  async function isRefused(story: ProviderEvents, calls: readonly SignedRequest[]): Promise<void> {
    const [refusedCount, deliveryCount] = [await refusedBy(tenant, door), await countDeliveries(tenant, door)];
    for (const call of calls) expect([call.body, await tell(call)]).toEqual([call.body, 401]);
    await app.settle();
    expect([await refusedBy(tenant, door), await countDeliveries(tenant, door)]).toEqual([
      refusedCount + calls.length,
      deliveryCount,
    ]);
    expect(await story.state()).toBe(sent);
  }
  const findLastEvent = ({ events }: ProviderEvents): SignedRequest => {
    const last = events.at(-1);
    if (!last) throw new Error("Nothing is told");
    return last;
  };

  it("is rejected with one bit changed", async () => {
    const story = await teller.begin();
    const last = findLastEvent(story);
    const places = teller.covered(last.body).flatMap(([from, to]) => {
      const step = Math.max(1, Math.floor((to - from) / 12));
      return Array.from({ length: Math.floor((to - from) / step) }, (_, index) => from + index * step);
    });
    expect(places.length).toBeGreaterThan(11);
    const changedRequests = places.map((place, n) => ({
      ...last,
      body:
        last.body.slice(0, place) +
        String.fromCharCode(last.body.charCodeAt(place) ^ (1 << (n % 7))) +
        last.body.slice(place + 1),
    }));
    await isRefused(story, changedRequests);
  });

  it("is rejected with another tenant's secret at either webhook", async () => {
    const story = await teller.begin();
    const last = findLastEvent(story);
    await isRefused(story, [teller.signedBy(last, teller.foreign)]);
    expect(await tell(last, foreign)).toBe(401);
    expect(await listDeliveries(otherTenant, foreign)).toEqual([]);
  });

  it("is rejected if it is stale, or recognized as a repeat if no signed part has a time", async () => {
    const story = await teller.begin();
    if (provider === "standard") {
      const last = findLastEvent(story);
      const signAtOffset = (ms: number) => signStandard(teller.secret, last.body, { time: Math.floor((Clock.ms() + ms) / 1000) });
      await isRefused(story, [signAtOffset(-5 * MINUTE_MS - 2000), signAtOffset(5 * MINUTE_MS + 2000)]);
      return;
    }
    for (const event of story.events) expect(await tell(event)).toBe(200);
    await app.settle();
    const deliveryCount = await countDeliveries(tenant, door);
    await advanceClock(10 * MINUTE_MS);
    for (const event of story.events) expect(await tell(event)).toBe(200);
    await app.settle();
    expect([await countDeliveries(tenant, door), await story.state()]).toEqual([deliveryCount, completed]);
  });

  it(`has one effect if it is replayed, or arrives ${REPEAT_COUNT} times at once`, async () => {
    const story = await teller.begin();
    const deliveryCount = await countDeliveries(tenant, door);
    for (const event of story.events) {
      const statuses = await Promise.all(Array.from({ length: REPEAT_COUNT }, () => tell(event)));
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
    }
    await app.settle();
    for (const event of story.events) expect(await tell(event)).toBe(200);
    await app.settle();
    expect(await countDeliveries(tenant, door)).toBe(deliveryCount + story.events.length);
    expect(await story.state()).toBe(completed);
    const last = (await listDeliveries(tenant, door)).slice(0, story.events.length);
    expect(last.map(({ status }) => status)).toEqual(story.events.map(() => "done"));
  });

  it("waits for its record if it arrives early, and is processed once the record exists", async () => {
    const story = await teller.begin(!isOfRecords);
    for (const event of story.events) expect(await tell(event)).toBe(200);
    await app.settle();
    const listOwnStatuses = async () =>
      (await listDeliveries(tenant, door)).slice(0, story.events.length).map(({ status }) => status);
    expect(await listOwnStatuses()).toEqual(story.events.map(() => (isOfRecords ? "held" : "done")));
    expect(await story.state()).toBe(isOfRecords ? "preparing" : undefined);
    for (let turn = 0; turn < 4; turn++) await advanceClock(5 * MINUTE_MS);
    expect(await listOwnStatuses()).toEqual(story.events.map(() => "done"));
    expect(await story.state()).toBe(completed);
  });

  it("gives the same state with Completed before Sent, and ignores Declined after Completed", async () => {
    const story = await teller.begin();
    for (const event of story.events.toReversed()) {
      expect(await tell(event)).toBe(200);
      await app.settle();
      expect(await story.state()).toBe(completed);
    }
    expect(await tell(story.declined)).toBe(200);
    await app.settle();
    expect(await story.state()).toBe(completed);
    const [declined] = await listDeliveries(tenant, door);
    expect(declined).toMatchObject({
      status: "done",
      outcome: isOfRecords ? "The request was already completed" : "Stored: order.declined",
    });
  });

  it("that names another tenant's envelope changes nothing there, even with a valid signature", async () => {
    const story = await teller.begin();
    const deliveryCount = await countDeliveries(tenant, door);
    for (const event of [...story.events, story.declined])
      expect(await tell(teller.signedBy(event, teller.foreign), foreign)).toBe(200);
    await app.settle();
    expect([await story.state(), await countDeliveries(tenant, door)]).toEqual([sent, deliveryCount]);
    const foreignDeliveries = (await listDeliveries(otherTenant, foreign)).slice(0, story.events.length + 1);
    expect(foreignDeliveries.map(({ status, record_id }) => [status, record_id])).toEqual(
      foreignDeliveries.map(() => [isOfRecords ? "held" : "done", null]),
    );
  });
});
