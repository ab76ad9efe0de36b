import { DeliveryWorker } from "@crm/core/messaging/inbound-webhook/worker.ts";
import type { App } from "@crm/local/app.ts";
import {
  buildStandardSecret,
  callWebhook,
  createInboundWebhook,
  listDeliveries,
  type SignedRequest,
  signDocusign,
  signStandard,
} from "../../messaging/inbound-webhook/provider-requests.ts";
import { signUp } from "../../support/app.ts";
import type { UnitMeter } from "../../support/request-units.ts";
import { type CostRows, type MeasuredWorld, measureSteps, runAsSystem } from "./measured-steps.ts";

/** The cost of an inbound webhook from its request to its effect: rows of docs/access-patterns.md. */
export async function measureWebhooks(app: App, measured: UnitMeter, result: CostRows): Promise<void> {
  const tenant = await signUp(app);
  const world: MeasuredWorld = { app, tenant, measured, result };
  const secret = buildStandardSecret("costs");
  const { id: open } = await createInboundWebhook(tenant, { provider: "standard", secret });
  const { id: signed } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
  interface Told {
    to: string;
    sent: SignedRequest;
    delivery: string;
  }
  const tell = ({ to, sent }: Told) => callWebhook(app, to, sent);
  const found = async (told: Told): Promise<void> => {
    told.delivery = (await listDeliveries(tenant, told.to))[0]?.id ?? "";
  };
  const work = ({ delivery }: Told) => runAsSystem(world, () => DeliveryWorker.executeDelivery(delivery));
  let serial = 0;
  const order = async (): Promise<Told> => {
    const body = JSON.stringify({ type: "order.paid", data: { id: `o${++serial}`, note: "x".repeat(800) } });
    return { to: open, sent: signStandard(secret, body), delivery: "" };
  };
  await measureSteps(world, order, [
    ["a webhook comes in, with a body of 850 bytes", tell],
    ["the same webhook comes once more", tell],
    [undefined, found],
    ["a delivery is worked off that changes nothing else", work],
    ["list up to 5 deliveries of a webhook, with the total", () => tenant.admin.listInboundDeliveries({ id: open, limit: 5 })],
  ]);
  const early = async (): Promise<Told> => {
    const data = { envelopeId: `envelope-${++serial}` };
    const body = JSON.stringify({ event: "envelope-sent", generatedDateTime: "2026-01-02T03:04:05.000Z", data });
    return { to: signed, sent: signDocusign("key", body), delivery: "" };
  };
  await measureSteps(world, early, [
    [undefined, tell],
    [undefined, found],
    ["a delivery waits for its envelope, and has looked twice", work],
  ]);
}
