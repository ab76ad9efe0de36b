import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { computeBackoff, computeNextTry, MAX_RETRY_SECONDS } from "@crm/core/messaging/outbound-webhook/retry-schedule.rules.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signIn, signUp, type Tenant } from "../../support/app.ts";
import { advanceClock, createEndpoint, DAY_MS, startWebhookApp, verifySignature, type WebhookApp } from "./receivers.ts";

let webhookApp: WebhookApp;
let tenant: Tenant;
beforeAll(async () => {
  webhookApp = await startWebhookApp();
  tenant = await signUp(webhookApp.app, { visibility: "own" });
});
afterAll(() => webhookApp.app.stop());

/** Signs in again, because sessions end while the clock moves. */
const signInAgain = async () =>
  createClient(inProcessTransport(webhookApp.app, (await signIn(webhookApp.app, tenant)).access_token));

const createLead = async (as = tenant.admin, more: Record<string, unknown> = {}) => (await as.createLead(newLead(more))).data;
const listAttempts = async (id: string) => (await (await signInAgain()).listWebhookDeliveries({ id, limit: 100 })).data;
const isOrderedByVersion = (all: readonly { data: { id: string; version: number } }[]): boolean =>
  all.every(({ data }, index) =>
    all.slice(0, index).every((before) => before.data.id !== data.id || before.data.version <= data.version),
  );

describe("an endpoint", () => {
  it("receives events as thin Standard Webhooks, and shows its secret once", async () => {
    const { app, receivers } = webhookApp;
    const { secret, host, id } = await createEndpoint(tenant.admin);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify((await tenant.admin.getWebhookEndpoint({ id })).data)).not.toContain("whsec_");
    const lead = await createLead();
    await app.settle();
    const [first, ...rest] = receivers.deliveriesTo(host);
    expect(first).toMatchObject({ type: "lead.created", data: { id: lead.id, kind: "lead", version: 1 } });
    expect(first?.data).not.toHaveProperty("record");
    for (const delivery of [first, ...rest]) if (delivery) verifySignature(delivery, secret);
    expect(() => verifySignature({ ...(first as (typeof rest)[number]), body: `${first?.body} ` }, secret)).toThrow(
      "No matching signature",
    );
    expect(isOrderedByVersion(receivers.deliveriesTo(host))).toBe(true);
    const { data: events } = await tenant.admin.listEvents({ types: "lead.*", limit: 100 });
    expect(events.map(({ id: event }) => event)).toEqual(
      expect.arrayContaining(receivers.deliveriesTo(host).map(({ id: event }) => event)),
    );
    expect((await listAttempts(id))[0]).toMatchObject({ outcome: "taken", status: 200, reason: "event", answer: "said 200" });
  });

  it("is rejected with unknown events or forbidden addresses, and for callers without permission", async () => {
    const rep = await addUser(webhookApp.app, tenant, "SALES_REP");
    await expect(createEndpoint(tenant.admin, { events: ["lead.*", "boat.created", "lead.sunk"] })).rejects.toMatchObject({
      details: [{ field: "events[1]" }, { field: "events[2]" }],
    });
    await expect(createEndpoint(rep.client)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const manager = await addUser(webhookApp.app, tenant, "MANAGER");
    await expect(createEndpoint(manager.client, { owner_id: tenant.userId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { id } = await createEndpoint(manager.client);
    const director = await addUser(webhookApp.app, tenant, "DIRECTOR");
    await expect(director.client.updateWebhookEndpoint({ id, url: "https://mine.example.com/" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await tenant.admin.deleteWebhookEndpoint({ id });
  });

  it("is limited to twenty per tenant, also in concurrent requests, and deletions free a place", async () => {
    const otherTenant = await signUp(webhookApp.app);
    const endpoints = await Promise.all(Array.from({ length: 19 }, () => createEndpoint(otherTenant.admin)));
    const two = await Promise.allSettled([createEndpoint(otherTenant.admin), createEndpoint(otherTenant.admin)]);
    expect(two.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await otherTenant.admin.deleteWebhookEndpoint({ id: endpoints[3]?.id ?? "" });
    await createEndpoint(otherTenant.admin);
  });

  it("signs with both secrets during a rotation, and with the new one only afterwards", async () => {
    const { app, receivers } = webhookApp;
    const { id, secret: old, host } = await createEndpoint(tenant.admin);
    const { data: rotated } = await tenant.admin.rotateWebhookEndpointSecret({ id, former_hours: 1 });
    await createLead();
    await app.settle();
    const [during] = receivers.deliveriesTo(host);
    for (const secret of [old, rotated.secret]) verifySignature(during, secret);
    await advanceClock(app, 3_601_000);
    const admin = await signInAgain();
    await createLead(admin);
    await app.settle();
    const after = receivers.deliveriesTo(host).at(-1);
    verifySignature(after, rotated.secret);
    expect(() => verifySignature(after, old)).toThrow("No matching signature");
    await admin.deleteWebhookEndpoint({ id });
  });
});

describe("a failing receiver", () => {
  it("gets everything in order after two days, with the ids of the first attempts", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const { id, host } = await createEndpoint(admin);
    const tried: string[] = [];
    receivers.answers.set(host, ({ headers }) => {
      tried.push(headers["webhook-id"] ?? "");
      return tried.length % 2 === 0 ? 500 : "none";
    });
    const leads = [await createLead(admin), await createLead(admin), await createLead(admin)];
    await app.settle();
    for (let hours = 0; hours < 48; hours += 4) {
      const as = await signInAgain();
      for (const lead of leads) await as.updateLead({ id: lead.id, notes: `After ${hours} hours` });
      await advanceClock(app, 4 * 3_600_000);
    }
    expect(receivers.deliveriesTo(host)).toEqual([]);
    expect((await (await signInAgain()).getWebhookEndpoint({ id })).data).toMatchObject({ status: "ACTIVE" });
    // Requests failed in order: only the first few deliveries were attempted.
    expect(new Set(tried).size).toBeLessThan(9);
    receivers.answers.delete(host);
    for (let n = 0; n < 8; n++) await advanceClock(app, 3_600_000);
    const deliveries = receivers.deliveriesTo(host);
    for (const lead of leads)
      expect(
        deliveries.filter(({ data }) => data.id === lead.id && data.changed.includes("notes") && data.version > 1),
      ).toHaveLength(12);
    expect(isOrderedByVersion(deliveries)).toBe(true);
    expect(new Set(deliveries.map(({ id: event }) => event)).size).toBe(deliveries.length);
    expect(deliveries.map(({ id: event }) => event)).toEqual(expect.arrayContaining([...new Set(tried)]));
    expect((await (await signInAgain()).getWebhookEndpoint({ id })).data).toMatchObject({
      failing_since: null,
      status: "ACTIVE",
    });
    await (await signInAgain()).deleteWebhookEndpoint({ id });
  });

  it("is disabled after three days with a notification, and gets missed events once enabled", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const { id, host } = await createEndpoint(admin, { name: "Shop" });
    receivers.answers.set(host, () => 503);
    const lead = await createLead(admin);
    await app.settle();
    for (let n = 0; n < 16; n++) await advanceClock(app, DAY_MS / 4);
    const laterClient = await signInAgain();
    expect((await laterClient.getWebhookEndpoint({ id })).data).toMatchObject({
      status: "OFF",
      off_reason: "No attempt succeeded for three days: the endpoint answered 503",
    });
    const { data: notifications } = await laterClient.listNotifications({});
    expect(notifications.map(({ title }) => title)).toContain("Webhook endpoint switched off: Shop");
    receivers.answers.delete(host);
    await laterClient.updateWebhookEndpoint({ id, status: "ACTIVE" });
    await advanceClock(app, 61_000);
    expect(receivers.deliveriesTo(host).map(({ data }) => data.id)).toContain(lead.id);
    receivers.answers.set(host, () => 410);
    await createLead(await signInAgain());
    await app.settle();
    expect((await (await signInAgain()).getWebhookEndpoint({ id })).data).toMatchObject({ status: "OFF" });
  });

  it("is retried after growing pauses, and a last time at the end", () => {
    const pauses = Array.from({ length: 12 }, (_, tries) => computeBackoff(tries + 1, 0.5));
    expect(pauses).toEqual([60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600, 21600]);
    expect([computeBackoff(1, 0), computeBackoff(1, 1)]).toEqual([48, 72]);
    expect([
      computeNextTry(0, 30, MAX_RETRY_SECONDS * 1000 - 1, 0.5),
      computeNextTry(0, 30, MAX_RETRY_SECONDS * 1000, 0.5),
    ]).toEqual([MAX_RETRY_SECONDS * 1000, undefined]);
  });
});

describe("a slow receiver", () => {
  it("delays neither the other endpoints of its tenant nor other tenants", async () => {
    const { app, receivers } = webhookApp;
    const [admin, otherTenant] = [await signInAgain(), await signUp(app)];
    const [slowEndpoint, fast, foreign] = [
      await createEndpoint(admin),
      await createEndpoint(admin),
      await createEndpoint(otherTenant.admin),
    ];
    const gate = Promise.withResolvers<number>();
    receivers.answers.set(slowEndpoint.host, () => gate.promise);
    const [ownLead, foreignLead] = [await createLead(admin), await createLead(otherTenant.admin)];
    const settled = app.settle();
    const arrival = Promise.withResolvers<void>();
    const isDeliveredToBoth = (): boolean =>
      receivers.deliveriesTo(fast.host).length > 0 && receivers.deliveriesTo(foreign.host).length > 0;
    for (const { host } of [fast, foreign])
      receivers.answers.set(host, () => {
        setImmediate(() => isDeliveredToBoth() && arrival.resolve());
        return 200;
      });
    await arrival.promise;
    expect(receivers.deliveriesTo(slowEndpoint.host)).toEqual([]);
    expect(receivers.deliveriesTo(fast.host).map(({ data }) => data.id)).toContain(ownLead.id);
    expect(receivers.deliveriesTo(foreign.host).map(({ data }) => data.id)).toContain(foreignLead.id);
    gate.resolve(200);
    await settled;
    expect(receivers.deliveriesTo(slowEndpoint.host).map(({ data }) => data.id)).toContain(ownLead.id);
    for (const { id } of [slowEndpoint, fast]) await admin.deleteWebhookEndpoint({ id });
  });
});

describe("an event with its record", () => {
  it("has the values that its own version wrote, and says which version the record is", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const { id, host } = await createEndpoint(admin, { include_record: true, events: ["lead.created", "lead.updated"] });
    receivers.answers.set(host, () => 500);
    const lead = await createLead(admin, { company: "One" });
    for (const change of [{ company: "Two" }, { company: null, notes: "n" }, { company: "Four" }])
      await admin.updateLead({ id: lead.id, ...change });
    await app.settle();
    receivers.answers.delete(host);
    await advanceClock(app, 120_000);
    const deliveries = receivers.deliveriesTo(host).map(({ data }) => data);
    expect(deliveries.map(({ version, record_version, record }) => [version, record_version, record?.company])).toEqual(
      [1, 2, 3, 4].map((version) => [version, 4, "Four"]),
    );
    const [created, ...updates] = deliveries.map(({ changes }) => changes);
    expect(created).toMatchObject({ company: "One", last_name: lead.last_name });
    expect(updates).toEqual([{ company: "Two" }, { company: null, notes: "n" }, { company: "Four" }]);
    await admin.deleteLead({ id: lead.id });
    await (await signInAgain()).deleteWebhookEndpoint({ id });
  });
});

describe("permissions at the time of delivery", () => {
  it("are those of the owner: for rows, fields and roles", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const manager = await addUser(app, tenant, "MANAGER");
    const { id, host } = await createEndpoint(manager.client, { include_record: true });
    receivers.answers.set(host, () => 500);
    const [keptLead, movedLead] = [await createLead(manager.client, { company: "Mine" }), await createLead(manager.client)];
    await app.settle();
    // One lead is assigned to another owner while its delivery waits.
    await admin.updateLead({ id: movedLead.id, owner_id: tenant.userId });
    await admin.updateLead({ id: keptLead.id, company: "Mine still" });
    receivers.answers.delete(host);
    for (let n = 0; n < 3; n++) await advanceClock(app, 120_000);
    const deliveries = receivers.deliveriesTo(host);
    expect(new Set(deliveries.map(({ data }) => data.id))).toEqual(new Set([keptLead.id]));
    expect(deliveries[0]?.data.record).toMatchObject({ id: keptLead.id, company: "Mine still" });
    expect(
      (await listAttempts(id)).filter(({ record_id, outcome }) => record_id === movedLead.id && outcome === "taken"),
    ).toEqual([]);
    // After a demotion, the endpoint still gets the records that its user can see.
    const laterClient = await signInAgain();
    await laterClient.updateUser({ id: manager.id, role: "SALES_REP" });
    await laterClient.updateLead({ id: keptLead.id, notes: "One more" });
    await createLead(laterClient);
    await app.settle();
    expect(new Set(receivers.deliveriesTo(host).map(({ data }) => data.id))).toEqual(new Set([keptLead.id]));
    expect(receivers.deliveriesTo(host).at(-1)?.data.changed).toContain("notes");
    // After deactivation of the user, the endpoint is disabled and an administrator is notified.
    const before = receivers.deliveriesTo(host).length;
    await laterClient.setUserStatus({ id: manager.id, status: "INACTIVE" });
    await laterClient.updateLead({ id: keptLead.id, notes: "And another" });
    await app.settle();
    expect(receivers.deliveriesTo(host)).toHaveLength(before);
    expect((await laterClient.getWebhookEndpoint({ id })).data).toMatchObject({
      status: "OFF",
      off_reason: "The owner can no longer sign in",
    });
    const { data: notifications } = await laterClient.listNotifications({});
    expect(
      notifications.some(({ title, record_id }) => title.startsWith("Webhook endpoint switched off") && record_id === id),
    ).toBe(true);
  });

  it("hide custom fields from an owner who may not see them", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const field = { entity_type: "lead", field_name: "margin", field_label: "Margin", field_type: "text", visible_to: ["ADMIN"] };
    await admin.createCustomField(field);
    const director = await addUser(app, tenant, "DIRECTOR");
    const [all, limitedEndpoint] = [
      await createEndpoint(admin, { include_record: true }),
      await createEndpoint(director.client, { include_record: true }),
    ];
    await createLead(admin, { custom_fields: { margin: "forty" } });
    await app.settle();
    const recordAt = (host: string) => receivers.deliveriesTo(host)[0]?.data.record;
    expect(recordAt(all.host)).toMatchObject({ custom_fields: { margin: "forty" } });
    expect(receivers.deliveriesTo(all.host)[0]?.data.changes).toMatchObject({ custom_fields: { margin: "forty" } });
    expect(recordAt(limitedEndpoint.host)).toBeDefined();
    expect(JSON.stringify(receivers.deliveriesTo(limitedEndpoint.host))).not.toContain("forty");
    for (const { id } of [all, limitedEndpoint]) await admin.deleteWebhookEndpoint({ id });
  });
});

describe("a process that crashes", () => {
  it("between delivery and its record delivers again with the same id, and loses nothing", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const { id, host } = await createEndpoint(admin);
    const lead = await createLead(admin);
    const { database } = app.ports;
    const { send } = database;
    let isDead = false;
    // From the first request on, this process cannot write any more.
    receivers.answers.set(host, () => {
      isDead = true;
      return 200;
    });
    database.send = (command, scope) =>
      isDead && command instanceof UpdateCommand && /#SENDING#/.test(String(command.input.Key?.pk))
        ? Promise.reject(new TypeError("Killed"))
        : send.call(database, command, scope);
    await app.settle();
    isDead = false;
    database.send = send;
    receivers.answers.delete(host);
    const earlierIds = receivers.deliveriesTo(host).map(({ id: event }) => event);
    expect(earlierIds.length).toBeGreaterThan(0);
    await (await signInAgain()).updateLead({ id: lead.id, notes: "Behind it" });
    for (let n = 0; n < 4; n++) await advanceClock(app, 130_000);
    const deliveries = receivers.deliveriesTo(host);
    const fresh = deliveries.slice(earlierIds.length);
    expect(fresh.map(({ id: event }) => event)).toEqual(expect.arrayContaining(earlierIds));
    expect(fresh.at(-1)?.data.changed).toContain("notes");
    expect(isOrderedByVersion(fresh)).toBe(true);
    await (await signInAgain()).deleteWebhookEndpoint({ id });
  });
});

describe("a replay", () => {
  it("sends one event or a period again with the same ids, one replay at a time", async () => {
    const { app, receivers } = webhookApp;
    const admin = await signInAgain();
    const { id, host } = await createEndpoint(admin);
    await createLead(admin);
    await app.settle();
    app.setClock({ advance: 60_000 });
    const from = new Date((await now()) - 1000).toISOString();
    const lead = await createLead(admin);
    await app.settle();
    const before = receivers.deliveriesTo(host).map(({ id: event }) => event);
    const range = receivers.deliveriesTo(host).filter(({ timestamp }) => timestamp >= from);
    expect(range.map(({ data }) => data.id)).toContain(lead.id);
    const [eventId] = before;
    await admin.replayWebhookEvents({ id, event_id: eventId });
    await expect(admin.replayWebhookEvents({ id, from })).rejects.toMatchObject({ code: "CONFLICT" });
    // The clock stands still: no schedule and no other event starts the replay.
    await app.settle();
    expect(
      receivers
        .deliveriesTo(host)
        .slice(before.length)
        .map(({ id: event }) => event),
    ).toEqual([eventId]);
    await admin.replayWebhookEvents({ id, from });
    await app.settle();
    expect((await admin.getWebhookEndpoint({ id })).data.work_at).toBeNull();
    expect(
      receivers
        .deliveriesTo(host)
        .slice(before.length + 1)
        .map(({ id: event }) => event),
    ).toEqual(range.map(({ id: event }) => event));
    expect((await listAttempts(id))[0]).toMatchObject({ reason: "replay", outcome: "taken" });
    await expect(admin.replayWebhookEvents({ id })).rejects.toMatchObject({ details: [{ field: "event_id" }] });
    await expect(admin.replayWebhookEvents({ id, event_id: "evt_000000000000" })).rejects.toMatchObject({
      details: [{ field: "event_id" }],
    });
    await (await signInAgain()).deleteWebhookEndpoint({ id });
  });

  it("has a test delivery, which returns the response", async () => {
    const { receivers } = webhookApp;
    const admin = await signInAgain();
    const { id, host, secret } = await createEndpoint(admin);
    expect((await admin.testWebhookEndpoint({ id })).data).toMatchObject({
      outcome: "taken",
      status: 200,
      event_type: "webhook.test",
    });
    verifySignature(receivers.deliveriesTo(host)[0], secret);
    receivers.answers.set(host, () => "none");
    expect((await admin.testWebhookEndpoint({ id })).data).toMatchObject({ outcome: "no_answer", status: null });
    expect(await listAttempts(id)).toHaveLength(2);
    await admin.deleteWebhookEndpoint({ id });
  });
});

const now = async (): Promise<number> => (await import("@crm/core/kernel/clock.ts")).Clock.ms();
