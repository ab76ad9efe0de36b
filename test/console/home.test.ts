import { formatShownCount } from "@crm/console/api/shown-count.ts";
import {
  type BlockHeights,
  balanceLayout,
  findHomeLayout,
  isFolded,
  isNamedWhenEmpty,
  joinNames,
  listInOneColumn,
} from "@crm/console/frame/shell/home-layout.ts";
import { type PlannedActivity, planDay, readDayPart, readMeetingState } from "@crm/console/pages/people/activity/day-plan.ts";
import {
  findAmount,
  listFollowUpFacts,
  listPostponements,
  listWords,
  nameParties,
  selectFollowUps,
} from "@crm/console/pages/views/home/follow-up-text.ts";
import { describeDue, formatDue, formatUntil } from "@crm/console/ui/i18n/lateness.ts";
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
  ["2026-11-27T10:29:59Z", true],
  ["2026-11-27T10:30:00Z", false],
  ["9999-12-31T23:59:59Z", false],
])("says whether what is due at %s is late: %s", (dueAt, isLate) => {
  expect(describeDue({ dueAt, hasTime: true }, NOW, { locale: "en", timeZone: "UTC" }, (message) => message)).toMatchObject({
    isLate,
  });
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
  ["SALES_REP", ["meetings", "tasks", "follow-ups", "approvals", "replies", "tickets", "opportunities"]],
  ["MANAGER", ["approvals", "gaps", "team", "meetings", "tasks", "follow-ups", "replies", "tickets", "opportunities"]],
  ["SUPPORT_AGENT", ["tickets", "queue", "replies", "follow-ups", "tasks", "meetings", "approvals"]],
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
  const entries = ["lead", "ticket", "activity", "opportunity"].map((kind) => ({ record: { kind }, reasons: [], due_at: null }));
  const selected = selectFollowUps(
    entries,
    listed.map((kind) => ({ kind })),
  ).map(({ record }) => record.kind);
  expect(selected.toSorted()).toEqual(kinds.toSorted());
});

const reason = (code: string, values: Readonly<Record<string, string | number>> = {}) => ({ code, values, text: "", points: 1 });

it("shows a task of a record once, and the contact that is due besides", () => {
  const late = reason("activity_overdue", { days: 1, subject: "Call Ida" });
  const entries = [
    { id: "task", reasons: [late, reason("silent", { days: 20 })] },
    { id: "contact", reasons: [late, reason("contact_due_today")] },
  ].map((entry) => ({ ...entry, record: { kind: "lead" }, due_at: "2026-11-26T09:00:00Z" }));
  const select = (...listed: string[]) =>
    selectFollowUps(
      entries,
      listed.map((kind) => ({ kind })),
    );
  expect(select("lead").map(({ id }) => id)).toEqual(["task", "contact"]);
  const [shown, ...others] = select("lead", "activity");
  expect([shown?.id, others]).toEqual(["contact", []]);
  const options = { locale: "en", timeZone: "UTC", currency: "EUR", t };
  expect(listFollowUpFacts(entries[1] ?? { reasons: [], due_at: null }, NOW, options)[0]).toMatchObject({
    text: "Follow-up due today",
  });
});

it("says of a record for which nothing is due how long nothing has happened, because that decides about its place", () => {
  const reasons = [reason("closing_overdue", { days: 200 }), reason("silent", { days: 40 })];
  const [fact] = listFollowUpFacts({ reasons, due_at: null }, NOW, { locale: "en", timeZone: "UTC", currency: "EUR", t });
  expect(fact).toMatchObject({ text: "No activity for 40 days" });
});

it("orders follow-ups by when they are due, and then by how long nothing has happened", () => {
  const entries = [
    { id: "silent", reasons: [reason("silent", { days: 20 })], due_at: null },
    { id: "scored", reasons: [reason("score", { score: 91 })], due_at: null },
    { id: "afternoon", reasons: [reason("contact_due_today")], due_at: "2026-11-27T15:00:00Z" },
    { id: "long silent", reasons: [reason("score", { score: 61 }), reason("silent", { days: 120 })], due_at: null },
    { id: "noon", reasons: [reason("next_step_due_today")], due_at: "2026-11-27T12:00:00Z" },
    { id: "late", reasons: [reason("contact_overdue", { days: 1 })], due_at: "2026-11-26T12:00:00Z" },
    { id: "later", reasons: [reason("next_step_overdue", { days: 9 })], due_at: "2026-11-18T12:00:00Z" },
  ].map((entry) => ({ ...entry, record: { kind: "lead" } }));
  const ordered = selectFollowUps(entries, []).map(({ id }) => id);
  expect(ordered).toEqual(["later", "late", "noon", "afternoon", "long silent", "silent", "scored"]);
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
  expect(main).toEqual(["tickets", "queue", "replies", "follow-ups", "gaps"]);
  expect(side).toEqual(["tasks", "meetings", "approvals", "team", "opportunities"]);
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
  expect(joinNames(["tasks", "meetings", "conversations"], "en")).toBe("tasks, meetings, or conversations");
});

/** Puts values into a message, in its plural form for several. */
const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message
    .replace(/\{count, plural, one \{([^}]*)\} other \{([^}]*)\}\}/, (_, one: string, other: string) =>
      (values.count === 1 ? one : other).replace("#", String(values.count)),
    )
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

it.each([
  [["SUPPORT_AGENT"], "tickets", false],
  [["MANAGER"], "tickets", false],
  [["SALES_REP"], "tickets", true],
  [["SALES_REP"], "replies", true],
] as const)("names for %j an empty block of %s only where no other block shows its work", (roles, name, isNamed) => {
  expect(isNamedWhenEmpty(name, findHomeLayout(roles))).toBe(isNamed);
});

const heights = {
  tasks: 94,
  "follow-ups": 0,
  replies: 0,
  tickets: 0,
  approvals: 0,
  gaps: 0,
  team: 237,
  meetings: 165,
  opportunities: 0,
};

it.each([
  ["a main column that is shorter", heights, ["team"], ["meetings"]],
  ["one that is longer", { ...heights, "follow-ups": 300 }, ["team", "meetings"], []],
  ["one without anything", { ...heights, tasks: 0, meetings: 0, opportunities: 90 }, ["team"], ["opportunities"]],
] as const)("balances the side with %s", (_, given, side, moved) => {
  const layout = findHomeLayout(["ADMIN"]);
  const sizes = new Map(Object.entries(given)) as BlockHeights;
  const seen = (names: readonly string[]) => names.filter((name) => given[name as keyof typeof given] > 0);
  const balanced = balanceLayout(layout, sizes);
  expect(seen(balanced.side)).toEqual(side);
  expect(seen(balanced.main.slice(layout.main.length))).toEqual(moved);
});

it.each([
  [5, { total: 5, isLowerBound: false }, "5"],
  [5, { total: 9, isLowerBound: false }, "5 of 9"],
  [5, { total: 5, isLowerBound: true }, "5 of 5+"],
  [0, { total: 0, isLowerBound: false }, undefined],
])("counts %i rows of %j: %s", (shown, total, text) => {
  expect(formatShownCount(shown, total, "en", t)).toBe(text);
});

it.each([
  ["2026-11-26T22:59:59.999Z", false, "1 day late"],
  ["2026-11-26T15:00:00Z", true, "1 day late"],
  ["2026-11-20T22:59:59.999Z", false, "7 days late"],
  ["2026-11-27T22:59:59.999Z", false, "Due today"],
  ["2026-11-27T05:30:00Z", true, "5 hr late"],
  ["2026-11-27T10:00:00Z", true, "30 min late"],
  ["2026-11-27T16:14:00Z", true, "5:14 PM"],
  ["2026-11-28T16:14:00Z", true, "Tomorrow"],
  ["2026-12-03T16:14:00Z", true, "Thu, Dec 3"],
])("says of what is due at %s (with a time: %s): %s", (dueAt, hasTime, text) => {
  const reader = { locale: "en", timeZone: "Europe/Berlin" };
  expect(formatDue({ dueAt, hasTime }, NOW, reader, t).replaceAll("\u202f", " ")).toBe(text);
});

it.each([
  ["2026-11-27T10:30:20Z", "in 1 min"],
  ["2026-11-27T11:10:00Z", "in 40 min"],
  ["2026-11-27T21:30:00Z", "in 11 hr"],
  ["2026-11-29T10:30:00Z", "in 2 days"],
])("says of %s, as all lists of the page do, that it is %s", (instant, text) => {
  expect(formatUntil(instant, NOW, "en", t)).toBe(text);
});

const lead = { record: { id: "led_1", title: "Jonas Barros" }, contact_name: null, person_name: null };
const deal = { record: { id: "opp_1", title: "Fleet cover" }, contact_name: "Meridian", customer_name: "Meridian" };

it.each([
  [{ ...lead, customer_name: "Larkspur" }, "Jonas Barros", ["Larkspur"]],
  [{ ...lead, customer_name: null }, "Jonas Barros", []],
  [{ ...deal, person_name: "Ida Weiss" }, "Ida Weiss", ["Meridian", "Fleet cover"]],
  [{ ...deal, person_name: null }, "Meridian", ["Fleet cover"]],
])("names whom to contact of %j: %s", (entry, name, about) => {
  expect(nameParties(entry)).toEqual({ name, about });
});

it("lists why to contact first, then the chance, and nothing else: the amount has a place of its own", () => {
  const reasons = [
    reason("probability", { probability: 80 }),
    reason("activity_overdue", { days: 1, subject: "Call Ida" }),
    reason("promise", {}),
    reason("value", { amount: "48600.00", currency: "EUR" }),
  ];
  const options = { locale: "en", timeZone: "UTC", currency: "EUR", t };
  const facts = listFollowUpFacts({ reasons, due_at: "2026-11-26T09:00:00Z" }, NOW, options);
  expect(facts).toEqual([{ text: "“Call Ida” 1 day late", isLate: true, late: "1 day late" }, "Probability 80%"]);
  expect(findAmount(reasons, options)).toBe("\u206848,600 EUR\u2069");
});

it.each([
  ["past its hour", "2026-11-27T05:30:00Z", [], "“Call Ida” 5 hr late", true],
  ["later today", "2026-11-27T16:14:00Z", [], "“Call Ida” 4:14 PM", false],
  ["without an hour", "2026-11-27T23:59:59.999Z", [], "“Call Ida” due today", false],
  ["beside another one, whose hour it may be", "2026-11-27T05:30:00Z", ["ticket_due_today"], "“Call Ida” due today", false],
])("says of an activity of today %s how late it is, as the list of tasks does", (_, due_at, others, text, isLate) => {
  const reasons = ["activity_due_today", ...others].map((code) => ({
    code,
    text: "",
    values: { subject: "Call Ida" },
    points: 1,
  }));
  const [fact] = listFollowUpFacts({ reasons, due_at }, NOW, { locale: "en", timeZone: "UTC", currency: "EUR", t });
  expect(fact).toEqual({ text: expect.any(String), isLate, ...(isLate ? { late: "5 hr late" } : {}) });
  expect(Object.values(fact ?? {})[0]).toSatisfy((written) => String(written).replaceAll("\u202f", " ") === text);
});
