import { randomUUID } from "node:crypto";
import { Refused } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { docusign, type Sent, secretOfStandard, standard } from "../../inbound-webhook/sender.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const SECRETS = { standard: secretOfStandard("strike"), docusign: "key" } as const;

type Provider = keyof typeof SECRETS;

/** A webhook of its own for each run: what comes to it is of that run. */
async function webhookOf({ crm }: Scene, provider: Provider): Promise<string> {
  return (await crm.createInboundWebhook({ provider, secret: SECRETS[provider] })).data.id;
}

/** A provider calls the door. */
async function told({ line }: Scene, id: string, { body, headers }: Sent): Promise<{ data: unknown }> {
  const answer = await line.transport()({ method: "POST", path: `/hooks/${id}`, query: "", headers, body });
  if (answer.status >= 400) throw new Refused(answer);
  return { data: answer.body };
}

const deliveriesOf = async ({ crm }: Scene, id: string) => (await crm.listInboundDeliveries({ id, limit: 100 })).data;

/** The clock of each run begins where nothing of the one before is due. */
async function isTakenAway(scene: Scene, id: string): Promise<void> {
  await scene.line.pass(91 * DAY);
  expect(await deliveriesOf(scene, id)).toEqual([]);
}

/** Of an envelope that nobody knows. */
const ofEnvelope = (envelopeId: string): Sent =>
  docusign(
    SECRETS.docusign,
    JSON.stringify({ event: "envelope-completed", generatedDateTime: "2026-01-02T03:04:05.000Z", data: { envelopeId } }),
  );

/** What a provider tells is one delivery, worked off once, however often it is told: each time it is signed anew under one id. */
const taking = verb<{ id: string; message: string }>({
  name: "takeWebhook",
  covers: { operations: ["takeWebhook"], subscribers: ["inbound-deliveries"] },
  prepare: async (scene) => ({ id: await webhookOf(scene, "standard"), message: `msg_${randomUUID()}` }),
  ask: (scene, { id, message }) =>
    told(scene, id, standard(SECRETS.standard, '{"type":"order.paid","data":{"id":"o1"}}', { id: message })),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "inbound-deliveries",
  async check(scene, { id, message }) {
    const deliveries = await deliveriesOf(scene, id);
    expect(deliveries).toHaveLength(1);
    const done = { status: "done", outcome: "Kept: order.paid", external_id: message, subject: "o1", tries: 0, work_at: null };
    expect(deliveries[0]).toMatchObject(done);
    expect((await scene.crm.getInboundWebhook({ id })).data.refused_count).toBe(0);
  },
});

/** What is about nothing that is there waits, is looked at again by its clock, and is set aside once its time is over. */
const waiting = verb<{ id: string; envelope: string; waits: number[] }>({
  name: "a delivery that waits in vain",
  covers: { subscribers: ["inbound-deliveries"], due: ["inbound_delivery"] },
  async prepare(scene) {
    return { id: await webhookOf(scene, "docusign"), envelope: randomUUID(), waits: [6 * MINUTE, 40 * MINUTE, 8 * DAY] };
  },
  ask: (scene, { id, envelope }) => told(scene, id, ofEnvelope(envelope)),
  async proceed(scene, { id, envelope, waits }) {
    for (const seconds of waits.splice(0)) {
      const [held] = await deliveriesOf(scene, id);
      if (held) expect(["received", "held"]).toContain(held.status);
      if (held?.status === "held") expect(held.held_for).toBe(`docusign:${envelope}`);
      await scene.line.pass(seconds);
      // What a strike has stopped is handed out again before the next is due.
      await scene.line.pass(LEASE);
    }
  },
  by: (name) => name === "inbound-deliveries",
  async check(scene, { id, envelope }) {
    const deliveries = await deliveriesOf(scene, id);
    expect(deliveries).toHaveLength(1);
    const reason = `What it waits for did not come: docusign:${envelope}`;
    expect(deliveries[0]).toMatchObject({ status: "quarantined", reason, held_for: null, work_at: null, subject: envelope });
    expect(Number(deliveries[0]?.tries)).toBeGreaterThanOrEqual(3);
    await isTakenAway(scene, id);
  },
});

/** One that was set aside is worked off once more, for each time that somebody asks. */
const retrying = verb<{ id: string; delivery_id: string; version: number; settled_at: string }>({
  name: "retryInboundDelivery",
  covers: { operations: ["retryInboundDelivery"], subscribers: ["inbound-deliveries"] },
  async prepare(scene) {
    const id = await webhookOf(scene, "docusign");
    await told(scene, id, docusign(SECRETS.docusign, JSON.stringify({ event: "envelope-sent", of: randomUUID() })));
    await scene.line.drain();
    const [odd] = await deliveriesOf(scene, id);
    expect(odd).toMatchObject({ status: "quarantined", reason: expect.any(String) });
    await scene.line.pass(MINUTE);
    const delivery_id = String(odd?.id);
    const { data } = await scene.crm.getInboundDelivery({ id, delivery_id });
    return { id, delivery_id, version: data.version, settled_at: String(data.settled_at) };
  },
  ask: ({ crm }, { id, delivery_id }, options) => crm.retryInboundDelivery({ id, delivery_id }, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "inbound-deliveries",
  async check(scene, { version, settled_at, ...named }, answer) {
    expect(answer).toMatchObject({ status: "received", reason: null });
    const { data } = await scene.crm.getInboundDelivery(named);
    expect(data).toMatchObject({ status: "quarantined", reason: expect.any(String), work_at: null });
    expect(String(data.settled_at) > settled_at).toBe(true);
    // Resumed and set aside, and one more where a strike wrote between; a second time would be two more.
    expect([2, 3]).toContain(data.version - version);
    expect(await deliveriesOf(scene, named.id)).toHaveLength(1);
  },
});

/** What has had its time is taken away, whoever asks for it. The first, while nothing of other runs has its end. */
const ending = verb<{ id: string; delivery_id: string; waits: number[] }>({
  name: "the end of a delivery",
  covers: { subscribers: ["inbound-deliveries"], due: ["inbound_delivery"] },
  async prepare(scene) {
    const id = await webhookOf(scene, "standard");
    await told(scene, id, standard(SECRETS.standard, '{"type":"order.paid"}'));
    await scene.line.drain();
    const [done] = await deliveriesOf(scene, id);
    expect(done?.status).toBe("done");
    return { id, delivery_id: String(done?.id), waits: [91 * DAY, LEASE] };
  },
  async proceed({ line }, { waits }) {
    for (const seconds of waits.splice(0)) await line.pass(seconds);
    await line.pass(LEASE);
  },
  by: (name) => name === "inbound-deliveries",
  async check(scene, { id, delivery_id }) {
    expect(await deliveriesOf(scene, id)).toEqual([]);
    await expect(scene.crm.getInboundDelivery({ id, delivery_id })).rejects.toMatchObject({ status: 404 });
  },
});

export const hooks = [ending, taking, waiting, retrying];
