import { buildMemberSums, buildResponseSums } from "@crm/core/engagement/campaign/campaign-counters.rules.ts";
import { computeMemberStatus } from "@crm/core/engagement/campaign/campaign-status.rules.ts";
import { computeFacts, joinInstants } from "@crm/core/engagement/campaign/member-facts.rules.ts";
import {
  applyResponse,
  classifyContact,
  findOptOut,
  type MemberFacts,
  mergeFacts,
  type ResponseFact,
} from "@crm/core/engagement/campaign/response.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

const none: MemberFacts = {
  ...{ sent_at: null, tracked_at: null, opened_at: null, clicked_at: null, responded_at: null, converted_at: null },
  ...{ bounced_at: null, opted_out_at: null, converted_opportunity_id: null, converted_order_id: null },
};
const at = (hour: number): string => `2026-05-01T${String(hour).padStart(2, "0")}:00:00.000Z`;
const apply = (facts: readonly ResponseFact[]): MemberFacts => facts.reduce(applyResponse, none);

describe("a response", () => {
  it.each([
    ["OPENED", { opened_at: at(9) }, "OPENED"],
    ["CLICKED", { clicked_at: at(9) }, "CLICKED"],
    ["FORM", { responded_at: at(9) }, "RESPONDED"],
    ["REPLIED", { responded_at: at(9) }, "RESPONDED"],
    ["CALLED", { responded_at: at(9) }, "RESPONDED"],
    ["ATTENDED", { responded_at: at(9) }, "RESPONDED"],
    ["PURCHASED", { responded_at: at(9), converted_at: at(9), converted_order_id: "ord" }, "CONVERTED"],
  ] as const)("%s sets its instants", (kind, expected, status) => {
    const facts = applyResponse(none, { kind, source: "s", at: at(9), order_id: "ord" });
    expect(facts).toEqual({ ...none, ...expected });
    expect(computeMemberStatus(facts)).toBe(status);
  });

  it("gives the same member in any order, also when repeated", () => {
    const facts: ResponseFact[] = [
      { kind: "OPENED", source: "m1", at: at(4) },
      { kind: "OPENED", source: "m2", at: at(2) },
      { kind: "CLICKED", source: "m2", at: at(3) },
      { kind: "FORM", source: "f1", at: at(7) },
      { kind: "PURCHASED", source: "opp1", at: at(8), opportunity_id: "opp1" },
      { kind: "PURCHASED", source: "opp1", at: at(8), opportunity_id: "opp1", order_id: "ord1" },
      { kind: "PURCHASED", source: "ord2", at: at(9), order_id: "ord2" },
      { kind: "CALLED", source: "c1", at: at(6) },
    ];
    const expected = {
      ...none,
      ...{ opened_at: at(2), clicked_at: at(3), responded_at: at(6), converted_at: at(8) },
      ...{ converted_opportunity_id: "opp1", converted_order_id: "ord1" },
    };
    const random = createTestRandom("responses");
    for (let times = 0; times < 50; times++) {
      const sale = [...facts, ...facts].sort(() => random() - 0.5);
      // The order of a sale is repeated with the sale until the sale converts: its event reads the sale again.
      expect(apply([...sale, facts[5] as ResponseFact])).toEqual(expected);
    }
  });
});

describe("the facts of a member", () => {
  const [opportunity, order, direct] = ["opp_01k00000000000000a", "ord_01k00000000000000b", "ord_01k00000000000000c"];
  const response = (kind: ResponseFact["kind"], source: string, hour: number, ...parts: string[]) => ({
    ...{ kind, source, occurred_at: at(hour) },
    sales: parts.map((record_id) => ({ record_id, at: at(hour) })),
  });
  const recorded = [
    { person_id: "a", field: "sent_at" as const, at: at(1) },
    { person_id: "b", field: "bounced_at" as const, at: at(2) },
  ];

  it.each([
    [["a"], [], { sent_at: at(1) }],
    [["a", "b"], [], { sent_at: at(1), bounced_at: at(2) }],
    [["a"], [response("CALLED", "c", 3)], { sent_at: at(1), responded_at: at(3) }],
    // The sale that was made first converts, of sales at one instant the one with the smaller id.
    [
      ["b"],
      [response("PURCHASED", direct, 5, direct), response("PURCHASED", opportunity, 5, opportunity, order)],
      {
        ...{ bounced_at: at(2), responded_at: at(5), converted_at: at(5) },
        ...{ converted_opportunity_id: opportunity, converted_order_id: order },
      },
    ],
    [[], [response("PURCHASED", "by hand", 4)], { responded_at: at(4), converted_at: at(4) }],
  ])("of the persons %o follow from instants and responses", (persons, responses, expected) => {
    expect(computeFacts(recorded, responses, persons)).toEqual({ ...none, ...expected });
    expect(computeFacts(recorded.toReversed(), responses.toReversed(), persons)).toEqual({ ...none, ...expected });
  });

  it("keep the earliest instant of each person and step", () => {
    const later = [{ person_id: "a", field: "sent_at" as const, at: at(3) }];
    expect(joinInstants(later, recorded, later)).toEqual(recorded);
    expect(joinInstants(recorded, later)).toEqual(recorded);
  });
});

describe("members of merged persons", () => {
  it.each([
    [{}, {}, {}],
    [{ sent_at: at(2) }, { sent_at: at(1) }, { sent_at: at(1) }],
    [{ sent_at: at(2) }, { opened_at: at(3), bounced_at: at(4) }, { sent_at: at(2), opened_at: at(3), bounced_at: at(4) }],
    [
      { converted_at: at(2), converted_opportunity_id: "a" },
      { converted_at: at(1), converted_order_id: "b" },
      { converted_at: at(1), converted_opportunity_id: null, converted_order_id: "b" },
    ],
    [
      { converted_at: at(2), converted_opportunity_id: "a" },
      { opted_out_at: at(1) },
      { converted_at: at(2), converted_opportunity_id: "a", opted_out_at: at(1) },
    ],
  ])("keep the earliest of each instant: %o and %o", (left, right, expected) => {
    expect(mergeFacts({ ...none, ...left }, { ...none, ...right })).toEqual({ ...none, ...expected });
    expect(mergeFacts({ ...none, ...right }, { ...none, ...left })).toEqual({ ...none, ...expected });
  });
});

it.each([
  ["form_submission", null, "FORM"],
  ["download", "INBOUND", "FORM"],
  ["website_visit", null, "CLICKED"],
  ["email_clicked", null, "CLICKED"],
  ["call", "INBOUND", "CALLED"],
  ["call", null, "CALLED"],
  ["call", "OUTBOUND", undefined],
  ["email", "INBOUND", "REPLIED"],
  ["email", "OUTBOUND", undefined],
  ["meeting", "OUTBOUND", "ATTENDED"],
  ["demo", null, "ATTENDED"],
  ["note", null, undefined],
  ["support", "INBOUND", undefined],
] as const)("an interaction %s %s is the response %s", (type, direction, kind) => {
  expect(classifyContact({ type, direction })).toBe(kind);
});

it.each([
  ["EMAIL", [], null],
  ["EMAIL", [["email", "any", "REFUSED", at(3)]], at(3)],
  ["EMAIL", [["email", "marketing", "REFUSED", at(3)]], at(3)],
  ["EMAIL", [["email", "newsletter", "REFUSED", at(3)]], null],
  ["EMAIL", [["email", "any", "ALLOWED", at(3)]], null],
  ["EMAIL", [["sms", "any", "REFUSED", at(3)]], null],
  ["EVENT", [["sms", "any", "REFUSED", at(3)]], at(3)],
  ["EVENT", [["phone", "any", "REFUSED", at(3)]], null],
  [
    "EVENT",
    [
      ["sms", "any", "REFUSED", at(3)],
      ["email", "any", "REFUSED", at(2)],
    ],
    at(2),
  ],
] as const)("a campaign of type %s with the answers %o is refused at %s", (type, answers, expected) => {
  const preferences = answers.map(([channel, purpose, consent, time]) => ({ channel, purpose, consent, at: time }));
  expect(findOptOut(preferences, type)).toBe(expected);
});

it("members and responses add to the counter of their campaign", () => {
  const member = { ...none, campaign_id: "cpg_1", deleted_at: null, sent_at: at(1), responded_at: at(2) };
  expect(buildMemberSums(member)).toEqual({ scopes: ["campaign=cpg_1"], counts: { added: 1, sent: 1, responded: 1 } });
  expect(buildMemberSums({ ...member, deleted_at: at(3) })).toEqual({ scopes: [], counts: {} });
  const response = { campaign_id: "cpg_1", kind: "FORM", deleted_at: null } as const;
  expect(buildResponseSums(response)).toEqual({ scopes: ["campaign=cpg_1"], counts: { FORM: 1 } });
  expect(buildResponseSums({ ...response, deleted_at: at(3) })).toEqual({ scopes: [], counts: {} });
});
