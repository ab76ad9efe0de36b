import { type PlannedActivity, planDay, readDayPart, readDueState, readMeetingState } from "@crm/console/home/day-plan.ts";
import { findAmount, listPostponements, listWords, selectFollowUps } from "@crm/console/home/follow-up-text.ts";
import { findHomeLayout, isFolded, joinNames, listInOneColumn } from "@crm/console/home/home-layout.ts";
import { expect, it } from "vitest";

const NOW = "2026-11-27T10:30:00Z";

const ME = "usr_1";

const task = (id: string, due_at: string, due_time: string | null = null): PlannedActivity => ({
  id,
  status: "NOT_STARTED",
  assigned_to_id: ME,
  due_at,
  due_time,
  start_datetime: null,
  end_datetime: null,
});
const meeting = (id: string, start: string, end: string | null): PlannedActivity => ({
  id,
  status: "NOT_STARTED",
  // The user takes part in it.
  assigned_to_id: "usr_2",
  due_at: null,
  due_time: null,
  start_datetime: start,
  end_datetime: end,
});

const activities = [
  meeting("over", "2026-11-27T08:00:00Z", "2026-11-27T08:30:00Z"),
  task("late", "2026-11-24T22:59:59.999Z"),
  task("today", "2026-11-27T22:59:59.999Z"),
  task("timed", "2026-11-27T15:00:00Z", "16:00"),
  task("tomorrow", "2026-11-28T22:59:59.999Z"),
  task("today", "2026-11-27T22:59:59.999Z"),
  meeting("yesterday", "2026-11-26T08:00:00Z", "2026-11-26T09:00:00Z"),
  meeting("two days", "2026-11-26T08:00:00Z", "2026-11-27T09:00:00Z"),
  meeting("night", "2026-11-27T23:30:00Z", null),
  { ...task("of a colleague", "2026-11-27T22:59:59.999Z"), assigned_to_id: "usr_2" },
  { ...task("done", "2026-11-27T22:59:59.999Z"), status: "COMPLETED" },
  { ...meeting("cancelled", "2026-11-27T08:00:00Z", null), status: "CANCELLED" },
  { ...meeting("held", "2026-11-27T09:00:00Z", "2026-11-27T09:30:00Z"), status: "COMPLETED" },
];

it.each([
  ["Europe/Berlin", ["late", "timed", "today"], ["tomorrow"], ["two days", "over", "held"]],
  // There it is Thursday.
  ["Pacific/Pago_Pago", ["late"], ["timed", "today", "tomorrow"], ["two days", "over", "held"]],
  // There it is Saturday.
  ["Pacific/Kiritimati", ["late", "timed", "today"], ["tomorrow"], ["night"]],
])("plans the day in %s", (timeZone, tasks, laterTasks, meetings) => {
  const plan = planDay(activities, { now: NOW, timeZone, user: ME });
  expect(plan.tasks.map(({ id }) => id)).toEqual(tasks);
  expect(plan.laterTasks.map(({ id }) => id)).toEqual(laterTasks);
  expect(plan.meetings.map(({ id }) => id)).toEqual(meetings);
});

it.each([
  ["2026-11-27T10:29:59Z", "overdue"],
  ["2026-11-27T10:30:00Z", "today"],
  ["9999-12-31T23:59:59Z", "today"],
])("says of a task that is due at %s: %s", (due_at, state) => {
  expect(readDueState(task("a", due_at), NOW)).toBe(state);
});

it.each([
  ["2026-11-27T09:00:00Z", "2026-11-27T10:30:00Z", "past"],
  ["2026-11-27T10:00:00Z", "2026-11-27T10:30:01Z", "now"],
  ["2026-11-27T10:30:00Z", "2026-11-27T11:00:00Z", "now"],
  ["2026-11-27T10:30:01Z", "2026-11-27T11:00:00Z", "next"],
  ["2026-11-27T10:00:00Z", null, "past"],
  ["2026-11-27T10:31:00Z", null, "next"],
])("says of a meeting from %s to %s: %s", (start, end, state) => {
  expect(readMeetingState(meeting("a", start, end), NOW)).toBe(state);
});

it.each([
  ["2026-11-27T03:59:00Z", "UTC", "evening"],
  ["2026-11-27T04:00:00Z", "UTC", "morning"],
  ["2026-11-27T11:59:00Z", "UTC", "morning"],
  ["2026-11-27T11:59:00Z", "Europe/Berlin", "afternoon"],
  ["2026-11-27T18:00:00Z", "UTC", "evening"],
  ["2026-11-27T00:00:00Z", "UTC", "evening"],
])("greets at %s in %s for the %s", (now, timeZone, part) => {
  expect(readDayPart(now, timeZone)).toBe(part);
});

const followUp = (due_at: string | null, ...codes: string[]) => ({
  record: { id: "led_1", kind: "lead" },
  reasons: codes.map((code) => ({ code, text: "", values: {}, points: 0 })),
  ...{ due_at, activity_id: "act_1" },
});

it.each([
  // In Auckland it is the 27th, and the contact was due on the 25th at 09:00.
  ["2026-11-24T20:00:00.000Z", ["contact_overdue"], [{ next_contact_date: "2026-11-27T20:00:00.000Z" }]],
  ["2026-11-24T20:00:00.000Z", ["next_step_overdue", "score"], [{ next_step_date: "2026-11-28" }]],
  [
    "2026-11-24T20:00:00.000Z",
    ["activity_due_today", "contact_due_today"],
    [{ next_contact_date: "2026-11-27T20:00:00.000Z" }, { due_date: "2026-11-28" }],
  ],
  ["2026-11-24T20:00:00.000Z", ["ticket_overdue"], []],
  [null, ["silent"], []],
])("postpones what was due at %s for %j to tomorrow", (due_at, codes, bodies) => {
  const delay = { now: NOW, timeZone: "Pacific/Auckland", days: 1 };
  expect(listPostponements(followUp(due_at, ...codes), delay).map(({ body }) => body)).toEqual(bodies);
});

it.each([
  [["SUPPORT_AGENT"], "tickets", "tasks"],
  [["MANAGER"], "approvals", "team"],
  [["SALES_REP"], "tasks", "meetings"],
  [["ROLE_OF_A_TENANT"], "tasks", "meetings"],
])("begins the home page of %j with %s, and %s beside it", (roles, main, side) => {
  const layout = findHomeLayout(roles);
  expect([layout.main[0], layout.side[0]]).toEqual([main, side]);
});

it.each([
  ["SALES_REP", ["tasks", "follow-ups", "meetings", "approvals", "replies", "tickets", "opportunities"]],
  ["MANAGER", ["approvals", "tasks", "follow-ups", "meetings", "opportunities", "replies", "tickets", "team", "gaps"]],
  ["SUPPORT_AGENT", ["tickets", "tasks", "meetings", "approvals", "replies", "follow-ups"]],
])("shows a %s on a phone %j", (role, names) => {
  expect(listInOneColumn(findHomeLayout([role]))).toEqual(names);
});

it.each([
  [
    ["ticket", "activity", "lead"],
    ["lead", "opportunity"],
  ],
  [["lead"], ["ticket", "activity", "lead", "opportunity"]],
])("leaves out of the follow-ups what users who may list %j see in other blocks", (listed, kinds) => {
  const entries = ["lead", "ticket", "activity", "opportunity"].map((kind) => ({ record: { kind } }));
  const selected = selectFollowUps(
    entries,
    listed.map((kind) => ({ kind })),
  ).map(({ record }) => record.kind);
  expect(selected.toSorted()).toEqual(kinds.toSorted());
});

it("puts the amount of a follow-up into a column of its own", () => {
  const reasons = ["score", "value"].map((code) => ({
    code,
    text: "",
    values: { amount: "48600.00", currency: "EUR" },
    points: 0,
  }));
  const options = { locale: "en", timeZone: "UTC", currency: "EUR", t: (text: string) => text };
  expect(listWords(reasons).map(({ code }) => code)).toEqual(["score"]);
  expect(findAmount(reasons, options)).toBe("\u206848,600 EUR\u2069");
  expect(findAmount([], options)).toBeUndefined();
});

it("adds the blocks of further roles, each once", () => {
  const { main, side } = findHomeLayout(["SUPPORT_AGENT", "MANAGER"]);
  expect(main).toEqual(["tickets", "replies", "opportunities"]);
  expect(side).toEqual(["tasks", "meetings", "approvals", "follow-ups", "team", "gaps"]);
});

it.each([
  [{ isEmpty: true, isLoading: false, hasFailed: false }, true],
  [{ isEmpty: true, isLoading: true, hasFailed: false }, false],
  [{ isEmpty: true, isLoading: false, hasFailed: true }, false],
  [{ isEmpty: false, isLoading: false, hasFailed: false }, false],
])("folds a block %j: %s", (state, expected) => {
  expect(isFolded(state)).toBe(expected);
});

it("names the folded blocks in one line", () => {
  expect(joinNames(["tasks", "meetings", "replies"], "en")).toBe("tasks, meetings, replies");
});
