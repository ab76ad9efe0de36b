import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readMessageId, type SmsProviderDouble, setUpSmsProvider } from "./sms-provider-double.ts";

let app: App;
let tenant: Tenant;
let smsDouble: SmsProviderDouble;
// 15:00 on a Wednesday in New York: there is no quiet time anywhere in the United States.
const NOON = Date.parse("2026-11-25T20:00:00Z");
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: new Date(NOON).toISOString() });
  tenant = await signUp(app, { timezone: "America/New_York" });
  smsDouble = await setUpSmsProvider(app, tenant);
});
afterAll(() => app.stop());

let lastNumber = 0;
const newNumber = (): string => `+1212555${String(1000 + ++lastNumber)}`;

const sendText = async (more: object = {}) =>
  (await tenant.admin.sendMessage({ channel: "sms", to: newNumber(), body: `Hello ${randomUUID()}`, ...more })).data;
const readMessage = async ({ id }: { id: string }) => (await tenant.admin.getMessage({ id })).data;

describe("a message", () => {
  it.each(["twilio", "telnyx"] as const)("is sent once through %s, and reported as delivered", async (provider) => {
    tenant = await signUp(app);
    smsDouble = await setUpSmsProvider(app, tenant, provider);
    const before = (await smsDouble.messages()).length;
    const message = await sendText();
    expect(message).toMatchObject({ status: "queued", direction: "out", purpose: "service", segments: 1, encoding: "GSM-7" });
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "sent", held_reason: null });
    const sentTexts = (await smsDouble.messages()).slice(before);
    expect(sentTexts).toHaveLength(1);
    await smsDouble.act(readMessageId(sentTexts[0]), "send");
    await smsDouble.act(readMessageId(sentTexts[0]), "deliver");
    await app.settle();
    const done = await readMessage(message);
    expect(done).toMatchObject({ status: "delivered", error_code: null });
    expect(done.delivered_at).not.toBeNull();
    expect(Object.keys(done)).not.toContain("provider_id");
  });

  it("has the same status with repeated and shuffled reports, even before the provider's id is known", async () => {
    await smsDouble.setAnswer("lost");
    const message = await sendText();
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "unknown" });
    await smsDouble.setAnswer("ok");
    const [sentText] = (await smsDouble.messages()).slice(-1);
    await smsDouble.act(readMessageId(sentText), "send", { emit: false });
    await smsDouble.act(readMessageId(sentText), "undeliver", { emit: false });
    for (const { status } of await smsDouble.emit({ order: "reversed", times: 2 })) expect(status).toBe(200);
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "undelivered", error_code: "30005" });
    app.setClock({ advance: 10 * 60_000 });
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "undelivered" });
    expect((await smsDouble.messages()).filter(({ to }) => to === message.to_address)).toHaveLength(1);
  });

  it("with an unknown outcome is looked up, and never sent again", async () => {
    await smsDouble.setAnswer("lost");
    const message = await sendText();
    const otherMessage = await sendText();
    await app.settle();
    await smsDouble.setAnswer("timeout", 1);
    await smsDouble.setAnswer("ok");
    app.setClock({ advance: 5 * 60_000 });
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "sent" });
    expect(await readMessage(otherMessage)).toMatchObject({ status: "sent" });
    const numbers = (await smsDouble.messages()).map(({ to }) => to);
    for (const { to_address } of [message, otherMessage]) expect(numbers.filter((to) => to === to_address)).toHaveLength(1);
  });

  it("is sent again only if its provider reports that it did not take it", async () => {
    await smsDouble.setAnswer("rate_limited", 1);
    const message = await sendText();
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "queued", held_reason: "provider_busy" });
    app.setClock({ advance: 60_000 });
    await app.settle();
    expect(await readMessage(message)).toMatchObject({ status: "sent", held_reason: null });
    await smsDouble.setAnswer("refused", 1);
    const refusedMessage = await sendText();
    await app.settle();
    expect(await readMessage(refusedMessage)).toMatchObject({ status: "failed", error_code: "21408" });
  });

  it("waits until its time, and can be cancelled until then", async () => {
    const send_at = new Date(NOON + 60 * 60_000).toISOString();
    const [message, cancelledMessage] = [await sendText({ send_at }), await sendText({ send_at })];
    await app.settle();
    await tenant.admin.cancelMessage({ id: cancelledMessage.id });
    await app.settle();
    expect(await readMessage(cancelledMessage)).toMatchObject({ status: "cancelled", error_code: "canceled" });
    const { data: listed } = await tenant.admin.listMessages({ status: "cancelled" });
    expect(listed.map(({ id }) => id)).toEqual([cancelledMessage.id]);
    await expect(tenant.admin.cancelMessage({ id: cancelledMessage.id })).rejects.toMatchObject({ status: 409 });
    expect(await readMessage(message)).toMatchObject({ status: "queued", send_at });
    app.setClock({ advance: 61 * 60_000 });
    await app.settle();
    expect((await smsDouble.messages()).filter(({ to }) => to === message.to_address)).toHaveLength(1);
    expect((await smsDouble.messages()).filter(({ to }) => to === cancelledMessage.to_address)).toHaveLength(0);
    expect(app.mail.sent(message.to_address)).toMatchObject([{ channel: "sms", text: message.body }]);
    expect(app.mail.sent(cancelledMessage.to_address)).toEqual([]);
  });

  it("is rejected with the invalid field", async () => {
    for (const [more, field] of [
      [{ to: "12" }, "to"],
      [{ to: undefined }, "to"],
      [{ body: "  " }, "body"],
      [{ body: "x".repeat(1531) }, "body"],
      [{ channel: "whatsapp" }, "channel"],
      [{ template_id: "mtp_01kt134r0055ny5s9f", body: undefined }, "template_id"],
      [{ send_at: "2029-01-01T00:00:00Z" }, "send_at"],
    ] as const)
      await expect(sendText(more)).rejects.toMatchObject({ details: [{ field }] });
  });
});
