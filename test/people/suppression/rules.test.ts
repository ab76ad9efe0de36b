import { addHtmlFooter, addTextFooter } from "@crm/core/messaging/delivery/marketing-footer.rules.ts";
import { decideSending } from "@crm/core/messaging/message/send-policy.rules.ts";
import { decideMarketingConsent, isTypeCode, type TypePolicy } from "@crm/core/people/suppression/marketing-consent.rules.ts";
import { listRefusedPurposes, type SuppressionReason, suppressionReasons } from "@crm/core/people/suppression/reasons.rules.ts";
import {
  type Entry,
  findRefusedPurpose,
  liftReason,
  listActiveReasons,
  listAddressReasons,
  listRefusedTypes,
  setReason,
} from "@crm/core/people/suppression/suppression.rules.ts";
import { describe, expect, it } from "vitest";

const isoMinute = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const now = isoMinute(59);

type SuppressionChange = readonly [what: "set" | "lift", reason: SuppressionReason, minute?: number];

const applyChanges = (changes: readonly SuppressionChange[], before: readonly Entry[] = []): readonly Entry[] =>
  changes.reduce(
    (entries, [action, reason, minute]) =>
      action === "set"
        ? setReason(entries, { reason, source: null, now, reportedAt: minute === undefined ? undefined : isoMinute(minute) })
        : liftReason(entries, { reason, by: "SELF", now, reportedAt: minute === undefined ? undefined : isoMinute(minute) }),
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

  it("are kept by subscription type, in any order", () => {
    const steps: readonly ((entries: readonly Entry[]) => Entry[])[] = [
      (entries) => setReason(entries, { reason: "UNSUBSCRIBED", type: "offers", source: null, now, reportedAt: isoMinute(1) }),
      (entries) => setReason(entries, { reason: "UNSUBSCRIBED", type: "events", source: null, now, reportedAt: isoMinute(2) }),
      (entries) => liftReason(entries, { reason: "UNSUBSCRIBED", type: "offers", by: "SELF", now, reportedAt: isoMinute(3) }),
      (entries) => setReason(entries, { reason: "UNSUBSCRIBED", source: null, now, reportedAt: isoMinute(4) }),
      (entries) => liftReason(entries, { reason: "UNSUBSCRIBED", by: "SELF", now, reportedAt: isoMinute(5) }),
    ];
    const results = new Set<string>();
    for (const order of iteratePermutations(steps)) {
      const entries = order.reduce<readonly Entry[]>((current, step) => step(current), []);
      results.add(JSON.stringify([entries, listActiveReasons(entries), listAddressReasons(entries), listRefusedTypes(entries)]));
    }
    expect(results.size).toBe(1);
    const [, ...state] = JSON.parse([...results][0] ?? "[]");
    expect(state).toEqual([["UNSUBSCRIBED"], [], ["events"]]);
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

it("an entry refuses its subscription type, or else the purpose of its reason", () => {
  const purposes = suppressionReasons.map((reason) => [
    findRefusedPurpose({ reason }),
    findRefusedPurpose({ reason, type: "offers" }),
  ]);
  expect(purposes).toEqual(["any", "marketing", null, "any", "marketing"].map((purpose) => [purpose, "offers"]));
});

describe("consent to marketing of a subscription type", () => {
  const offers: TypePolicy = { code: "offers", is_default_on: true, needs_double_opt_in: false };
  const off: TypePolicy = { ...offers, is_default_on: false };
  const doubled: TypePolicy = { ...offers, needs_double_opt_in: true };
  type Answers = Readonly<Record<string, "ALLOWED" | "REFUSED" | "NOT_ASKED">>;
  const decide = (type: TypePolicy, answers: Answers, isOptInRequired: boolean): string => {
    const preferences = Object.entries(answers).map(([purpose, consent]) => ({ channel: "email", purpose, consent }));
    const otherChannel = { channel: "sms", purpose: "any", consent: "REFUSED" } as const;
    return decideMarketingConsent({ preferences: [otherChannel, ...preferences], channel: "email", type, isOptInRequired });
  };

  it.each<[Answers, string, string, string, string]>([
    // Answers | on by default, no opt-in required | on by default, opt-in required | off by default | double opt-in
    [{}, "allowed", "unrefused", "unrefused", "unrefused"],
    [{ any: "REFUSED" }, "refused", "refused", "refused", "refused"],
    [{ marketing: "REFUSED" }, "refused", "refused", "refused", "refused"],
    [{ offers: "REFUSED" }, "refused", "refused", "refused", "refused"],
    [{ any: "REFUSED", offers: "ALLOWED" }, "refused", "refused", "refused", "refused"],
    [{ marketing: "REFUSED", offers: "ALLOWED" }, "refused", "refused", "refused", "refused"],
    [{ any: "ALLOWED", marketing: "ALLOWED", offers: "REFUSED" }, "refused", "refused", "refused", "refused"],
    [{ any: "ALLOWED" }, "allowed", "allowed", "unrefused", "unrefused"],
    [{ marketing: "ALLOWED" }, "allowed", "allowed", "unrefused", "unrefused"],
    [{ offers: "ALLOWED" }, "allowed", "allowed", "allowed", "allowed"],
    [{ offers: "NOT_ASKED" }, "allowed", "unrefused", "unrefused", "unrefused"],
    [{ events: "REFUSED", service: "REFUSED" }, "allowed", "unrefused", "unrefused", "unrefused"],
  ])("%j", (answers, ...expected) => {
    expect([
      decide(offers, answers, false),
      decide(offers, answers, true),
      decide(off, answers, false),
      decide(doubled, answers, false),
    ]).toEqual(expected);
  });

  it.each(["any", "marketing", "service", "security", "answer", "test", "1st", "a".repeat(51), "", "a-b"])(
    "has no type with the code %j",
    (code) => expect(isTypeCode(code)).toBe(false),
  );
});

describe("the footer of marketing mails", () => {
  const footer = { link: "https://crm.example/u/x?a=1&b=2", label: "Unsubscribe", postalAddress: ["R & B Ltd", "1 Quay Street"] };

  it("has the address and the link", () => {
    expect(addTextFooter("Words", footer)).toBe(`Words\n\n-- \nR & B Ltd\n1 Quay Street\n\nUnsubscribe:\n${footer.link}\n`);
    expect(addHtmlFooter("<p>Words</p>", footer)).toBe(
      '<p>Words</p><p>R &amp; B Ltd<br>1 Quay Street</p><p><a href="https://crm.example/u/x?a=1&amp;b=2">Unsubscribe</a></p>',
    );
  });

  it("does not repeat an address that the mail contains", () => {
    expect(addTextFooter("1 Quay Street, R & B Ltd", footer)).toBe(
      `1 Quay Street, R & B Ltd\n\n-- \nUnsubscribe:\n${footer.link}\n`,
    );
    expect(addHtmlFooter("<p>R &amp; B Ltd, 1 Quay Street</p>", footer)).not.toContain("<br>");
    expect(addHtmlFooter("<p>1 Quay Street</p>", footer)).toContain("R &amp; B Ltd<br>1 Quay Street");
  });
});

it("the refused purposes of each reason match the send policy", () => {
  const free = {
    now,
    consent: "allowed",
    is_type_suppressed: false,
    has_postal_address: true,
    limited_until: null,
    capped_until: null,
  } as const;
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
