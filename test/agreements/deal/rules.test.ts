import {
  computeStamps,
  computeTotals,
  type DealStatus,
  dealStatuses,
  emptyStamps,
  findHeldOpportunity,
  isEnd,
  transitions,
} from "@crm/core/agreements/deal/deal.rules.ts";
import { describe, expect, it } from "vitest";

describe("status transitions of a deal", () => {
  it.each([
    ["DRAFT", "IN_NEGOTIATION SIGNED CANCELLED"],
    ["IN_NEGOTIATION", "DRAFT SIGNED CANCELLED"],
    ["SIGNED", "PAID IN_PROGRESS CANCELLED"],
    ["PAID", "IN_PROGRESS COMPLETED CANCELLED"],
    ["IN_PROGRESS", "PAID COMPLETED CANCELLED"],
    ["COMPLETED", "IN_PROGRESS"],
    ["CANCELLED", "DRAFT IN_NEGOTIATION"],
  ] as const)("from %s lead to %s", (from, to) => {
    expect(transitions[from].join(" ")).toBe(to);
  });

  it("reach every status from a draft, and cancel every status that is not final", () => {
    const reachedStatuses = new Set<DealStatus>(["DRAFT"]);
    for (const status of reachedStatuses) for (const next of transitions[status]) reachedStatuses.add(next);
    expect([...reachedStatuses].sort()).toEqual([...dealStatuses].sort());
    for (const status of dealStatuses) expect(transitions[status].includes("CANCELLED")).toBe(!isEnd(status));
  });

  const [first, second] = ["2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"];
  const signed = { ...emptyStamps, signed_at: first };
  it.each([
    [emptyStamps, "SIGNED", signed],
    [signed, "PAID", { ...signed, paid_at: second }],
    [signed, "IN_PROGRESS", signed],
    [signed, "CANCELLED", { ...signed, cancelled_at: second }],
    [{ ...signed, completed_at: first }, "IN_PROGRESS", signed],
    [{ ...signed, paid_at: first, cancelled_at: first }, "IN_NEGOTIATION", emptyStamps],
  ] as const)("from stamps %o to %s give %o", (stamps, to, after) => {
    expect(computeStamps(stamps, to, to === "SIGNED" ? first : second)).toEqual(after);
  });

  it.each([
    [null, null],
    [{ opportunity_id: "opp_1", deal_status: "DRAFT" }, "opp_1"],
    [{ opportunity_id: "opp_1", deal_status: "COMPLETED" }, "opp_1"],
    [{ opportunity_id: "opp_1", deal_status: "CANCELLED" }, null],
    [{ opportunity_id: null, deal_status: "DRAFT" }, null],
  ] as const)("of deal %o hold the opportunity %s", (deal, opportunityId) => {
    expect(findHeldOpportunity(deal)).toBe(opportunityId);
  });
});

describe("the value of a deal", () => {
  const item = (unit_price: string | null, quantity = "1", discount_percent = "0") => ({
    unit_price,
    quantity,
    discount_percent,
  });
  const sum = { final_amount: "30.00", final_amount_is_manual: false };
  const byHand = { final_amount: "25.00", final_amount_is_manual: true };
  const ten = [item("10.00", "3")];
  it.each([
    ["its items", ten, null, "EUR", {}, "30.00", false],
    ["its items, rounded once", [item("0.335", "3", "10")], null, "KWD", {}, "0.905", false],
    ["what was said without a price", [item(null)], "9", "JPY", { requested: "9" }, "9", true],
    ["nothing without either", [], null, "EUR", {}, null, false],
    ["what is set by hand", ten, "25.00", "EUR", { requested: "25.00", previous: sum }, "25.00", true],
    ["what was set by hand", ten, "25.00", "EUR", { previous: byHand }, "25.00", true],
    ["its items, where null is said", ten, null, "EUR", { requested: null, previous: byHand }, "30.00", false],
    ["its items, where the sum is sent back", [item("40")], "30.00", "EUR", { requested: "30", previous: sum }, "40.00", false],
  ] as const)("is %s", (_, items, amount, currency, amounts, final_amount, final_amount_is_manual) => {
    expect(computeTotals(items, amount, currency, amounts)).toMatchObject({ final_amount, final_amount_is_manual });
  });

  it("fits its currency, or the rejection names the item", () => {
    expect(() => computeTotals([item("1.5")], null, "JPY")).toThrowError("Validation failed");
    expect(() => computeTotals([item("9999999999999.00", "2")], null, "EUR")).toThrowError("Validation failed");
  });
});
