import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { parseEvent } from "@crm/core/messaging/channel-provider/twilio.rules.ts";
import { StatusUpdate } from "@crm/core/messaging/delivery/status-update.ts";
import { receiveText } from "@crm/core/messaging/message/incoming-text.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { type Provider, readMessageId, type SmsProviderDouble, setUpSmsProvider } from "./sms-provider-double.ts";

let app: App;
let tenant: Tenant;
let smsDouble: SmsProviderDouble;
const NOON = "2026-11-25T20:00:00Z";
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(() => app.setClock({ now: NOON }));
afterAll(() => app.stop());

async function setUpTenant(provider: Provider = "twilio", more: object = {}): Promise<void> {
  tenant = await signUp(app, { timezone: "America/New_York", ...more });
  smsDouble = await setUpSmsProvider(app, tenant, provider);
}

let lastNumber = 0;
const newNumber = (): string => `+1646555${String(1000 + ++lastNumber)}`;

const sendText = async (to: string, more: object = {}) => {
  const { data } = await tenant.admin.sendMessage({ channel: "sms", to, body: `Hello ${randomUUID()}`, ...more });
  await app.settle();
  return (await tenant.admin.getMessage({ id: data.id })).data;
};

/** The recipient of a message replies. */
const replyByText = async (to: string, text: string, options: object = {}): Promise<void> => {
  const sentMessage = (await smsDouble.messages())
    .filter((message) => message.direction !== "inbound" && JSON.stringify(message).includes(to))
    .at(-1);
  await smsDouble.act(readMessageId(sentMessage), "reply", { reason: text, ...options });
  await app.settle();
};

/** The fields of a text without files and without a verdict of the provider. */
const plain = { verdict: null, media: [] };

const readConversation = async () => (await tenant.admin.listConversations({})).data[0];

describe("an incoming message", () => {
  it.each(["twilio", "telnyx"] as const)(
    "from %s joins its conversation once, and is unread until a user reads it",
    async (provider) => {
      await setUpTenant(provider);
      const to = newNumber();
      const first = await sendText(to);
      await replyByText(to, "Yes, please", { emit: false });
      await Promise.all([smsDouble.emit({ times: 3, keep: true }), smsDouble.emit({ times: 3 })]);
      await app.settle();
      const held = await readConversation();
      expect(held).toMatchObject({
        address: to,
        last_direction: "in",
        last_text: "Yes, please",
        unread_count: 1,
        person_id: first.person_id,
      });
      const id = String(held?.id);
      const { data: all } = await tenant.admin.listConversationMessages({ id });
      expect(all.map(({ direction, body }) => [direction, body])).toEqual([
        ["in", "Yes, please"],
        ["out", first.body],
      ]);
      expect((await tenant.admin.readConversation({ id })).data).toMatchObject({ unread_count: 0 });
      const rep = await addUser(app, tenant, "SALES_REP");
      await tenant.admin.assignConversation({ id, assigned_staff_id: rep.id });
      expect((await rep.client.listConversations({ staff: rep.id })).data.map((conversation) => conversation.id)).toEqual([id]);
    },
  );

  it("opens a closed conversation again, which a user links to a customer", async () => {
    const { admin } = await signUp(app);
    await setUpTenant("twilio");
    const to = newNumber();
    await sendText(to);
    await replyByText(to, "Thanks");
    const id = String((await readConversation())?.id);
    const listOpen = async () => (await tenant.admin.listConversations({ "closed_at[is_null]": "true" })).data.length;
    const { data: closed } = await tenant.admin.closeConversation({ id });
    expect([closed.unread_count, closed.closed_at, await listOpen()]).toEqual([0, closed.read_at, 0]);
    expect((await tenant.admin.closeConversation({ id })).data.version).toBe(closed.version);
    expect((await tenant.admin.reopenConversation({ id })).data.closed_at).toBeNull();
    await tenant.admin.closeConversation({ id });
    await replyByText(to, "One more question");
    expect([(await readConversation())?.closed_at, await listOpen()]).toEqual([null, 1]);

    const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon" });
    const { data: foreign } = await admin.createCustomer({ name: "Foreign" });
    expect((await tenant.admin.linkConversation({ id, customer_id_crm: customer.id })).data.customer_id_crm).toBe(customer.id);
    await expect(tenant.admin.linkConversation({ id, customer_id_crm: foreign.id })).rejects.toMatchObject({ status: 400 });
    await expect(admin.closeConversation({ id })).rejects.toMatchObject({ status: 404 });
    const viewer = await addUser(app, tenant, "ANALYST");
    await expect(viewer.client.closeConversation({ id })).rejects.toMatchObject({ status: 403 });
    expect((await tenant.admin.linkConversation({ id, customer_id_crm: null })).data.customer_id_crm).toBeNull();
  });

  it("opts out with STOP, and START lifts only that", async () => {
    await setUpTenant();
    const to = newNumber();
    await sendText(to);
    await replyByText(to, " stop. ");
    await replyByText(to, "START", {});
    expect(await sendText(to)).toMatchObject({ status: "sent" });
    await replyByText(to, "Stop");
    expect(await sendText(to)).toMatchObject({ status: "failed", held_reason: "suppressed", error_code: "suppressed" });
    expect(await sendText(to, { purpose: "marketing" })).toMatchObject({ status: "failed", held_reason: "suppressed" });
    const out = (await tenant.admin.listMessages({ limit: 100 })).data.filter((message) => message.to_address === to);
    // Each keyword is answered once. The provider itself blocks messages after STOP, so those have failed.
    expect(out.filter(({ purpose }) => purpose === "answer").map(({ body }) => body)).toHaveLength(3);
    expect(out.filter(({ purpose, status }) => purpose !== "answer" && status === "sent")).toHaveLength(2);
    await replyByText(to, "STOP");
    const again = (await tenant.admin.listMessages({ limit: 100 })).data.filter((message) => message.to_address === to);
    expect(again.filter(({ purpose }) => purpose === "answer")).toHaveLength(3);
    const [conversation] = (await tenant.admin.listConversations({})).data;
    const { data: person } = await tenant.admin.getPerson({ id: String(conversation?.person_id) });
    await tenant.admin.deletePerson({ id: person.id });
    await app.settle();
    expect(await sendText(to)).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it("lifts no other suppression with START", async () => {
    await setUpTenant();
    const to = newNumber();
    await sendText(to);
    await tenant.admin.createSuppression({ channel: "sms", address: to });
    await replyByText(to, "STOP");
    await replyByText(to, "START");
    expect(await sendText(to)).toMatchObject({ status: "sent" });
    expect(await sendText(to, { purpose: "marketing" })).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it("of a second webhook of the same account is received once", async () => {
    await setUpTenant();
    const to = newNumber();
    await sendText(to);
    const [number] = (await tenant.admin.listSmsNumbers({})).data;
    const receivedText = {
      provider_id: randomUUID(),
      from: to,
      to: String(number?.number),
      text: "Yes",
      receivedAt: NOON,
      ...plain,
    };
    const receive = () =>
      runIn(systemContext(app.ports, tenant.id, "test"), async () => {
        const tx = transaction();
        return tx.commit(await receiveText(tx, "twilio", receivedText));
      });
    expect(await receive()).toMatchObject({ done: "Added to its conversation" });
    expect(await receive()).toEqual({ done: "The message was already received" });
    expect(await readConversation()).toMatchObject({ unread_count: 1 });
  });

  it("opts out and in by the verdict of the provider, in any language", async () => {
    await setUpTenant();
    const to = newNumber();
    await sendText(to);
    const [number] = (await tenant.admin.listSmsNumbers({})).data;
    const receive = (text: string, verdict: "stop" | "start") =>
      runIn(systemContext(app.ports, tenant.id, "test"), async () => {
        const tx = transaction();
        const origin = { provider_id: randomUUID(), from: to, to: String(number?.number), receivedAt: Clock.now() };
        return tx.commit(await receiveText(tx, "twilio", { ...origin, text, verdict, media: [] }));
      });
    await receive("ARRET", "stop");
    expect(await sendText(to)).toMatchObject({ status: "failed", held_reason: "suppressed" });
    await receive("OUI", "start");
    expect((await sendText(to)).held_reason).toBe(null);
  });

  it("is suppressed if its provider refuses it, because the recipient opted out there", async () => {
    await setUpTenant();
    const to = newNumber();
    const { id } = await sendText(to);
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      StatusUpdate.applyReport(id, "twilio", {
        provider_id: null,
        report: { status: "failed", reportedAt: Clock.now(), error_code: "21610", error_message: null },
      }),
    );
    expect(await sendText(to)).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it("with a picture and no text says so", async () => {
    await setUpTenant();
    const form = { MessageSid: "MM1", From: newNumber(), To: "+14155550100", Body: "", NumMedia: "1" };
    const media = { MediaUrl0: "https://api.twilio.example/Media/ME1", MediaContentType0: "image/jpeg" };
    const event = parseEvent(new URLSearchParams({ ...form, ...media }).toString(), NOON);
    expect(event).toMatchObject({ received: { media: [{ type: "image/jpeg" }], verdict: null } });
    const [number] = (await tenant.admin.listSmsNumbers({})).data;
    if (!("received" in event)) throw new Error("No message");
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const tx = transaction();
      return tx.commit(await receiveText(tx, "twilio", { ...event.received, to: String(number?.number) }));
    });
    expect(await readConversation()).toMatchObject({ last_text: "(Attachments: image)" });
  });

  it("opts out with a keyword of the tenant, but not within a sentence", async () => {
    await setUpTenant("twilio", { stop_words: ["basta"] });
    const to = newNumber();
    await sendText(to);
    await replyByText(to, "Please stop calling me at noon");
    expect(await sendText(to)).toMatchObject({ status: "sent" });
    await replyByText(to, "BASTA!");
    expect(await sendText(to)).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it.each(["HARBOURBANK", "72404", "+10000000001"])(
    "from %s, which cannot receive texts, joins without an answer",
    async (from) => {
      await setUpTenant();
      for (const word of ["HELP", "STOP", "Your parcel is here"]) {
        await smsDouble.text(from, word);
        await app.settle();
      }
      const conversation = await readConversation();
      expect(conversation).toMatchObject({ address: from, last_text: "Your parcel is here", unread_count: 3 });
      const { data: all } = await tenant.admin.listConversationMessages({ id: String(conversation?.id) });
      expect(all.map(({ direction }) => direction)).toEqual(["in", "in", "in"]);
      expect((await sendText(newNumber())).status).toBe("sent");
    },
  );

  it("to a number of another tenant is set aside", async () => {
    await setUpTenant();
    const to = newNumber();
    await sendText(to);
    const [number] = (await tenant.admin.listSmsNumbers({})).data;
    await tenant.admin.deleteSmsNumber({ id: String(number?.id) });
    await replyByText(to, "Yes");
    expect((await readConversation())?.unread_count).toBe(0);
    const [hook] = (await tenant.admin.listInboundWebhooks({})).data;
    const { data: deliveries } = await tenant.admin.listInboundDeliveries({
      id: String(hook?.id),
      status: "quarantined",
    });
    expect(deliveries).toHaveLength(1);
  });
});

describe("reasons to hold back a message", () => {
  const person = async (consent?: "ALLOWED" | "REFUSED", purpose = "any") => {
    const { data } = await tenant.admin.createPerson({
      last_name: "Hopper",
      contact_points: [{ contact_type: "phone", contact_value: newNumber() }],
    });
    if (consent) await tenant.admin.setPreferences({ id: data.id, preferences: [{ channel: "sms", purpose, consent }] });
    return data.id;
  };
  const to = async (person_id: string, more: object = {}) => sendText("", { to: undefined, person_id, ...more });

  it("include the consent of its person for its purpose", async () => {
    await setUpTenant();
    const marketing = { purpose: "marketing" };
    expect(await to(await person("ALLOWED"), marketing)).toMatchObject({ status: "sent" });
    expect(await to(await person(), marketing)).toMatchObject({ status: "failed", held_reason: "no_consent" });
    expect(await to(await person("REFUSED"), marketing)).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await to(await person("REFUSED"))).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await to(await person("REFUSED", "service"))).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await to(await person("REFUSED", "marketing"))).toMatchObject({ status: "sent" });
  });

  it("include the night at the recipient: it is sent in the morning", async () => {
    await setUpTenant();
    // 22:00 in New York, 19:00 in Los Angeles.
    app.setClock({ now: "2026-11-26T03:00:00Z" });
    tenant = await signUp(app, { timezone: "America/New_York" });
    smsDouble = await setUpSmsProvider(app, tenant);
    const heldMessage = await sendText(newNumber());
    // 08:00 in Hawaii, the westernmost time zone of the country.
    expect(heldMessage).toMatchObject({ status: "queued", held_reason: "quiet_hours", send_at: "2026-11-26T18:00:00.000Z" });
  });

  it("include the daily limit of its sender and the limit for its person", async () => {
    await setUpTenant("twilio", { message_cap: { messages: 1, days: 7 } });
    await tenant.admin.updateSmsSender({ id: smsDouble.sender, daily_limit: 3 });
    const personId = await person("ALLOWED");
    expect(await to(personId, { purpose: "marketing" })).toMatchObject({ status: "sent" });
    const capped = await to(personId, { purpose: "marketing" });
    expect(capped).toMatchObject({ status: "queued", held_reason: "frequency_cap" });
    expect(String(capped.send_at).slice(0, 10)).toBe("2026-12-02");
    for (const _ of [2, 3]) expect(await sendText(newNumber())).toMatchObject({ status: "sent" });
    // Midnight in New York.
    expect(await sendText(newNumber())).toMatchObject({
      status: "queued",
      held_reason: "daily_limit",
      send_at: "2026-11-26T05:00:00.000Z",
    });
  });

  it("include a suspended sender: it is sent once the suspension ends", async () => {
    await setUpTenant();
    await tenant.admin.updateSmsSender({ id: smsDouble.sender, status: "SUSPENDED" });
    const heldMessage = await sendText(newNumber());
    expect(heldMessage).toMatchObject({ status: "queued", held_reason: "sender_suspended" });
    await tenant.admin.updateSmsSender({ id: smsDouble.sender, status: "ACTIVE" });
    app.setClock({ advance: 16 * 60_000 });
    await app.settle();
    expect((await smsDouble.messages()).some((message) => message.to === heldMessage.to_address)).toBe(true);
  });
});
