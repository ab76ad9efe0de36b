import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let otherRep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { timezone: "America/New_York" });
  [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
});
afterAll(() => app.stop());

const random = createTestRandom("agendas");
const randomizer = {
  int: (from: number, to: number): number => from + Math.floor(random() * (to - from + 1)),
  pick: <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T,
};
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const toIso = (ms: number): string => new Date(ms).toISOString();
const listIds = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

type Activity = Awaited<ReturnType<Tenant["admin"]["getActivity"]>>["data"];

/** Creates activities of every form for two users, at times around now. */
async function createActivities(n: number): Promise<Activity[]> {
  const activities: Activity[] = [];
  for (let count = 0; count < n; count++) {
    const start = Clock.ms() + randomizer.int(-40 * 24, 40 * 24) * HOUR_MS;
    const [as, another] = randomizer.int(0, 1) === 0 ? [rep, otherRep] : [otherRep, rep];
    const timed = randomizer.pick([
      { start_datetime: toIso(start), end_datetime: toIso(start + randomizer.pick([HOUR_MS, 3 * DAY_MS, 20 * DAY_MS])) },
      { start_datetime: toIso(start), duration_minutes: randomizer.pick([0, 45, 20 * 24 * 60]) },
      { due_date: toIso(start).slice(0, 10) },
      { due_date: toIso(start).slice(0, 10), due_time: "17:00", timezone: "Europe/Berlin" },
      {},
    ]);
    const participants = randomizer.int(0, 3) === 0 ? [{ user_id: another.id }] : [];
    const { data } = await as.client.createActivity({
      subject: `N${count}`,
      activity_type_id: "task",
      participants,
      ...timed,
    });
    const end = randomizer.int(0, 5);
    if (end === 0) await as.client.completeActivity({ id: data.id });
    if (end === 1) await as.client.cancelActivity({ id: data.id });
    if (end === 2)
      await as.client.updateActivity({
        id: data.id,
        participants: [],
        start_datetime: toIso(start + DAY_MS),
        end_datetime: toIso(start + DAY_MS + HOUR_MS),
      });
    if (end === 3 && randomizer.int(0, 1) === 0) await as.client.deleteActivity({ id: data.id });
    else activities.push((await as.client.getActivity({ id: data.id })).data);
  }
  return activities;
}

const isParticipant = ({ assigned_to_id, attending }: Activity, user: string): boolean =>
  assigned_to_id === user || attending.includes(user);
const isOpen = ({ status }: Activity): boolean => !["COMPLETED", "CANCELLED"].includes(status);

/** The ids from every page of a list. */
async function listAllIds(
  list: (input: {
    limit: number;
    cursor?: string;
  }) => Promise<{ data: readonly { id: string }[]; meta: { next_cursor: string | null; total: number } }>,
) {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ limit: 7, ...(cursor ? { cursor } : {}) });
    ids.push(...listIds(page.data));
    cursor = page.meta.next_cursor;
    expect(page.meta.total).toBe(ids.length + (cursor ? 1 : 0));
  } while (cursor);
  return ids;
}

describe("agendas", () => {
  it("match a plain computation over all activities, for each user", async () => {
    const activities = await createActivities(120);
    const now = toIso(Clock.ms());
    const places = (activity: Activity) => activity.start_datetime ?? activity.due_at;
    const deadline = (activity: Activity) => activity.due_at ?? activity.end_datetime ?? activity.start_datetime;
    const inOrder = (selection: Activity[]) =>
      listIds(selection.sort((a, b) => (`${places(a)}#${a.id}` < `${places(b)}#${b.id}` ? -1 : 1)));
    for (const user of [rep, otherRep]) {
      const ownActivities = activities.filter((activity) => isParticipant(activity, user.id) && isOpen(activity));
      const upcomingActivities = ownActivities.filter((activity) => (places(activity) ?? "") > now);
      const late = ownActivities.filter(
        (activity) => deadline(activity) && (deadline(activity) as string) < now && (places(activity) as string) < now,
      );
      expect(await listAllIds((page) => user.client.listUpcomingActivities(page))).toEqual(inOrder(upcomingActivities));
      expect(await listAllIds((page) => user.client.listOverdueActivities({ owner: "me", ...page }))).toEqual(inOrder(late));
      const week = upcomingActivities.filter((activity) => (places(activity) as string) <= toIso(Clock.ms() + 7 * DAY_MS));
      expect(await listAllIds((page) => user.client.listUpcomingActivities({ days: 7, ...page }))).toEqual(inOrder(week));
    }
    const all = activities.filter((activity) => isOpen(activity) && (places(activity) ?? "") > now);
    expect(await listAllIds((page) => tenant.admin.listUpcomingActivities(page))).toEqual(inOrder(all));
    expect((await rep.client.listUpcomingActivities({ owner: otherRep.id })).data).toEqual([]);
    for (const [from, to] of [
      [-45, 45],
      [-3, 3],
      [5, 20],
    ] as const) {
      const part = { from: toIso(Clock.ms() + from * DAY_MS), to: toIso(Clock.ms() + to * DAY_MS) };
      for (const user of [rep, otherRep]) {
        const calendarEntries = (await user.client.getCalendar(part)).data;
        const expectedActivities = activities.filter(
          (activity) => isParticipant(activity, user.id) && activity.status !== "CANCELLED" && isInRange(activity, part),
        );
        expect(listIds(calendarEntries).sort()).toEqual(listIds(expectedActivities).sort());
        expect(calendarEntries.map(({ starts_at }) => starts_at)).toEqual(
          calendarEntries.map(({ starts_at }) => starts_at).sort(),
        );
      }
    }
    expect((await rep.client.getCalendar({ owner: otherRep.id, from: "2020-01-01", to: "2020-02-01" })).data).toEqual([]);
  });

  it("show the caller's day in their time zone", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const task = { subject: "Call back", activity_type_id: "task" };
    const { data: today } = await user.client.createActivity({ ...task, due_date: "2031-03-09" });
    const { data: late } = await user.client.createActivity({ ...task, due_date: "2020-03-08" });
    const { data: evening } = await user.client.createActivity({ ...task, start_datetime: "2031-03-10T03:30:00Z" });
    await user.client.createActivity({ ...task, due_date: "2031-03-10" });
    const { data: day } = await user.client.getMyDay({ date: "2031-03-09" });
    expect([day.timezone, listIds(day.overdue), day.more_overdue, listIds(day.today)]).toEqual([
      "America/New_York",
      [late.id],
      false,
      [today.id, evening.id],
    ]);
    // Daylight saving time begins on that day, so it has 23 hours.
    expect(day.today[0]).toMatchObject({
      all_day: true,
      starts_at: "2031-03-09T05:00:00.000Z",
      ends_at: "2031-03-10T04:00:00.000Z",
    });
  });

  it("reject invalid times, and periods that are too long", async () => {
    for (const [input, field] of [
      [{ from: "2026-01-01", to: "2025-01-01" }, "to"],
      [{ from: "2026-01-01", to: "2026-12-01" }, "to"],
      [{ from: "yesterday", to: "2026-01-01" }, "from"],
      [{ from: "2026-01-01", to: "2026-01-02", timezone: "Mars/Olympus" }, "timezone"],
      [{ from: "2026-01-01", to: "2026-01-02", owner: "you" }, "owner"],
    ] as const)
      await expect(rep.client.getCalendar(input)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

/** Whether a calendar shows an activity in the range: by its time, or as a whole day if it has no time. */
function isInRange(activity: Activity, { from, to }: { from: string; to: string }): boolean {
  const isWholeDay = activity.due_date && !activity.due_time && !activity.start_datetime;
  const start =
    activity.start_datetime ?? (isWholeDay ? toIso(Date.parse(String(activity.due_at)) - DAY_MS + 1) : activity.due_at);
  if (!start) return false;
  const end = activity.start_datetime
    ? (activity.end_datetime ?? toIso(Date.parse(activity.start_datetime) + (activity.duration_minutes ?? 0) * 60_000))
    : isWholeDay
      ? toIso(Date.parse(String(activity.due_at)) + 1)
      : start;
  return start < to && (end > from || (start === end && start >= from));
}
