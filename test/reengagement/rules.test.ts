import { dayAfter, dayIn } from "@crm/core/kernel/zone.ts";
import { batchStatuses, isOver, mayBecome } from "@crm/core/reengagement/batch.rules.ts";
import * as Rules from "@crm/core/reengagement/member.rules.ts";
import { counted, numbersIn, rate, statsOf } from "@crm/core/reengagement/stats.rules.ts";
import type { Sums } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";
import { chanceOf, type Random } from "../chance.ts";

const day = (n: number): string => dayAfter("2030-01-01", n);
const at = (n: number): string => new Date(Date.parse("2030-01-01T12:00:00.000Z") + n * 24 * 60 * 60 * 1000).toISOString();

const told = (source_id: string, n: number): Rules.Told => ({ source_id, at: at(n), day: day(n) });
const contact = (source_id: string, n: number): Rules.Contact => ({ ...told(source_id, n), method: "SMS" });
const win = (source_id: string, n: number): Rules.Win => ({ ...told(source_id, n), amount: "10.00", currency: "EUR" });

const member = (id: string, more: Partial<Rules.Membership> = {}): Rules.Membership => ({
  ...{ id, batch_id: `batch ${id}`, added_at: at(0), window_days: 30, contacts: [], failed: null },
  ...more,
});

interface Known {
  members: readonly Rules.Membership[];
  person: Rules.Person;
}
type Fact = (known: Known) => Known;

const ofMember =
  (id: string, change: (each: Rules.Membership) => Rules.Membership): Fact =>
  ({ members, person }) => ({ members: members.map((each) => (each.id === id ? change(each) : each)), person });
const contacted = (id: string, source: string, n: number): Fact =>
  ofMember(id, (each) => Rules.withContact(each, contact(source, n)));
const failed = (id: string, n: number, reason: string): Fact =>
  ofMember(id, (each) => Rules.withFailing(each, { at: at(n), reason }));
const happened =
  <K extends keyof Rules.Person>(what: K, one: Rules.Person[K][number]): Fact =>
  ({ members, person }) => ({ members, person: Rules.withTold(person, what, one) });

const standingsOf = ({ members, person }: Known) => members.map((each) => Rules.standingOf(each, members, person));
const begun: Known = { members: [member("a"), member("b")], person: Rules.nothing };
const knownBy = (facts: readonly Fact[]): Known => facts.reduce((known, fact) => fact(known), begun);

const shuffled = <T>(random: Random, all: readonly T[]): T[] => {
  const left = [...all];
  return all.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
};

/** All orders of a few. */
const orders = <T>(all: readonly T[]): T[][] =>
  all.length === 0 ? [[]] : all.flatMap((each, n) => orders(all.toSpliced(n, 1)).map((rest) => [each, ...rest]));

describe("a batch", () => {
  it.each([
    ["DRAFT", "ACTIVE CANCELLED"],
    ["ACTIVE", "PAUSED COMPLETED CANCELLED"],
    ["PAUSED", "ACTIVE COMPLETED CANCELLED"],
    ["COMPLETED", ""],
    ["CANCELLED", ""],
  ] as const)("that is %s becomes: %s", (from, to) => {
    expect(batchStatuses.filter((each) => mayBecome(from, each)).join(" ")).toBe(to);
    expect(isOver(from)).toBe(to === "");
  });
});

describe("a member", () => {
  const histories: Record<string, readonly [string, readonly Fact[]]> = {
    "nothing happened": ["ADDED", []],
    "only asked before": ["ADDED", [happened("responses", told("r", 1))]],
    "contacted twice, told doubly": [
      "CONTACTED",
      [contacted("a", "c1", 1), contacted("a", "c2", 3), contacted("a", "c1", 1), happened("responses", told("r", 0.5))],
    ],
    "responded, and again": [
      "RESPONDED",
      [contacted("a", "c1", 1), happened("responses", told("r1", 2)), happened("responses", told("r2", 1.5))],
    ],
    "responded when the window was over": ["CONTACTED", [contacted("a", "c1", 1), happened("responses", told("r", 31))]],
    "failed twice": ["FAILED", [contacted("a", "c1", 1), failed("a", 3, "Moved away"), failed("a", 2, "Wrong number")]],
    "refused before they were added": ["CONTACTED", [contacted("a", "c1", 1), happened("refusals", told("o", -1))]],
    "failed, and refused": ["OPTED_OUT", [failed("a", 3, "Moved away"), happened("refusals", told("o", 2))]],
    "bought, having refused": [
      "CONVERTED",
      [contacted("a", "c1", 1), happened("wins", win("w", 3)), happened("refusals", told("o", 2)), failed("a", 2, "-")],
    ],
    "contacted by another batch before they bought": [
      "CONTACTED",
      [contacted("a", "c1", 1), contacted("b", "c2", 4), happened("wins", win("w", 5))],
    ],
  };

  it.each(Object.entries(histories))("comes to the same in all orders: %s", (_, [status, facts]) => {
    const whole = standingsOf(knownBy(facts));
    expect(whole[0]?.status).toBe(status);
    for (const order of orders(facts)) expect(standingsOf(knownBy(order))).toEqual(whole);
  });

  it("comes to the same in any order, doubled; and its own facts take it nowhere back", () => {
    const random = chanceOf("facts of members");
    const some = (n: number): number => Math.floor(random() * n);
    for (let times = 0; times < 60; times++) {
      const facts = Array.from({ length: 12 }, (_, n): Fact => {
        const when = some(80);
        return [
          contacted(random() < 0.7 ? "a" : "b", `c${n}`, when),
          happened("responses", told(`r${n}`, when)),
          happened("wins", win(`w${n}`, when)),
          random() < 0.2 ? happened("refusals", told(`o${n}`, when)) : contacted("a", `c${n}`, when),
          random() < 0.2 ? failed("b", when, `f${n}`) : contacted("b", `c${n}`, when),
        ][some(5)] as Fact;
      });
      const whole = knownBy(facts);
      const again = knownBy(shuffled(random, [...facts, ...facts]));
      expect(standingsOf(again)).toEqual(standingsOf(whole));
      expect(Rules.holdOf(again.members, again.person)).toEqual(Rules.holdOf(whole.members, whole.person));
      // A purchase is counted for one membership alone.
      const wins = standingsOf(whole).flatMap(({ win }) => win?.source_id ?? []);
      expect(new Set(wins).size).toBe(wins.length);

      let known: Known = { ...begun, members: [member("a")] };
      let rank = 0;
      for (const fact of facts) {
        known = fact(known);
        const now = Rules.memberStatuses.indexOf(standingsOf(known)[0]?.status as Rules.MemberStatus);
        expect(now).toBeGreaterThanOrEqual(rank);
        rank = now;
      }
    }
  });

  it("has its first and its last contact, and how many", () => {
    const [standing] = standingsOf(knownBy([contacted("a", "c2", 3), contacted("a", "c1", 1)]));
    expect(standing).toMatchObject({
      contact_attempts: 2,
      contacted_at: at(1),
      last_contacted_at: at(3),
      last_contact_method: "SMS",
    });
  });

  it("is one with another of its batch, where their persons are", () => {
    const one = Rules.withContact(member("a"), contact("c1", 2));
    const other = Rules.withFailing(Rules.withContact(member("x", { added_at: at(-1) }), contact("c2", 1)), {
      at: at(3),
      reason: "-",
    });
    expect(Rules.joined(one, other)).toMatchObject({ id: "a", added_at: at(-1), failed: { reason: "-" } });
    expect(Rules.joined(one, other).contacts.map(({ source_id }) => source_id)).toEqual(["c2", "c1"]);
  });
});

describe("who holds a person", () => {
  const batch = { isActive: (id: string) => id !== "batch over", isOver: (id: string) => id === "batch over" };
  const holder = (facts: readonly Fact[]) => {
    const { members, person } = knownBy(facts);
    return Rules.holdOf(members, person);
  };

  it.each<[string, readonly Fact[], string | undefined]>([
    ["nobody was contacted", [], undefined],
    ["one contacted", [contacted("a", "c", 1)], "a"],
    ["it has failed", [contacted("a", "c", 1), failed("a", 2, "-")], undefined],
    ["they refused", [contacted("a", "c", 1), happened("refusals", told("o", 2))], undefined],
    ["they bought", [contacted("a", "c", 1), happened("wins", win("w", 2))], undefined],
    ["they responded", [contacted("a", "c", 1), happened("responses", told("r", 2))], "a"],
    ["the other contacted later", [contacted("a", "c", 1), contacted("b", "d", 2)], "b"],
  ])("%s", (_, facts, held) => expect(holder(facts)?.member_id).toBe(held));

  it("holds for the window after the last contact", () => {
    expect(holder([contacted("a", "c", 1), contacted("a", "d", 4)])?.until).toBe(at(34));
  });

  it("has what is told by person; else the first that had them then and is not over", () => {
    const { members, person } = knownBy([contacted("b", "c", 1)]);
    const taken = (n: number, all = members) => Rules.takerOf(all, person, at(n), batch)?.id;
    expect([taken(2), taken(31.5), taken(-1)]).toEqual(["b", "a", undefined]);
    expect(taken(2, [member("x", { batch_id: "batch over", contacts: [contact("c", 1)] }), member("y")])).toBe("y");
    expect(Rules.takerOf(members, person, at(40), { ...batch, isActive: (id) => id === "batch b" })?.id).toBe("b");
  });
});

/** What counters come to, of all members. */
function countersOf(sums: readonly Sums[]): Map<string, Record<string, number>> {
  const counters = new Map<string, Record<string, number>>();
  const add = ({ scopes, counts, beside }: Sums): void => {
    for (const scope of scopes) {
      const counter = counters.get(scope) ?? {};
      for (const [name, n] of Object.entries(counts)) counter[name] = (counter[name] ?? 0) + n;
      counters.set(scope, counter);
    }
    if (beside) add(beside);
  };
  for (const each of sums) add(each);
  return counters;
}

describe("statistics", () => {
  it.each([
    ["Europe/Berlin", "2030-03-28", "2030-04-03"],
    ["America/New_York", "2030-10-31", "2030-11-06"],
    ["Australia/Lord_Howe", "2030-04-04", "2030-04-10"],
  ])("of each day are those of the members, in %s while clocks change", (zone, from, to) => {
    const random = chanceOf(`statistics in ${zone}`);
    const instant = (): string => new Date(Date.parse(`${from}T00:00:00Z`) + random() * 6 * 24 * 3600_000).toISOString();
    const methods = Rules.contactMethods;
    const members = Array.from({ length: 100 }, (_, n) => {
      const contacts = Array.from({ length: Math.floor(random() * 3) }, (_, m) => {
        const when = instant();
        const method = methods[Math.floor(random() * methods.length)] as Rules.ContactMethod;
        return { source_id: `${n} ${m}`, at: when, day: dayIn(zone, when), method };
      }).sort((a, b) => (a.at < b.at ? -1 : 1));
      const responded_day = contacts[0] && random() < 0.5 ? dayIn(zone, instant()) : null;
      const converted_day = contacts[0] && random() < 0.4 ? dayIn(zone, instant()) : null;
      const conversion_value = converted_day && random() < 0.9 ? (random() * 1e11).toFixed(2) : null;
      return { batch_id: "batch", contacts, responded_day, converted_day, conversion_value, currency: "EUR" };
    });
    const counters = countersOf(members.map(counted));
    const days = [...counters].flatMap(([sk, counts]) => (sk.startsWith("day@") ? [{ sk, ...counts }] : []));
    const stats = statsOf(days, { from, to, currency: "EUR" });
    const cents = (values: readonly (string | null)[]): bigint =>
      values.reduce((sum, value) => sum + BigInt((value ?? "0.00").replace(".", "")), 0n);

    expect(stats.map(({ snapshot_date }) => snapshot_date)).toHaveLength(7);
    for (const [n, told] of stats.entries()) {
      const upTo = (each: string | null | undefined): boolean =>
        each !== null && each !== undefined && each <= told.snapshot_date;
      const on = (each: string | null | undefined): boolean => each === told.snapshot_date;
      const calls = members.flatMap(({ contacts }) => contacts).filter((each) => on(each.day) && each.method === "PHONE");
      expect(told).toMatchObject({
        contacted_count: members.filter(({ contacts }) => on(contacts[0]?.day)).length,
        response_count: members.filter(({ responded_day }) => on(responded_day)).length,
        conversion_count: members.filter(({ converted_day }) => on(converted_day)).length,
        total_contacted: members.filter(({ contacts }) => upTo(contacts[0]?.day)).length,
        total_responses: members.filter(({ responded_day }) => upTo(responded_day)).length,
        total_conversions: members.filter(({ converted_day }) => upTo(converted_day)).length,
        phone_calls: calls.length,
      });
      const won = members.filter(({ converted_day }) => upTo(converted_day)).map((each) => each.conversion_value);
      expect(cents([told.total_revenue])).toBe(cents(won));
      // Asked for by itself, a day is the same.
      expect(statsOf(days, { from: told.snapshot_date, to: told.snapshot_date, currency: "EUR" })).toEqual([stats[n]]);
    }
    expect(numbersIn(counters.get("batch=batch") ?? {}, "EUR").revenue).toBe(stats.at(-1)?.total_revenue);
  });

  it("have rates half up, and none where there is nothing to divide by", () => {
    expect([rate(1, 3), rate(2, 3), rate(1, 8), rate(5, 0), rate("1.00", "3.00")]).toEqual([
      "33.33",
      "66.67",
      "12.50",
      null,
      "33.33",
    ]);
    const [told] = statsOf([{ sk: "day@b@2030-01-01", contacted: 2 }], { from: "2030-01-01", to: "2030-01-01", currency: "JPY" });
    expect(told).toMatchObject({
      response_rate: "0.00",
      conversion_rate: null,
      avg_revenue_per_conversion: null,
      total_revenue: "0",
    });
  });
});
