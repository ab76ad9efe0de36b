import { createHmac } from "node:crypto";
import { type DemoContext, type DemoRecords, fetchOk } from "../context.ts";

export const records: DemoRecords = { after: ["tickets"], create: createWebhooks };

/** Sends an order of a web shop as an inbound webhook, in the format of Standard Webhooks. */
async function createWebhooks({ admin, url, runOnce: runStep }: DemoContext): Promise<void> {
  const key = Buffer.from("a secret of the demo, and no other");
  const secret = `whsec_${key.toString("base64")}`;
  const { data } = await admin.createInboundWebhook({ name: "Web shop", provider: "standard", secret });
  const body = JSON.stringify({ type: "order.paid", data: { id: "order-1", amount: "480.00" } });
  await runStep("webhook", async () => {
    // The timestamp is the server's clock, which a resumed run has moved to the past.
    const clock = (await (await fetch(`${url}/_local/clock`)).json()) as { data: { now: string } };
    const [id, time] = ["msg_demo_order_1", String(Math.floor(Date.parse(clock.data.now) / 1000))];
    const signature = `v1,${createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64")}`;
    const headers = {
      ...{ "content-type": "application/json", "webhook-id": id },
      ...{ "webhook-timestamp": time, "webhook-signature": signature },
    };
    await fetchOk(data.url, { method: "POST", headers, body });
  });
  // The endpoint also gets events of customers, once an administrator resumes it.
  const { data: shop } = await admin.createWebhookEndpoint({
    ...{ name: "Web shop", url: "https://shop.example/hooks/crm", events: ["customer.*", "deal.*"] },
  });
  await admin.testWebhookEndpoint({ id: shop.id });
  await admin.updateWebhookEndpoint({ id: shop.id, status: "PAUSED" });
}
