import { decideSending } from "@crm/core/messaging/message/send-policy.rules.ts";
import { listRefusedPurposes, type SuppressionReason, suppressionReasons } from "@crm/core/people/suppression/reasons.rules.ts";
import { type Entry, liftReason, listActiveReasons, setReason } from "@crm/core/people/suppression/suppression.rules.ts";
import { describe, expect, it } from "vitest";

const isoMinute = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const now = isoMinute(59);

type SuppressionChange = readonly [what: "set" | "lift", reason: SuppressionReason, minute?: number];

const applyChanges = (changes: readonly SuppressionChange[], before: readonly Entry[] = []): readonly Entry[] =>
  changes.reduce(
    (entries, [action, reason, minute]) =>
      action === "set"
        ? setReason(entries, { reason, source: null, now, at: minute === undefined ? undefined : isoMinute(minute) })
        : liftReason(entries, { reason, by: "SELF", now, at: minute === undefined ? undefined : isoMinute(minute) }),
    before,
  );

function* iteratePermutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries())
    for (const rest of iteratePermutations(items.filter((_, place) => place !== index))) yield [item, ...rest];
}

describe("the reasons of an address", () => {
  it.each<[string, readonly SuppressionChange[], readonly SuppressionReason[]]>([
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
  ])("%s, in any order", (_name, changes, standing) => {
    const results = new Set(
      [...iteratePermutations(changes)].map((order) => JSON.stringify(listActiveReasons(applyChanges(order)))),
    );
    expect([...results]).toEqual([JSON.stringify(standing)]);
  });

  it("without a time come after all known changes", () => {
    const changes: SuppressionChange[] = [
      ["set", "STOP"],
      ["lift", "STOP"],
      ["set", "STOP"],
      ["lift", "STOP"],
    ];
    expect(changes.map((_, index) => listActiveReasons(applyChanges(changes.slice(0, index + 1))))).toEqual([
      ["STOP"],
      [],
      ["STOP"],
      [],
    ]);
    const entries = applyChanges([["set", "STOP"]]);
    expect(applyChanges([["set", "STOP"]], entries)).toEqual(entries);
  });
});

it("the refused purposes of each reason match the send policy", () => {
  const free = { now, consent: "ALLOWED", is_opt_in_required: false, limited_until: null, capped_until: null } as const;
  const refusedPurposes = suppressionReasons.map((reason) => [reason, listRefusedPurposes([reason])]);
  expect(Object.fromEntries(refusedPurposes)).toEqual({
    STOP: ["marketing", "service"],
    UNSUBSCRIBED: ["marketing"],
    BOUNCED: ["marketing", "service"],
    COMPLAINED: ["marketing", "service"],
    BY_HAND: ["marketing"],
  });
  for (const reason of suppressionReasons)
    for (const purpose of ["marketing", "service", "security", "answer"] as const)
      expect(decideSending({ ...free, purpose, suppressed: [reason] }).may).toBe(
        !listRefusedPurposes([reason]).some((refusedPurpose) => refusedPurpose === purpose),
      );
});
