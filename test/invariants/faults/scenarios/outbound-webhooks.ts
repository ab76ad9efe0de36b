import { expect } from "vitest";
import { createEndpoint, Receivers } from "../../../messaging/outbound-webhook/receivers.ts";
import { newLead } from "../../../support/app.ts";
import { defineScenario, LEASE_SECONDS } from "../harness.ts";

const receivers = new Receivers();

/** An event is sent at least once and in order, and its record is right, whichever write fails. The first attempt fails. */
const webhookSending = defineScenario<{ id: string; host: string; lead: string }>({
  name: "a webhook out",
  covers: { subscribers: ["webhook-deliveries"], due: ["webhook_endpoint"] },
  async open({ system: line }) {
    line.app.ports.outbound = receivers;
  },
  async prepare({ crm, system: line, tenant }) {
    const { id, host } = await createEndpoint(crm, { owner_id: tenant.userId });
    await line.advance(LEASE_SECONDS);
    let tries = 0;
    receivers.answers.set(host, () => (++tries === 1 ? 500 : 200));
    const { data: lead } = await crm.createLead(newLead());
    await crm.updateLead({ id: lead.id, notes: "Called" });
    return { id, host, lead: lead.id };
  },
  async proceed({ system: line }) {
    await line.advance(LEASE_SECONDS);
    await line.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "webhook-deliveries",
  async check({ crm }, { id, host, lead }) {
    const deliveries = receivers.deliveriesTo(host).filter(({ data }) => data.id === lead);
    const uniqueDeliveries = [...new Map(deliveries.map((delivery) => [delivery.id, delivery])).values()];
    expect(uniqueDeliveries.map(({ data }) => data.version)).toEqual(uniqueDeliveries.map((_, index) => index + 1));
    expect(uniqueDeliveries.some(({ data }) => data.changed.includes("notes") && data.version > 1)).toBe(true);
    expect((await crm.getWebhookEndpoint({ id })).data).toMatchObject({ status: "ACTIVE", failing_since: null });
    const { data: attempts } = await crm.listWebhookDeliveries({ id, limit: 100 });
    expect(new Set(attempts.map(({ event_id }) => event_id))).toEqual(
      new Set(receivers.deliveriesTo(host).map((delivery) => delivery.id)),
    );
    await crm.deleteWebhookEndpoint({ id });
  },
});

export const scenarios = [webhookSending];
