import { describe, expect, it } from "vitest";
import {
  type Clock,
  computeClocks,
  computeSlaDue,
  explainClock,
  type Fact,
  findNextLevel,
  type PendingTarget,
  type SlaDue,
  type Terms,
} from "../../../packages/core/src/service/sla/clock.rules.ts";
import { defaultEscalations, type Targets } from "../../../packages/core/src/service/sla/policy.rules.ts";
import type { Calendar } from "../../../packages/core/src/service/sla/working-time.rules.ts";
import { createTestRandom } from "../../support/random.ts";
import { isOpenAt } from "./reference-clock.ts";

const HOUR_SECONDS = 60 * 60;

/** The default day is a Monday. */
const timeAt = (time: string, day = "2026-03-16"): string => `${day}T${time}:00.000Z`;
const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const officeCalendar: Calendar = {
  timezone: "UTC",
  hours: Object.fromEntries(workdays.map((day) => [day, [["09:00", "17:00"] as const]])),
  holidays: [],
  extra_days: {},
};
const openCalendar: Calendar = {
  ...officeCalendar,
  hours: Object.fromEntries([...workdays, "sat", "sun"].map((day) => [day, [["00:00", "24:00"]]])),
};

const buildTerms = (targets: Partial<Targets>, more: Partial<Terms> = {}): Terms => ({
  from: timeAt("00:00", "2020-01-01"),
  policy_id: "usual",
  targets: { first_response: HOUR_SECONDS, next_response: HOUR_SECONDS, resolution: 8 * HOUR_SECONDS, ...targets },
  escalations: defaultEscalations,
  calendar: officeCalendar,
  ...more,
});

const openedFact: Fact = { at: timeAt("10:00"), type: "opened" };
const buildFact = (type: Exclude<Fact["type"], "merged">, time: string, day?: string): Fact => ({ at: timeAt(time, day), type });
const buildAutomaticFact = (type: "requester_message" | "agent_answer", time: string): Fact => ({
  at: timeAt(time),
  type,
  is_automatic: true,
});

type ClockRow = [metric: string, from: string, due: string | null, state: string, stop?: string];

const shortenInstant = (instant: string | null): string | null =>
  instant?.startsWith("2026-03-16") ? instant.slice(11, 16) : (instant?.slice(5, 16) ?? null);
const toRow = ({ metric, started_at, due_at, state, stopped_at }: Clock): ClockRow =>
  [
    metric,
    shortenInstant(started_at) as string,
    shortenInstant(due_at),
    state,
    ...(stopped_at ? [shortenInstant(stopped_at) as string] : []),
  ] as ClockRow;

const firstResponse = (due: string | null, state: string, stop?: string): ClockRow =>
  ["first_response", "10:00", due, state, ...(stop ? [stop] : [])] as ClockRow;
const resolution = (due: string | null, state: string, stop?: string): ClockRow =>
  ["resolution", "10:00", due, state, ...(stop ? [stop] : [])] as ClockRow;
const nextResponse = (from: string, due: string | null, state: string, stop?: string): ClockRow =>
  ["next_response", from, due, state, ...(stop ? [stop] : [])] as ClockRow;
const NEXT_DAY = "03-17T10:00";

describe("the clocks of a ticket", () => {
  it.each<[what: string, facts: Fact[], now: string, clocks: ClockRow[]]>([
    ["begin when it is opened", [openedFact], "10:30", [firstResponse("11:00", "running"), resolution(NEXT_DAY, "running")]],
    [
      "are violated at their due time, and not before",
      [openedFact],
      "11:00",
      [firstResponse("11:00", "violated"), resolution(NEXT_DAY, "running")],
    ],
    [
      "stop at an answer in the minute in which it is due",
      [openedFact, buildFact("agent_answer", "11:00")],
      "12:00",
      [firstResponse("11:00", "met", "11:00"), resolution(NEXT_DAY, "running")],
    ],
    [
      "stay violated at a late answer",
      [openedFact, buildFact("agent_answer", "11:01")],
      "12:00",
      [firstResponse("11:00", "violated", "11:01"), resolution(NEXT_DAY, "running")],
    ],
    [
      "do not stop at an automatic answer",
      [openedFact, buildAutomaticFact("agent_answer", "10:01")],
      "10:30",
      [firstResponse("11:00", "running"), resolution(NEXT_DAY, "running")],
    ],
    [
      "are not begun anew by a message before the first answer",
      [openedFact, buildFact("requester_message", "10:20")],
      "10:30",
      [firstResponse("11:00", "running"), resolution(NEXT_DAY, "running")],
    ],
    [
      "have another for a message after it, which a second message does not move",
      [
        openedFact,
        buildFact("agent_answer", "10:10"),
        buildFact("requester_message", "10:20"),
        buildFact("requester_message", "10:50"),
      ],
      "11:00",
      [firstResponse("11:00", "met", "10:10"), resolution(NEXT_DAY, "running"), nextResponse("10:20", "11:20", "running")],
    ],
    [
      "have one for each message that waited",
      [
        openedFact,
        buildFact("agent_answer", "10:10"),
        ...[buildFact("requester_message", "10:20"), buildFact("agent_answer", "10:40")],
        ...[buildFact("requester_message", "11:00"), buildFact("agent_answer", "12:30")],
      ],
      "13:00",
      [
        firstResponse("11:00", "met", "10:10"),
        resolution(NEXT_DAY, "running"),
        nextResponse("10:20", "11:20", "met", "10:40"),
        nextResponse("11:00", "12:00", "violated", "12:30"),
      ],
    ],
    [
      "have none for an auto-reply",
      [openedFact, buildFact("agent_answer", "10:10"), buildAutomaticFact("requester_message", "10:20")],
      "11:00",
      [firstResponse("11:00", "met", "10:10"), resolution(NEXT_DAY, "running")],
    ],
    [
      "pause while the customer is waited for",
      [openedFact, buildFact("agent_answer", "10:10"), buildFact("waiting", "11:00")],
      "16:00",
      [firstResponse("11:00", "met", "10:10"), resolution(null, "paused")],
    ],
    [
      "go on at the customer's message",
      [openedFact, buildFact("agent_answer", "10:10"), buildFact("waiting", "11:00"), buildFact("requester_message", "13:00")],
      "13:30",
      [firstResponse("11:00", "met", "10:10"), resolution("03-17T12:00", "running"), nextResponse("13:00", "14:00", "running")],
    ],
    [
      "do not go on at an auto-reply",
      [
        openedFact,
        buildFact("agent_answer", "10:10"),
        buildFact("waiting", "11:00"),
        buildAutomaticFact("requester_message", "11:01"),
      ],
      "13:30",
      [firstResponse("11:00", "met", "10:10"), resolution(null, "paused")],
    ],
    [
      "resume once when an agent takes the ticket up again, despite duplicate events",
      [
        openedFact,
        buildFact("agent_answer", "10:10"),
        buildFact("waiting", "11:00"),
        buildFact("waiting", "11:30"),
        buildFact("resumed", "12:00"),
        buildFact("resumed", "12:30"),
      ],
      "13:30",
      [firstResponse("11:00", "met", "10:10"), resolution("03-17T11:00", "running")],
    ],
    [
      "are not moved by a pause outside of working hours",
      [
        openedFact,
        buildFact("agent_answer", "10:10"),
        buildFact("waiting", "17:00"),
        buildFact("resumed", "09:00", "2026-03-17"),
      ],
      "16:00",
      [firstResponse("11:00", "met", "10:10"), resolution(NEXT_DAY, "running")],
    ],
    [
      "all stop when it is resolved",
      [openedFact, buildFact("agent_answer", "10:10"), buildFact("requester_message", "10:20"), buildFact("resolved", "10:30")],
      "17:00",
      [
        firstResponse("11:00", "met", "10:10"),
        resolution(NEXT_DAY, "met", "10:30"),
        nextResponse("10:20", "11:20", "met", "10:30"),
      ],
    ],
    [
      "stop when it is resolved without an answer",
      [openedFact, buildFact("resolved", "10:30")],
      "17:00",
      [firstResponse("11:00", "met", "10:30"), resolution(NEXT_DAY, "met", "10:30")],
    ],
    [
      "leave a thank-you for what was resolved alone",
      [openedFact, buildFact("resolved", "10:30"), buildFact("requester_message", "10:40")],
      "17:00",
      [firstResponse("11:00", "met", "10:30"), resolution(NEXT_DAY, "met", "10:30")],
    ],
    [
      "resume when it is reopened, with the message that is still unanswered",
      [openedFact, buildFact("resolved", "10:30"), buildFact("requester_message", "12:30"), buildFact("reopened", "12:30")],
      "12:40",
      [firstResponse("11:00", "met", "10:30"), resolution("03-17T12:00", "running"), nextResponse("12:30", "13:30", "running")],
    ],
    [
      "owe no answer to a message that was answered while it was resolved",
      [
        openedFact,
        buildFact("resolved", "10:30"),
        buildFact("requester_message", "12:00"),
        buildFact("agent_answer", "12:10"),
        buildFact("reopened", "12:30"),
      ],
      "12:40",
      [firstResponse("11:00", "met", "10:30"), resolution("03-17T12:00", "running")],
    ],
    [
      "were resolved at last",
      [
        openedFact,
        buildFact("resolved", "10:30"),
        buildFact("reopened", "12:30"),
        buildFact("resolved", "13:00"),
        buildFact("resolved", "14:00"),
      ],
      "16:00",
      [firstResponse("11:00", "met", "10:30"), resolution("03-17T12:00", "met", "13:00")],
    ],
    [
      "end, neither met nor violated, where it was merged into another",
      [openedFact, buildFact("merged_into", "10:30"), buildFact("agent_answer", "10:40")],
      "16:00",
      [firstResponse("11:00", "merged", "10:30"), resolution(NEXT_DAY, "merged", "10:30")],
    ],
    [
      "stay violated where it was merged into another too late",
      [openedFact, buildFact("merged_into", "11:30")],
      "16:00",
      [firstResponse("11:00", "violated", "11:30"), resolution(NEXT_DAY, "merged", "11:30")],
    ],
    [
      "know nothing of what is yet to come",
      [openedFact, buildFact("agent_answer", "10:40")],
      "10:30",
      [firstResponse("11:00", "running"), resolution(NEXT_DAY, "running")],
    ],
  ])("%s", (_, facts, now, expected) => {
    const clocks = computeClocks(facts, [buildTerms({})], timeAt(now));
    expect(clocks.map(toRow)).toEqual(expected);
  });

  it("are those with a target in the policy", () => {
    const facts = [openedFact, buildFact("agent_answer", "10:10"), buildFact("requester_message", "10:20")];
    const clocks = computeClocks(facts, [buildTerms({ first_response: null, next_response: null })], timeAt("10:30"));
    expect(clocks.map(({ metric }) => metric)).toEqual(["resolution"]);
    expect(computeClocks(facts, [], timeAt("10:30"))).toEqual([]);
  });

  it("return the remaining time, and none once they have stopped", () => {
    const clocks = computeClocks(
      [openedFact, buildFact("agent_answer", "10:10"), buildFact("waiting", "11:00")],
      [buildTerms({})],
      timeAt("16:00"),
    );
    expect(clocks.map(({ remaining_seconds, is_paused }) => [remaining_seconds, is_paused])).toEqual([
      [null, false],
      [7 * HOUR_SECONDS, true],
    ]);
    const [late] = computeClocks([openedFact], [buildTerms({})], timeAt("12:00"));
    expect([late?.remaining_seconds, late?.violated_at]).toEqual([0, timeAt("11:00")]);
  });

  it("are explained by the inputs of their due time", () => {
    const facts = [openedFact, buildFact("agent_answer", "10:10"), buildFact("waiting", "11:00"), buildFact("resumed", "12:00")];
    const clocks = computeClocks(facts, [buildTerms({})], timeAt("16:00"));
    expect(clocks.map((clock) => explainClock(clock, officeCalendar)?.due_at)).toEqual(clocks.map(({ due_at }) => due_at));
    expect(explainClock(clocks[1] as Clock, officeCalendar)?.skipped).toEqual([
      { from: timeAt("11:00"), to: timeAt("12:00"), reason: "pause" },
      { from: timeAt("17:00"), to: timeAt("09:00", "2026-03-17"), reason: "closed" },
    ]);
  });
});

describe("another policy", () => {
  const urgent = buildTerms(
    { first_response: HOUR_SECONDS / 4, next_response: HOUR_SECONDS / 4, resolution: HOUR_SECONDS },
    { from: timeAt("10:30"), policy_id: "urgent" },
  );
  it("moves the running clocks from their start, and leaves the stopped ones", () => {
    const clocks = computeClocks([openedFact, buildFact("agent_answer", "10:20")], [buildTerms({}), urgent], timeAt("10:40"));
    expect(clocks.map((clock) => [clock.policy_id, ...toRow(clock)])).toEqual([
      ["usual", ...firstResponse("11:00", "met", "10:20")],
      ["urgent", ...resolution("11:00", "running")],
    ]);
  });
  it("with less time is violated at once", () =>
    expect(computeClocks([openedFact], [buildTerms({}), urgent], timeAt("10:40")).map(toRow)).toEqual([
      firstResponse("10:15", "violated"),
      resolution("11:00", "running"),
    ]));
  it("with another calendar recounts the elapsed time", () => {
    const facts: Fact[] = [{ at: timeAt("15:00", "2026-03-13"), type: "opened" }];
    const terms = [
      buildTerms({ resolution: 4 * HOUR_SECONDS }),
      buildTerms({ resolution: 4 * HOUR_SECONDS }, { from: timeAt("18:00", "2026-03-13"), calendar: openCalendar }),
    ];
    const due = (now: string) => computeClocks(facts, terms, timeAt(now, "2026-03-13")).at(-1)?.due_at;
    expect([due("17:59"), due("18:00")]).toEqual([timeAt("11:00"), timeAt("19:00", "2026-03-13")]);
  });
});

describe("a merge", () => {
  const olderFacts: Fact[] = [{ at: timeAt("09:00"), type: "opened" }];
  const mergedAt = (slaDue: ReturnType<typeof computeSlaDue>): Fact => ({ at: timeAt("10:30"), type: "merged", owed: slaDue });
  const joinedWith = (into: readonly Fact[], otherFacts: readonly Fact[]) =>
    computeClocks([...into, mergedAt(computeSlaDue(otherFacts, timeAt("10:30")))], [buildTerms({})], timeAt("10:45")).map(toRow);

  it("gives no one more time: the longer wait counts", () =>
    expect(joinedWith([openedFact], olderFacts)).toEqual([
      ["first_response", "09:00", "10:00", "violated"],
      ["resolution", "09:00", "17:00", "running"],
    ]));
  it("of a newer ticket into an older one changes nothing", () =>
    expect(joinedWith(olderFacts, [openedFact])).toEqual([
      ["first_response", "09:00", "10:00", "violated"],
      ["resolution", "09:00", "17:00", "running"],
    ]));
  it("leaves a first answer unchanged, and adds a next response for the waiting requester", () =>
    expect(joinedWith([openedFact, buildFact("agent_answer", "10:10")], olderFacts)).toEqual([
      firstResponse("11:00", "met", "10:10"),
      ["resolution", "09:00", "17:00", "running"],
      nextResponse("09:00", "10:00", "violated"),
    ]));
  it("of an answered ticket adds no response", () =>
    expect(
      joinedWith([openedFact, buildFact("agent_answer", "10:10")], [...olderFacts, buildFact("agent_answer", "09:30")]),
    ).toEqual([firstResponse("11:00", "met", "10:10"), ["resolution", "09:00", "17:00", "running"]]));
  it("of a resolved ticket adds no clocks", () =>
    expect(joinedWith([openedFact], [...olderFacts, buildFact("resolved", "09:30")])).toEqual([
      firstResponse("11:00", "running"),
      resolution(NEXT_DAY, "running"),
    ]));
  it("includes the earlier pauses, and the holds of this ticket from then on", () => {
    const otherFacts = [
      ...olderFacts,
      buildFact("agent_answer", "09:05"),
      buildFact("waiting", "09:30"),
      buildFact("resumed", "10:00"),
    ];
    const into = [openedFact, buildFact("agent_answer", "10:05"), buildFact("waiting", "10:06"), buildFact("resumed", "10:20")];
    expect(joinedWith(into, otherFacts)).toEqual([
      firstResponse("11:00", "met", "10:05"),
      ["resolution", "09:00", "03-17T09:30", "running"],
    ]);
    const paused = [...into.slice(0, 2), buildFact("waiting", "10:20")];
    const [, clock] = computeClocks(
      [...paused, mergedAt(computeSlaDue(otherFacts, timeAt("10:30")))],
      [buildTerms({})],
      timeAt("10:45"),
    );
    expect([clock?.state, clock?.remaining_seconds]).toEqual(["paused", 7 * HOUR_SECONDS]);
  });
  it("includes an open pause up to the merge", () =>
    expect(
      computeSlaDue([...olderFacts, buildFact("agent_answer", "09:05"), buildFact("waiting", "09:30")], timeAt("10:30")),
    ).toEqual({
      response: null,
      resolution: { since: timeAt("09:00"), pauses: [{ from: timeAt("09:30"), to: timeAt("10:30") }] },
    }));
  it("into a resolved ticket waits until that ticket is reopened", () => {
    const into = [openedFact, buildFact("resolved", "10:10")];
    expect(joinedWith(into, olderFacts).slice(0, 1)).toEqual([firstResponse("11:00", "met", "10:10")]);
    const facts = [...into, mergedAt(computeSlaDue(olderFacts, timeAt("10:30"))), buildFact("reopened", "10:40")];
    expect(computeClocks(facts, [buildTerms({})], timeAt("10:45")).map(toRow)).toEqual([
      firstResponse("11:00", "met", "10:10"),
      ["resolution", "09:00", "03-17T09:10", "running"],
      nextResponse("09:00", "10:00", "violated"),
    ]);
    const answeredFacts = facts.toSpliced(3, 0, buildFact("agent_answer", "10:35"));
    expect(computeClocks(answeredFacts, [buildTerms({})], timeAt("10:45")).map(({ metric }) => metric)).toEqual([
      "first_response",
      "resolution",
    ]);
  });
});

describe("levels", () => {
  const levels = (target: number, now: string, facts: Fact[] = [openedFact]) =>
    computeClocks(facts, [buildTerms({ first_response: target, next_response: null, resolution: null })], timeAt(now)).flatMap(
      (clock) => clock.levels.map(({ percent, notify, at: when }) => [percent, notify.join(), shortenInstant(when)]),
    );
  it("are reached at 50 %, at 80 %, when it is due, and at 150 % of the target", () =>
    expect(levels(4 * HOUR_SECONDS, "10:00")).toEqual([
      [50, "MANAGER", "12:00"],
      [80, "OWNER", "13:12"],
      [100, "OWNER,MANAGER", "14:00"],
      [150, "DIRECTOR", "16:00"],
    ]));
  it("after the due time come at least one working hour later", () =>
    expect(levels(HOUR_SECONDS, "10:00").slice(2)).toEqual([
      [100, "OWNER,MANAGER", "11:00"],
      [150, "DIRECTOR", "12:00"],
    ]));
  it("stay while the clock is paused, and later ones are unknown", () =>
    expect(levels(4 * HOUR_SECONDS, "13:00", [openedFact, buildFact("waiting", "12:30")])).toEqual([[50, "MANAGER", "12:00"]]));
  it("are none for a stopped clock", () =>
    expect(levels(4 * HOUR_SECONDS, "13:00", [openedFact, buildFact("agent_answer", "12:30")])).toEqual([]));
  it("return the next time to check", () => {
    const clocks = computeClocks([openedFact], [buildTerms({})], timeAt("10:30"));
    expect([
      findNextLevel(clocks, timeAt("10:29")),
      findNextLevel(clocks, timeAt("10:30")),
      findNextLevel(clocks, timeAt("23:00", "2026-03-30")),
    ]).toEqual([timeAt("10:30"), timeAt("10:48"), null]);
    expect(findNextLevel([], timeAt("10:00"))).toBeNull();
  });
});

const random = createTestRandom("sla clocks");
const randomInteger = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const pickOne = <T>(items: readonly T[]): T => items[randomInteger(0, items.length - 1)] as T;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** A week in UTC whose last day has 23 or 25 hours in Berlin. */
type Week = Readonly<{ first: number; instant(minute: number): string }>;
const buildWeek = (day: string): Week => {
  const first = Date.parse(timeAt("00:00", day));
  return { first, instant: (minute) => new Date(first + minute * MINUTE_MS).toISOString() };
};
const weeks = [buildWeek("2026-03-23"), buildWeek("2026-10-19")];
const LAST_MINUTE = 9 * DAY_MINUTES;

/** Also open at night, during the clock change. */
const berlinCalendar: Calendar = {
  timezone: "Europe/Berlin",
  hours: Object.fromEntries(
    [...workdays, "sat", "sun"].map((day) => [day, [["01:30", "04:00"] as const, ["09:00", "17:00"] as const]]),
  ),
  holidays: [],
  extra_days: {},
};

/** The open minutes of each week by a calendar, computed once. */
const listOpenMinutes = (calendar: Calendar) =>
  new Map(
    weeks.map((week) => [
      week,
      Array.from({ length: LAST_MINUTE }, (_, minute) => isOpenAt(calendar, week.first + minute * MINUTE_MS)),
    ]),
  );
const openMinutes = { office: listOpenMinutes(officeCalendar), berlin: listOpenMinutes(berlinCalendar) };

interface ReferenceClock {
  metric: string;
  started_at: string;
  stopped_at: string | null;
  due_at: string | null;
  spent: number;
}

interface ReferenceTerms {
  week: Week;
  /** The minutes of each target. */
  targets: Record<string, number>;
  isOpen: readonly boolean[];
}

/** Goes minute by minute: applies the events of the minute, then checks whether it counts. */
function countClocks(facts: readonly Fact[], { week, targets, isOpen }: ReferenceTerms, until: number): ReferenceClock[] {
  const clocks: ReferenceClock[] = [];
  const toMinute = (when: string): number => (Date.parse(when) - week.first) / MINUTE_MS;
  const byMinute = Map.groupBy(facts, ({ at: when }) => toMinute(when));
  let [isWaiting, isResolved, isOpened] = [false, false, false];
  let unheard: string | null = null;
  let late: MergedDebt[] = [];
  const start = (metric: string, started_at: string): ReferenceClock => {
    const clock: ReferenceClock = { metric, started_at, stopped_at: null, due_at: null, spent: 0 };
    clocks.push(clock);
    return clock;
  };
  const pending = () => clocks.find(({ metric, stopped_at }) => metric !== "resolution" && !stopped_at);
  const stop = (clock: ReferenceClock | undefined, when: string) => clock && Object.assign(clock, { stopped_at: when });
  const main = () => clocks.find(({ metric }) => metric === "resolution");
  const pass = (clock: ReferenceClock, minute: number, counts: boolean) => {
    if (clock.due_at === null && clock.spent === targets[clock.metric]) clock.due_at = week.instant(minute);
    if (counts && isOpen[minute]) clock.spent++;
  };
  /** A target that the merged ticket has owed for longer counts from its own start, up to the merge. */
  const owe = (clock: ReferenceClock | undefined, debt: PendingTarget | null, merged: string) => {
    if (!clock || !debt || debt.since >= clock.started_at) return;
    Object.assign(clock, { started_at: debt.since, due_at: null, spent: 0 });
    for (let minute = toMinute(debt.since); minute < toMinute(merged); minute++) {
      const when = week.instant(minute);
      pass(clock, minute, !debt.pauses.some(({ from, to }) => from <= when && when < to));
    }
  };
  const take = ({ at: when, owed: slaDue }: MergedDebt) => {
    if (slaDue.response) owe(pending() ?? start("next_response", when), slaDue.response, when);
    owe(main(), slaDue.resolution, when);
  };
  for (let minute = 0; minute <= until; minute++) {
    for (const fact of byMinute.get(minute) ?? []) {
      if ("is_automatic" in fact && fact.is_automatic) continue;
      if (fact.type === "opened" && !isOpened) {
        start("first_response", fact.at);
        start("resolution", fact.at);
        isOpened = true;
      }
      if (fact.type === "requester_message" && isResolved) unheard ??= fact.at;
      if (fact.type === "requester_message" && !isResolved && !pending()) start("next_response", fact.at);
      if (fact.type === "agent_answer") {
        stop(pending(), fact.at);
        unheard = null;
        late = late.map(({ at: when, owed: slaDue }) => ({ at: when, owed: { ...slaDue, response: null } }));
      }
      if (fact.type === "merged" && isResolved) late.push(fact);
      if (fact.type === "merged" && !isResolved) take(fact);
      if (fact.type === "waiting" && !isResolved) isWaiting = true;
      if (["requester_message", "resumed", "resolved"].includes(fact.type)) isWaiting = false;
      if (fact.type === "resolved" && !isResolved) {
        stop(pending(), fact.at);
        stop(main(), fact.at);
        isResolved = true;
      }
      if (fact.type === "reopened" && isResolved) {
        Object.assign(main() ?? {}, { stopped_at: null });
        isResolved = false;
        if (unheard) start("next_response", unheard);
        for (const mergedDebt of late.splice(0)) take(mergedDebt);
        unheard = null;
      }
    }
    for (const clock of clocks.filter(({ stopped_at }) => !stopped_at)) pass(clock, minute, !isWaiting);
  }
  return clocks;
}

type MergedDebt = { at: string; owed: SlaDue };

/** A random target owed by a merged ticket, which may be older and may have waited for its customer. */
function randomDebt({ instant }: Week, merged: number): PendingTarget | null {
  if (random() < 0.3) return null;
  const since = randomInteger(0, merged - 1);
  const ends = Array.from({ length: 2 * randomInteger(0, 2) }, () => randomInteger(since, merged)).sort((a, b) => a - b);
  const pauses = ends.flatMap((from, nth) => (nth % 2 ? [] : [{ from: instant(from), to: instant(ends[nth + 1] as number) }]));
  return { since: instant(since), pauses: pauses.filter(({ from, to }) => from < to) };
}

const factTypes = ["requester_message", "agent_answer", "waiting", "resumed", "resolved", "reopened", "merged"] as const;

function randomFacts(week: Week): Fact[] {
  const minutes = new Set(Array.from({ length: randomInteger(3, 14) }, () => randomInteger(600, 7 * DAY_MINUTES)));
  return [
    { at: week.instant(randomInteger(0, 600)), type: "opened" },
    ...[...minutes].map((minute): Fact => {
      const type = pickOne(factTypes);
      const when = week.instant(minute);
      if (type === "merged")
        return { at: when, type, owed: { response: randomDebt(week, minute), resolution: randomDebt(week, minute) } };
      const isPublic = type === "requester_message" || type === "agent_answer";
      return isPublic ? { at: when, type, is_automatic: random() < 0.2 } : { at: when, type };
    }),
  ];
}

const shuffle = <T>(all: readonly T[]): T[] =>
  all
    .map((item) => ({ each: item, by: random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ each: item }) => item);

describe("random ticket histories", () => {
  const targets = { first_response: 3 * HOUR_SECONDS, next_response: 2 * HOUR_SECONDS, resolution: 14 * HOUR_SECONDS };
  const inMinutes = { first_response: 180, next_response: 120, resolution: 840 };
  const otherTargets = { first_response: HOUR_SECONDS, next_response: 4 * HOUR_SECONDS, resolution: 30 * HOUR_SECONDS };
  const othersInMinutes = { first_response: 60, next_response: 240, resolution: 1800 };

  it("the clocks equal a minute-by-minute simulation by the final terms", () => {
    const states = new Map<string, number>();
    let merged = 0;
    for (let round = 0; round < 200; round++) {
      const week = pickOne(weeks);
      const facts = randomFacts(week);
      const until = randomInteger(700, LAST_MINUTE - 1);
      const now = week.instant(until);
      const from = week.instant(randomInteger(0, LAST_MINUTE));
      const terms = [buildTerms(targets), buildTerms(otherTargets, { from, policy_id: "other", calendar: berlinCalendar })];
      const clocks = computeClocks(shuffle(facts), terms, now);
      const message = JSON.stringify({ facts, now, from });
      const referenceClocks = [
        countClocks(facts, { week, targets: inMinutes, isOpen: openMinutes.office.get(week) ?? [] }, until),
        countClocks(facts, { week, targets: othersInMinutes, isOpen: openMinutes.berlin.get(week) ?? [] }, until),
      ] as const;
      const isOther = ({ stopped_at }: ReferenceClock): boolean => from <= (stopped_at ?? now);
      const expectedClocks = referenceClocks[0].map((clock, nth) =>
        isOther(clock) ? (referenceClocks[1][nth] as ReferenceClock) : clock,
      );
      expect(
        clocks.map(({ metric, started_at, stopped_at }) => [metric, started_at, stopped_at]),
        message,
      ).toEqual(expectedClocks.map(({ metric, started_at, stopped_at }) => [metric, started_at, stopped_at]));
      for (const [index, clock] of clocks.entries()) {
        const { due_at, spent, stopped_at } = expectedClocks[index] as ReferenceClock;
        const isBy = isOther(expectedClocks[index] as ReferenceClock);
        expect(clock.policy_id, message).toBe(isBy ? "other" : "usual");
        const isLate = due_at !== null && (stopped_at === null || due_at < stopped_at);
        expect([clock.state === "violated", isLate ? clock.due_at : null], message).toEqual([isLate, isLate ? due_at : null]);
        const target = (isBy ? othersInMinutes : inMinutes)[clock.metric];
        if (clock.state === "running" || clock.state === "paused") {
          // The reference counts whole minutes, so the current one counts.
          const begunMinutes = clock.is_paused || !(isBy ? openMinutes.berlin : openMinutes.office).get(week)?.[until] ? 0 : 1;
          expect(clock.remaining_seconds, message).toBe((target - spent + begunMinutes) * 60);
        }
        states.set(clock.state, (states.get(clock.state) ?? 0) + 1);
        if (facts.every(({ type, at: when }) => type !== "opened" || when > clock.started_at)) merged++;
      }
    }
    expect([...states.keys()].sort()).toEqual(["met", "paused", "running", "violated"]);
    expect(merged).toBeGreaterThan(10);
  });

  it("automatic messages change no clock", () => {
    for (let round = 0; round < 50; round++) {
      const week = pickOne(weeks);
      const facts = randomFacts(week);
      const more = facts.map(
        ({ at: when }): Fact => ({ at: when, type: pickOne(["requester_message", "agent_answer"] as const), is_automatic: true }),
      );
      const clocks = (ticketFacts: Fact[]) => computeClocks(ticketFacts, [buildTerms(targets)], week.instant(6 * DAY_MINUTES));
      expect(clocks([...more, ...facts])).toEqual(clocks(facts));
    }
  });

  it("a merge never gives more time for an owed answer", () => {
    for (let round = 0; round < 100; round++) {
      const week = pickOne(weeks);
      const [ownFacts, otherFacts] = [randomFacts(week), randomFacts(week)];
      const when = week.instant(randomInteger(DAY_MINUTES, 4 * DAY_MINUTES));
      const past = ownFacts.filter((fact) => fact.at <= when);
      const last = (ticketFacts: Fact[]) =>
        computeClocks(ticketFacts, [buildTerms(targets)], when).find(({ metric }) => metric === "resolution");
      const alone = last(past);
      const merged = last([...past, { at: when, type: "merged", owed: computeSlaDue(otherFacts, when) }]);
      const started = [alone?.started_at, computeSlaDue(otherFacts, when).resolution?.since].filter(
        (instant) => instant !== undefined,
      );
      if (!alone?.stopped_at) expect(merged?.started_at).toBe(started.sort()[0]);
      else expect(merged?.state).toBe(alone.state);
    }
  });
});
