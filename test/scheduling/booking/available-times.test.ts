import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bookableInterval,
  computeFreeTime,
  widenToDays,
} from "../../../packages/core/src/scheduling/booking/free-slots.rules.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { createBookingLink, createVisitorClient } from "./support.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const toIso = (ms: number): string => new Date(ms).toISOString();

describe("buffer times", () => {
  const span = (from: string, to: string) => ({ from: `2027-01-04T${from}:00.000Z`, to: `2027-01-04T${to}:00.000Z` });
  const day = [span("09:00", "17:00")];
  const noBuffers = { before: 0, after: 0 };
  it.each([
    ["nothing where nothing takes time", [], noBuffers, day],
    ["nothing around what takes no time", [{ ...span("12:00", "12:00"), before: 30, after: 30 }], noBuffers, day],
    [
      "what the next keeps",
      [{ ...span("12:00", "13:00"), ...noBuffers }],
      { before: 15, after: 30 },
      [span("09:00", "11:30"), span("13:15", "17:00")],
    ],
    [
      "what the other keeps",
      [{ ...span("12:00", "13:00"), before: 10, after: 20 }],
      noBuffers,
      [span("09:00", "11:50"), span("13:20", "17:00")],
    ],
    [
      "the longer of two",
      [{ ...span("12:00", "13:00"), before: 45, after: 10 }],
      { before: 15, after: 30 },
      [span("09:00", "11:15"), span("13:15", "17:00")],
    ],
  ])("%s", (_, busySpans, buffers, expected) => expect(computeFreeTime(day, busySpans, buffers)).toEqual(expected));
});

describe("the bookable interval", () => {
  it.each([
    ["through a day of 23 hours", "Europe/Berlin", "2027-03-27T22:30:00.000Z", 1, "2027-03-28T22:00:00.000Z"],
    ["through a day of 25 hours", "Europe/Berlin", "2027-10-30T21:30:00.000Z", 1, "2027-10-31T23:00:00.000Z"],
    ["to the end of the day there, not here", "Pacific/Auckland", "2027-06-01T13:00:00.000Z", 2, "2027-06-04T12:00:00.000Z"],
  ])("%s", (_, zone, now, horizon_days, to) =>
    expect(bookableInterval({ horizon_days, minimum_notice_hours: 3 }, zone, now)).toEqual({
      from: toIso(Date.parse(now) + 3 * HOUR_MS),
      to,
    }),
  );
  it("is widened to whole days of the host, plus one on each side", () =>
    expect(widenToDays({ from: "2027-03-28T22:30:00.000Z", to: "2027-03-28T22:31:00.000Z" }, "Europe/Berlin")).toEqual({
      from: "2027-03-27T23:00:00.000Z",
      to: "2027-03-30T22:00:00.000Z",
    }));
});

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
const random = createTestRandom("booking times");
const randomInteger = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const formatClock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

interface Span {
  from: number;
  to: number;
}

/** Reads the local time of a zone, minute by minute. */
function createClockReader(zone: string) {
  const format = new Intl.DateTimeFormat("en-CA", {
    ...{
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    },
  });
  return (instant: number) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return {
      day: `${parts.year}-${parts.month}-${parts.day}`,
      weekday: parts.weekday?.toUpperCase() ?? "",
      time: `${parts.hour}:${parts.minute}`,
    };
  };
}

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2027-01-01T00:00:00Z" });
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("times of a link with two hosts in other time zones than the visitor", () => {
  // Clocks change in New York on 14 March and 7 November, in Berlin on 28 March and 31 October, on Lord Howe Island on 4 April.
  it.each([
    ["2027-03-12T07:10:00.000Z", "America/New_York", "Europe/Berlin"],
    ["2027-03-26T07:10:00.000Z", "Europe/Berlin", "Asia/Kolkata"],
    ["2027-04-02T07:10:00.000Z", "Australia/Lord_Howe", "Europe/Berlin"],
    ["2027-10-29T07:10:00.000Z", "Europe/Berlin", "America/New_York"],
    ["2027-11-05T07:10:00.000Z", "America/New_York", "Australia/Lord_Howe"],
  ])("equal a minute-by-minute check from %s on in %s and %s", async (now, zone, otherZone) => {
    app.setClock({ now });
    const [host, otherHost] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const spans = () =>
      weekdays.map((weekday) => ({
        weekday,
        from: formatClock(randomInteger(0, 8 * 60)),
        to: formatClock(randomInteger(16 * 60, 24 * 60)),
      }));
    const start = Date.parse(now);
    const [horizon_days, notice] = [5, 6];
    const linkOptions = {
      durations_minutes: [45],
      buffer_before_minutes: 20,
      buffer_after_minutes: 35,
      horizon_days,
      minimum_notice_hours: notice,
    };
    const narrowed = spans();
    const link = await createBookingLink(host, { ...linkOptions, hours: narrowed, host_ids: [otherHost.id] });
    const people = await Promise.all(
      [
        { user: host, zone },
        { user: otherHost, zone: otherZone },
      ].map(async ({ user, zone: hostZone }: { user: TestUser; zone: string }) => {
        const hours = spans();
        await user.client.replaceUserAvailability({ id: user.id, timezone: hostZone, working_hours: hours });
        const busy = Array.from({ length: 6 }, (): Span => {
          const from = Math.floor(start / MINUTE_MS) * MINUTE_MS + randomInteger(0, 6 * 24 * 60) * MINUTE_MS;
          return { from, to: from + randomInteger(1, 150) * MINUTE_MS };
        });
        for (const { from, to } of busy)
          await user.client.createActivity({
            subject: "Met",
            activity_type_id: "meeting",
            start_datetime: toIso(from),
            end_datetime: toIso(to),
          });
        return { hours: [hours], read: createClockReader(hostZone), busy };
      }),
    );
    people[0]?.hours.push(narrowed);
    const readOwner = createClockReader(zone);
    const isIn = (
      hours: readonly { weekday: string; from: string; to: string }[],
      { weekday, time }: ReturnType<typeof readOwner>,
    ) => hours.some((hour) => hour.weekday === weekday && hour.from <= time && time < hour.to);
    const isWorking = (instant: number) => people.every(({ hours, read }) => hours.every((hour) => isIn(hour, read(instant))));
    const isKept = (from: number, to: number) =>
      people.some(({ busy }) =>
        busy.some((busySpan) => busySpan.from < to + 35 * MINUTE_MS && from - 20 * MINUTE_MS < busySpan.to),
      );
    const first = Date.parse(`${readOwner(start).day}T00:00:00Z`);
    const lastDay = toIso(first + horizon_days * 24 * HOUR_MS).slice(0, 10);
    const expected: string[] = [];
    // Full and half hours within a free period are offered; if none fits, the start of the period is offered.
    let since: number | undefined;
    const from = Math.floor(start / MINUTE_MS) * MINUTE_MS - 24 * HOUR_MS;
    for (let instant = from; instant <= from + 9 * 24 * HOUR_MS; instant += MINUTE_MS) {
      const isFree = isWorking(instant) && !isKept(instant, instant + MINUTE_MS);
      if (isFree) since ??= instant;
      else if (since !== undefined) {
        const run: number[] = [];
        for (
          let slotStart = Math.ceil(since / (30 * MINUTE_MS)) * 30 * MINUTE_MS;
          slotStart + 45 * MINUTE_MS <= instant;
          slotStart += 30 * MINUTE_MS
        )
          run.push(slotStart);
        if (run.length === 0 && since + 45 * MINUTE_MS <= instant) run.push(since);
        expected.push(
          ...run.filter((slotStart) => slotStart >= start + notice * HOUR_MS && readOwner(slotStart).day <= lastDay).map(toIso),
        );
        since = undefined;
      }
    }
    const { data } = await createVisitorClient(app).showBookingTimes({
      token: link.token,
      to: toIso(start + 10 * 24 * HOUR_MS),
      timezone: "Pacific/Chatham",
    });
    expect(data.slots.map((slot) => slot.start)).toEqual(expected);
    const readVisitor = createClockReader("Pacific/Chatham");
    for (const { start: begins, end, local } of data.slots) {
      expect(Date.parse(end) - Date.parse(begins)).toBe(45 * MINUTE_MS);
      const { day, time } = readVisitor(Date.parse(begins));
      expect(local).toBe(`${day}T${time}:00`);
    }
    expect(expected.length).toBeGreaterThan(3);
  });
});
