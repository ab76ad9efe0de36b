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
  ])("%s", (_, some, minutes, expected) =>
    expect([...iterateSlots(some, minutes)].map(({ start }) => start.slice(11, 16))).toEqual(expected),
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
  const known = new Map<number, boolean>();
  const isFree = (at: number): boolean => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const time = `${parts.hour}:${parts.minute}`;
    const works = hours.some(({ weekday, from, to }) => weekday === parts.weekday?.toUpperCase() && from <= time && time < to);
    return works && !away.some(({ from, to }) => from < at + MINUTE_MS && at < to);
  };
  // Caches the result, because several meetings check the same minutes.
  return (at: number): boolean => {
    const told = known.get(at) ?? isFree(at);
    known.set(at, told);
    return told;
  };
}

function expectedStarts(part: Span, minutes: number, free: ((at: number) => boolean)[]): string[] {
  const [length, step] = [minutes * MINUTE_MS, slotMinutes(minutes) * MINUTE_MS];
  const starts: number[] = [];
  let since: number | undefined;
  for (let at = part.from; at <= part.to; at += MINUTE_MS) {
    const isFree = at < part.to && free.every((each) => each(at));
    if (isFree) since ??= at;
    else if (since !== undefined) {
      const [begins, own] = [since, [] as number[]];
      for (let start = Math.ceil(begins / step) * step; start + length <= at; start += step) own.push(start);
      if (own.length === 0 && begins + length <= at) own.push(begins);
      starts.push(...own);
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
      const somewhen = (most: number): Span => {
        const from = part.from + randomInteger(-2 * 24 * 60, 6 * 24 * 60) * MINUTE_MS;
        return { from, to: from + randomInteger(1, most) * MINUTE_MS };
      };
      const free = await Promise.all(
        zones.map(async (zone, at) => {
          const user = users[at] as TestUser;
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
      for (const some of [users.slice(0, 2), users.slice(1, 4), users])
        for (const minutes of [15, 45, 120]) {
          const { data: found } = await outsider.client.findSlots({
            participants: some.map(({ id }) => id),
            duration_minutes: minutes,
            from: toIso(part.from),
            to: toIso(part.to),
            limit: 100,
          } as never);
          const known = free.filter((_, at) => some.includes(users[at] as TestUser));
          expect(found.map(({ start }) => start)).toEqual(expectedStarts(part, minutes, known).slice(0, 100));
          for (const { start, end } of found) expect(Date.parse(end) - Date.parse(start)).toBe(minutes * MINUTE_MS);
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
    const { data } = await outsider.client.readFreeBusy({ participants: [user.id], ...part } as never);
    expect(data).toEqual([
      {
        user_id: user.id,
        timezone: "UTC",
        working: [{ start: part.from, end: part.to }],
        busy: [{ start: "2027-06-07T09:00:00.000Z", end: "2027-06-07T09:30:00.000Z" }],
      },
    ]);
    expect(JSON.stringify(data)).not.toContain("Doctor");
  });

  it("gets times regardless of participants with unknown hours or optional ones", async () => {
    const [user, busy] = users as [TestUser, TestUser];
    const { data: contact } = await outsider.client.createCustomer({ name: "Öl & Söhne" });
    const { data: known } = await outsider.client.createContact({ customer_id: contact.id, last_name: "Öl" });
    await busy.client.createActivity({
      subject: "Away",
      activity_type_id: "meeting",
      start_datetime: part.from,
      end_datetime: part.to,
    });
    const asked = { duration_minutes: 60, limit: 1, ...part };
    const first = [{ start: part.from, end: "2027-06-07T09:00:00.000Z" }];
    const optional = { user_id: busy.id, participant_type: "OPTIONAL" };
    expect((await outsider.client.findSlots({ participants: [user.id, known.id, optional], ...asked } as never)).data).toEqual(
      first,
    );
    expect((await outsider.client.findSlots({ participants: [user.id, busy.id], ...asked } as never)).data).toEqual([]);
  });

  it("gets no times in the past", async () => {
    const now = Clock.ms();
    const around = { from: toIso(now - DAY_MS), to: toIso(now + DAY_MS) };
    const { data } = await outsider.client.findSlots({ participants: ["me"], duration_minutes: 30, ...around } as never);
    expect(data).toHaveLength(20);
    expect(Date.parse(data[0]?.start ?? "")).toBeGreaterThanOrEqual(now);
  });

  it.each([
    ["participants[0]", { participants: ["nobody"] }],
    ["to", { to: part.from }],
    ["to", { to: "2027-09-01T00:00:00Z" }],
    ["participants", { participants: [] }],
  ])("gets an error for an invalid %s", async (field, wrong) => {
    const asked = { participants: ["me"], duration_minutes: 30, ...part, ...wrong };
    await expect(outsider.client.findSlots(asked as never)).rejects.toMatchObject({ details: [{ field }] });
  });
});
