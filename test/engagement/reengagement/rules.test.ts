import { batchStatuses, isOver, isTransitionAllowed } from "@crm/core/engagement/reengagement/batch.rules.ts";
import * as Rules from "@crm/core/engagement/reengagement/member.rules.ts";
import { buildDailyStats, buildMemberSums, computeRate, parseNumbers } from "@crm/core/engagement/reengagement/stats.rules.ts";
import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import type { CounterSums } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom, type Random } from "../../support/random.ts";

const day = (n: number): string => addDays("2030-01-01", n);
const noonAt = (n: number): string => new Date(Date.parse("2030-01-01T12:00:00.000Z") + n * 24 * 60 * 60 * 1000).toISOString();

const buildDatedFact = (source_id: string, n: number): Rules.DatedFact => ({ source_id, at: noonAt(n), day: day(n) });
const buildContact = (source_id: string, n: number): Rules.Contact => ({ ...buildDatedFact(source_id, n), method: "SMS" });
const buildWin = (source_id: string, n: number): Rules.Win => ({
  ...buildDatedFact(source_id, n),
  amount: "10.00",
  currency: "EUR",
});

const buildMembership = (id: string, more: Partial<Rules.Membership> = {}): Rules.Membership => ({
  ...{ id, batch_id: `batch ${id}`, added_at: noonAt(0), window_days: 30, contacts: [], failed: null },
  ...more,
});

interface BatchState {
  members: readonly Rules.Membership[];
  person: Rules.Person;
}
type StateChange = (state: BatchState) => BatchState;

const changeMember =
  (id: string, change: (membership: Rules.Membership) => Rules.Membership): StateChange =>
  ({ members, person }) => ({ members: members.map((member) => (member.id === id ? change(member) : member)), person });
const addContact = (id: string, source: string, n: number): StateChange =>
  changeMember(id, (membership) => Rules.withContact(membership, buildContact(source, n)));
const addFailure = (id: string, n: number, reason: string): StateChange =>
  changeMember(id, (membership) => Rules.withFailure(membership, { at: noonAt(n), reason }));
const addPersonFact =
  <K extends keyof Rules.Person>(factKind: K, fact: Rules.Person[K][number]): StateChange =>
  ({ members, person }) => ({ members, person: Rules.withFact(person, factKind, fact) });

const computeStates = ({ members, person }: BatchState) =>
  members.map((member) => Rules.computeMemberState(member, members, person));
const initialState: BatchState = { members: [buildMembership("a"), buildMembership("b")], person: Rules.emptyPerson };
const applyChanges = (facts: readonly StateChange[]): BatchState => facts.reduce((state, fact) => fact(state), initialState);

const shuffle = <T>(random: Random, all: readonly T[]): T[] => {
  const remaining = [...all];
  return all.map(() => remaining.splice(Math.floor(random() * remaining.length), 1)[0] as T);
};

/** All permutations of a short list. */
const listPermutations = <T>(all: readonly T[]): T[][] =>
  all.length === 0 ? [[]] : all.flatMap((item, n) => listPermutations(all.toSpliced(n, 1)).map((rest) => [item, ...rest]));

describe("a batch", () => {
  it.each([
    ["DRAFT", "ACTIVE CANCELLED"],
    ["ACTIVE", "PAUSED COMPLETED CANCELLED"],
    ["PAUSED", "ACTIVE COMPLETED CANCELLED"],
    ["COMPLETED", ""],
    ["CANCELLED", ""],
  ] as const)("that is %s can become: %s", (from, to) => {
    expect(batchStatuses.filter((batchStatus) => isTransitionAllowed(from, batchStatus)).join(" ")).toBe(to);
    expect(isOver(from)).toBe(to === "");
  });
});

describe("a member", () => {
  const histories: Record<string, readonly [string, readonly StateChange[]]> = {
    "nothing happened": ["ADDED", []],
    "only asked before": ["ADDED", [addPersonFact("responses", buildDatedFact("r", 1))]],
    "contacted twice, told doubly": [
      "CONTACTED",
      [
        addContact("a", "c1", 1),
        addContact("a", "c2", 3),
        addContact("a", "c1", 1),
        addPersonFact("responses", buildDatedFact("r", 0.5)),
      ],
    ],
    "responded, and again": [
      "RESPONDED",
      [
        addContact("a", "c1", 1),
        addPersonFact("responses", buildDatedFact("r1", 2)),
        addPersonFact("responses", buildDatedFact("r2", 1.5)),
      ],
    ],
    "responded when the window was over": [
      "CONTACTED",
      [addContact("a", "c1", 1), addPersonFact("responses", buildDatedFact("r", 31))],
    ],
    "failed twice": ["FAILED", [addContact("a", "c1", 1), addFailure("a", 3, "Moved away"), addFailure("a", 2, "Wrong number")]],
    "refused before they were added": [
      "CONTACTED",
      [addContact("a", "c1", 1), addPersonFact("refusals", buildDatedFact("o", -1))],
    ],
    "failed, and refused": ["OPTED_OUT", [addFailure("a", 3, "Moved away"), addPersonFact("refusals", buildDatedFact("o", 2))]],
    "bought, having refused": [
      "CONVERTED",
      [
        addContact("a", "c1", 1),
        addPersonFact("wins", buildWin("w", 3)),
        addPersonFact("refusals", buildDatedFact("o", 2)),
        addFailure("a", 2, "-"),
      ],
    ],
    "contacted by another batch before they bought": [
      "CONTACTED",
      [addContact("a", "c1", 1), addContact("b", "c2", 4), addPersonFact("wins", buildWin("w", 5))],
    ],
  };

  it.each(Object.entries(histories))("has the same state for each order of events: %s", (_, [status, facts]) => {
    const states = computeStates(applyChanges(facts));
    expect(states[0]?.status).toBe(status);
    for (const order of listPermutations(facts)) expect(computeStates(applyChanges(order))).toEqual(states);
  });

  it("has the same state for random orders and repetitions, and its own events never set it back", () => {
    const random = createTestRandom("facts of members");
    const randomBelow = (n: number): number => Math.floor(random() * n);
    for (let times = 0; times < 60; times++) {
      const facts = Array.from({ length: 12 }, (_, n): StateChange => {
        const when = randomBelow(80);
        return [
          addContact(random() < 0.7 ? "a" : "b", `c${n}`, when),
          addPersonFact("responses", buildDatedFact(`r${n}`, when)),
          addPersonFact("wins", buildWin(`w${n}`, when)),
          random() < 0.2 ? addPersonFact("refusals", buildDatedFact(`o${n}`, when)) : addContact("a", `c${n}`, when),
          random() < 0.2 ? addFailure("b", when, `f${n}`) : addContact("b", `c${n}`, when),
        ][randomBelow(5)] as StateChange;
      });
      const finalState = applyChanges(facts);
      const again = applyChanges(shuffle(random, [...facts, ...facts]));
      expect(computeStates(again)).toEqual(computeStates(finalState));
      expect(Rules.findHold(again.members, again.person)).toEqual(Rules.findHold(finalState.members, finalState.person));
      // A purchase counts for one membership only.
      const wins = computeStates(finalState).flatMap(({ win }) => win?.source_id ?? []);
      expect(new Set(wins).size).toBe(wins.length);

      let state: BatchState = { ...initialState, members: [buildMembership("a")] };
      let rank = 0;
      for (const fact of facts) {
        state = fact(state);
        const now = Rules.memberStatuses.indexOf(computeStates(state)[0]?.status as Rules.MemberStatus);
        expect(now).toBeGreaterThanOrEqual(rank);
        rank = now;
      }
    }
  });

  it("has its first and last contact and their number", () => {
    const [standing] = computeStates(applyChanges([addContact("a", "c2", 3), addContact("a", "c1", 1)]));
    expect(standing).toMatchObject({
      contact_attempts: 2,
      contacted_at: noonAt(1),
      last_contacted_at: noonAt(3),
      last_contact_method: "SMS",
    });
  });

  it("is merged with another one of its batch when their persons are merged", () => {
    const membership = Rules.withContact(buildMembership("a"), buildContact("c1", 2));
    const otherMembership = Rules.withFailure(
      Rules.withContact(buildMembership("x", { added_at: noonAt(-1) }), buildContact("c2", 1)),
      {
        at: noonAt(3),
        reason: "-",
      },
    );
    expect(Rules.mergeMemberships(membership, otherMembership)).toMatchObject({
      id: "a",
      added_at: noonAt(-1),
      failed: { reason: "-" },
    });
    expect(Rules.mergeMemberships(membership, otherMembership).contacts.map(({ source_id }) => source_id)).toEqual(["c2", "c1"]);
  });
});

describe("the member that holds a person", () => {
  const batch = { isActive: (id: string) => id !== "batch over", isOver: (id: string) => id === "batch over" };
  const holder = (facts: readonly StateChange[]) => {
    const { members, person } = applyChanges(facts);
    return Rules.findHold(members, person);
  };

  it.each<[string, readonly StateChange[], string | undefined]>([
    ["no contact", [], undefined],
    ["one contacted", [addContact("a", "c", 1)], "a"],
    ["it has failed", [addContact("a", "c", 1), addFailure("a", 2, "-")], undefined],
    ["they refused", [addContact("a", "c", 1), addPersonFact("refusals", buildDatedFact("o", 2))], undefined],
    ["they bought", [addContact("a", "c", 1), addPersonFact("wins", buildWin("w", 2))], undefined],
    ["they responded", [addContact("a", "c", 1), addPersonFact("responses", buildDatedFact("r", 2))], "a"],
    ["the other contacted later", [addContact("a", "c", 1), addContact("b", "d", 2)], "b"],
  ])("%s", (_, facts, memberId) => expect(holder(facts)?.member_id).toBe(memberId));

  it("holds for the window after the last contact", () => {
    expect(holder([addContact("a", "c", 1), addContact("a", "d", 4)])?.until).toBe(noonAt(34));
  });

  it("gets the person's events; without a holder, the first one that was active then gets them", () => {
    const { members, person } = applyChanges([addContact("b", "c", 1)]);
    const selectMemberId = (n: number, all = members) => Rules.selectMembership(all, person, noonAt(n), batch)?.id;
    expect([selectMemberId(2), selectMemberId(31.5), selectMemberId(-1)]).toEqual(["b", "a", undefined]);
    expect(
      selectMemberId(2, [
        buildMembership("x", { batch_id: "batch over", contacts: [buildContact("c", 1)] }),
        buildMembership("y"),
      ]),
    ).toBe("y");
    expect(Rules.selectMembership(members, person, noonAt(40), { ...batch, isActive: (id) => id === "batch b" })?.id).toBe("b");
  });
});

/** The sum of each counter over all members. */
function sumCounters(sums: readonly CounterSums[]): Map<string, Record<string, number>> {
  const counters = new Map<string, Record<string, number>>();
  const add = ({ scopes, counts, beside: additionalSums }: CounterSums): void => {
    for (const scope of scopes) {
      const counter = counters.get(scope) ?? {};
      for (const [name, n] of Object.entries(counts)) counter[name] = (counter[name] ?? 0) + n;
      counters.set(scope, counter);
    }
    if (additionalSums) add(additionalSums);
  };
  for (const sum of sums) add(sum);
  return counters;
}

describe("statistics", () => {
  it.each([
    ["Europe/Berlin", "2030-03-28", "2030-04-03"],
    ["America/New_York", "2030-10-31", "2030-11-06"],
    ["Australia/Lord_Howe", "2030-04-04", "2030-04-10"],
  ])("of each day match the members in %s while clocks change", (zone, from, to) => {
    const random = createTestRandom(`statistics in ${zone}`);
    const instant = (): string => new Date(Date.parse(`${from}T00:00:00Z`) + random() * 6 * 24 * 3600_000).toISOString();
    const methods = Rules.contactMethods;
    const members = Array.from({ length: 100 }, (_, n) => {
      const contacts = Array.from({ length: Math.floor(random() * 3) }, (_, m) => {
        const when = instant();
        const method = methods[Math.floor(random() * methods.length)] as Rules.ContactMethod;
        return { source_id: `${n} ${m}`, at: when, day: instantToDay(zone, when), method };
      }).sort((a, b) => (a.at < b.at ? -1 : 1));
      const responded_day = contacts[0] && random() < 0.5 ? instantToDay(zone, instant()) : null;
      const converted_day = contacts[0] && random() < 0.4 ? instantToDay(zone, instant()) : null;
      const conversion_value = converted_day && random() < 0.9 ? (random() * 1e11).toFixed(2) : null;
      return { batch_id: "batch", contacts, responded_day, converted_day, conversion_value, currency: "EUR" };
    });
    const counters = sumCounters(members.map(buildMemberSums));
    const days = [...counters].flatMap(([sk, counts]) => (sk.startsWith("day@") ? [{ sk, ...counts }] : []));
    const stats = buildDailyStats(days, { from, to, currency: "EUR" });
    const cents = (values: readonly (string | null)[]): bigint =>
      values.reduce((sum, value) => sum + BigInt((value ?? "0.00").replace(".", "")), 0n);

    expect(stats.map(({ snapshot_date }) => snapshot_date)).toHaveLength(7);
    for (const [n, dayStats] of stats.entries()) {
      const upTo = (date: string | null | undefined): boolean =>
        date !== null && date !== undefined && date <= dayStats.snapshot_date;
      const on = (date: string | null | undefined): boolean => date === dayStats.snapshot_date;
      const calls = members.flatMap(({ contacts }) => contacts).filter((member) => on(member.day) && member.method === "PHONE");
      expect(dayStats).toMatchObject({
        contacted_count: members.filter(({ contacts }) => on(contacts[0]?.day)).length,
        response_count: members.filter(({ responded_day }) => on(responded_day)).length,
        conversion_count: members.filter(({ converted_day }) => on(converted_day)).length,
        total_contacted: members.filter(({ contacts }) => upTo(contacts[0]?.day)).length,
        total_responses: members.filter(({ responded_day }) => upTo(responded_day)).length,
        total_conversions: members.filter(({ converted_day }) => upTo(converted_day)).length,
        phone_calls: calls.length,
      });
      const wonValues = members.filter(({ converted_day }) => upTo(converted_day)).map((member) => member.conversion_value);
      expect(cents([dayStats.total_revenue])).toBe(cents(wonValues));
      // The statistics of one day alone are the same.
      expect(buildDailyStats(days, { from: dayStats.snapshot_date, to: dayStats.snapshot_date, currency: "EUR" })).toEqual([
        stats[n],
      ]);
    }
    expect(parseNumbers(counters.get("batch=batch") ?? {}, "EUR").revenue).toBe(stats.at(-1)?.total_revenue);
  });

  it("round rates half up, and are null for a zero divisor", () => {
    expect([computeRate(1, 3), computeRate(2, 3), computeRate(1, 8), computeRate(5, 0), computeRate("1.00", "3.00")]).toEqual([
      "33.33",
      "66.67",
      "12.50",
      null,
      "33.33",
    ]);
    const [dayStats] = buildDailyStats([{ sk: "day@b@2030-01-01", contacted: 2 }], {
      from: "2030-01-01",
      to: "2030-01-01",
      currency: "JPY",
    });
    expect(dayStats).toMatchObject({
      response_rate: "0.00",
      conversion_rate: null,
      avg_revenue_per_conversion: null,
      total_revenue: "0",
    });
  });
});
