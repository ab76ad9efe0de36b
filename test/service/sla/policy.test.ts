import { describe, expect, it } from "vitest";
import {
  computeTargets,
  policyFor,
  type SelectablePolicy,
  type TicketAttributes,
  urgencyHours,
} from "../../../packages/core/src/service/sla/policy.rules.ts";

const buildPolicy = (id: string, more: Partial<SelectablePolicy> = {}): SelectablePolicy => ({
  id,
  name: `Policy ${id}`,
  is_active: true,
  sequence: 10,
  priority_ids: [],
  category_ids: [],
  ticket_types: [],
  urgency_level_ids: [],
  customer_tiers: [],
  is_vip: null,
  ...more,
});

const ticket: TicketAttributes = {
  priority_id: "high",
  category_ids: ["invoices", "billing"],
  ticket_type: "bug_report",
  urgency_level_id: "urgent",
  customer_tier: "GOLD",
  is_vip: false,
};
const choosePolicy = (attributes: Partial<TicketAttributes>, ...policies: SelectablePolicy[]) =>
  policyFor({ ...ticket, ...attributes }, policies)?.policy.id;

describe("policy selection", () => {
  const emptyAttributes = { priority_id: null, category_ids: [], ticket_type: null, urgency_level_id: null, customer_tier: null };
  it.each<[what: string, selection: Partial<SelectablePolicy>, fits: Partial<TicketAttributes>, not: Partial<TicketAttributes>]>([
    ["of one of its priorities", { priority_ids: ["critical", "high"] }, {}, { priority_id: "low" }],
    ["of a category, or below it", { category_ids: ["billing"] }, {}, { category_ids: ["technical"] }],
    ["of a type", { ticket_types: ["bug_report"] }, {}, { ticket_type: "billing_issue" }],
    ["of an urgency level", { urgency_level_ids: ["urgent"] }, {}, { urgency_level_id: "not_urgent" }],
    ["of a customer of a tier", { customer_tiers: ["GOLD", "PLATINUM"] }, {}, { customer_tier: "SILVER" }],
    ["of a VIP", { is_vip: true }, { is_vip: true }, {}],
    ["a policy for tickets of customers who are not VIPs", { is_vip: false }, {}, { is_vip: true }],
    ["for which all of it holds", { priority_ids: ["high"], customer_tiers: ["GOLD"] }, {}, { customer_tier: null }],
  ])("%s", (_, selection, matchingAttributes, not) => {
    expect(choosePolicy(matchingAttributes, buildPolicy("a", selection))).toBe("a");
    expect(choosePolicy(not, buildPolicy("a", selection))).toBeUndefined();
    if (selection.is_vip === undefined) expect(choosePolicy(emptyAttributes, buildPolicy("a", selection))).toBeUndefined();
  });

  it("a policy without conditions matches any ticket", () => expect(choosePolicy(emptyAttributes, buildPolicy("a"))).toBe("a"));
});

describe("several policies", () => {
  it("the first in order is chosen, and the lowest id for the same position", () => {
    expect(
      choosePolicy({}, buildPolicy("a", { sequence: 20 }), buildPolicy("b", { sequence: 5 }), buildPolicy("c", { sequence: 5 })),
    ).toBe("b");
  });
  it("inactive policies are not chosen", () =>
    expect(choosePolicy({}, buildPolicy("a", { is_active: false }), buildPolicy("b", { sequence: 20 }))).toBe("b"));
  it("the choice has its reason, and the reasons against the policies before it", () => {
    const policies = [
      buildPolicy("vip", { sequence: 1, is_vip: true }),
      buildPolicy("low", { sequence: 2, priority_ids: ["low"], customer_tiers: ["GOLD"] }),
      buildPolicy("off", { sequence: 3, is_active: false }),
      buildPolicy("high", { sequence: 4, priority_ids: ["high"], urgency_level_ids: ["urgent"] }),
      buildPolicy("rest", { sequence: 5 }),
    ];
    expect(policyFor(ticket, policies)).toEqual({
      policy: policies[3],
      because: ["priority_ids", "urgency_level_ids"],
      passed: [
        { policy_id: "vip", name: "Policy vip", field: "is_vip" },
        { policy_id: "low", name: "Policy low", field: "priority_ids" },
      ],
    });
    expect(policyFor(ticket, [buildPolicy("rest")])?.because).toEqual([]);
  });
});

describe("targets", () => {
  const minutes = { first_response_minutes: null, next_response_minutes: null, resolution_minutes: null };
  it.each([
    ["are the policy's", { first_response_minutes: 30, next_response_minutes: 45, resolution_minutes: 240 }, 4, [30, 45, 240]],
    [
      "are those of the urgency for a first response without a target in the policy",
      { ...minutes, resolution_minutes: 240 },
      4,
      [240, 240, 240],
    ],
    ["are the resolution's where the urgency has more time", { ...minutes, resolution_minutes: 120 }, 48, [120, 120, 120]],
    ["are the first response's for later ones", { ...minutes, first_response_minutes: 30 }, 4, [30, 30, null]],
    ["are none where nothing says any", minutes, null, [null, null, null]],
    ["may be at once", minutes, 0, [0, 0, null]],
  ] as const)("%s", (_, policyMinutes, hours, [first, next, resolution]) => {
    const seconds = (value: number | null) => (value === null ? null : value * 60);
    expect(computeTargets(policyMinutes, hours)).toEqual({
      first_response: seconds(first),
      next_response: seconds(next),
      resolution: seconds(resolution),
    });
  });
});

describe("hours by urgency", () => {
  const levels = [
    { id: "not_urgent", sla_hours: 48 },
    { id: "somewhat_urgent", sla_hours: 24 },
    { id: "urgent", sla_hours: 4 },
    { id: "very_urgent", sla_hours: 1 },
  ];
  it.each([
    ["are those of the level that is named", "urgent", 1, 4],
    ["are those of the level at the place of the priority", null, 2, 24],
    ["are the last where there are more priorities", null, 9, 1],
    ["are the priority's where the level that is named is gone", "gone", 1, 48],
    ["are none where nothing is known", null, null, null],
  ])("%s", (_, levelId, priority, hours) => expect(urgencyHours(levels, levelId, priority)).toBe(hours));
  it("are none without a level", () => expect(urgencyHours([], null, 1)).toBeNull());
});
