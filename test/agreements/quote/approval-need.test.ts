import {
  checkLevels,
  computeMaxDiscount,
  type DiscountedLine,
  determineApprovalNeed,
  type Level,
  measureDiscounts,
  type QuoteDiscount,
  toPercent,
} from "@crm/core/agreements/quote/approval-need.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

const levels: Level[] = [
  { name: "Manager", discount_from: "10", approvers: ["MANAGER"], side_by_side: false },
  { name: "Director", discount_over: "20", approvers: ["DIRECTOR"], side_by_side: false },
];
const line = (more: Partial<DiscountedLine> = {}): DiscountedLine => ({
  list_price: "100.00",
  unit_price: "100.00",
  quantity: "1",
  discount_percent: "0",
  optional: false,
  bundle: null,
  ...more,
});
const quoteDiscounts = (more: Partial<QuoteDiscount> = {}): QuoteDiscount => ({
  discount_percent: "0",
  fixed_discount: null,
  ...more,
});
const optionalLine = { optional: true };

describe("the approval that a quote needs", () => {
  it.each<[string, Partial<DiscountedLine>[], Partial<QuoteDiscount>, string | null]>([
    ["none without a discount", [{}], {}, null],
    ["none of nothing", [], {}, null],
    ["none below 10 %", [{ discount_percent: "9.99" }], {}, null],
    ["the manager's at 10 %", [{ discount_percent: "10" }], {}, "Manager"],
    ["the manager's at 20 %", [{ discount_percent: "20" }], {}, "Manager"],
    ["the director's over 20 %", [{ discount_percent: "20.01" }], {}, "Director"],
    ["by the whole at 10 %", [{}, {}], { discount_percent: "10" }, "Manager"],
    ["by the whole over 20 %", [{}, {}], { discount_percent: "20.01" }, "Director"],
    ["by an amount that is just 10 %", [{}, {}, {}], { fixed_discount: "30.00" }, "Manager"],
    ["by an amount that is a cent less", [{}, {}, {}], { fixed_discount: "29.99" }, null],
    ["by an amount that is a cent over 20 %", [{}, {}, {}], { fixed_discount: "60.01" }, "Director"],
    ["by one line among many", [{ discount_percent: "25" }, { quantity: "1000" }], {}, "Director"],
    ["by a line and the whole together", [{ discount_percent: "15" }], { discount_percent: "8" }, "Director"],
    ["by a price that was lowered", [{ unit_price: "90.00" }], {}, "Manager"],
    ["by one that was lowered a little less", [{ unit_price: "90.01" }], {}, null],
    ["by one that was lowered and discounted", [{ unit_price: "90.00", discount_percent: "12" }], {}, "Director"],
    ["none of an invented price", [{ list_price: null, unit_price: "1.00" }], {}, null],
    ["of an invented line its own discount", [{ list_price: null, discount_percent: "10" }], {}, "Manager"],
    ["none of a price that was raised", [{ unit_price: "125.00", discount_percent: "20" }], {}, null],
    ["none where one that was raised hides none", [{ unit_price: "500.00" }, { discount_percent: "9" }], {}, null],
    ["not less for one that was raised", [{ unit_price: "500.00" }, { discount_percent: "10" }], {}, "Manager"],
    ["none of what costs nothing anyhow", [{ list_price: "0.00", unit_price: "0.00" }], { discount_percent: "5" }, null],
    ["by an optional line that is not chosen", [{}, { ...optionalLine, discount_percent: "30" }], {}, "Director"],
    [
      "by an amount where nothing optional is chosen",
      [{}, { ...optionalLine, quantity: "9" }],
      { fixed_discount: "10.00" },
      "Manager",
    ],
    ["by an amount where all is optional", [{ ...optionalLine, quantity: "9" }], { fixed_discount: "1.00" }, "Director"],
  ])("%s", (_, lines, discounts, level) => {
    expect(determineApprovalNeed(levels, lines.map(line), quoteDiscounts(discounts), "EUR").level).toBe(level);
  });

  it("names the level and its discounts", () => {
    expect(determineApprovalNeed(levels, [line({ discount_percent: "12.5" }), line()], quoteDiscounts(), "EUR")).toEqual({
      level: "Manager",
      approvers: ["MANAGER"],
      side_by_side: false,
      patience: { remind_after_hours: 24, escalate_after_hours: 72, expire_after_hours: 168 },
      highest_line_percent: "12.5",
      whole_percent: "6.25",
      discount_amount: "12.50",
      net_amount: "187.50",
      reasons: ["The discount on a line is 12.5%. Approval is needed from 10%."],
      conditions: [{ condition: "discount_from", field: "highest_line_percent", value: "12.5", limit: "10", currency: null }],
    });
    expect(
      determineApprovalNeed(levels, [line({ unit_price: "90.0001", list_price: "100.0000" })], quoteDiscounts(), "CLF"),
    ).toMatchObject({
      level: null,
      highest_line_percent: "9.9999",
    });
  });

  it.each([
    ["10", ["The discount is 10%. Approval is needed from 10%."]],
    ["14", ["The discount is 14%. Approval is needed from 10%."]],
  ])("says a discount of %s percent on all lines once", (discount_percent, reasons) => {
    const need = determineApprovalNeed(levels, [line({ discount_percent })], quoteDiscounts(), "EUR");
    expect(need.reasons).toEqual(reasons);
  });

  it("does not offset a discount with a raised price", () => {
    expect(
      determineApprovalNeed(levels, [line({ unit_price: "150.00" }), line({ discount_percent: "10" })], quoteDiscounts(), "EUR"),
    ).toMatchObject({
      whole_percent: "5",
      discount_amount: "10.00",
      net_amount: "240.00",
    });
  });

  it("depends on amounts too, with the highest possible choice", () => {
    const amounts: Level[] = [
      { name: "Large", net_amount_from: [{ currency: "EUR", amount: "1000.00" }], approvers: ["DIRECTOR"], side_by_side: true },
      {
        name: "Much off",
        discount_amount_from: [{ currency: "EUR", amount: "50.00" }],
        approvers: ["ADMIN"],
        side_by_side: false,
      },
    ];
    const lines = [line({ quantity: "5" }), line({ ...optionalLine, quantity: "5" })];
    expect(determineApprovalNeed(amounts, lines, quoteDiscounts(), "EUR")).toMatchObject({
      level: "Large",
      side_by_side: true,
      net_amount: "1000.00",
    });
    expect(determineApprovalNeed(amounts, lines, quoteDiscounts(), "USD").level).toBeNull();
    expect(determineApprovalNeed(amounts, lines, quoteDiscounts({ discount_percent: "5" }), "EUR")).toMatchObject({
      level: "Much off",
      discount_amount: "50.00",
      net_amount: "950.00",
    });
    expect(determineApprovalNeed(amounts, lines, quoteDiscounts({ fixed_discount: "49.99" }), "EUR")).toMatchObject({
      level: null,
      discount_amount: "49.99",
      net_amount: "950.01",
    });
  });
});

describe("the checks of a level", () => {
  const checks = (level: Partial<Level>, lines: Partial<DiscountedLine>[] = [{ discount_percent: "12.5" }, {}]) =>
    checkLevels(
      [{ name: "Manager", approvers: ["MANAGER"], side_by_side: false, ...level }],
      measureDiscounts(lines.map(line), quoteDiscounts(), "EUR"),
      "EUR",
    )[0]?.checks.map(({ condition, field, value, limit, currency, holds }) => [condition, field, value, limit, currency, holds]);

  it.each<[string, Partial<Level>, unknown[][]]>([
    [
      "compare the line and the whole with a percentage",
      { discount_from: "10" },
      [
        ["discount_from", "highest_line_percent", "12.5", "10", null, true],
        ["discount_from", "whole_percent", "6.25", "10", null, false],
      ],
    ],
    [
      "compare an amount with the limit of its currency",
      { net_amount_from: [{ currency: "EUR", amount: "187.50" }] },
      [["net_amount_from", "net_amount", "187.50", "187.50", "EUR", true]],
    ],
    [
      "do not hold without a limit for the currency",
      { discount_amount_from: [{ currency: "USD", amount: "1.00" }] },
      [["discount_amount_from", "discount_amount", "12.50", null, "EUR", false]],
    ],
    ["are only those of its conditions", { discount_from: null, net_amount_from: [] }, []],
  ])("%s", (_, level, expected) => {
    expect(checks(level)).toEqual(expected);
  });
});

describe("the choice with the highest discount", () => {
  const random = createTestRandom("the dearest choice");
  const below = (limit: number): number => Math.floor(random() * limit);

  it("is found among all possible choices", () => {
    for (let turn = 0; turn < 2000; turn++) {
      const part = () => {
        const denominator = BigInt(1 + below(40));
        return { denominator: denominator, numerator: BigInt(below(Number(denominator) + 1)) };
      };
      const groups = Array.from({ length: below(7) }, part);
      const always = random() < 0.3 ? { denominator: 0n, numerator: BigInt(below(3)) } : part();
      let maxShare = -1;
      for (let selection = 0; selection < 2 ** groups.length; selection++) {
        const denominator = groups
          .filter((_, index) => selection & (2 ** index))
          .reduce((sum, group) => sum + group.denominator, always.denominator);
        const numerator = groups
          .filter((_, index) => selection & (2 ** index))
          .reduce((sum, group) => sum + group.numerator, always.numerator);
        if (denominator > 0n) maxShare = Math.max(maxShare, Number(numerator) / Number(denominator));
      }
      const maxDiscount = computeMaxDiscount(always, groups);
      if (maxShare >= 0) expect(Number(maxDiscount.numerator) / Number(maxDiscount.denominator || 1n)).toBeCloseTo(maxShare, 12);
      else expect(maxDiscount.numerator).toBe(0n);
    }
  });

  it("treats a bundle as one", () => {
    const bundle = { ...optionalLine, bundle: "Deck" };
    const lines = [line(), line({ ...bundle, discount_percent: "40" }), line({ ...bundle, quantity: "3" })];
    expect(toPercent(measureDiscounts(lines, quoteDiscounts(), "EUR").whole)).toBe("8");
    const apart = lines.map((line) => ({ ...line, bundle: null }));
    expect(toPercent(measureDiscounts(apart, quoteDiscounts(), "EUR").whole)).toBe("20");
  });
});
