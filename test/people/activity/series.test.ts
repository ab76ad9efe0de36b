import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const callInput = { subject: "Weekly call", activity_type_id: "task", timezone: "Europe/Berlin" };
const weeklyInput = { ...callInput, start_datetime: "2030-03-11T08:00:00Z", end_datetime: "2030-03-11T08:30:00Z" };
const createSeries = async (more: object = {}) =>
  (await rep.client.createActivity({ ...weeklyInput, recurrence: { frequency: "weekly", count: 5 }, ...more })).data;

type Activity = Awaited<ReturnType<typeof createSeries>>;

/** All activities with a subject, ordered by their occurrence in the series. */
async function listBySubject(subject: string): Promise<Activity[]> {
  const { data } = await rep.client.listActivities({ limit: 100, "subject[eq]": subject });
  const activities = await Promise.all(data.map(async ({ id }) => (await rep.client.getActivity({ id })).data));
  return activities.sort((a, b) => (String(a.occurrence) < String(b.occurrence) ? -1 : 1));
}

const listStarts = (activities: readonly Activity[]) => activities.map(({ start_datetime }) => start_datetime?.slice(0, 16));

let seriesCount = 0;
/** Creates five occurrences with a unique subject. */
async function createFiveOccurrences(more: object = {}): Promise<{ subject: string; made: Activity[] }> {
  const subject = `Series${++seriesCount}`;
  await createSeries({ subject, ...more });
  await app.settle();
  const occurrences = await listBySubject(subject);
  expect(occurrences).toHaveLength(5);
  return { subject, made: occurrences };
}

describe("what recurs", () => {
  it("starts with one occurrence and is soon complete, at the same local time, each completed separately", async () => {
    const subject = "Standup";
    const first = await createSeries({ subject, recurrence: { rule: "FREQ=DAILY;COUNT=40" } });
    expect(first).toMatchObject({ is_recurring: true, recurrence: { rule: "FREQ=DAILY;COUNT=40" }, recurrence_pattern: "DAILY" });
    expect(listStarts([first])).toEqual(["2030-03-11T08:00"]);
    expect((await rep.client.listActivities({ limit: 1, series_id: String(first.series_id) })).data).toHaveLength(1);
    await app.settle();
    const occurrences = await listBySubject(subject);
    expect(occurrences).toHaveLength(40);
    expect(new Set(occurrences.map(({ activity_number }) => activity_number)).size).toBe(40);
    expect(listStarts(occurrences).slice(19, 22)).toEqual(["2030-03-30T08:00", "2030-03-31T07:00", "2030-04-01T07:00"]);
    expect(occurrences[39]).toMatchObject({
      end_datetime: "2030-04-19T07:30:00.000Z",
      assigned_to_id: rep.id,
      created_by: rep.id,
    });
    await rep.client.completeActivity({ id: occurrences[1]?.id as string });
    expect((await listBySubject(subject)).filter(({ is_completed }) => is_completed)).toHaveLength(1);
    const { data: notifications } = await rep.client.listNotifications({ limit: 100 });
    expect(notifications.filter(({ record_id }) => occurrences.some(({ id }) => id === record_id))).toHaveLength(0);
  });

  it("notifies its assignee once", async () => {
    const subject = "Told";
    await tenant.admin.createActivity({
      ...weeklyInput,
      subject,
      assigned_to_id: rep.id,
      recurrence: { frequency: "weekly", count: 30 },
    });
    await app.settle();
    const { data: notifications } = await rep.client.listNotifications({ limit: 100 });
    expect(notifications.filter(({ title }) => title.endsWith(subject))).toHaveLength(1);
  });

  it("accepts the pattern fields, and begins on the first day that its rule allows", async () => {
    const by001 = await createSeries({ recurrence: undefined, recurrence_pattern: "Monthly", recurrence_end_date: "2030-05-31" });
    expect(by001).toMatchObject({ recurrence_pattern: "MONTHLY", recurrence_end_date: "2030-05-31" });
    expect(listStarts([await createSeries({ recurrence: { rule: "FREQ=WEEKLY;BYDAY=TH" } })])).toEqual(["2030-03-14T08:00"]);
    const { data: due } = await rep.client.createActivity({
      ...callInput,
      due_date: "2030-01-31",
      recurrence: { frequency: "monthly" },
    });
    await app.settle();
    const next = (await rep.client.listActivities({ limit: 100, series_id: String(due.series_id) })).data;
    expect(
      next
        .map(({ due_date }) => due_date)
        .sort()
        .slice(0, 3),
    ).toEqual(["2030-01-31", "2030-02-28", "2030-03-31"]);
    for (const [more, field] of [
      [{ start_datetime: undefined, end_datetime: undefined }, "recurrence"],
      [{ recurrence: { frequency: "daily", until: "2030-01-01" } }, "recurrence"],
      [{ recurrence: { frequency: "daily", rule: "FREQ=DAILY" } }, "recurrence.frequency"],
      [{ recurrence: { rule: "FREQ=SECONDLY" } }, "recurrence.rule"],
      [{ recurrence: undefined, recurrence_end_date: "2030-05-31" }, "recurrence_pattern"],
      [{ start_datetime: "1990-01-01T00:00:00Z", recurrence: { frequency: "daily" } }, "recurrence"],
    ] as const)
      await expect(createSeries(more)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

describe("a change", () => {
  it("of one occurrence is preserved when all are changed", async () => {
    const { subject, made: occurrences } = await createFiveOccurrences();
    const [first, second, third, fourth] = occurrences as [Activity, Activity, Activity, Activity];
    await rep.client.completeActivity({ id: first.id });
    await rep.client.updateActivity({
      id: second.id,
      start_datetime: "2030-03-19T15:00:00Z",
      end_datetime: "2030-03-19T16:00:00Z",
    });
    await rep.client.updateActivity({ id: third.id, description: "By hand" });
    const changes = { start_datetime: "2030-04-01T09:00:00Z", end_datetime: "2030-04-01T10:00:00Z", description: "For all" };
    const { data: changedOccurrence } = await rep.client.updateActivity({ id: fourth.id, ...changes, apply_to: "all" });
    expect(listStarts([changedOccurrence])).toEqual(["2030-04-01T09:00"]);
    await app.settle();
    const now = await listBySubject(subject);
    expect(listStarts(now)).toEqual([
      "2030-03-11T08:00",
      "2030-03-19T15:00",
      "2030-03-25T10:00",
      "2030-04-01T09:00",
      "2030-04-08T09:00",
    ]);
    expect(now.map(({ description }) => description)).toEqual([null, "For all", "By hand", "For all", "For all"]);
    expect(now[4]?.end_datetime).toBe("2030-04-08T10:00:00.000Z");
    expect(now.map(({ version }) => version)).toEqual([2, 3, 3, 2, 2]);
    await rep.client.updateActivity({ id: third.id, description: "Once more", apply_to: "all" });
    await app.settle();
    expect((await listBySubject(subject)).map(({ description }) => description)).toEqual([null, ...Array(4).fill("Once more")]);
  });

  it("of the following ones makes them a separate series with their exceptions", async () => {
    const { subject, made: occurrences } = await createFiveOccurrences();
    const [, , third, fourth] = occurrences as [Activity, Activity, Activity, Activity];
    await rep.client.updateActivity({ id: fourth.id, description: "By hand" });
    const { data: changedOccurrence } = await rep.client.updateActivity({
      id: third.id,
      description: "From now on",
      apply_to: "following",
    });
    expect([changedOccurrence.id, changedOccurrence.recurrence?.rule]).toEqual([third.id, "FREQ=WEEKLY;COUNT=3"]);
    await app.settle();
    const now = await listBySubject(subject);
    expect(now.map(({ description }) => description)).toEqual([null, null, "From now on", "By hand", "From now on"]);
    expect(now.map(({ id }) => id)).toEqual(occurrences.map(({ id }) => id));
    expect(now.map(({ series_id }) => series_id === third.series_id)).toEqual([true, true, false, false, false]);
    await rep.client.updateActivity({ id: occurrences[0]?.id as string, priority_id: "high", apply_to: "all" });
    await app.settle();
    expect((await listBySubject(subject)).map(({ priority_id }) => priority_id !== null)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("of the rule applies from an occurrence on; without a rule the series ends there", async () => {
    const { subject, made: occurrences } = await createFiveOccurrences();
    const [first, second, third] = occurrences as [Activity, Activity, Activity];
    await expect(rep.client.updateActivity({ id: second.id, recurrence: { frequency: "daily" } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "apply_to" }],
    });
    const recurrence = { frequency: "DAILY", count: 3 } as const;
    await rep.client.updateActivity({ id: third.id, recurrence, apply_to: "following" });
    await app.settle();
    const days = ["2030-03-11T08:00", "2030-03-18T08:00", "2030-03-25T08:00", "2030-03-26T08:00", "2030-03-27T08:00"];
    expect(listStarts(await listBySubject(subject))).toEqual(days);
    await rep.client.updateActivity({ id: first.id, recurrence: null, apply_to: "all" });
    await app.settle();
    expect(listStarts(await listBySubject(subject))).toEqual([days[0], ...days.slice(2)]);
  });

  it("of a single activity makes it recurring", async () => {
    const { data: alone } = await rep.client.createActivity({ ...weeklyInput, subject: "Alone" });
    await rep.client.updateActivity({ id: alone.id, recurrence: { frequency: "weekly", count: 3 } });
    await app.settle();
    const occurrences = await listBySubject("Alone");
    expect([occurrences.length, occurrences[0]?.id]).toEqual([3, alone.id]);
    const { data: storedActivity } = await rep.client.getActivity({ id: alone.id });
    const { subject, activity_type_id, start_datetime, recurrence, recurrence_pattern, recurrence_end_date } = storedActivity;
    const replacement = {
      id: alone.id,
      subject,
      activity_type_id,
      start_datetime,
      recurrence,
      recurrence_pattern,
      recurrence_end_date,
    };
    expect((await rep.client.replaceActivity(replacement)).data.series_id).toBe(storedActivity.series_id);
  });

  it("that cancels or deletes affects the following or all occurrences, except completed ones", async () => {
    const { subject, made: occurrences } = await createFiveOccurrences();
    await rep.client.completeActivity({ id: occurrences[4]?.id as string });
    await rep.client.deleteActivity({ id: occurrences[0]?.id as string });
    await rep.client.cancelActivity({ id: occurrences[2]?.id as string, apply_to: "following" });
    await app.settle();
    expect((await listBySubject(subject)).map(({ status }) => status)).toEqual([
      "NOT_STARTED",
      "CANCELLED",
      "CANCELLED",
      "COMPLETED",
    ]);
    await rep.client.deleteActivity({ id: occurrences[1]?.id as string, apply_to: "all" });
    await app.settle();
    expect((await listBySubject(subject)).map(({ status }) => status)).toEqual(["COMPLETED"]);
  });

  it("at the same moment as another one loses none", async () => {
    const { subject, made: occurrences } = await createFiveOccurrences();
    const changes = [{ description: "A" }, { priority_id: "high" }, { meeting_location: "Here" }];
    const answers = await Promise.all(
      changes.map((change, index) =>
        rep.client.updateActivity({ id: occurrences[index]?.id as string, ...change, apply_to: "all" }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await Promise.all([
      rep.client.updateActivity({ id: occurrences[3]?.id as string, description: "B", apply_to: "following" }),
      rep.client.updateActivity({ id: occurrences[1]?.id as string, description: "C", apply_to: "following" }),
    ]);
    await app.settle();
    const now = await listBySubject(subject);
    expect(now.map(({ meeting_location, priority_id }) => [meeting_location, priority_id !== null])).toEqual(
      Array(5).fill(["Here", true]),
    );
    expect(["ACCBB", "ACCCC"]).toContain(now.map(({ description }) => description).join(""));
    expect(listStarts(now)).toEqual(listStarts(occurrences));
  });
});

describe("an endless series", () => {
  it("continues as long as it has no end", async () => {
    const subject = "Yearly";
    // Avoids a leap day, because a series that starts on one does not occur in every year.
    app.setClock({ now: "2027-03-01T09:00:00.000Z" });
    rep = await addUser(app, tenant, "ADMIN");
    await createSeries({
      subject,
      start_datetime: Clock.addSeconds(3600),
      end_datetime: undefined,
      recurrence: { frequency: "yearly" },
    });
    await app.settle();
    expect(await listBySubject(subject)).toHaveLength(12);
    app.setClock({ advance: 370 * 86_400_000 });
    rep = await addUser(app, tenant, "ADMIN");
    await app.scheduler.run("due");
    await app.settle();
    expect(await listBySubject(subject)).toHaveLength(14);
  });
});
