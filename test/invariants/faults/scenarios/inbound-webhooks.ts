import { randomUUID } from "node:crypto";
import { ApiError } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import {
  buildStandardSecret,
  type SignedRequest,
  signDocusign,
  signStandard,
} from "../../../messaging/inbound-webhook/provider-requests.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * MINUTE_SECONDS;
const SECRETS = { standard: buildStandardSecret("strike"), docusign: "key" } as const;

type Provider = keyof typeof SECRETS;

/** Each run has its own webhook, so that deliveries of other runs do not reach it. */
async function createWebhook({ crm }: Fixture, provider: Provider): Promise<string> {
  return (await crm.createInboundWebhook({ provider, secret: SECRETS[provider] })).data.id;
}

/** Calls the webhook address as a provider does. */
async function deliverWebhook(
  { system: line }: Fixture,
  id: string,
  { body, headers }: SignedRequest,
): Promise<{ data: unknown }> {
  const answer = await line.transport()({ method: "POST", path: `/hooks/${id}`, query: "", headers, body });
  if (answer.status >= 400) throw new ApiError(answer);
  return { data: answer.body };
}

const listDeliveries = async ({ crm }: Fixture, id: string) => (await crm.listInboundDeliveries({ id, limit: 100 })).data;

/** Advances the clock until nothing of this run is due in the next one. */
async function expectPurged(scene: Fixture, id: string): Promise<void> {
  await scene.system.advance(91 * DAY_SECONDS);
  expect(await listDeliveries(scene, id)).toEqual([]);
}

/** A webhook about an unknown envelope. */
const envelopeWebhook = (envelopeId: string): SignedRequest =>
  signDocusign(
    SECRETS.docusign,
    JSON.stringify({ event: "envelope-completed", generatedDateTime: "2026-01-02T03:04:05.000Z", data: { envelopeId } }),
  );

/** A webhook is one delivery, processed once, however often the provider sends it. Each attempt is signed anew with the same id. */
const webhookReceipt = defineScenario<{ id: string; message: string }>({
  name: "takeWebhook",
  covers: { operations: ["takeWebhook"], subscribers: ["inbound-deliveries"] },
  prepare: async (scene) => ({ id: await createWebhook(scene, "standard"), message: `msg_${randomUUID()}` }),
  ask: (scene, { id, message }) =>
    deliverWebhook(scene, id, signStandard(SECRETS.standard, '{"type":"order.paid","data":{"id":"o1"}}', { id: message })),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "inbound-deliveries",
  async check(scene, { id, message }) {
    const deliveries = await listDeliveries(scene, id);
    expect(deliveries).toHaveLength(1);
    const done = { status: "done", outcome: "Stored: order.paid", external_id: message, subject: "o1", tries: 0, work_at: null };
    expect(deliveries[0]).toMatchObject(done);
    expect((await scene.crm.getInboundWebhook({ id })).data.refused_count).toBe(0);
  },
});

/** A delivery about an unknown record waits, is retried by its clock, and is quarantined when its time is over. */
const waitingDelivery = defineScenario<{ id: string; envelope: string; waits: number[] }>({
  name: "a delivery that waits in vain",
  covers: { subscribers: ["inbound-deliveries"], due: ["inbound_delivery"] },
  async prepare(scene) {
    return {
      id: await createWebhook(scene, "docusign"),
      envelope: randomUUID(),
      waits: [6 * MINUTE_SECONDS, 40 * MINUTE_SECONDS, 8 * DAY_SECONDS],
    };
  },
  ask: (scene, { id, envelope }) => deliverWebhook(scene, id, envelopeWebhook(envelope)),
  async proceed(scene, { id, envelope, waits: delays }) {
    for (const seconds of delays.splice(0)) {
      const [delivery] = await listDeliveries(scene, id);
      if (delivery) expect(["received", "held"]).toContain(delivery.status);
      if (delivery?.status === "held") expect(delivery.held_for).toBe(`docusign:${envelope}`);
      await scene.system.advance(seconds);
      // Interrupted work is handed out again before the next clock is due.
      await scene.system.advance(LEASE_SECONDS);
    }
  },
  countsWrite: (name) => name === "inbound-deliveries",
  async check(scene, { id, envelope }) {
    const deliveries = await listDeliveries(scene, id);
    expect(deliveries).toHaveLength(1);
    const reason = `The awaited record did not arrive: docusign:${envelope}`;
    expect(deliveries[0]).toMatchObject({ status: "quarantined", reason, held_for: null, work_at: null, subject: envelope });
    expect(Number(deliveries[0]?.tries)).toBeGreaterThanOrEqual(3);
    await expectPurged(scene, id);
  },
});

/** A quarantined delivery is processed once more for each retry request. */
const deliveryRetry = defineScenario<{ id: string; delivery_id: string; version: number; settled_at: string }>({
  name: "retryInboundDelivery",
  covers: { operations: ["retryInboundDelivery"], subscribers: ["inbound-deliveries"] },
  async prepare(scene) {
    const id = await createWebhook(scene, "docusign");
    await deliverWebhook(scene, id, signDocusign(SECRETS.docusign, JSON.stringify({ event: "envelope-sent", of: randomUUID() })));
    await scene.system.drain();
    const [odd] = await listDeliveries(scene, id);
    expect(odd).toMatchObject({ status: "quarantined", reason: expect.any(String) });
    await scene.system.advance(MINUTE_SECONDS);
    const delivery_id = String(odd?.id);
    const { data } = await scene.crm.getInboundDelivery({ id, delivery_id });
    return { id, delivery_id, version: data.version, settled_at: String(data.settled_at) };
  },
  ask: ({ crm }, { id, delivery_id }, options) => crm.retryInboundDelivery({ id, delivery_id }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "inbound-deliveries",
  async check(scene, { version, settled_at, ...deliveryKey }, answer) {
    expect(answer).toMatchObject({ status: "received", reason: null });
    const { data } = await scene.crm.getInboundDelivery(deliveryKey);
    expect(data).toMatchObject({ status: "quarantined", reason: expect.any(String), work_at: null });
    expect(String(data.settled_at) > settled_at).toBe(true);
    // Resuming and quarantining are one write each. An interrupted run adds one; a second retry would add two.
    expect([2, 3]).toContain(data.version - version);
    expect(await listDeliveries(scene, deliveryKey.id)).toHaveLength(1);
  },
});

/** An expired delivery is deleted, whichever worker does it. This scenario is first, while no delivery of other runs is due. */
const purging = defineScenario<{ id: string; delivery_id: string; waits: number[] }>({
  name: "the end of a delivery",
  covers: { subscribers: ["inbound-deliveries"], due: ["inbound_delivery"] },
  async prepare(scene) {
    const id = await createWebhook(scene, "standard");
    await deliverWebhook(scene, id, signStandard(SECRETS.standard, '{"type":"order.paid"}'));
    await scene.system.drain();
    const [done] = await listDeliveries(scene, id);
    expect(done?.status).toBe("done");
    return { id, delivery_id: String(done?.id), waits: [91 * DAY_SECONDS, LEASE_SECONDS] };
  },
  async proceed({ system: line }, { waits: delays }) {
    for (const seconds of delays.splice(0)) await line.advance(seconds);
    await line.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "inbound-deliveries",
  async check(scene, { id, delivery_id }) {
    expect(await listDeliveries(scene, id)).toEqual([]);
    await expect(scene.crm.getInboundDelivery({ id, delivery_id })).rejects.toMatchObject({ status: 404 });
  },
});

export const scenarios = [purging, webhookReceipt, waitingDelivery, deliveryRetry];
