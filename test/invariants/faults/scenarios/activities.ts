import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import { addUser, nextWeek, PASSWORD, type TestUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

const MINUTE_SECONDS = 60;

const createActivity = async ({ crm }: Fixture, more: Record<string, unknown> = {}) =>
  (await crm.createActivity({ subject: "Call back", activity_type_id: "task", ...more })).data;

function reminderScenario() {
  let user: TestUser;
  return defineScenario<string>({
    name: "an activity is reminded of",
    covers: { subscribers: ["activity-reminders"], due: ["activity"] },
    countsWrite: (name) => name === "due" || name === "activity-reminders",
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "SALES_REP");
    },
    prepare: async (scene) =>
      (await createActivity(scene, { assigned_to_id: user.id, reminder_datetime: Clock.addSeconds(10 * MINUTE_SECONDS) })).id,
    proceed: ({ system: line }) => line.advance(10 * MINUTE_SECONDS + LEASE_SECONDS),
    async check(scene, id) {
      const { reminded_at, reminder_datetime } = (await scene.crm.getActivity({ id })).data;
      expect(reminded_at).toBe(reminder_datetime);
      const { data: session } = await scene.system
        .client()
        .login({ email: user.email, password: PASSWORD, tenant_slug: scene.tenant.slug });
      const { data: notifications } = await scene.system.client(session.access_token).listNotifications({ limit: 100 });
      expect(notifications.filter(({ record_id, type }) => record_id === id && type === "activity_reminder")).toHaveLength(1);
    },
  });
}

/** A reminder by SMS arrives: as one text message, as a notification in the app, or both if it is not known whether it was sent. */
function textScenario() {
  const number = "+4915112345678";
  let user: TestUser;
  return defineScenario<string>({
    name: "an activity is reminded of by SMS",
    covers: { subscribers: ["activity-reminder-texts"] },
    countsWrite: (name) => name === "activity-reminder-texts",
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "SALES_REP", { phone_number: number });
    },
    prepare: async (scene) => {
      const reminders = [{ at: Clock.addSeconds(10 * MINUTE_SECONDS), by: "SMS" }];
      return (await createActivity(scene, { assigned_to_id: user.id, reminders })).id;
    },
    proceed: ({ system: line }) => line.advance(10 * MINUTE_SECONDS + LEASE_SECONDS),
    async check({ system: line, tenant }, id) {
      const texts = line.app.mail.sent(number).filter(({ text }) => text.includes(id));
      const { data: session } = await line.client().login({ email: user.email, password: PASSWORD, tenant_slug: tenant.slug });
      const { data } = await line.client(session.access_token).listNotifications({ limit: 100 });
      const notifications = data.filter(({ record_id, type }) => record_id === id && type === "activity_reminder");
      expect(texts.length).toBeLessThanOrEqual(1);
      expect(notifications.length).toBeLessThanOrEqual(1);
      expect(texts.length + notifications.length).toBeGreaterThanOrEqual(1);
    },
  });
}

const unblocking = defineScenario<{ first: string; waiting: string[] }>({
  name: "what waits for an activity is let go",
  covers: { subscribers: ["activity-unblocking"] },
  async prepare(scene) {
    const { id: first } = await createActivity(scene);
    const waiting = await Promise.all([1, 2, 3].map(async () => (await createActivity(scene, { blocked_by: first })).id));
    return { first, waiting };
  },
  ask: ({ crm }, { first }, options) => crm.completeActivity({ id: first }, options),
  async check({ crm }, { waiting }) {
    for (const id of waiting) {
      const { data } = await crm.getActivity({ id });
      expect([data.status, data.version]).toEqual(["NOT_STARTED", 2]);
    }
  },
});

/** A participant gets one invitation and one cancellation. */
const invitation = defineScenario<{ id: string; email: string }>({
  name: "a participant who is invited, then uninvited",
  covers: { subscribers: ["invitations"] },
  async prepare(scene) {
    const email = `${randomUUID()}@strike.example`;
    const { data: guest } = await scene.crm.createLead({ last_name: "Guest", email });
    const start = Clock.addSeconds(24 * 60 * MINUTE_SECONDS);
    const times = {
      assigned_to_id: scene.tenant.userId,
      start_datetime: start,
      end_datetime: Clock.addSeconds(30 * MINUTE_SECONDS, Date.parse(start)),
    };
    const { id } = await createActivity(scene, {
      ...times,
      send_invitations: true,
      participants: [{ person_id: guest.personal_key_id }],
    });
    return { id, email };
  },
  ask: ({ crm }, { id }, options) => crm.cancelActivity({ id }, options),
  async check({ system: line, crm }, { id, email }) {
    const { participants } = (await crm.getActivity({ id })).data;
    expect(participants).toMatchObject([{ invitation_status: "SENT" }]);
    const mails = line.app.mail.sent(email);
    expect(new Set(mails.map((message) => message.id)).size).toBe(mails.length);
    expect(mails.at(-1)?.calendar?.method).toBe("CANCEL");
  },
});

/** A visitor books once and gets one email. */
const booking = defineScenario<{ token: string; start: string; request_id: string; name: string; email: string; owner: string }>({
  name: "bookTime",
  covers: { operations: ["bookTime"], subscribers: ["booking-mails"] },
  hasNewAnswer: true,
  async prepare({ crm, system: line, tenant }) {
    const { id: owner } = await addUser(line.app, tenant, "SALES_REP");
    const link = { name: "Call", activity_type_id: "meeting", minimum_notice_hours: 0, owner_id: owner };
    const { token } = (await crm.createBookingLink(link)).data;
    const { slots } = (await line.client().showBookingTimes({ token, ...nextWeek() })).data;
    const email = `${randomUUID()}@strike.example`;
    return { token, start: String(slots[4]?.start), request_id: randomUUID(), name: "Vic Visitor", email, owner };
  },
  ask: ({ system: line }, { owner: _owner, ...bookingInput }) => line.client().bookTime(bookingInput),
  async check({ system: line, crm }, { start, email, owner }) {
    const day = start.slice(0, 10);
    const { data } = await crm.getCalendar({ from: day, to: day, owner });
    expect(data.map(({ starts_at }) => starts_at)).toEqual([start]);
    expect(line.app.mail.sent(email)).toHaveLength(1);
    expect((await crm.listLeads({ search: email })).data).toHaveLength(1);
  },
});

/** Occurrences are created and changed once each, whichever write fails. */
const series = defineScenario<{ id: string; series_id: string }>({
  name: "the occurrences of a series are made and changed",
  covers: { subscribers: ["activity-series"], due: ["activity_series"] },
  async prepare(scene) {
    const start_datetime = Clock.addSeconds(60 * MINUTE_SECONDS);
    const { id, series_id } = await createActivity(scene, { start_datetime, recurrence: { frequency: "DAILY", count: 30 } });
    return { id, series_id: String(series_id) };
  },
  ask: ({ crm }, { id }, options) => crm.updateActivity({ id, description: "For all", apply_to: "ALL" }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  async check({ crm }, { series_id }) {
    const { data } = await crm.listActivities({ series_id, limit: 100 });
    expect(new Set(data.map(({ occurrence }) => occurrence)).size).toBe(30);
    expect(data).toHaveLength(30);
    const responses = await Promise.all(data.map(({ id }) => crm.getActivity({ id })));
    expect(responses.filter(({ data: activity }) => activity.description !== "For all" || activity.version > 2)).toEqual([]);
  },
});

export const scenarios = [reminderScenario(), textScenario(), unblocking, series, invitation, booking];
