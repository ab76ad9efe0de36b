import { computeRestTime } from "@crm/core/engagement/ab-test/rest-time.rules.ts";
import { findTestFaults } from "@crm/core/engagement/ab-test/variant-faults.rules.ts";
import {
  addMemberVariant,
  addVariantSums,
  applyToVariants,
  MAX_MEMBER_TESTS,
  type MemberVariant,
  mergeMemberVariants,
} from "@crm/core/engagement/campaign/ab-test-counters.rules.ts";
import { noCounterSums } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";

type Test = Parameters<typeof findTestFaults>[0];

describe("faults of a test", () => {
  const template_id = "mtp_1";
  it.each<[string, Partial<Test>, string[]]>([
    ["a test of subjects", { variants: [{ subject: "One" }, { subject: "Two" }] }, []],
    ["an own subject", { subject: "Mine", variants: [{ subject: "One" }, { subject: "Two" }] }, ["subject"]],
    ["equal variants", { variants: [{ subject: "One" }, { subject: "Two" }, { subject: "One" }] }, ["variants[2].subject"]],
    ["a variant without the tested part", { variants: [{ subject: "One" }, {}] }, ["variants[1].subject"]],
    [
      "a variant with another part",
      { variants: [{ subject: "One" }, { subject: "Two", sender_id: "mla_1" }] },
      ["variants[1].sender_id"],
    ],
    [
      "a test of contents",
      { tests: "content", template_id: null, variants: [{ template_id }, { content: { subject: "Two" } }] },
      [],
    ],
    [
      "a content beside the variants",
      { tests: "content", variants: [{ template_id }, { template_id: "mtp_2" }] },
      ["template_id"],
    ],
    [
      "two contents of a variant",
      { tests: "content", template_id: null, variants: [{ template_id }, { template_id: "mtp_2", content: {} }] },
      ["variants[1].content"],
    ],
    ["a test of senders", { tests: "sender", variants: [{ sender_id: "mla_1" }, { sender_id: "mla_2" }] }, []],
    [
      "a sender beside the variants",
      { tests: "sender", sender_id: "mla_3", variants: [{ sender_id: "mla_1" }, { sender_id: "mla_2" }] },
      ["sender_id"],
    ],
    [
      "a test of times",
      { tests: "time", variants: [{ send_at: "2026-01-05T09:00:00.000Z" }, { send_at: "2026-01-05T15:00:00.000Z" }] },
      [],
    ],
    ["no content", { template_id: null }, ["template_id"]],
    ["two contents", { content: { subject: "x" } }, ["content"]],
    ["two audiences", { segment_id: "seg_1", contact_list_id: "clt_1" }, ["contact_list_id"]],
    ["responses of strangers", { segment_id: "seg_1", success_metric: "response_rate" }, ["success_metric"]],
    ["a status of strangers", { segment_id: "seg_1", member_status: ["SENT"] }, ["member_status"]],
  ])("%s", (_, input, fields) => {
    const test: Test = {
      ...{ tests: "subject", success_metric: "click_rate", template_id, variants: [{ subject: "One" }, { subject: "Two" }] },
      ...input,
    };
    expect(findTestFaults(test).map(({ field }) => field)).toEqual(fields);
  });
});

describe("the time of the others", () => {
  const zone = "America/New_York";
  const morning = "2026-03-02T14:00:00.000Z";
  it.each([
    ["the next day", [morning, "2026-03-02T20:00:00.000Z"], "2026-03-03T02:00:00.000Z", "2026-03-03T14:00:00.000Z"],
    [
      "the same day, if the winner is later",
      ["2026-03-03T14:00:00.000Z", morning],
      "2026-03-02T15:00:00.000Z",
      "2026-03-03T14:00:00.000Z",
    ],
    [
      "the same local time after clocks changed",
      [morning, "2026-03-02T20:00:00.000Z"],
      "2026-03-08T15:00:00.000Z",
      "2026-03-09T13:00:00.000Z",
    ],
    [
      "the same weekday, if the times are on several days",
      [morning, "2026-03-05T14:00:00.000Z"],
      "2026-03-05T20:00:00.000Z",
      "2026-03-09T13:00:00.000Z",
    ],
    ["an exact instant is over", [morning, "2026-03-02T20:00:00.000Z"], "2026-03-03T14:00:00.000Z", "2026-03-04T14:00:00.000Z"],
  ])("is %s", (_, [winner = "", other = ""], now, expected) => {
    expect(computeRestTime({ winner, times: [winner, other], now, zone })).toBe(expected);
  });
});

describe("the variant of a member", () => {
  const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, "0")}:00:00.000Z`;
  const test = (ab_test_id: string, hour: number, more: Partial<MemberVariant> = {}): MemberVariant => ({
    ...{ ab_test_id, variant: "A", sent_at: at(hour), responded_at: null, converted_at: null },
    ...more,
  });

  it("stays the one that was sent first, in any order", () => {
    const early = test("abt_1", 3);
    const late = test("abt_1", 5, { variant: "B" });
    expect(addMemberVariant([early], late)).toEqual([early]);
    expect(addMemberVariant([late], early)).toEqual([early]);
    expect(mergeMemberVariants([late], [early])).toEqual([early]);
    expect(mergeMemberVariants([early], [late, test("abt_2", 4)])).toEqual([early, test("abt_2", 4)]);
  });

  it("keeps the latest tests", () => {
    const tests = Array.from({ length: MAX_MEMBER_TESTS + 3 }, (_, index) => test(`abt_${index}`, index));
    const kept = tests.reduce<MemberVariant[]>(addMemberVariant, []);
    expect(kept).toEqual(tests.slice(3));
  });

  it("counts responses and purchases after its mail", () => {
    const tests = [test("abt_1", 3), test("abt_2", 6)];
    const after = [
      { kind: "OPENED", at: at(7) },
      { kind: "FORM", at: at(5) },
      { kind: "CALLED", at: at(4) },
      { kind: "PURCHASED", at: at(6) },
    ] as const;
    const applied = after.reduce<MemberVariant[]>(applyToVariants, tests);
    expect(applied).toEqual([
      test("abt_1", 3, { responded_at: at(4), converted_at: at(6) }),
      test("abt_2", 6, { responded_at: at(6), converted_at: at(6) }),
    ]);
    expect(addVariantSums(applied, noCounterSums)).toEqual({
      ...{ scopes: ["abtest=abt_2"], counts: { "A.responded": 1, "A.converted": 1 } },
      beside: { scopes: ["abtest=abt_1"], counts: { "A.responded": 1, "A.converted": 1 } },
    });
    expect(addVariantSums(tests, noCounterSums)).toBe(noCounterSums);
  });
});
