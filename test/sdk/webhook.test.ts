import { buildHeaders } from "@crm/core/messaging/outbound-webhook/signature.rules.ts";
import { verifyWebhook, WebhookVerificationError } from "@crm/sdk/index.ts";
import { describe, expect, it } from "vitest";

const secret = `whsec_${Buffer.from("an endpoint's secret, 32 bytes..").toString("base64")}`;
const formerSecret = `whsec_${Buffer.from("the secret before its rotation..").toString("base64")}`;
const event = {
  type: "lead.updated",
  timestamp: "2026-11-20T09:00:00.000Z",
  data: { id: "led_1", kind: "lead", version: 3, changed: ["notes"], actor_id: "usr_ä" },
};
const body = JSON.stringify(event);
const time = 1_795_165_200;
const now = time * 1000;
const sign = (...secrets: string[]) => buildHeaders({ id: "evt_1", body }, secrets, time);

describe("a webhook", () => {
  it.each([
    ["as text", body],
    ["as bytes", new TextEncoder().encode(body)],
    ["as a part of a buffer", Buffer.from(`xx${body}`).subarray(2)],
    ["as a buffer", new TextEncoder().encode(body).buffer],
  ])("%s, signed by the CRM, is its event", async (_, received) => {
    expect(await verifyWebhook(received, sign(secret), secret, { now })).toEqual({ id: "evt_1", ...event });
  });

  it.each([
    ["Headers", new Headers(sign(secret))],
    ["names in capitals", Object.fromEntries(Object.entries(sign(secret)).map(([name, value]) => [name.toUpperCase(), value]))],
    ["lists of values", Object.fromEntries(Object.entries(sign(secret)).map(([name, value]) => [name, [value]]))],
  ])("has its headers as %s", async (_, headers) => {
    expect((await verifyWebhook(body, headers, secret, { now })).id).toBe("evt_1");
  });

  it.each([
    ["both signatures and the old secret", sign(secret, formerSecret), formerSecret],
    ["both signatures and the new secret", sign(secret, formerSecret), secret],
    ["the new signature and both secrets", sign(secret), [formerSecret, secret]],
    ["the old signature and both secrets", sign(formerSecret), [secret, formerSecret]],
  ])("during a rotation is accepted with %s", async (_, headers, secrets) => {
    expect((await verifyWebhook(body, headers, secrets, { now })).type).toBe("lead.updated");
  });

  it.each([
    ["with a changed body", body.replace("3", "4"), sign(secret), secret, now],
    ["with another secret", body, sign(formerSecret), secret, now],
    ["with another id", body, { ...sign(secret), "webhook-id": "evt_2" }, secret, now],
    ["with another time", body, { ...sign(secret), "webhook-timestamp": String(time + 1) }, secret, now],
    ["with an unreadable time", body, { ...sign(secret), "webhook-timestamp": "soon" }, secret, now],
    ["sent 301 seconds ago", body, sign(secret), secret, now + 301_000],
    ["sent 301 seconds ahead", body, sign(secret), secret, now - 301_000],
    ["without a signature", body, { ...sign(secret), "webhook-signature": "" }, secret, now],
    [
      "with a signature of another version",
      body,
      { ...sign(secret), "webhook-signature": sign(secret)["webhook-signature"]?.replace("v1,", "v2,") },
      secret,
      now,
    ],
    ["with a signature that is no base64", body, { ...sign(secret), "webhook-signature": "v1,%%%" }, secret, now],
    ["without headers", body, {}, secret, now],
    ["with no secret in the list", body, sign(secret), [], now],
  ])("%s is refused", async (_, received, headers, secrets, at) => {
    await expect(verifyWebhook(received, headers, secrets, { now: at })).rejects.toThrow(WebhookVerificationError);
  });

  it("is accepted within the tolerance", async () => {
    await expect(verifyWebhook(body, sign(secret), secret, { now: now + 299_000 })).resolves.toBeDefined();
    await expect(verifyWebhook(body, sign(secret), secret, { now: now + 2_000, tolerance: 1 })).rejects.toThrow(
      "within 1 seconds",
    );
  });

  it("is not verified with a secret that is no base64", async () => {
    await expect(verifyWebhook(body, sign(secret), "whsec_", { now })).rejects.toThrow(TypeError);
  });
});
