import { verdictOn } from "@crm/core/message/gate.rules.ts";
import { refusedFor, type Suppression, suppressions } from "@crm/core/suppression/reasons.rules.ts";
import { type Entry, lift, set, standingOf } from "@crm/core/suppression/suppression.rules.ts";
import { describe, expect, it } from "vitest";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const now = at(59);

type Said = readonly [what: "set" | "lift", reason: Suppression, minute?: number];

const heard = (said: readonly Said[], before: readonly Entry[] = []): readonly Entry[] =>
  said.reduce(
    (entries, [what, reason, minute]) =>
      what === "set"
        ? set(entries, { reason, source: null, now, at: minute === undefined ? undefined : at(minute) })
        : lift(entries, { reason, by: "SELF", now, at: minute === undefined ? undefined : at(minute) }),
    before,
  );

function* ordersOf<T>(some: readonly T[]): Generator<T[]> {
  if (some.length === 0) yield [];
  for (const [at, one] of some.entries())
    for (const rest of ordersOf(some.filter((_, place) => place !== at))) yield [one, ...rest];
}

describe("what is said of an address", () => {
  it.each<[string, readonly Said[], readonly Suppression[]]>([
    [
      "START lifts what STOP set",
      [
        ["set", "STOP", 1],
        ["lift", "STOP", 2],
      ],
      [],
    ],
    [
      "and nothing else",
      [
        ["set", "UNSUBSCRIBED", 1],
        ["set", "STOP", 2],
        ["lift", "STOP", 3],
        ["set", "BOUNCED", 4],
      ],
      ["BOUNCED", "UNSUBSCRIBED"],
    ],
    [
      "a later STOP stands",
      [
        ["set", "STOP", 1],
        ["lift", "STOP", 2],
        ["set", "STOP", 3],
      ],
      ["STOP"],
    ],
    [
      "of one instant STOP stands",
      [
        ["set", "STOP", 2],
        ["lift", "STOP", 2],
      ],
      ["STOP"],
    ],
    [
      "a word that came twice counts once",
      [
        ["set", "STOP", 1],
        ["set", "STOP", 1],
        ["lift", "STOP", 2],
        ["lift", "STOP", 2],
      ],
      [],
    ],
    [
      "START without a STOP says nothing",
      [
        ["lift", "STOP", 2],
        ["set", "COMPLAINED", 1],
      ],
      ["COMPLAINED"],
    ],
  ])("%s, in whatever order it comes", (_name, said, standing) => {
    const results = new Set([...ordersOf(said)].map((order) => JSON.stringify(standingOf(heard(order)))));
    expect([...results]).toEqual([JSON.stringify(standing)]);
  });

  it("without an instant is said behind all that is known", () => {
    const some: Said[] = [
      ["set", "STOP"],
      ["lift", "STOP"],
      ["set", "STOP"],
      ["lift", "STOP"],
    ];
    expect(some.map((_, most) => standingOf(heard(some.slice(0, most + 1))))).toEqual([["STOP"], [], ["STOP"], []]);
    const stopped = heard([["set", "STOP"]]);
    expect(heard([["set", "STOP"]], stopped)).toEqual(stopped);
  });
});

it("refuses for each purpose what the gate refuses", () => {
  const free = { now, consent: "ALLOWED", is_opt_in_required: false, limited_until: null, capped_until: null } as const;
  const refused = suppressions.map((reason) => [reason, refusedFor([reason])]);
  expect(Object.fromEntries(refused)).toEqual({
    STOP: ["marketing", "service"],
    UNSUBSCRIBED: ["marketing"],
    BOUNCED: ["marketing", "service"],
    COMPLAINED: ["marketing", "service"],
    BY_HAND: ["marketing"],
  });
  for (const reason of suppressions)
    for (const purpose of ["marketing", "service", "security", "answer"] as const)
      expect(verdictOn({ ...free, purpose, suppressed: [reason] }).may).toBe(
        !refusedFor([reason]).some((each) => each === purpose),
      );
});
