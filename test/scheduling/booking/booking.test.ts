import { randomUUID } from "node:crypto";
import { BookingLinks } from "@crm/core/scheduling/booking/link.entity.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, storeFormerValues, type Tenant, type TestUser } from "../../support/app.ts";
import { buildVisitor, createBookingLink, createVisitorClient, MONDAY, setWorkingHours, timeAt } from "./support.ts";

let app: App;
let tenant: Tenant;
let host: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: timeAt("05:55") });
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.setClock({ now: timeAt("05:55") });
  host = await addUser(app, tenant, "SALES_REP");
  await setWorkingHours(host);
});

const readTimes = async (token: string, more: Record<string, unknown> = {}) =>
  (await createVisitorClient(app).showBookingTimes({ token, from: MONDAY, to: MONDAY, timezone: "UTC", ...more })).data;
const listStarts = async (token: string, more: Record<string, unknown> = {}): Promise<string[]> =>
  (await readTimes(token, more)).slots.map(({ start }) => start.slice(11, 16));

describe("bookable times", () => {
  it("are the working times of the host without an activity, including buffers", async () => {
    const link = await createBookingLink(host, { durations_minutes: [60], buffer_before_minutes: 15, buffer_after_minutes: 30 });
    await host.client.createActivity({
      ...{ subject: "Secret", activity_type_id: "meeting", is_private: true },
      ...{ start_datetime: timeAt("12:00"), end_datetime: timeAt("13:00") },
    });
    const offer = await readTimes(link.token);
    expect(offer.slots.map(({ start }) => start.slice(11, 16))).toEqual([
      "10:00",
      "10:30",
      "13:30",
      "14:00",
      "14:30",
      "15:00",
      "15:30",
      "16:00",
    ]);
    expect(JSON.stringify(offer)).not.toContain("Secret");
  });

  it("start after the minimum notice, end with the horizon, and are within the hours of the link", async () => {
    const link = await createBookingLink(host, {
      ...{ durations_minutes: [30, 120], minimum_notice_hours: 5, horizon_days: 3 },
      hours: [
        { weekday: "MON", from: "08:00", to: "12:00" },
        { weekday: "THU", from: "09:00", to: "10:00" },
        { weekday: "FRI", from: "09:00", to: "10:00" },
      ],
    });
    expect(await listStarts(link.token)).toEqual(["11:00", "11:30"]);
    expect(await listStarts(link.token, { duration_minutes: 120 })).toEqual([]);
    const { slots } = await readTimes(link.token, { to: "2027-02-14" });
    expect(slots.map(({ start }) => start)).toEqual([
      timeAt("11:00"),
      timeAt("11:30"),
      timeAt("09:00", "2027-02-04"),
      timeAt("09:30", "2027-02-04"),
    ]);
    await expect(readTimes(link.token, { to: "2027-02-16" })).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(readTimes(link.token, { duration_minutes: 45 })).rejects.toMatchObject({
      details: [{ field: "duration_minutes" }],
    });
  });

  it("are times at which all hosts are free, in any of their time zones", async () => {
    const otherHost = await addUser(app, tenant, "SALES_REP");
    await setWorkingHours(otherHost, "America/New_York");
    const link = await createBookingLink(host, { host_ids: [otherHost.id], durations_minutes: [60] });
    expect(await listStarts(link.token)).toEqual(["14:00", "14:30", "15:00", "15:30", "16:00"]);
    await otherHost.client.createActivity({
      ...{ subject: "Busy", activity_type_id: "meeting", start_datetime: timeAt("14:30"), end_datetime: timeAt("15:00") },
    });
    expect(await listStarts(link.token)).toEqual(["15:00", "15:30", "16:00"]);
  });

  it("end on a day that has reached its maximum of bookings", async () => {
    const link = await createBookingLink(host, { max_per_day: 1 });
    await createVisitorClient(app).bookTime({ token: link.token, start: timeAt("12:00"), ...buildVisitor() });
    expect(await listStarts(link.token)).toEqual([]);
    expect((await listStarts(link.token, { to: "2027-02-02" })).length).toBe(16);
    const next = createVisitorClient(app).bookTime({ token: link.token, start: timeAt("16:00"), ...buildVisitor() });
    await expect(next).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("respect the buffers of a meeting of another link", async () => {
    const [long, short] = [await createBookingLink(host, { buffer_after_minutes: 60 }), await createBookingLink(host)];
    await createVisitorClient(app).bookTime({ token: long.token, start: timeAt("12:00"), ...buildVisitor() });
    expect((await listStarts(short.token)).slice(3, 6)).toEqual(["11:30", "13:30", "14:00"]);
    expect((await listStarts(long.token)).slice(1, 4)).toEqual(["10:30", "13:30", "14:00"]);
  });
});

describe("who books", () => {
  it("gets an activity in the calendars of all hosts, about a lead of the host", async () => {
    const otherHost = await addUser(app, tenant, "SALES_REP");
    const link = await createBookingLink(host, {
      host_ids: [otherHost.id],
      location: "Room 5",
      questions: [{ label: "Budget?", is_required: true }],
    });
    // An earlier release stored the name as several lines.
    await storeFormerValues(app, tenant, BookingLinks, link.id, { name: "In\ntro" });
    const visitor = buildVisitor({ phone: "+32485001122", note: "Wegen 三月" });
    const booking = { token: link.token, start: timeAt("12:00"), ...visitor };
    await expect(createVisitorClient(app).bookTime(booking)).rejects.toMatchObject({
      details: [{ field: "answers[0]", message: "Required" }],
    });
    const { data: booked } = await createVisitorClient(app).bookTime({ ...booking, answers: ["10 k"] });
    expect(booked).toMatchObject({ start: timeAt("12:00"), end: timeAt("12:30") });
    for (const user of [host, otherHost]) {
      const { data } = await user.client.getCalendar({ from: MONDAY, to: MONDAY });
      expect(data.map(({ starts_at, meeting_location }) => [starts_at, meeting_location])).toEqual(
        user === host ? [[timeAt("12:00"), "Room 5"]] : [],
      );
    }
    const [row] = (await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data;
    const { data: activity } = await host.client.getActivity({ id: row?.id ?? "" });
    expect(activity).toMatchObject({ assigned_to_id: host.id, related_to_type: "lead", subject: `In tro: ${visitor.name}` });
    expect(activity.description).toBe(`Booked by ${visitor.name}, ${visitor.email}, +32485001122\n\nWegen 三月\n\nBudget?: 10 k`);
    const { data: lead } = await host.client.getLead({ id: activity.related_to_id ?? "" });
    expect(lead).toMatchObject({
      owner_id: host.id,
      email: visitor.email,
      person_sight: null,
      last_activity_date: activity.created_at,
    });
    expect(activity.participants.map(({ id, participant_type }) => [id, participant_type])).toEqual([
      [host.id, "ORGANIZER"],
      [otherHost.id, "REQUIRED"],
      [lead.personal_key_id, "REQUIRED"],
    ]);
    // The host knows the visitor by now, so the next booking is about the person.
    await createVisitorClient(app).bookTime({ ...booking, start: timeAt("15:00"), answers: ["20 k"], request_id: randomUUID() });
    const { data: all } = await host.client.getCalendar({ from: MONDAY, to: MONDAY });
    expect(all.map(({ related_to_type, related_to_id }) => [related_to_type, related_to_id])).toEqual([
      ["lead", lead.id],
      ["person", lead.personal_key_id],
    ]);
  });

  it("reveals to the host only what was typed if known only to others, with one lead", async () => {
    const colleague = await addUser(app, tenant, "SALES_REP");
    const visitor = buildVisitor();
    await colleague.client.createLead({ first_name: "Known", last_name: "Elsewhere", email: visitor.email });
    const link = await createBookingLink(host);
    for (const start of [timeAt("12:00"), timeAt("13:00")])
      await createVisitorClient(app).bookTime({ token: link.token, start, ...visitor, request_id: randomUUID() });
    await app.settle();
    const { data: leads } = await host.client.listLeads({});
    expect(leads.map(({ person_sight, last_name }) => [person_sight, last_name])).toEqual([
      ["LIMITED", visitor.name.split(" ")[1]],
    ]);
    await expect(host.client.getPerson({ id: leads[0]?.personal_key_id ?? "" })).rejects.toMatchObject({ status: 404 });
    const { data: activities } = await host.client.listLeadActivities({ id: leads[0]?.id ?? "" });
    expect(activities.length).toBe(2);
  });

  it("books once per request id, even if it is repeated, and cannot book a taken time", async () => {
    const link = await createBookingLink(host);
    const booking = { token: link.token, start: timeAt("12:00"), ...buildVisitor() };
    const answers = await Promise.all([1, 2, 3].map(() => createVisitorClient(app).bookTime(booking)));
    expect(new Set(answers.map(({ data }) => data.booking_token)).size).toBe(1);
    expect((await createVisitorClient(app).bookTime(booking)).data).toEqual(answers[0]?.data);
    expect((await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data.length).toBe(1);
    for (const overrides of [{ request_id: randomUUID() }, { email: "else@mail.example" }])
      await expect(createVisitorClient(app).bookTime({ ...booking, ...overrides })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("books one time per request id, also with two concurrent requests", async () => {
    const link = await createBookingLink(host);
    const request_id = randomUUID();
    const bookings = ["2027-02-02", "2027-02-04"].map((day) => ({
      token: link.token,
      start: timeAt("12:00", day),
      ...buildVisitor({ request_id }),
    }));
    const outcomes = await Promise.allSettled(bookings.map((booking) => createVisitorClient(app).bookTime(booking)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("gets the time alone among concurrent requests for the same or an overlapping time", async () => {
    const [link, otherLink] = [await createBookingLink(host), await createBookingLink(host, { durations_minutes: [120] })];
    const slots = Array.from({ length: 8 }, (_, n) =>
      n % 2 === 0 ? { token: link.token, start: timeAt("12:30") } : { token: otherLink.token, start: timeAt("11:30") },
    );
    const outcomes = await Promise.allSettled(
      slots.map((slot) => createVisitorClient(app).bookTime({ ...slot, ...buildVisitor() })),
    );
    const rejectionCodes = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));
    expect(rejectionCodes).toEqual(Array.from({ length: 7 }, () => "CONFLICT"));
    expect((await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data.length).toBe(1);
  });

  it("cannot exceed the daily maximum, also in concurrent requests", async () => {
    const link = await createBookingLink(host, { max_per_day: 2 });
    const starts = ["10:30", "12:00", "13:00", "14:00", "15:00"].map((time) => timeAt(time));
    const outcomes = await Promise.allSettled(
      starts.map((start) => createVisitorClient(app).bookTime({ token: link.token, start, ...buildVisitor() })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(2);
  });

  it("has at most three upcoming meetings with a host, also in concurrent requests", async () => {
    const [link, otherLink] = [await createBookingLink(host), await createBookingLink(host)];
    const { email } = buildVisitor();
    const days = ["2027-02-02", "2027-02-03", "2027-02-04", "2027-02-05", "2027-02-08"];
    const outcomes = await Promise.allSettled(
      days.map((day, n) =>
        createVisitorClient(app).bookTime({
          token: (n % 2 ? link : otherLink).token,
          start: timeAt("12:00", day),
          ...buildVisitor({ email: n % 2 ? email : email.toUpperCase() }),
        }),
      ),
    );
    const done = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.data] : []));
    expect(done.length).toBe(3);
    expect(outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []))).toEqual([
      "RULE_VIOLATION",
      "RULE_VIOLATION",
    ]);
    // A booking that the host cancelled does not count.
    const { data: week } = await host.client.getCalendar({ from: "2027-02-02", to: "2027-02-08" });
    await host.client.cancelActivity({ id: week[0]?.id ?? "" });
    await createVisitorClient(app).bookTime({
      token: link.token,
      start: timeAt("15:00", "2027-02-09"),
      ...buildVisitor({ email }),
    });
  });

  it("can book offered times only", async () => {
    const link = await createBookingLink(host, { horizon_days: 3 });
    for (const start of [
      timeAt("09:30"),
      timeAt("12:07"),
      timeAt("12:00", "2027-01-29"),
      timeAt("12:00", "2027-02-05"),
      timeAt("17:00"),
      timeAt("12:00", "2099-01-01"),
    ])
      await expect(createVisitorClient(app).bookTime({ token: link.token, start, ...buildVisitor() })).rejects.toMatchObject({
        code: "CONFLICT",
      });
    const invalidInputs: [Record<string, unknown>, string][] = [
      [{ email: "unknown" }, "email"],
      [{ name: " " }, "name"],
      [{ name: "x".repeat(201) }, "name"],
      [{ note: "x".repeat(2001) }, "note"],
      [{ timezone: "Mars/Olympus" }, "timezone"],
      [{ request_id: "short" }, "request_id"],
      [{ answers: ["To what?"] }, "answers"],
      [{ duration_minutes: 45 }, "duration_minutes"],
    ];
    for (const [more, field] of invalidInputs)
      await expect(
        createVisitorClient(app).bookTime({ token: link.token, start: timeAt("12:00"), ...buildVisitor(), ...more }),
      ).rejects.toMatchObject({
        status: 400,
        details: [{ field }],
      });
    expect((await host.client.getCalendar({ from: MONDAY, to: "2027-02-08" })).data).toEqual([]);
  });

  it("is rate limited by address, without an effect on other addresses", async () => {
    const link = await createBookingLink(host);
    const tries = Array.from({ length: 11 }, () =>
      createVisitorClient(app, "198.51.100.9").bookTime({ token: link.token, start: timeAt("12:07"), ...buildVisitor() }),
    );
    const codes = (await Promise.allSettled(tries)).map((outcome) => (outcome as PromiseRejectedResult).reason.code);
    expect(codes.filter((code) => code === "RATE_LIMITED").length).toBe(1);
    await createVisitorClient(app).bookTime({ token: link.token, start: timeAt("12:00"), ...buildVisitor() });
  });
});

describe("a link", () => {
  it("returns 404 if it or a host is inactive or deleted, and with any other token", async () => {
    const otherHost = await addUser(app, tenant, "SALES_REP");
    const foreign = await signUp(app);
    const link = await createBookingLink(host, { host_ids: [otherHost.id] });
    const expectMissing = async (token = link.token) => {
      await expect(listStarts(token)).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
      await expect(createVisitorClient(app).bookTime({ token, start: timeAt("12:00"), ...buildVisitor() })).rejects.toMatchObject(
        { status: 404 },
      );
    };
    const [, id = "", secret = ""] = link.token.split(".");
    for (const token of ["x", link.token.slice(0, -1), `${foreign.id}.${id}.${secret}`, `${tenant.id}.${id}.`])
      await expectMissing(token);
    await host.client.updateBookingLink({ id: link.id, is_active: false });
    await expectMissing();
    await host.client.updateBookingLink({ id: link.id, is_active: true });
    expect((await listStarts(link.token)).length).toBeGreaterThan(0);
    await host.client.deleteBookingLink({ id: link.id });
    await expectMissing();
    await host.client.restoreBookingLink({ id: link.id });
    await tenant.admin.setUserStatus({ id: otherHost.id, status: "SUSPENDED" });
    await expectMissing();
  });

  it("can be read by all users, and changed by its owner and administrators only", async () => {
    const link = await createBookingLink(host);
    const colleague = await addUser(app, tenant, "MANAGER");
    expect((await colleague.client.getBookingLink({ id: link.id })).data).toMatchObject({
      owner_id: host.id,
      durations_minutes: [30],
    });
    for (const act of [
      () => colleague.client.updateBookingLink({ id: link.id, name: "Mine" }),
      () => colleague.client.deleteBookingLink({ id: link.id }),
      () => colleague.client.createBookingLink({ name: "Theirs", activity_type_id: "meeting", owner_id: host.id }),
    ])
      await expect(act()).rejects.toMatchObject({ status: 403 });
    expect((await tenant.admin.updateBookingLink({ id: link.id, name: "Ours" })).data.name).toBe("Ours");
    const { data } = await tenant.admin.createBookingLink({ name: "Given", activity_type_id: "meeting", owner_id: host.id });
    const { data: hostLinks } = await colleague.client.listBookingLinks({ owner_id: host.id });
    expect(hostLinks.map(({ id }) => id)).toEqual([data.id, link.id]);
    const invalidInputs: [object, string][] = [
      [{ host_ids: [host.id] }, "host_ids[0]"],
      [{ durations_minutes: [30, 30] }, "durations_minutes"],
      [{ horizon_days: 61 }, "horizon_days"],
      [{ hours: [{ weekday: "MON", from: "12:00", to: "11:00" }] }, "hours[0].to"],
    ];
    for (const [more, field] of invalidInputs)
      await expect(createBookingLink(host, more)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("can be booked even if its activity type is inactive", async () => {
    const { data: type } = await tenant.admin.createMaster({
      kind: "activity_types",
      name: "Tour",
      code: `tour_${host.id.slice(-6)}`,
    });
    const link = await createBookingLink(host, { activity_type_id: type.id });
    await tenant.admin.updateMaster({ kind: "activity_types", id: type.id, is_active: false });
    await createVisitorClient(app).bookTime({ token: link.token, start: timeAt("12:00"), ...buildVisitor() });
    expect((await host.client.getCalendar({ from: MONDAY, to: MONDAY })).data[0]?.activity_type_id).toBe(type.id);
  });
});
