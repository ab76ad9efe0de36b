import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { iterateSlots, slotMinutes } from "../../../packages/core/src/people/activity/meeting-slots.rules.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const toIso = (ms: number): string => new Date(ms).toISOString();

describe("slots in free time", () => {
  const free = (from: string, to: string) => [{ from: `2027-01-04T${from}Z`, to: `2027-01-04T${to}Z` }];
  it.each([
    ["at half hours", free("09:10:00.000", "11:00:00.000"), 60, ["09:30", "10:00"]],
    ["at quarters, where it is short", free("09:10:00.000", "10:00:00.000"), 20, ["09:15", "09:30"]],
    ["from the first minute, where nothing else fits", free("09:10:20.000", "09:42:00.000"), 30, ["09:11"]],
    ["up to the very end", free("09:00:00.000", "10:00:00.000"), 60, ["09:00"]],
    ["not a second beyond it", free("09:00:00.000", "09:59:59.000"), 60, []],
    ["in each part", [...free("09:00:00.000", "09:40:00.000"), ...free("10:00:00.000", "10:30:00.000")], 30, ["09:00", "10:00"]],
  ])("%s", (_, spans, minutes, expected) =>
    expect([...iterateSlots(spans, minutes)].map(({ start }) => start.slice(11, 16))).toEqual(expected),
  );
});

const zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Berlin"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

let app: App;
let tenant: Tenant;
let users: TestUser[];
let outsider: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2027-01-01T00:00:00.000Z" });
  tenant = await signUp(app);
  users = await Promise.all(zones.map(() => addUser(app, tenant, "SALES_REP")));
  outsider = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const random = createTestRandom("slots");
const randomInteger = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

interface Span {
  from: number;
  to: number;
}
const formatClock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Checks each minute separately whether a user is free: by the local time in their zone and by their calendar. */
function createFreeCheck({
  zone,
  hours,
  away,
}: {
  zone: string;
  hours: { weekday: string; from: string; to: string }[];
  away: Span[];
}) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit" });
  const freeByMinute = new Map<number, boolean>();
  const isFree = (instant: number): boolean => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const time = `${parts.hour}:${parts.minute}`;
    const isWorkingTime = hours.some(
      ({ weekday, from, to }) => weekday === parts.weekday?.toUpperCase() && from <= time && time < to,
    );
    return isWorkingTime && !away.some(({ from, to }) => from < instant + MINUTE_MS && instant < to);
  };
  // Caches the result, because several meetings check the same minutes.
  return (instant: number): boolean => {
    const isFreeMinute = freeByMinute.get(instant) ?? isFree(instant);
    freeByMinute.set(instant, isFreeMinute);
    return isFreeMinute;
  };
}

function expectedStarts(part: Span, minutes: number, free: ((instant: number) => boolean)[]): string[] {
  const [length, step] = [minutes * MINUTE_MS, slotMinutes(minutes) * MINUTE_MS];
  const starts: number[] = [];
  let since: number | undefined;
  for (let instant = part.from; instant <= part.to; instant += MINUTE_MS) {
    const isFree = instant < part.to && free.every((isParticipantFree) => isParticipantFree(instant));
    if (isFree) since ??= instant;
    else if (since !== undefined) {
      const [begins, gapStarts] = [since, [] as number[]];
      for (let start = Math.ceil(begins / step) * step; start + length <= instant; start += step) gapStarts.push(start);
      if (gapStarts.length === 0 && begins + length <= instant) gapStarts.push(begins);
      starts.push(...gapStarts);
      since = undefined;
    }
  }
  return starts.map(toIso);
}

describe("slots at which five people in four zones can meet", () => {
  // Clocks change in New York on 14 March, in Berlin on 28 March, on Lord Howe Island on 4 April and 3 October.
  it.each(["2027-03-11T00:00:00.000Z", "2027-03-25T00:00:00.000Z", "2027-04-01T00:00:00.000Z", "2027-09-30T00:00:00.000Z"])(
    "match a check of each minute, from %s on",
    async (day) => {
      const part = { from: Date.parse(day), to: Date.parse(day) + 6 * DAY_MS };
      const somewhen = (maxMinutes: number): Span => {
        const from = part.from + randomInteger(-2 * 24 * 60, 6 * 24 * 60) * MINUTE_MS;
        return { from, to: from + randomInteger(1, maxMinutes) * MINUTE_MS };
      };
      const free = await Promise.all(
        zones.map(async (zone, index) => {
          const user = users[index] as TestUser;
          const hours = weekdays.flatMap((weekday) => {
            const [from, noon, to] = [randomInteger(0, 9 * 60), randomInteger(11 * 60, 13 * 60), randomInteger(17 * 60, 24 * 60)];
            return [
              { weekday, from: formatClock(from), to: formatClock(noon) },
              { weekday, from: formatClock(noon + 15), to: formatClock(to) },
            ];
          });
          const absences = [somewhen(24 * 60), somewhen(12 * 60)];
          await user.client.replaceUserAvailability({
            id: user.id,
            timezone: zone,
            working_hours: hours,
            absences: absences.map(({ from, to }) => ({ from: toIso(from), to: toIso(to) })),
          });
          const busy = Array.from({ length: 8 }, () => somewhen(180));
          for (const { from, to } of busy)
            await user.client.createActivity({
              subject: "Met",
              activity_type_id: "meeting",
              start_datetime: toIso(from),
              end_datetime: toIso(to),
            });
          return createFreeCheck({ zone, hours, away: [...absences, ...busy] });
        }),
      );
      // Cancelled and declined activities, and those with only a due date, do not block time.
      const all = { start_datetime: toIso(part.from), end_datetime: toIso(part.to), activity_type_id: "meeting" };
      const [first, second, third] = users as [TestUser, TestUser, TestUser];
      const { data: cancelled } = await first.client.createActivity({ subject: "Off", ...all });
      await first.client.cancelActivity({ id: cancelled.id });
      await outsider.client.createActivity({
        subject: "Without me",
        participants: [{ user_id: second.id, response_status: "DECLINED" }],
        ...all,
      });
      await third.client.createActivity({
        subject: "Report",
        activity_type_id: "task",
        due_date: toIso(part.from + DAY_MS).slice(0, 10),
      });
      for (const participants of [users.slice(0, 2), users.slice(1, 4), users])
        for (const minutes of [15, 45, 120]) {
          const { data: slots } = await outsider.client.findSlots({
            participants: participants.map(({ id }) => id),
            duration_minutes: minutes,
            from: toIso(part.from),
            to: toIso(part.to),
            limit: 100,
          });
          const participantChecks = free.filter((_, index) => participants.includes(users[index] as TestUser));
          expect(slots.map(({ start }) => start)).toEqual(expectedStarts(part, minutes, participantChecks).slice(0, 100));
          for (const { start, end } of slots) expect(Date.parse(end) - Date.parse(start)).toBe(minutes * MINUTE_MS);
        }
    },
  );
});

describe("a caller who asks for free and busy times", () => {
  const part = { from: "2027-06-07T08:00:00.000Z", to: "2027-06-07T18:00:00.000Z" };

  it("gets busy times without their reasons", async () => {
    const [user] = users as [TestUser];
    await user.client.replaceUserAvailability({ id: user.id });
    await user.client.createActivity({
      subject: "Doctor",
      activity_type_id: "meeting",
      start_datetime: "2027-06-07T09:00:00Z",
      duration_minutes: 30,
    });
    const { data } = await outsider.client.readFreeBusy({ participants: [user.id], ...part });
    expect(data).toEqual([
      {
        user_id: user.id,
        timezone: "UTC",
        working: [{ start: "2027-06-07T09:00:00.000Z", end: "2027-06-07T17:00:00.000Z" }],
        busy: [{ start: "2027-06-07T09:00:00.000Z", end: "2027-06-07T09:30:00.000Z" }],
      },
    ]);
    expect(JSON.stringify(data)).not.toContain("Doctor");
  });

  it("gets times regardless of participants with unknown hours or optional ones", async () => {
    const [user, busy] = users as [TestUser, TestUser];
    const { data: contact } = await outsider.client.createCustomer({ name: "Öl & Söhne" });
    const { data: knownContact } = await outsider.client.createContact({ customer_id: contact.id, last_name: "Öl" });
    await busy.client.createActivity({
      subject: "Away",
      activity_type_id: "meeting",
      start_datetime: part.from,
      end_datetime: part.to,
    });
    const slotQuery = { duration_minutes: 60, limit: 1, ...part };
    const first = [{ start: "2027-06-07T09:30:00.000Z", end: "2027-06-07T10:30:00.000Z" }];
    const optional = { user_id: busy.id, participant_type: "OPTIONAL" };
    expect((await outsider.client.findSlots({ participants: [user.id, knownContact.id, optional], ...slotQuery })).data).toEqual(
      first,
    );
    expect((await outsider.client.findSlots({ participants: [user.id, busy.id], ...slotQuery })).data).toEqual([]);
  });

  it("gets times from Monday to Friday, 9 to 17, in the zone of a user without working hours", async () => {
    const [, user] = users as [TestUser, TestUser];
    await user.client.replaceUserAvailability({ id: user.id, timezone: "Asia/Tokyo" });
    // From Friday to Monday.
    const range = { from: "2027-06-10T15:00:00.000Z", to: "2027-06-14T15:00:00.000Z" };
    const { data } = await outsider.client.findSlots({ participants: [user.id], duration_minutes: 480, ...range });
    const tokyo = (instant: string) => toIso(Date.parse(instant) + 9 * 60 * MINUTE_MS).slice(0, 16);
    expect(data.map(({ start, end }) => [tokyo(start), tokyo(end)])).toEqual([
      ["2027-06-11T09:00", "2027-06-11T17:00"],
      ["2027-06-14T09:00", "2027-06-14T17:00"],
    ]);
  });

  it("gets no times in the past", async () => {
    const now = Clock.ms();
    const range = { from: toIso(now - DAY_MS), to: toIso(now + 7 * DAY_MS) };
    const { data } = await outsider.client.findSlots({ participants: ["me"], duration_minutes: 30, ...range });
    expect(data).toHaveLength(20);
    expect(Date.parse(data[0]?.start ?? "")).toBeGreaterThanOrEqual(now);
  });

  it.each([
    ["participants[0]", { participants: ["unknown"] }],
    ["to", { to: part.from }],
    ["to", { to: "2027-09-01T00:00:00Z" }],
    ["participants", { participants: [] }],
  ])("gets an error for an invalid %s", async (field, invalidFields) => {
    const slotQuery = { participants: ["me"], duration_minutes: 30, ...part, ...invalidFields };
    await expect(outsider.client.findSlots(slotQuery)).rejects.toMatchObject({ details: [{ field }] });
  });
});
