import { describe, expect, it } from "vitest";
import {
  type Clock,
  clocksOf,
  type Debt,
  explain,
  type Fact,
  nextLevel,
  type Owed,
  owedAt,
  type Terms,
} from "../../packages/core/src/sla/clock.rules.ts";
import { type Targets, usualEscalations } from "../../packages/core/src/sla/policy.rules.ts";
import type { Calendar } from "../../packages/core/src/sla/working-time.rules.ts";
import { chanceOf } from "../chance.ts";
import { isOpenAt } from "./reference.ts";

const HOUR = 60 * 60;

/** A Monday. */
const at = (time: string, day = "2026-03-16"): string => `${day}T${time}:00.000Z`;
const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const office: Calendar = {
  timezone: "UTC",
  hours: Object.fromEntries(workdays.map((day) => [day, [["09:00", "17:00"] as const]])),
  holidays: [],
  extra_days: {},
};
const always: Calendar = {
  ...office,
  hours: Object.fromEntries([...workdays, "sat", "sun"].map((day) => [day, [["00:00", "24:00"]]])),
};

const termsOf = (targets: Partial<Targets>, more: Partial<Terms> = {}): Terms => ({
  from: at("00:00", "2020-01-01"),
  policy_id: "usual",
  targets: { first_response: HOUR, next_response: HOUR, resolution: 8 * HOUR, ...targets },
  escalations: usualEscalations,
  calendar: office,
  ...more,
});

const opened: Fact = { at: at("10:00"), type: "opened" };
const fact = (type: Exclude<Fact["type"], "merged">, time: string, day?: string): Fact => ({ at: at(time, day), type });
const automatic = (type: "requester_message" | "agent_answer", time: string): Fact => ({
  at: at(time),
  type,
  is_automatic: true,
});

type Told = [metric: string, from: string, due: string | null, state: string, stop?: string];

const short = (instant: string | null): string | null =>
  instant?.startsWith("2026-03-16") ? instant.slice(11, 16) : (instant?.slice(5, 16) ?? null);
const told = ({ metric, started_at, due_at, state, stopped_at }: Clock): Told =>
  [metric, short(started_at) as string, short(due_at), state, ...(stopped_at ? [short(stopped_at) as string] : [])] as Told;

const first = (due: string | null, state: string, stop?: string): Told =>
  ["first_response", "10:00", due, state, ...(stop ? [stop] : [])] as Told;
const resolution = (due: string | null, state: string, stop?: string): Told =>
  ["resolution", "10:00", due, state, ...(stop ? [stop] : [])] as Told;
const next = (from: string, due: string | null, state: string, stop?: string): Told =>
  ["next_response", from, due, state, ...(stop ? [stop] : [])] as Told;
const DAY_BEHIND = "03-17T10:00";

describe("the clocks of a ticket", () => {
  it.each<[what: string, facts: Fact[], now: string, clocks: Told[]]>([
    ["begin when it is opened", [opened], "10:30", [first("11:00", "running"), resolution(DAY_BEHIND, "running")]],
    [
      "are violated at their due time, and not before",
      [opened],
      "11:00",
      [first("11:00", "violated"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "stop at an answer in the minute in which it is due",
      [opened, fact("agent_answer", "11:00")],
      "12:00",
      [first("11:00", "met", "11:00"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "stay violated at a late answer",
      [opened, fact("agent_answer", "11:01")],
      "12:00",
      [first("11:00", "violated", "11:01"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "do not stop at an automatic answer",
      [opened, automatic("agent_answer", "10:01")],
      "10:30",
      [first("11:00", "running"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "are not begun anew by a message before the first answer",
      [opened, fact("requester_message", "10:20")],
      "10:30",
      [first("11:00", "running"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "have another for a message after it, which a second message does not move",
      [opened, fact("agent_answer", "10:10"), fact("requester_message", "10:20"), fact("requester_message", "10:50")],
      "11:00",
      [first("11:00", "met", "10:10"), resolution(DAY_BEHIND, "running"), next("10:20", "11:20", "running")],
    ],
    [
      "have one for each message that waited",
      [
        opened,
        fact("agent_answer", "10:10"),
        ...[fact("requester_message", "10:20"), fact("agent_answer", "10:40")],
        ...[fact("requester_message", "11:00"), fact("agent_answer", "12:30")],
      ],
      "13:00",
      [
        first("11:00", "met", "10:10"),
        resolution(DAY_BEHIND, "running"),
        next("10:20", "11:20", "met", "10:40"),
        next("11:00", "12:00", "violated", "12:30"),
      ],
    ],
    [
      "have none for an auto-reply",
      [opened, fact("agent_answer", "10:10"), automatic("requester_message", "10:20")],
      "11:00",
      [first("11:00", "met", "10:10"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "pause while the customer is waited for",
      [opened, fact("agent_answer", "10:10"), fact("waiting", "11:00")],
      "16:00",
      [first("11:00", "met", "10:10"), resolution(null, "paused")],
    ],
    [
      "go on at the customer's message",
      [opened, fact("agent_answer", "10:10"), fact("waiting", "11:00"), fact("requester_message", "13:00")],
      "13:30",
      [first("11:00", "met", "10:10"), resolution("03-17T12:00", "running"), next("13:00", "14:00", "running")],
    ],
    [
      "do not go on at an auto-reply",
      [opened, fact("agent_answer", "10:10"), fact("waiting", "11:00"), automatic("requester_message", "11:01")],
      "13:30",
      [first("11:00", "met", "10:10"), resolution(null, "paused")],
    ],
    [
      "go on when somebody takes the ticket up again, once, whatever comes twice",
      [
        opened,
        fact("agent_answer", "10:10"),
        fact("waiting", "11:00"),
        fact("waiting", "11:30"),
        fact("resumed", "12:00"),
        fact("resumed", "12:30"),
      ],
      "13:30",
      [first("11:00", "met", "10:10"), resolution("03-17T11:00", "running")],
    ],
    [
      "are not moved by a pause outside of working hours",
      [opened, fact("agent_answer", "10:10"), fact("waiting", "17:00"), fact("resumed", "09:00", "2026-03-17")],
      "16:00",
      [first("11:00", "met", "10:10"), resolution(DAY_BEHIND, "running")],
    ],
    [
      "all stop when it is resolved",
      [opened, fact("agent_answer", "10:10"), fact("requester_message", "10:20"), fact("resolved", "10:30")],
      "17:00",
      [first("11:00", "met", "10:10"), resolution(DAY_BEHIND, "met", "10:30"), next("10:20", "11:20", "met", "10:30")],
    ],
    [
      "stop when it is resolved without an answer",
      [opened, fact("resolved", "10:30")],
      "17:00",
      [first("11:00", "met", "10:30"), resolution(DAY_BEHIND, "met", "10:30")],
    ],
    [
      "leave a thank-you for what was resolved alone",
      [opened, fact("resolved", "10:30"), fact("requester_message", "10:40")],
      "17:00",
      [first("11:00", "met", "10:30"), resolution(DAY_BEHIND, "met", "10:30")],
    ],
    [
      "go on where they were when it is reopened, with the message that nobody has answered",
      [opened, fact("resolved", "10:30"), fact("requester_message", "12:30"), fact("reopened", "12:30")],
      "12:40",
      [first("11:00", "met", "10:30"), resolution("03-17T12:00", "running"), next("12:30", "13:30", "running")],
    ],
    [
      "owe no answer to a message that was answered while it was resolved",
      [
        opened,
        fact("resolved", "10:30"),
        fact("requester_message", "12:00"),
        fact("agent_answer", "12:10"),
        fact("reopened", "12:30"),
      ],
      "12:40",
      [first("11:00", "met", "10:30"), resolution("03-17T12:00", "running")],
    ],
    [
      "were resolved at last",
      [opened, fact("resolved", "10:30"), fact("reopened", "12:30"), fact("resolved", "13:00"), fact("resolved", "14:00")],
      "16:00",
      [first("11:00", "met", "10:30"), resolution("03-17T12:00", "met", "13:00")],
    ],
    [
      "end, neither met nor violated, where it was merged into another",
      [opened, fact("merged_into", "10:30"), fact("agent_answer", "10:40")],
      "16:00",
      [first("11:00", "merged", "10:30"), resolution(DAY_BEHIND, "merged", "10:30")],
    ],
    [
      "stay violated where it was merged into another too late",
      [opened, fact("merged_into", "11:30")],
      "16:00",
      [first("11:00", "violated", "11:30"), resolution(DAY_BEHIND, "merged", "11:30")],
    ],
    [
      "know nothing of what is yet to come",
      [opened, fact("agent_answer", "10:40")],
      "10:30",
      [first("11:00", "running"), resolution(DAY_BEHIND, "running")],
    ],
  ])("%s", (_, facts, now, expected) => {
    const clocks = clocksOf(facts, [termsOf({})], at(now));
    expect(clocks.map(told)).toEqual(expected);
  });

  it("are those that the policy has targets for", () => {
    const facts = [opened, fact("agent_answer", "10:10"), fact("requester_message", "10:20")];
    const clocks = clocksOf(facts, [termsOf({ first_response: null, next_response: null })], at("10:30"));
    expect(clocks.map(({ metric }) => metric)).toEqual(["resolution"]);
    expect(clocksOf(facts, [], at("10:30"))).toEqual([]);
  });

  it("say what remains, and nothing once they have stopped", () => {
    const clocks = clocksOf([opened, fact("agent_answer", "10:10"), fact("waiting", "11:00")], [termsOf({})], at("16:00"));
    expect(clocks.map(({ remaining_seconds, is_paused }) => [remaining_seconds, is_paused])).toEqual([
      [null, false],
      [7 * HOUR, true],
    ]);
    const [late] = clocksOf([opened], [termsOf({})], at("12:00"));
    expect([late?.remaining_seconds, late?.violated_at]).toEqual([0, at("11:00")]);
  });

  it("are explained by what their due time heeds", () => {
    const facts = [opened, fact("agent_answer", "10:10"), fact("waiting", "11:00"), fact("resumed", "12:00")];
    const clocks = clocksOf(facts, [termsOf({})], at("16:00"));
    expect(clocks.map((clock) => explain(clock, office)?.due_at)).toEqual(clocks.map(({ due_at }) => due_at));
    expect(explain(clocks[1] as Clock, office)?.skipped).toEqual([
      { from: at("11:00"), to: at("12:00"), reason: "pause" },
      { from: at("17:00"), to: at("09:00", "2026-03-17"), reason: "closed" },
    ]);
  });
});

describe("another policy", () => {
  const urgent = termsOf(
    { first_response: HOUR / 4, next_response: HOUR / 4, resolution: HOUR },
    { from: at("10:30"), policy_id: "urgent" },
  );
  it("moves the clocks that run, from their start on, and leaves those that have stopped", () => {
    const clocks = clocksOf([opened, fact("agent_answer", "10:20")], [termsOf({}), urgent], at("10:40"));
    expect(clocks.map((clock) => [clock.policy_id, ...told(clock)])).toEqual([
      ["usual", ...first("11:00", "met", "10:20")],
      ["urgent", ...resolution("11:00", "running")],
    ]);
  });
  it("with less time is violated at once", () =>
    expect(clocksOf([opened], [termsOf({}), urgent], at("10:40")).map(told)).toEqual([
      first("10:15", "violated"),
      resolution("11:00", "running"),
    ]));
  it("with another calendar counts the time so far by that", () => {
    const facts: Fact[] = [{ at: at("15:00", "2026-03-13"), type: "opened" }];
    const terms = [
      termsOf({ resolution: 4 * HOUR }),
      termsOf({ resolution: 4 * HOUR }, { from: at("18:00", "2026-03-13"), calendar: always }),
    ];
    const due = (now: string) => clocksOf(facts, terms, at(now, "2026-03-13")).at(-1)?.due_at;
    expect([due("17:59"), due("18:00")]).toEqual([at("11:00"), at("19:00", "2026-03-13")]);
  });
});

describe("a merge", () => {
  const older: Fact[] = [{ at: at("09:00"), type: "opened" }];
  const mergedAt = (owed: ReturnType<typeof owedAt>): Fact => ({ at: at("10:30"), type: "merged", owed });
  const joinedWith = (into: readonly Fact[], other: readonly Fact[]) =>
    clocksOf([...into, mergedAt(owedAt(other, at("10:30")))], [termsOf({})], at("10:45")).map(told);

  it("gives nobody more time: what has been owed for longer counts", () =>
    expect(joinedWith([opened], older)).toEqual([
      ["first_response", "09:00", "10:00", "violated"],
      ["resolution", "09:00", "17:00", "running"],
    ]));
  it("of a newer one into an older changes nothing", () =>
    expect(joinedWith(older, [opened])).toEqual([
      ["first_response", "09:00", "10:00", "violated"],
      ["resolution", "09:00", "17:00", "running"],
    ]));
  it("leaves a first answer what it was, and owes one to who still waits", () =>
    expect(joinedWith([opened, fact("agent_answer", "10:10")], older)).toEqual([
      first("11:00", "met", "10:10"),
      ["resolution", "09:00", "17:00", "running"],
      next("09:00", "10:00", "violated"),
    ]));
  it("of one that was answered owes no answer", () =>
    expect(joinedWith([opened, fact("agent_answer", "10:10")], [...older, fact("agent_answer", "09:30")])).toEqual([
      first("11:00", "met", "10:10"),
      ["resolution", "09:00", "17:00", "running"],
    ]));
  it("of one that was resolved owes nothing", () =>
    expect(joinedWith([opened], [...older, fact("resolved", "09:30")])).toEqual([
      first("11:00", "running"),
      resolution(DAY_BEHIND, "running"),
    ]));
  it("brings the pauses that there were, and this one's hold from then on", () => {
    const other = [...older, fact("agent_answer", "09:05"), fact("waiting", "09:30"), fact("resumed", "10:00")];
    const into = [opened, fact("agent_answer", "10:05"), fact("waiting", "10:06"), fact("resumed", "10:20")];
    expect(joinedWith(into, other)).toEqual([first("11:00", "met", "10:05"), ["resolution", "09:00", "03-17T09:30", "running"]]);
    const paused = [...into.slice(0, 2), fact("waiting", "10:20")];
    const [, clock] = clocksOf([...paused, mergedAt(owedAt(other, at("10:30")))], [termsOf({})], at("10:45"));
    expect([clock?.state, clock?.remaining_seconds]).toEqual(["paused", 7 * HOUR]);
  });
  it("brings a pause that goes on as far as it had come", () =>
    expect(owedAt([...older, fact("agent_answer", "09:05"), fact("waiting", "09:30")], at("10:30"))).toEqual({
      response: null,
      resolution: { since: at("09:00"), pauses: [{ from: at("09:30"), to: at("10:30") }] },
    }));
  it("into one that is resolved waits until that is reopened", () => {
    const into = [opened, fact("resolved", "10:10")];
    expect(joinedWith(into, older).slice(0, 1)).toEqual([first("11:00", "met", "10:10")]);
    const facts = [...into, mergedAt(owedAt(older, at("10:30"))), fact("reopened", "10:40")];
    expect(clocksOf(facts, [termsOf({})], at("10:45")).map(told)).toEqual([
      first("11:00", "met", "10:10"),
      ["resolution", "09:00", "03-17T09:10", "running"],
      next("09:00", "10:00", "violated"),
    ]);
    const answered = facts.toSpliced(3, 0, fact("agent_answer", "10:35"));
    expect(clocksOf(answered, [termsOf({})], at("10:45")).map(({ metric }) => metric)).toEqual(["first_response", "resolution"]);
  });
});

describe("levels", () => {
  const levels = (target: number, now: string, facts: Fact[] = [opened]) =>
    clocksOf(facts, [termsOf({ first_response: target, next_response: null, resolution: null })], at(now)).flatMap((clock) =>
      clock.levels.map(({ percent, notify, at: when }) => [percent, notify.join(), short(when)]),
    );
  it("are told at half, at four fifths, when it is due, and half of the target later", () =>
    expect(levels(4 * HOUR, "10:00")).toEqual([
      [50, "MANAGER", "12:00"],
      [80, "OWNER", "13:12"],
      [100, "OWNER,MANAGER", "14:00"],
      [150, "DIRECTOR", "16:00"],
    ]));
  it("come an hour of working time behind at least", () =>
    expect(levels(HOUR, "10:00").slice(2)).toEqual([
      [100, "OWNER,MANAGER", "11:00"],
      [150, "DIRECTOR", "12:00"],
    ]));
  it("stay where they were when the clock is paused, and are not known behind", () =>
    expect(levels(4 * HOUR, "13:00", [opened, fact("waiting", "12:30")])).toEqual([[50, "MANAGER", "12:00"]]));
  it("are none of what has stopped", () =>
    expect(levels(4 * HOUR, "13:00", [opened, fact("agent_answer", "12:30")])).toEqual([]));
  it("say when it is time to look again", () => {
    const clocks = clocksOf([opened], [termsOf({})], at("10:30"));
    expect([
      nextLevel(clocks, at("10:29")),
      nextLevel(clocks, at("10:30")),
      nextLevel(clocks, at("23:00", "2026-03-30")),
    ]).toEqual([at("10:30"), at("10:48"), null]);
    expect(nextLevel([], at("10:00"))).toBeNull();
  });
});

const random = chanceOf("sla clocks");
const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const one = <T>(of: readonly T[]): T => of[int(0, of.length - 1)] as T;

const MINUTE = 60_000;
const DAY = 24 * 60;

/** A week in UTC of which the last day has another number of hours in Berlin. */
type Week = Readonly<{ first: number; instant(minute: number): string }>;
const weekFrom = (day: string): Week => {
  const first = Date.parse(at("00:00", day));
  return { first, instant: (minute) => new Date(first + minute * MINUTE).toISOString() };
};
const weeks = [weekFrom("2026-03-23"), weekFrom("2026-10-19")];
const LAST = 9 * DAY;

/** Open at night too, while clocks are moved. */
const berlin: Calendar = {
  timezone: "Europe/Berlin",
  hours: Object.fromEntries(
    [...workdays, "sat", "sun"].map((day) => [day, [["01:30", "04:00"] as const, ["09:00", "17:00"] as const]]),
  ),
  holidays: [],
  extra_days: {},
};

/** Which minutes of a week count, by a calendar; asked once. */
const minutesOf = (calendar: Calendar) =>
  new Map(weeks.map((week) => [week, Array.from({ length: LAST }, (_, at) => isOpenAt(calendar, week.first + at * MINUTE))]));
const open = { office: minutesOf(office), berlin: minutesOf(berlin) };

interface Slow {
  metric: string;
  started_at: string;
  stopped_at: string | null;
  due_at: string | null;
  spent: number;
}

interface By {
  week: Week;
  /** Minutes of each target. */
  targets: Record<string, number>;
  isOpen: readonly boolean[];
}

/** Minute by minute: what happens, and then whether the minute counts. */
function slowly(facts: readonly Fact[], { week, targets, isOpen }: By, until: number): Slow[] {
  const clocks: Slow[] = [];
  const minuteOf = (when: string): number => (Date.parse(when) - week.first) / MINUTE;
  const byMinute = Map.groupBy(facts, ({ at: when }) => minuteOf(when));
  let [isWaiting, isResolved, isOpened] = [false, false, false];
  let unheard: string | null = null;
  let late: Brought[] = [];
  const start = (metric: string, started_at: string): Slow => {
    const made: Slow = { metric, started_at, stopped_at: null, due_at: null, spent: 0 };
    clocks.push(made);
    return made;
  };
  const pending = () => clocks.find(({ metric, stopped_at }) => metric !== "resolution" && !stopped_at);
  const stop = (clock: Slow | undefined, when: string) => clock && Object.assign(clock, { stopped_at: when });
  const main = () => clocks.find(({ metric }) => metric === "resolution");
  const pass = (clock: Slow, minute: number, counts: boolean) => {
    if (clock.due_at === null && clock.spent === targets[clock.metric]) clock.due_at = week.instant(minute);
    if (counts && isOpen[minute]) clock.spent++;
  };
  /** What another ticket has owed for longer is counted from its own beginning on, up to the merge. */
  const owe = (clock: Slow | undefined, debt: Debt | null, merged: string) => {
    if (!clock || !debt || debt.since >= clock.started_at) return;
    Object.assign(clock, { started_at: debt.since, due_at: null, spent: 0 });
    for (let minute = minuteOf(debt.since); minute < minuteOf(merged); minute++) {
      const when = week.instant(minute);
      pass(clock, minute, !debt.pauses.some(({ from, to }) => from <= when && when < to));
    }
  };
  const take = ({ at: when, owed }: Brought) => {
    if (owed.response) owe(pending() ?? start("next_response", when), owed.response, when);
    owe(main(), owed.resolution, when);
  };
  for (let minute = 0; minute <= until; minute++) {
    for (const each of byMinute.get(minute) ?? []) {
      if ("is_automatic" in each && each.is_automatic) continue;
      if (each.type === "opened" && !isOpened) {
        start("first_response", each.at);
        start("resolution", each.at);
        isOpened = true;
      }
      if (each.type === "requester_message" && isResolved) unheard ??= each.at;
      if (each.type === "requester_message" && !isResolved && !pending()) start("next_response", each.at);
      if (each.type === "agent_answer") {
        stop(pending(), each.at);
        unheard = null;
        late = late.map(({ at: when, owed }) => ({ at: when, owed: { ...owed, response: null } }));
      }
      if (each.type === "merged" && isResolved) late.push(each);
      if (each.type === "merged" && !isResolved) take(each);
      if (each.type === "waiting" && !isResolved) isWaiting = true;
      if (["requester_message", "resumed", "resolved"].includes(each.type)) isWaiting = false;
      if (each.type === "resolved" && !isResolved) {
        stop(pending(), each.at);
        stop(main(), each.at);
        isResolved = true;
      }
      if (each.type === "reopened" && isResolved) {
        Object.assign(main() ?? {}, { stopped_at: null });
        isResolved = false;
        if (unheard) start("next_response", unheard);
        for (const brought of late.splice(0)) take(brought);
        unheard = null;
      }
    }
    for (const clock of clocks.filter(({ stopped_at }) => !stopped_at)) pass(clock, minute, !isWaiting);
  }
  return clocks;
}

type Brought = { at: string; owed: Owed };

/** Of another ticket, which may have been there for longer, and have waited for its customer. */
function someDebt({ instant }: Week, merged: number): Debt | null {
  if (random() < 0.3) return null;
  const since = int(0, merged - 1);
  const ends = Array.from({ length: 2 * int(0, 2) }, () => int(since, merged)).sort((a, b) => a - b);
  const pauses = ends.flatMap((from, nth) => (nth % 2 ? [] : [{ from: instant(from), to: instant(ends[nth + 1] as number) }]));
  return { since: instant(since), pauses: pauses.filter(({ from, to }) => from < to) };
}

const kinds = ["requester_message", "agent_answer", "waiting", "resumed", "resolved", "reopened", "merged"] as const;

function someFacts(week: Week): Fact[] {
  const minutes = new Set(Array.from({ length: int(3, 14) }, () => int(600, 7 * DAY)));
  return [
    { at: week.instant(int(0, 600)), type: "opened" },
    ...[...minutes].map((minute): Fact => {
      const type = one(kinds);
      const when = week.instant(minute);
      if (type === "merged")
        return { at: when, type, owed: { response: someDebt(week, minute), resolution: someDebt(week, minute) } };
      const isPublic = type === "requester_message" || type === "agent_answer";
      return isPublic ? { at: when, type, is_automatic: random() < 0.2 } : { at: when, type };
    }),
  ];
}

const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((each) => ({ each, by: random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ each }) => each);

describe("whatever happens with a ticket", () => {
  const targets = { first_response: 3 * HOUR, next_response: 2 * HOUR, resolution: 14 * HOUR };
  const inMinutes = { first_response: 180, next_response: 120, resolution: 840 };
  const others = { first_response: HOUR, next_response: 4 * HOUR, resolution: 30 * HOUR };
  const othersInMinutes = { first_response: 60, next_response: 240, resolution: 1800 };

  it("its clocks are those of who follows it minute by minute, by the terms of their end", () => {
    const states = new Map<string, number>();
    let merged = 0;
    for (let round = 0; round < 200; round++) {
      const week = one(weeks);
      const facts = someFacts(week);
      const until = int(700, LAST - 1);
      const now = week.instant(until);
      const from = week.instant(int(0, LAST));
      const terms = [termsOf(targets), termsOf(others, { from, policy_id: "other", calendar: berlin })];
      const clocks = clocksOf(shuffled(facts), terms, now);
      const said = JSON.stringify({ facts, now, from });
      const by = [
        slowly(facts, { week, targets: inMinutes, isOpen: open.office.get(week) ?? [] }, until),
        slowly(facts, { week, targets: othersInMinutes, isOpen: open.berlin.get(week) ?? [] }, until),
      ] as const;
      const isOther = ({ stopped_at }: Slow): boolean => from <= (stopped_at ?? now);
      const slow = by[0].map((each, nth) => (isOther(each) ? (by[1][nth] as Slow) : each));
      expect(
        clocks.map(({ metric, started_at, stopped_at }) => [metric, started_at, stopped_at]),
        said,
      ).toEqual(slow.map(({ metric, started_at, stopped_at }) => [metric, started_at, stopped_at]));
      for (const [index, clock] of clocks.entries()) {
        const { due_at, spent, stopped_at } = slow[index] as Slow;
        const isBy = isOther(slow[index] as Slow);
        expect(clock.policy_id, said).toBe(isBy ? "other" : "usual");
        const isLate = due_at !== null && (stopped_at === null || due_at < stopped_at);
        expect([clock.state === "violated", isLate ? clock.due_at : null], said).toEqual([isLate, isLate ? due_at : null]);
        const target = (isBy ? othersInMinutes : inMinutes)[clock.metric];
        if (clock.state === "running" || clock.state === "paused") {
          // The minute that has begun counts for who goes by minutes.
          const begun = clock.is_paused || !(isBy ? open.berlin : open.office).get(week)?.[until] ? 0 : 1;
          expect(clock.remaining_seconds, said).toBe((target - spent + begun) * 60);
        }
        states.set(clock.state, (states.get(clock.state) ?? 0) + 1);
        if (facts.every(({ type, at: when }) => type !== "opened" || when > clock.started_at)) merged++;
      }
    }
    expect([...states.keys()].sort()).toEqual(["met", "paused", "running", "violated"]);
    expect(merged).toBeGreaterThan(10);
  });

  it("nothing that is automatic changes them", () => {
    for (let round = 0; round < 50; round++) {
      const week = one(weeks);
      const facts = someFacts(week);
      const more = facts.map(
        ({ at: when }): Fact => ({ at: when, type: one(["requester_message", "agent_answer"] as const), is_automatic: true }),
      );
      const clocks = (of: Fact[]) => clocksOf(of, [termsOf(targets)], week.instant(6 * DAY));
      expect(clocks([...more, ...facts])).toEqual(clocks(facts));
    }
  });

  it("no merge gives more time for what is owed", () => {
    for (let round = 0; round < 100; round++) {
      const week = one(weeks);
      const [mine, other] = [someFacts(week), someFacts(week)];
      const when = week.instant(int(DAY, 4 * DAY));
      const past = mine.filter((each) => each.at <= when);
      const last = (of: Fact[]) => clocksOf(of, [termsOf(targets)], when).find(({ metric }) => metric === "resolution");
      const alone = last(past);
      const merged = last([...past, { at: when, type: "merged", owed: owedAt(other, when) }]);
      const started = [alone?.started_at, owedAt(other, when).resolution?.since].filter((each) => each !== undefined);
      if (!alone?.stopped_at) expect(merged?.started_at).toBe(started.sort()[0]);
      else expect(merged?.state).toBe(alone.state);
    }
  });
});
