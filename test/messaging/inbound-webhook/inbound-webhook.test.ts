import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { InboundWebhooks } from "@crm/core/messaging/inbound-webhook/inbound-webhooks.ts";
import { put, readItem } from "@crm/core/storage/table/database.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  deliverToSubscriber,
  inProcessTransport,
  recordPublishedEvents,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import {
  buildStandardSecret,
  callWebhook,
  createInboundWebhook,
  createTelnyxKeys,
  type HookResponse,
  listDeliveries,
  signDocusign,
  signDropboxSign,
  signPlivo,
  signStandard,
  signTelnyx,
  signTwilio,
} from "./provider-requests.ts";
import { counterKey, domainsWithHandler, faults, useTable } from "./test-handler.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ domains: domainsWithHandler, log: { write: () => undefined } });
  useTable(app.ports.database.table);
  tenant = await signUp(app);
  otherTenant = await signUp(app);
});
afterAll(() => app.stop());

const SECRET = buildStandardSecret("one");
const NEW_SECRET = buildStandardSecret("two");
const runInTenant = <T>(work: () => Promise<T>, { id } = tenant): Promise<T> => runIn(systemContext(app.ports, id, "test"), work);
const readStatus = ({ status }: HookResponse): number => status;
const readCount = (envelope: string): Promise<number> =>
  runInTenant(async () => Number((await readItem(counterKey(envelope)))?.times ?? -1));
/** Creates the record of an envelope and resumes the deliveries that wait for it. */
const createEnvelope = async (envelope: string): Promise<void> => {
  await runInTenant(() => put({ ...counterKey(envelope), times: 0 }));
  await runInTenant(() => InboundWebhooks.resumeWaiting(`docusign:${envelope}`));
};
const buildEvent = (envelopeId: string, event = "envelope-sent") => JSON.stringify({ event, data: { envelopeId } });
/** Advances the clock and signs in again, because sessions end meanwhile. */
async function advanceClock(ms: number): Promise<Tenant> {
  app.setClock({ advance: ms });
  await app.settle();
  const { access_token } = await signIn(app, tenant);
  return { ...tenant, admin: createClient(inProcessTransport(app, access_token)) };
}
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("a webhook in", () => {
  it("is created by an administrator, has an unguessable address, and never returns its secret", async () => {
    const createdWebhook = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET, name: "Orders" });
    expect(createdWebhook).toMatchObject({ provider: "standard", name: "Orders", secret_count: 1, public_url: null, version: 1 });
    expect(createdWebhook.url).toBe(`${app.ports.origin}/hooks/${createdWebhook.id}`);
    // The timestamp is followed by 26 characters of 5 bits each.
    expect(createdWebhook.id).toMatch(/^iwh_[0-9a-z]{10}[0-9a-z]{8}x[0-9a-z]{18}$/);
    const { data } = await tenant.admin.getInboundWebhook({ id: createdWebhook.id });
    expect(data).toMatchObject({ ...createdWebhook, refused_count: 0 });
    const { data: rows } = await tenant.admin.listInboundWebhooks({ provider: "standard" });
    expect(rows.map(({ id, url }) => [id, url])).toContainEqual([createdWebhook.id, createdWebhook.url]);
    for (const output of [createdWebhook, data, rows]) {
      expect(JSON.stringify(output)).not.toContain(SECRET.slice(6));
      expect(JSON.stringify(output)).not.toContain("sealed");
    }
  });

  it("rejects invalid input and names the field", async () => {
    const catchRejection = async (input: object): Promise<unknown> =>
      allowAnyInput(tenant.admin)
        .createInboundWebhook(input)
        .then(
          () => "made",
          ({ status, code, details }) => [status, code, details.map((detail: { field: string }) => detail.field)],
        );
    const cases: [object, unknown][] = [
      [{ provider: "ses", secret: "a" }, [400, "VALIDATION_ERROR", ["secret"]]],
      [{ provider: "paypal", secret: "a" }, [400, "VALIDATION_ERROR", ["provider"]]],
      [{ provider: "stripe", secret: "a" }, [400, "VALIDATION_ERROR", ["secret"]]],
      [{ provider: "twilio" }, [400, "VALIDATION_ERROR", ["secret"]]],
      [{ provider: "twilio", secret: "" }, [400, "VALIDATION_ERROR", ["secret"]]],
      [{ provider: "twilio", secret: ["a", "b", "c"] }, [400, "VALIDATION_ERROR", ["secret"]]],
      [{ provider: "telnyx", secret: "a" }, [400, "VALIDATION_ERROR", ["secret"]]],
      [{ provider: "standard", secret: [SECRET, "***"] }, [400, "VALIDATION_ERROR", ["secret[1]"]]],
      [{ provider: "twilio", secret: "a", public_url: "crm.example/hooks" }, [400, "VALIDATION_ERROR", ["public_url"]]],
    ];
    for (const [input, answer] of cases) expect([input, await catchRejection(input)]).toEqual([input, answer]);
    const rep = await addUser(app, tenant, "DIRECTOR");
    await expect(rep.client.createInboundWebhook({ provider: "twilio", secret: "a" })).rejects.toMatchObject({ status: 403 });
    await expect(rep.client.listInboundWebhooks({})).rejects.toMatchObject({ status: 403 });
  });

  it("accepts deliveries signed by each provider, with the response that it expects", async () => {
    const { secret, key } = createTelnyxKeys();
    const envelope = '{"data":{"id":"t1","event_type":"message.received"}}';
    const createWebhook = async (provider: "twilio", webhookSecret: string) =>
      createInboundWebhook(tenant, { provider, secret: webhookSecret });
    const calls = {
      standard: { given: SECRET, sign: () => signStandard(SECRET, '{"type":"order.paid"}'), body: /"success":true/ },
      docusign: { given: "key", sign: () => signDocusign("key", buildEvent("of-all")), body: /"success":true/ },
      dropbox_sign: {
        given: "key",
        sign: () => signDropboxSign("key", { type: "account_confirmed" }),
        body: /^Hello API Event Received$/,
      },
      telnyx: { given: secret, sign: () => signTelnyx(key, envelope), body: /"success":true/ },
      twilio: { given: "token", sign: (url: string) => signTwilio("token", url, { MessageSid: "SM1" }), body: /<Response\/>$/ },
      plivo: { given: "token", sign: (url: string) => signPlivo("token", url, { MessageUUID: "u1" }), body: /"success":true/ },
    };
    for (const [provider, { given: webhookSecret, sign, body }] of Object.entries(calls)) {
      const { id, url } = await createWebhook(provider as "twilio", webhookSecret);
      const sent = sign(url);
      const response = await callWebhook(app, id, sent);
      expect([provider, response]).toEqual([
        provider,
        expect.objectContaining({ status: 200, body: expect.stringMatching(body) }),
      ]);
      expect(await listDeliveries(tenant, id)).toMatchObject([{ provider, status: "received", webhook_id: id }]);
      // A repeat of the same request, and a request signed with another tenant's secret.
      expect(readStatus(await callWebhook(app, id, sent))).toBe(200);
      expect(await listDeliveries(tenant, id)).toHaveLength(1);
      const foreign = await createInboundWebhook(otherTenant, {
        provider: provider as "twilio",
        secret: provider === "telnyx" ? createTelnyxKeys().secret : provider === "standard" ? NEW_SECRET : "theirs",
      });
      expect(readStatus(await callWebhook(app, foreign.id, sign(foreign.url)))).toBe(401);
      expect(await listDeliveries(otherTenant, foreign.id)).toEqual([]);
    }
    await app.settle();
    const findDelivery = async (provider: "standard" | "telnyx" | "twilio") => {
      const [webhook] = (await tenant.admin.listInboundWebhooks({ provider, limit: 1 })).data;
      return (await listDeliveries(tenant, String(webhook?.id)))[0];
    };
    expect(await findDelivery("standard")).toMatchObject({
      status: "done",
      event_type: "order.paid",
      outcome: "Stored: order.paid",
    });
    expect(await findDelivery("twilio")).toMatchObject({
      status: "quarantined",
      subject: "SM1",
      reason: "No handler for events from twilio",
    });
    expect(await findDelivery("telnyx")).toMatchObject({ external_id: "t1", event_type: "message.received" });
  });

  it("rejects unsigned deliveries, and stores only their number", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET });
    const good = signStandard(SECRET, '{"a":1}');
    const stale = signStandard(SECRET, '{"a":1}', { time: 1_600_000_000 });
    const { "webhook-signature": _none, ...bare } = good.headers;
    const invalidRequests = [
      { ...good, body: '{"a":2}' },
      signStandard(NEW_SECRET, '{"a":1}'),
      stale,
      { ...good, headers: bare },
      { body: "", headers: {} },
    ];
    for (const sent of invalidRequests) {
      const { status, body } = await callWebhook(app, id, sent);
      expect([status, JSON.parse(body).error.code]).toEqual([401, "UNAUTHENTICATED"]);
    }
    expect(await listDeliveries(tenant, id)).toEqual([]);
    expect((await tenant.admin.getInboundWebhook({ id })).data.refused_count).toBe(invalidRequests.length);
  });

  it("returns the same 404 if it is unknown, deleted or called in a wrong way", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET });
    const sent = () => signStandard(SECRET, "{}");
    expect(readStatus(await callWebhook(app, id, sent()))).toBe(200);
    await tenant.admin.deleteInboundWebhook({ id });
    const answers = [
      await callWebhook(app, id, sent()),
      await callWebhook(app, `${id.slice(0, -2)}zz`, sent()),
      await callWebhook(app, "nothing", sent()),
    ];
    const outcomes = answers.map(({ status, body }) => [status, { ...JSON.parse(body).error, request_id: "" }]);
    expect(outcomes[0]).toEqual([404, expect.objectContaining({ code: "NOT_FOUND" })]);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(readStatus(await callWebhook(app, id, sent(), "GET"))).toBe(405);
    await tenant.admin.restoreInboundWebhook({ id });
    expect(readStatus(await callWebhook(app, id, sent()))).toBe(200);
    await expect(otherTenant.admin.getInboundWebhook({ id })).rejects.toMatchObject({ status: 404 });
    await expect(otherTenant.admin.listInboundDeliveries({ id })).rejects.toMatchObject({ status: 404 });
  });

  it("accepts a megabyte, and stores it unchanged", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET });
    const large = JSON.stringify({ type: "large", data: { text: "words ".repeat(170_000) } });
    expect(readStatus(await callWebhook(app, id, signStandard(SECRET, large)))).toBe(200);
    expect(readStatus(await callWebhook(app, id, signStandard(SECRET, `${large}${" ".repeat(1024 * 1024)}`)))).toBe(413);
    await app.settle();
    const [delivery] = await listDeliveries(tenant, id);
    const { data } = await tenant.admin.getInboundDelivery({ id, delivery_id: String(delivery?.id) });
    expect(data).toMatchObject({ status: "done", event_type: "large", size: large.length });
  });

  it("rotates its secret without a gap", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET });
    const sendSigned = async (...secrets: string[]): Promise<number> =>
      readStatus(await callWebhook(app, id, signStandard(secrets, "{}")));
    expect([await sendSigned(SECRET), await sendSigned(NEW_SECRET)]).toEqual([200, 401]);
    const { data } = await tenant.admin.updateInboundWebhook({ id, secret: [NEW_SECRET, SECRET] });
    expect(data).toMatchObject({ secret_count: 2, version: 2 });
    expect([await sendSigned(SECRET), await sendSigned(NEW_SECRET), await sendSigned(SECRET, NEW_SECRET)]).toEqual([
      200, 200, 200,
    ]);
    await tenant.admin.updateInboundWebhook({ id, secret: NEW_SECRET });
    expect([await sendSigned(SECRET), await sendSigned(NEW_SECRET)]).toEqual([401, 200]);
    await tenant.admin.updateInboundWebhook({ id, name: "Renamed" });
    expect(await sendSigned(NEW_SECRET)).toBe(200);
  });

  it("accepts a configured public address", async () => {
    const public_url = "https://hooks.acme.example/twilio?tenant=1";
    const { id, url } = await createInboundWebhook(tenant, { provider: "twilio", secret: "token", public_url });
    const params = { MessageSid: "SM2", MessageStatus: "sent" };
    expect(readStatus(await callWebhook(app, id, signTwilio("token", public_url, params)))).toBe(200);
    expect(readStatus(await callWebhook(app, id, signTwilio("token", url, params)))).toBe(401);
  });
});

describe("a delivery", () => {
  it("that arrives 100 times at once is stored once", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await createEnvelope("many");
    const sent = signDocusign("key", buildEvent("many"));
    const responses = await Promise.all(Array.from({ length: 100 }, () => callWebhook(app, id, sent)));
    expect(new Set(responses.map(readStatus))).toEqual(new Set([200]));
    await app.settle();
    expect(await listDeliveries(tenant, id)).toMatchObject([{ status: "done", outcome: "Counted envelope-sent" }]);
    expect(await readCount("many")).toBe(1);
    expect(readStatus(await callWebhook(app, id, sent))).toBe(200);
    await app.settle();
    expect([await readCount("many"), (await listDeliveries(tenant, id)).length]).toEqual([1, 1]);
  });

  it("has one effect, despite repeated events", async () => {
    const events = recordPublishedEvents(app);
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await createEnvelope("again");
    await callWebhook(app, id, signDocusign("key", buildEvent("again")));
    await app.settle();
    const event = events.find(({ type }) => type === "inbound_delivery.created");
    if (!event) throw new Error("No event");
    const inside = await import("@crm/core/messaging/inbound-webhook/worker.ts");
    await Promise.all([1, 2, 3].map(() => runInTenant(() => inside.DeliveryWorker.onDeliveryEvent(event))));
    await deliverToSubscriber(app, "inbound-deliveries", event);
    expect(await readCount("again")).toBe(1);
  });

  it("waits for its record in any order with others, and continues once that exists", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    for (const event of ["envelope-completed", "envelope-sent"])
      await callWebhook(app, id, signDocusign("key", buildEvent("early", event)));
    await app.settle();
    const heldDeliveries = await listDeliveries(tenant, id, "held");
    expect(heldDeliveries).toHaveLength(2);
    expect(heldDeliveries[0]).toMatchObject({
      held_for: "docusign:early",
      subject: "early",
      tries: 2,
      reason: "The record that the delivery refers to does not exist yet",
    });
    await runInTenant(() => InboundWebhooks.resumeWaiting("docusign:someone-else"));
    await runInTenant(() => InboundWebhooks.resumeWaiting("docusign:early"), otherTenant);
    await app.settle();
    expect(await listDeliveries(tenant, id, "held")).toHaveLength(2);
    await createEnvelope("early");
    await app.settle();
    expect((await listDeliveries(tenant, id)).map(({ status, outcome }) => [status, outcome])).toEqual([
      ["done", "Counted envelope-sent"],
      ["done", "Counted envelope-completed"],
    ]);
    expect(await readCount("early")).toBe(2);
    // A second call finds no waiting delivery.
    await runInTenant(() => InboundWebhooks.resumeWaiting("docusign:early"));
    await app.settle();
    expect(await readCount("early")).toBe(2);
  });

  it.each([
    ["half of a surrogate pair", '{"type":"a\\ud800b","data":{"id":"\\uDC00"}}', ["a\ufffdb", "\ufffd"]],
    ["halves in the wrong order", '{"type":"\\udc00\\ud800","data":{"id":"x"}}', ["\ufffd\ufffd", "x"]],
    ["NUL", '{"type":"a\\u0000b","data":{"id":"\\u0000"}}', ["a\ufffdb", "\ufffd"]],
    ["a whole pair", '{"type":"\\ud83d\\ude00","data":{"id":"x"}}', ["😀", "x"]],
    ["an escaped backslash before the same letters", '{"type":"\\\\ud800","data":{"id":"x"}}', ["\\ud800", "x"]],
    [
      "a pair where the type is cut",
      `{"type":"${"a".repeat(199)}\\ud83d\\ude00","data":{"id":"x"}}`,
      [`${"a".repeat(199)}\ufffd`, "x"],
    ],
  ])("with %s is verified as it was sent, and processed as well-formed text", async (_, body, [event_type, subject]) => {
    const { id } = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET });
    expect(readStatus(await callWebhook(app, id, signStandard(SECRET, body)))).toBe(200);
    await app.settle();
    expect(await listDeliveries(tenant, id)).toMatchObject([{ status: "done", event_type, subject }]);
  });

  it("waits for a record that half of a surrogate pair names", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await callWebhook(app, id, signDocusign("key", '{"event":"envelope-sent","data":{"envelopeId":"half-\\ud800"}}'));
    await app.settle();
    expect(await listDeliveries(tenant, id, "held")).toMatchObject([{ held_for: "docusign:half-\ufffd" }]);
  });

  it("whose signed id is half of a surrogate pair is stored", async () => {
    const { secret, key } = createTelnyxKeys();
    const { id } = await createInboundWebhook(tenant, { provider: "telnyx", secret });
    const body = '{"data":{"id":"\\ud800","event_type":"message.received"}}';
    expect(readStatus(await callWebhook(app, id, signTelnyx(key, body)))).toBe(200);
    expect(await listDeliveries(tenant, id)).toMatchObject([{ external_id: "\ufffd" }]);
  });

  it("that cannot be processed is quarantined with its reason, and is processed on request", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await callWebhook(app, id, signDocusign("key", buildEvent("odd", "unreadable")));
    await app.settle();
    const [odd] = await listDeliveries(tenant, id, "quarantined");
    expect(odd).toMatchObject({ reason: "No such event", tries: 0, work_at: null });
    const deliveryKey = { id, delivery_id: String(odd?.id) };
    const { data } = await tenant.admin.retryInboundDelivery(deliveryKey);
    expect(data).toMatchObject({ status: "received", reason: null });
    await expect(tenant.admin.retryInboundDelivery(deliveryKey)).rejects.toMatchObject({ status: 409 });
    await app.settle();
    expect((await tenant.admin.getInboundDelivery(deliveryKey)).data).toMatchObject({
      status: "quarantined",
      reason: "No such event",
    });
    const foreign = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await expect(tenant.admin.retryInboundDelivery({ ...deliveryKey, id: foreign.id })).rejects.toMatchObject({ status: 404 });
    await expect(otherTenant.admin.getInboundDelivery(deliveryKey)).rejects.toMatchObject({ status: 404 });
  });
});

describe("retries and retention of a delivery", () => {
  it("retries a failed one later, and quarantines it after six attempts", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await createEnvelope("shaky");
    faults.left = 2;
    await callWebhook(app, id, signDocusign("key", buildEvent("shaky", "fails")));
    await app.settle();
    expect(await listDeliveries(tenant, id)).toMatchObject([
      { status: "received", tries: 1, reason: "An internal error occurred" },
    ]);
    tenant = await advanceClock(MINUTE_MS);
    expect(await listDeliveries(tenant, id)).toMatchObject([{ status: "received", tries: 2 }]);
    tenant = await advanceClock(5 * MINUTE_MS);
    expect(await listDeliveries(tenant, id)).toMatchObject([{ status: "done", outcome: "Counted fails", reason: null }]);
    expect(await readCount("shaky")).toBe(1);
    faults.left = 6;
    await callWebhook(app, id, signDocusign("key", `${buildEvent("shaky", "fails")} `));
    for (let turn = 0; turn < 7; turn++) tenant = await advanceClock(7 * 60 * MINUTE_MS);
    const [last] = await listDeliveries(tenant, id, "quarantined");
    expect(last).toMatchObject({ tries: 6, reason: "An internal error occurred" });
    await tenant.admin.retryInboundDelivery({ id, delivery_id: String(last?.id) });
    await app.settle();
    expect(await readCount("shaky")).toBe(2);
  });

  it("quarantines one without a record after seven days", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
    await callWebhook(app, id, signDocusign("key", buildEvent("never")));
    await app.settle();
    for (let day = 0; day < 6; day++) tenant = await advanceClock(DAY_MS);
    expect(await listDeliveries(tenant, id)).toMatchObject([{ status: "held" }]);
    tenant = await advanceClock(DAY_MS + MINUTE_MS);
    tenant = await advanceClock(DAY_MS);
    expect(await listDeliveries(tenant, id)).toMatchObject([
      { status: "quarantined", reason: "The awaited record did not arrive: docusign:never", held_for: null },
    ]);
    await createEnvelope("never");
    await app.settle();
    expect(await listDeliveries(tenant, id, "quarantined")).toHaveLength(1);
  });

  it("deletes one after 90 days", async () => {
    const { id } = await createInboundWebhook(tenant, { provider: "standard", secret: SECRET });
    await callWebhook(app, id, signStandard(SECRET, "{}"));
    tenant = await advanceClock(89 * DAY_MS);
    expect(await listDeliveries(tenant, id)).toHaveLength(1);
    tenant = await advanceClock(2 * DAY_MS);
    expect(await listDeliveries(tenant, id)).toEqual([]);
  });
});
