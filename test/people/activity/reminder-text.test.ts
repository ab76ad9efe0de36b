import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, SmsMessage } from "@crm/core/kernel/ports.ts";
import { countSegments } from "@crm/core/lib/text-message/segments.rules.ts";
import { composeReminderText, computeValidity, formatStart } from "@crm/core/people/activity/reminder-text.rules.ts";
import { ReminderTextLog } from "@crm/core/people/activity/reminder-text-log.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listNotifications, recordEvents, signInAgain } from "../../platform/notification/support.ts";
import { addUser, deliverToSubscriber, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Reminders by SMS. */
let app: App;
let tenant: Tenant;
let events: DomainEvent[];
/** All messages that the provider accepted. The mailbox does not count repetitions. */
const accepted: SmsMessage[] = [];
let send: (message: SmsMessage) => Promise<void>;

beforeAll(async () => {
  app = await startTestApp();
  // Half past two at night in Berlin, within the quiet hours of messages to customers.
  app.setClock({ now: "2027-01-15T01:30:00.000Z" });
  events = recordEvents(app);
  tenant = await signUp(app);
  await tenant.admin.updateTenant({ settings: { default_country: "DE" } });
  const { send: store } = app.ports.sms;
  send = async (message) => {
    accepted.push(message);
    await store(message);
  };
});
beforeEach(() => {
  app.ports.smsSender = "CRM";
  app.ports.sms.send = send;
});
afterAll(() => app.stop());

let userCount = 0;
/** Adds a user with a number as users type it. */
async function addReminded(phone_number: string | null = `0151 123456${String(++userCount).padStart(2, "0")}`) {
  const user = await addUser(app, tenant, "SALES_REP", { phone_number });
  return { user, number: phone_number?.replace(/^0(\d+) /, "+49$1") ?? "" };
}

const MINUTE_MS = 60_000;
const minutesFromNow = (minutes: number): string => new Date(Clock.ms() + minutes * MINUTE_MS).toISOString();
const listTexts = (number: string) => accepted.filter(({ to }) => to === number).map(({ text }) => text);

/** Creates an activity that reminds by SMS ten minutes before it begins, in a quarter of an hour. */
const createCall = async ({ client }: TestUser, more: object = {}) => {
  const input = { subject: "Call Ada", activity_type_id: "task", start_datetime: minutesFromNow(15) };
  const reminders = [{ minutes_before: 10, by: "sms" }];
  return (await client.createActivity({ ...input, reminders, ...more })).data;
};

async function passMinutes(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * MINUTE_MS });
  await app.settle();
}

/** The lines of the notifications about reminders, after the first line with the time. */
const listReasons = async (user: TestUser) =>
  (await listNotifications(await signInAgain(app, tenant, user))).rows
    .filter(({ type }) => type === "activity_reminder")
    .map(({ title, body }) => `${title}: ${body?.split("\n").at(-1)}`);

const findReminded = (id: string): DomainEvent[] =>
  events.filter(({ type, record_id }) => type === "activity.reminded" && record_id === id);
const deliver = (event: DomainEvent): Promise<void> => deliverToSubscriber(app, "activity-reminder-texts", event);

describe("a reminder by SMS", () => {
  it("goes to no one who may not sign in", async () => {
    const { user, number } = await addReminded();
    await createCall(user);
    await tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" });
    await passMinutes(5);
    await tenant.admin.setUserStatus({ id: user.id, status: "ACTIVE" });
    expect(listTexts(number)).toEqual([]);
    expect(await listReasons(user)).toEqual([]);
  });

  it("goes once to the assignee's own number, in their time zone, also at night", async () => {
    const { user, number } = await addReminded();
    await user.client.replaceUserAvailability({ id: user.id, timezone: "Europe/Berlin" });
    const { id, reminders } = await createCall(user);
    expect(reminders).toMatchObject([{ by: "SMS" }]);
    await passMinutes(5);
    const text = `Reminder: Call Ada, begins 2027-01-15 02:50\n${app.ports.origin}/activities/${id}`;
    expect(app.mail.sent(number)).toMatchObject([{ channel: "sms", to: number, text }]);
    const [event] = findReminded(id);
    await Promise.all([1, 2, 3].map(() => deliver(event as DomainEvent)));
    await deliver({ ...(event as DomainEvent), id: "another" });
    await passMinutes(60);
    expect(listTexts(number)).toEqual([text]);
    expect(await listReasons(user)).toEqual([]);
  });

  it("moves with the activity, and is silent once it is done, even if that happens while the message is sent", async () => {
    const { user, number } = await addReminded();
    const [moved, done, late] = [await createCall(user), await createCall(user), await createCall(user, { subject: "Late" })];
    await user.client.updateActivity({ id: moved.id, start_datetime: minutesFromNow(30) });
    await user.client.completeActivity({ id: done.id });
    app.ports.sms.send = async () => {
      await user.client.cancelActivity({ id: late.id });
      throw new Error("The provider is away");
    };
    await passMinutes(5);
    expect(listTexts(number)).toEqual([]);
    app.ports.sms.send = send;
    await passMinutes(15);
    expect(listTexts(number)).toEqual([expect.stringContaining(moved.id)]);
    expect(await listReasons(user)).toEqual([]);
  });

  it("is sent once for each instant, whichever of two events is late", async () => {
    const { user, number } = await addReminded();
    const reminders = [10, 5].map((minutes_before) => ({ minutes_before, by: "SMS" }));
    const { id } = await createCall(user, { reminders });
    await passMinutes(5);
    await passMinutes(5);
    expect(findReminded(id)).toHaveLength(2);
    for (const event of findReminded(id)) await deliver(event);
    expect(listTexts(number)).toHaveLength(2);
  });
});

describe("a reminder in the app", () => {
  it("is not delivered once the activity is done", async () => {
    const { user } = await addReminded();
    const { id } = await createCall(user, { reminders: [{ minutes_before: 10 }] });
    await passMinutes(5);
    await user.client.completeActivity({ id });
    const late = { ...(findReminded(id)[0] as DomainEvent), id: "another" };
    await deliverToSubscriber(app, "notifications", late);
    expect(await listReasons(user)).toHaveLength(1);
  });
});

describe("a reminder by SMS that cannot be sent", () => {
  const noNumber = "you have no valid telephone number. An administrator can set your phone_number.";

  it.each([[null], ["0151 1234567890123"], ["1234567890"]])("because the number is %j appears in the app", async (typed) => {
    const { user } = await addReminded(typed);
    await createCall(user);
    await passMinutes(5);
    expect(await listReasons(user)).toEqual([`Reminder: Call Ada: No text message was sent: ${noNumber}`]);
  });

  it("because there is no sender appears in the app", async () => {
    const { user, number } = await addReminded();
    await createCall(user);
    app.ports.smsSender = undefined;
    await passMinutes(5);
    expect(listTexts(number)).toEqual([]);
    expect(await listReasons(user)).toEqual(["Reminder: Call Ada: No text message was sent: this system has no SMS sender."]);
  });

  it("at first is tried again", async () => {
    const { user, number } = await addReminded();
    await createCall(user);
    let tries = 0;
    app.ports.sms.send = async (message) => {
      if (++tries < 3) throw new Error("The provider is away");
      await send(message);
    };
    await passMinutes(5);
    expect(tries).toBe(3);
    expect(listTexts(number)).toHaveLength(1);
    expect(await listReasons(user)).toEqual([]);
  });

  it("after three tries appears in the app once", async () => {
    const { user } = await addReminded();
    const { id } = await createCall(user);
    let tries = 0;
    app.ports.sms.send = async () => {
      tries++;
      throw new Error("The provider is away");
    };
    await passMinutes(5);
    await deliver(findReminded(id)[0] as DomainEvent);
    expect(tries).toBe(3);
    expect(await listReasons(user)).toEqual(["Reminder: Call Ada: The text message could not be sent."]);
  });

  it("with certainty, because the process was killed while it was sent, appears in the app and is not sent again", async () => {
    const { user, number } = await addReminded();
    const { id, start_datetime } = await createCall(user);
    const at = new Date(Date.parse(String(start_datetime)) - 10 * MINUTE_MS).toISOString();
    await runIn(systemContext(app.ports, tenant.id, "test"), () => ReminderTextLog.claim({ activity: id, at }, 60));
    await passMinutes(5);
    expect(listTexts(number)).toEqual([]);
    const reason = "The text message may not have been sent: its sending was interrupted.";
    expect(await listReasons(user)).toEqual([`Reminder: Call Ada: ${reason}`]);
  });

  it("because its number has had ten in an hour appears in the app", async () => {
    app.setClock({ now: "2027-01-16T01:00:00.000Z" });
    const { user, number } = await addReminded();
    const again = await signInAgain(app, tenant, user);
    for (let count = 0; count < 11; count++) await createCall(again);
    await passMinutes(5);
    expect(listTexts(number)).toHaveLength(10);
    const reason = "No text message was sent: the limit of text messages in an hour is reached.";
    expect(await listReasons(user)).toEqual([`Reminder: Call Ada: ${reason}`]);
  });
});

describe("the text of a reminder", () => {
  const url = `https://crm.example.com/activities/act_${"0".repeat(18)}p${"0".repeat(18)}`;
  const longUrl = `https://${"a".repeat(60)}.example.com/activities/act_${"0".repeat(18)}p${"0".repeat(18)}`;
  const time = "begins 2027-01-15 02:45";

  it.each([
    ["short", "Call Ada", url, `Reminder: Call Ada, ${time}\n${url}`],
    ["long", "ab ".repeat(85).trim(), url, /^Reminder: (?:ab )+ab?\.\.\., begins 2027-01-15 02:45\nhttps:.*$/],
    ["in another script", "電話".repeat(60), url, /^Reminder: (?:電話)+電?\.\.\., begins 2027-01-15 02:45\nhttps:.*$/],
    ["of surrogate pairs", "😀".repeat(60), longUrl, /^Reminder: (?:😀){20,}\.\.\., begins 2027-01-15 02:45$/u],
    [
      "in another script, with a long address",
      "電話".repeat(60),
      longUrl,
      /^Reminder: (?:電話){20,}電?\.\.\., begins 2027-01-15 02:45$/,
    ],
  ])("with a subject that is %s takes at most two segments", (_, subject, link, expected) => {
    const text = composeReminderText({ subject, time, url: link });
    if (typeof expected === "string") expect(text).toBe(expected);
    else expect(text).toMatch(expected);
    expect(countSegments(text).segments).toBeLessThanOrEqual(2);
  });

  const times = { start_datetime: null, due_at: null, due_date: null, due_time: null };
  const due = { due_at: "2027-01-15T08:30:00.000Z", due_date: "2027-01-15", due_time: "09:30" };
  it.each([
    [{}, null],
    [{ start_datetime: "2027-01-15T01:45:00.000Z" }, "begins 2027-01-15 10:45"],
    [due, "due 2027-01-15 17:30"],
    [{ ...due, due_at: "2027-01-15T22:59:59.999Z", due_time: null }, "due 2027-01-15"],
  ])("names the time of %o", (given, expected) => {
    expect(formatStart({ ...times, ...given }, "Asia/Tokyo")).toBe(expected);
  });

  it.each([
    [null, 24 * 60 * 60],
    ["2027-01-15T01:31:00.000Z", 600],
    ["2027-01-15T02:30:00.000Z", 3600],
    ["2027-02-15T01:30:00.000Z", 24 * 60 * 60],
  ])("is useful until the activity begins at %s", (start, expected) => {
    expect(computeValidity(start, "2027-01-15T01:30:00.000Z")).toBe(expected);
  });
});
