import { randomUUID } from "node:crypto";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import { expect } from "vitest";
import { requestPage } from "../../../agreements/share-link/support.ts";
import { readMessageId, type SmsProviderDouble, setUpSmsProvider } from "../../../messaging/message/sms-provider-double.ts";
import { buildRawMail } from "../../../service/ticket/support-mail.ts";
import { postalSettings } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Seconds after which no worker holds a message any more and the provider lists it. */
const SETTLED_SECONDS = 200;

/** Without quiet hours, so that the time of the test run does not matter. */
const settings = { ...postalSettings, quiet_hours: { from: "00:00", to: "00:00" } };

const connections = new WeakMap<Fixture, SmsProviderDouble>();
const connectTexting = async (scene: Fixture): Promise<void> => {
  connections.set(scene, await setUpSmsProvider(scene.system.app, { admin: scene.crm }));
};
const textingFor = (scene: Fixture): SmsProviderDouble => connections.get(scene) ?? expect.fail("Not connected");

interface Subject {
  to: string;
  body: string;
  /** Whether the provider has reported the delivery or the inbound message. */
  isTold: boolean;
}

let numberCount = 0;
const newSubject = (): Subject => ({ to: `+1415${3_000_000 + ++numberCount}`, body: `Hello ${randomUUID()}`, isTold: false });

const listSentTexts = async (scene: Fixture, { to }: Subject) =>
  (await textingFor(scene).messages()).filter((message) => message.to === to && message.direction !== "inbound");

const listMessages = async ({ crm }: Fixture, { body }: Subject) =>
  (await crm.listMessages({ limit: 100 })).data.filter((message) => message.body === body);

/** Whichever write fails, the provider gets the message at most once and its delivery is recorded. */
const messageSending = defineScenario<Subject>({
  name: "sendMessage",
  covers: {
    operations: ["sendMessage"],
    subscribers: ["message-sending", "message-settling"],
    due: ["message", "message_queue"],
  },
  settings,
  open: connectTexting,
  prepare: async () => newSubject(),
  ask: ({ crm }, { to, body }, options) => crm.sendMessage({ channel: "sms", to, body }, options),
  async proceed(scene, subject) {
    for (let times = 0; times < 3; times++) await scene.system.advance(SETTLED_SECONDS);
    const [sentText] = await listSentTexts(scene, subject);
    if (sentText !== undefined && !subject.isTold) {
      subject.isTold = true;
      await textingFor(scene).act(readMessageId(sentText), "deliver");
    }
    await scene.system.drain();
  },
  countsWrite: (name) => name === "request" || name.startsWith("message-"),
  async check(scene, subject) {
    const { length: sent } = await listSentTexts(scene, subject);
    const messages = await listMessages(scene, subject);
    // A worker that dies after claiming the message may not have sent it. That is unknown, so the message is not sent again.
    const standing = sent === 0 ? "unknown" : "delivered";
    expect([sent <= 1, messages.map(({ status, held_reason }) => [status, held_reason])]).toEqual([true, [[standing, null]]]);
    const conversations = (await scene.crm.listConversations({ limit: 100 })).data.filter(
      ({ address }) => address === subject.to,
    );
    expect(conversations).toHaveLength(1);
  },
});

/** An inbound message appears once in its conversation, and STOP applies from then on. */
const incomingText = defineScenario<Subject>({
  name: "a text message that comes in",
  covers: { subscribers: ["inbound-deliveries", "suppression-persons"] },
  settings,
  open: connectTexting,
  async prepare(scene) {
    const subject = newSubject();
    await scene.crm.sendMessage({ channel: "sms", to: subject.to, body: subject.body });
    await scene.system.advance(1);
    return subject;
  },
  async proceed(scene, subject) {
    const [sentText] = await listSentTexts(scene, subject);
    if (!subject.isTold) {
      subject.isTold = true;
      await textingFor(scene).act(readMessageId(sentText), "reply", { reason: "STOP" });
    }
    for (let times = 0; times < 4; times++) await scene.system.advance(15 * 60);
  },
  countsWrite: (name) => name === "inbound-deliveries" || name === "suppression-persons",
  async check(scene, subject) {
    const conversations = (await scene.crm.listConversations({ limit: 100 })).data.filter(
      ({ address }) => address === subject.to,
    );
    expect(conversations.map(({ unread_count, last_text }) => [unread_count, last_text])).toEqual([[1, "STOP"]]);
    const again = `Hello again ${randomUUID()}`;
    await scene.crm.sendMessage({ channel: "sms", to: subject.to, body: again });
    await scene.system.advance(1);
    expect((await listMessages(scene, { ...subject, body: again })).map(({ status }) => status)).toEqual(["failed"]);
    expect(await listSentTexts(scene, subject)).toHaveLength(1);
  },
});

/** An unknown sender writes to the number, and the number's rule creates a ticket or a lead. */
const textRouting = (
  recordKind: "ticket" | "lead",
  subscriber: string,
  count: (scene: Fixture, body: string) => Promise<number>,
) =>
  defineScenario<Subject>({
    name: `a text message that makes a ${recordKind}`,
    covers: { subscribers: [subscriber] },
    settings,
    async open(scene) {
      await connectTexting(scene);
      await scene.crm.updateSmsNumber({ id: textingFor(scene).number, inbound_makes: recordKind });
    },
    prepare: async () => newSubject(),
    async proceed(scene, subject) {
      if (!subject.isTold) {
        subject.isTold = true;
        await textingFor(scene).text(subject.to, subject.body);
      }
      for (let times = 0; times < 4; times++) await scene.system.advance(15 * 60);
    },
    countsWrite: (name) => name === subscriber,
    async check(scene, { body }) {
      expect(await count(scene, body)).toBe(1);
    },
  });

const ticketRouting = textRouting(
  "ticket",
  "inbound-tickets",
  async ({ crm }, body) => (await crm.listTickets({ limit: 100 })).data.filter(({ subject }) => subject === body).length,
);

const leadRouting = textRouting("lead", "inbound-leads", async (scene, body) => {
  const [message] = await listMessages(scene, { body } as Subject);
  const { data } = await scene.crm.listLeads({ limit: 100 });
  return data.filter(({ personal_key_id }) => personal_key_id === message?.person_id).length;
});

let writerCount = 0;

/** An email to the address of an account appears once in its conversation. */
const incomingMail = defineScenario<{ from: string; raw: Buffer }>({
  name: "a mail that joins a conversation",
  covers: { subscribers: ["message-mail"] },
  settings,
  async open({ crm, tenant }) {
    await crm.createMailAccount({ name: "Sales", way: "house", address: `sales@${tenant.slug}.in.example` });
  },
  async prepare() {
    const from = `w${++writerCount}-${randomUUID().slice(0, 8)}@strike.example`;
    return { from, raw: buildRawMail({ from }) };
  },
  ask: async ({ system: line, tenant }, { raw }) => {
    const recipients = [`sales@${tenant.slug}.in.example`];
    return {
      data: await line.invoke("inbound-mail", () => ingestMail({ raw, recipients, domain: "in.example" }, line.app.ports)),
    };
  },
  hasNewAnswer: true,
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "message-mail",
  async check({ crm }, { from }) {
    const conversations = (await crm.listConversations({ limit: 100 })).data.filter(({ address }) => address === from);
    expect(conversations.map(({ unread_count }) => unread_count)).toEqual([1]);
  },
});

interface OpenedMail {
  id: string;
  person: string;
}

/** Opening an email is recorded once, in its message and its person. */
const mailOpening = defineScenario<OpenedMail>({
  name: "a mail that is opened",
  covers: { subscribers: ["message-opens"] },
  settings: { ...settings, mail_opt_in_required: false },
  async open({ crm }) {
    const account = { name: "News", way: "house", address: "news@strike.example", is_default: true, tracks: true };
    await crm.createMailAccount(account);
  },
  async prepare({ crm, system: line }) {
    const email = `o${++writerCount}-${randomUUID().slice(0, 8)}@strike.example`;
    const point = { contact_type: "email", contact_value: email };
    const { data: person } = await crm.createPerson({ last_name: "Reader", contact_points: [point] });
    const html = '<p><a href="https://a.example">A</a></p>';
    const { data: template } = await crm.createMessageTemplate({
      ...{ name: email, channel: "EMAIL", subject: "News", body_html: html },
    });
    const message = { channel: "email", person_id: person.id, purpose: "marketing", template_id: template.id };
    const { data } = await crm.sendMessage(message);
    await line.drain();
    // A link that is opened as soon as the email arrives counts as opened by a program.
    await line.advance(60);
    const [, link = ""] = /href="([^"]+)"/.exec(line.app.mail.sent(email)[0]?.html ?? "") ?? [];
    expect((await requestPage(line.app, link)).status).toBe(302);
    return { id: data.id, person: person.id };
  },
  async proceed({ system: line }) {
    for (let times = 0; times < 3; times++) await line.advance(12 * 60);
  },
  countsWrite: (name) => name === "message-opens",
  async check({ crm }, { id, person }) {
    const { opened_at, clicked_at } = (await crm.getMessage({ id })).data;
    const { data: happened } = await crm.listInteractions({ person, limit: 100 });
    expect([opened_at, happened.map(({ interaction_date }) => interaction_date)]).toEqual([clicked_at, [clicked_at, opened_at]]);
    expect(clicked_at).toEqual(expect.any(String));
  },
});

export const scenarios = [messageSending, incomingText, ticketRouting, leadRouting, incomingMail, mailOpening];
