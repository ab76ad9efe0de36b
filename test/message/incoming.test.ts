import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";
import { idAt, type Provider, type Texting, texting } from "./texting.ts";

let app: App;
let tenant: Tenant;
let texts: Texting;
const NOON = "2026-11-25T20:00:00Z";
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(() => app.setClock({ now: NOON }));
afterAll(() => app.stop());

async function begin(provider: Provider = "twilio", more: object = {}): Promise<void> {
  tenant = await signUp(app, { timezone: "America/New_York", ...more });
  texts = await texting(app, tenant, provider);
}

let last = 0;
const fresh = (): string => `+1646555${String(1000 + ++last)}`;

const send = async (to: string, more: object = {}) => {
  const { data } = await tenant.admin.sendMessage({ channel: "sms", to, body: `Hello ${randomUUID()}`, ...more } as never);
  await app.settle();
  return (await tenant.admin.getMessage({ id: data.id })).data;
};

/** Who was written to answers. */
const answered = async (to: string, text: string, how: object = {}): Promise<void> => {
  const own = (await texts.messages()).filter((each) => each.direction !== "inbound" && JSON.stringify(each).includes(to)).at(-1);
  await texts.act(idAt(own), "reply", { reason: text, ...how });
  await app.settle();
};

const conversation = async () => (await tenant.admin.listConversations({})).data[0];

describe("a message that comes in", () => {
  it.each(["twilio", "telnyx"] as const)(
    "from %s joins its conversation, once, and is unread until somebody reads it",
    async (provider) => {
      await begin(provider);
      const to = fresh();
      const first = await send(to);
      await answered(to, "Yes, please", { emit: false });
      await Promise.all([texts.emit({ times: 3, keep: true }), texts.emit({ times: 3 })]);
      await app.settle();
      const held = await conversation();
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
      expect((await rep.as.listConversations({ staff: rep.id })).data.map((each) => each.id)).toEqual([id]);
    },
  );

  it("opts out by STOP, and START lifts that alone", async () => {
    await begin();
    const to = fresh();
    await send(to);
    await answered(to, " stop. ");
    await answered(to, "START", {});
    expect(await send(to)).toMatchObject({ status: "sent" });
    await answered(to, "Stop");
    expect(await send(to)).toMatchObject({ status: "failed", held_reason: "suppressed", error_code: "suppressed" });
    expect(await send(to, { purpose: "marketing" })).toMatchObject({ status: "failed", held_reason: "suppressed" });
    const out = (await tenant.admin.listMessages({ limit: 100 })).data.filter((each) => each.to_address === to);
    // Each word is answered once; what the provider itself keeps from who has said STOP has failed there.
    expect(out.filter(({ purpose }) => purpose === "answer").map(({ body }) => body)).toHaveLength(3);
    expect(out.filter(({ purpose, status }) => purpose !== "answer" && status === "sent")).toHaveLength(2);
    await answered(to, "STOP");
    const again = (await tenant.admin.listMessages({ limit: 100 })).data.filter((each) => each.to_address === to);
    expect(again.filter(({ purpose }) => purpose === "answer")).toHaveLength(3);
    const [held] = (await tenant.admin.listConversations({})).data;
    const { data: person } = await tenant.admin.getPerson({ id: String(held?.person_id) });
    await tenant.admin.deletePerson({ id: person.id });
    await app.settle();
    expect(await send(to)).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it("opts out by a word of the tenant's own, and by none within a sentence", async () => {
    await begin("twilio", { stop_words: ["basta"] });
    const to = fresh();
    await send(to);
    await answered(to, "Please stop calling me at noon");
    expect(await send(to)).toMatchObject({ status: "sent" });
    await answered(to, "BASTA!");
    expect(await send(to)).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it.each(["HARBOURBANK", "72404", "+10000000001"])(
    "from %s, which is nobody's number, joins, and is not answered",
    async (from) => {
      await begin();
      for (const word of ["HELP", "STOP", "Your parcel is here"]) {
        await texts.text(from, word);
        await app.settle();
      }
      const held = await conversation();
      expect(held).toMatchObject({ address: from, last_text: "Your parcel is here", unread_count: 3 });
      const { data: all } = await tenant.admin.listConversationMessages({ id: String(held?.id) });
      expect(all.map(({ direction }) => direction)).toEqual(["in", "in", "in"]);
      expect((await send(fresh())).status).toBe("sent");
    },
  );

  it("to a number that is another tenant's is set aside", async () => {
    await begin();
    const to = fresh();
    await send(to);
    const [number] = (await tenant.admin.listSmsNumbers({})).data;
    await tenant.admin.deleteSmsNumber({ id: String(number?.id) });
    await answered(to, "Yes");
    expect((await conversation())?.unread_count).toBe(0);
    const [hook] = (await tenant.admin.listInboundWebhooks({})).data;
    const { data: deliveries } = await tenant.admin.listInboundDeliveries({
      id: String(hook?.id),
      status: "quarantined",
    } as never);
    expect(deliveries).toHaveLength(1);
  });
});

describe("what keeps a message back", () => {
  const person = async (consent?: "ALLOWED" | "REFUSED", purpose = "any") => {
    const { data } = await tenant.admin.createPerson({
      last_name: "Hopper",
      contact_points: [{ contact_type: "phone", contact_value: fresh() }],
    } as never);
    if (consent) await tenant.admin.setPreferences({ id: data.id, preferences: [{ channel: "sms", purpose, consent }] } as never);
    return data.id;
  };
  const to = async (person_id: string, more: object = {}) => send("", { to: undefined, person_id, ...more });

  it("is the word of its person, for what it is for", async () => {
    await begin();
    const marketing = { purpose: "marketing" };
    expect(await to(await person("ALLOWED"), marketing)).toMatchObject({ status: "sent" });
    expect(await to(await person(), marketing)).toMatchObject({ status: "failed", held_reason: "no_consent" });
    expect(await to(await person("REFUSED"), marketing)).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await to(await person("REFUSED"))).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await to(await person("REFUSED", "service"))).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await to(await person("REFUSED", "marketing"))).toMatchObject({ status: "sent" });
  });

  it("is the night where it is read: it goes out in the morning", async () => {
    await begin();
    // Ten in the evening in New York, seven in Los Angeles.
    app.setClock({ now: "2026-11-26T03:00:00Z" });
    tenant = await signUp(app, { timezone: "America/New_York" });
    texts = await texting(app, tenant);
    const held = await send(fresh());
    // Eight in the morning in Hawaii, the last of the country's zones.
    expect(held).toMatchObject({ status: "queued", held_reason: "quiet_hours", send_at: "2026-11-26T18:00:00.000Z" });
  });

  it("is the limit of the day of its sender, and what its person has had", async () => {
    await begin("twilio", { message_cap: { messages: 1, days: 7 } });
    await tenant.admin.updateSmsSender({ id: texts.sender, daily_limit: 3 });
    const one = await person("ALLOWED");
    expect(await to(one, { purpose: "marketing" })).toMatchObject({ status: "sent" });
    const capped = await to(one, { purpose: "marketing" });
    expect(capped).toMatchObject({ status: "queued", held_reason: "frequency_cap" });
    expect(String(capped.send_at).slice(0, 10)).toBe("2026-12-02");
    for (const _ of [2, 3]) expect(await send(fresh())).toMatchObject({ status: "sent" });
    // Midnight in New York.
    expect(await send(fresh())).toMatchObject({
      status: "queued",
      held_reason: "daily_limit",
      send_at: "2026-11-26T05:00:00.000Z",
    });
  });

  it("is a sender that is suspended: it goes out once that is over", async () => {
    await begin();
    await tenant.admin.updateSmsSender({ id: texts.sender, status: "SUSPENDED" });
    const held = await send(fresh());
    expect(held).toMatchObject({ status: "queued", held_reason: "sender_suspended" });
    await tenant.admin.updateSmsSender({ id: texts.sender, status: "ACTIVE" });
    app.setClock({ advance: 16 * 60_000 });
    await app.settle();
    expect((await texts.messages()).some((each) => each.to === held.to_address)).toBe(true);
  });
});
