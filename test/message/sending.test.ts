import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { idAt, type Texting, texting } from "./texting.ts";

let app: App;
let tenant: Tenant;
let texts: Texting;
// A Wednesday at noon in New York: nowhere in the United States is it night.
const NOON = Date.parse("2026-11-25T20:00:00Z");
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: new Date(NOON).toISOString() });
  tenant = await signUp(app, { timezone: "America/New_York" });
  texts = await texting(app, tenant);
});
afterAll(() => app.stop());

let last = 0;
const fresh = (): string => `+1212555${String(1000 + ++last)}`;

const send = async (more: object = {}) =>
  (await tenant.admin.sendMessage({ channel: "sms", to: fresh(), body: `Hello ${randomUUID()}`, ...more } as never)).data;
const read = async ({ id }: { id: string }) => (await tenant.admin.getMessage({ id })).data;

describe("a message", () => {
  it.each(["twilio", "telnyx"] as const)("goes out once through %s, and is told to be delivered", async (provider) => {
    tenant = await signUp(app);
    texts = await texting(app, tenant, provider);
    const before = (await texts.messages()).length;
    const message = await send();
    expect(message).toMatchObject({ status: "queued", direction: "out", purpose: "service", segments: 1, encoding: "GSM-7" });
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "sent", held_reason: null });
    const own = (await texts.messages()).slice(before);
    expect(own).toHaveLength(1);
    await texts.act(idAt(own[0]), "send");
    await texts.act(idAt(own[0]), "deliver");
    await app.settle();
    const done = await read(message);
    expect(done).toMatchObject({ status: "delivered", error_code: null });
    expect(done.delivered_at).not.toBeNull();
    expect(Object.keys(done)).not.toContain("provider_id");
  });

  it("comes to the same where its reports come doubled and shuffled, and before the answer that tells the provider's id", async () => {
    await texts.answers("lost");
    const message = await send();
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "unknown" });
    await texts.answers("ok");
    const [own] = (await texts.messages()).slice(-1);
    await texts.act(idAt(own), "send", { emit: false });
    await texts.act(idAt(own), "undeliver", { emit: false });
    for (const { status } of await texts.emit({ order: "reversed", times: 2 })) expect(status).toBe(200);
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "undelivered", error_code: "30005" });
    app.setClock({ advance: 10 * 60_000 });
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "undelivered" });
    expect((await texts.messages()).filter(({ to }) => to === message.to_address)).toHaveLength(1);
  });

  it("of which nobody knows whether it was taken is asked for, and never sent again", async () => {
    await texts.answers("lost");
    const message = await send();
    const never = await send();
    await app.settle();
    await texts.answers("timeout", 1);
    await texts.answers("ok");
    app.setClock({ advance: 5 * 60_000 });
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "sent" });
    expect(await read(never)).toMatchObject({ status: "sent" });
    const numbers = (await texts.messages()).map(({ to }) => to);
    for (const { to_address } of [message, never]) expect(numbers.filter((to) => to === to_address)).toHaveLength(1);
  });

  it("is handed over again only where its provider says that it did not take it", async () => {
    await texts.answers("rate_limited", 1);
    const message = await send();
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "queued", held_reason: "provider_busy" });
    app.setClock({ advance: 60_000 });
    await app.settle();
    expect(await read(message)).toMatchObject({ status: "sent", held_reason: null });
    await texts.answers("refused", 1);
    const refused = await send();
    await app.settle();
    expect(await read(refused)).toMatchObject({ status: "failed", error_code: "21408" });
  });

  it("waits until it is to go out, and can be taken back until then", async () => {
    const send_at = new Date(NOON + 60 * 60_000).toISOString();
    const [message, other] = [await send({ send_at }), await send({ send_at })];
    await app.settle();
    await tenant.admin.cancelMessage({ id: other.id });
    expect(await read(message)).toMatchObject({ status: "queued", send_at });
    app.setClock({ advance: 61 * 60_000 });
    await app.settle();
    expect((await texts.messages()).filter(({ to }) => to === message.to_address)).toHaveLength(1);
    expect((await texts.messages()).filter(({ to }) => to === other.to_address)).toHaveLength(0);
  });

  it("says what is wrong with it", async () => {
    for (const [more, field] of [
      [{ to: "12" }, "to"],
      [{ to: undefined }, "to"],
      [{ body: "  " }, "body"],
      [{ body: "x".repeat(1531) }, "body"],
      [{ channel: "whatsapp" }, "channel"],
      [{ template_id: "mtp_01kt134r0055ny5s9f", body: undefined }, "template_id"],
      [{ send_at: "2029-01-01T00:00:00Z" }, "send_at"],
    ] as const)
      await expect(send(more)).rejects.toMatchObject({ details: [{ field }] });
  });
});
