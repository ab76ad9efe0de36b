import { HookWork } from "@crm/core/inbound-webhook/work.ts";
import type { App } from "@crm/local/app.ts";
import type { Measured } from "../cost.ts";
import { call, deliveriesOf, docusign, type Sent, secretOfStandard, standard, webhookOf } from "../inbound-webhook/sender.ts";
import { signUp } from "../support.ts";
import { asSystem, type Rows, type World, way } from "./way.ts";

/** What a webhook costs that comes in, from the door to its effect: rows of docs/access-patterns.md. */
export async function hookPatterns(app: App, measured: Measured, result: Rows): Promise<void> {
  const tenant = await signUp(app);
  const world: World = { app, tenant, measured, result };
  const secret = secretOfStandard("costs");
  const { id: open } = await webhookOf(tenant, { provider: "standard", secret });
  const { id: signed } = await webhookOf(tenant, { provider: "docusign", secret: "key" });
  interface Told {
    to: string;
    sent: Sent;
    delivery: string;
  }
  const tell = ({ to, sent }: Told) => call(app, to, sent);
  const found = async (told: Told): Promise<void> => {
    told.delivery = (await deliveriesOf(tenant, told.to))[0]?.id ?? "";
  };
  const work = ({ delivery }: Told) => asSystem(world, () => HookWork.work(delivery));
  let serial = 0;
  const order = async (): Promise<Told> => {
    const body = JSON.stringify({ type: "order.paid", data: { id: `o${++serial}`, note: "x".repeat(800) } });
    return { to: open, sent: standard(secret, body), delivery: "" };
  };
  await way(world, order, [
    ["a webhook comes in, with a body of 850 bytes", tell],
    ["the same webhook comes once more", tell],
    [undefined, found],
    ["a delivery is worked off that changes nothing else", work],
    ["list up to 5 deliveries of a webhook, with the total", () => tenant.admin.listInboundDeliveries({ id: open, limit: 5 })],
  ]);
  const early = async (): Promise<Told> => {
    const data = { envelopeId: `envelope-${++serial}` };
    const body = JSON.stringify({ event: "envelope-sent", generatedDateTime: "2026-01-02T03:04:05.000Z", data });
    return { to: signed, sent: docusign("key", body), delivery: "" };
  };
  await way(world, early, [
    [undefined, tell],
    [undefined, found],
    ["a delivery waits for its envelope, and has looked twice", work],
  ]);
}
