import {
  type CampaignCounts,
  type CampaignFigures,
  computeDefaultCost,
  computeFigures,
  type UnpricedRow,
} from "@crm/core/engagement/campaign/campaign-figures.rules.ts";
import { describe, expect, it } from "vitest";

const noCounts: CampaignCounts = {
  ...{ sent: 0, opened: 0, clicked: 0, responded: 0, converted_members: 0 },
  ...{ impressions: 0, clicks: 0, conversions: 0, cost: "0.00", revenue: "0.00" },
};

describe("the figures of a campaign", () => {
  it("are null where the divisor is 0", () => {
    const none = { open_rate: null, click_rate: null, response_rate: null, conversion_rate: null };
    const noDivisors = { ...none, click_conversion_rate: null, click_through_rate: null, cost_per_click: null, roi: null };
    expect(computeFigures(noCounts)).toEqual(noDivisors);
    const onlyDividends = { opened: 2, clicked: 2, conversions: 3, revenue: "100.00" };
    expect(computeFigures({ ...noCounts, ...onlyDividends })).toEqual(noDivisors);
  });

  it("of one example are", () => {
    const figures = computeFigures({
      ...{ sent: 300, opened: 150, clicked: 45, responded: 40, converted_members: 7 },
      ...{ impressions: 12_000, clicks: 90, conversions: 13, cost: "250.00", revenue: "1000.00" },
    });
    expect(figures).toEqual({
      open_rate: "50.00",
      click_rate: "15.00",
      response_rate: "13.33",
      conversion_rate: "17.50",
      click_conversion_rate: "14.44",
      click_through_rate: "0.75",
      cost_per_click: "2.78",
      roi: "300.00",
    } satisfies CampaignFigures);
  });

  it.each<[keyof CampaignFigures, Partial<CampaignCounts>, string | null]>([
    // 0.125 exactly: half a unit goes up.
    ["response_rate", { responded: 1, sent: 800 }, "0.13"],
    ["response_rate", { responded: 2, sent: 3 }, "66.67"],
    ["response_rate", { responded: 0, sent: 3 }, "0.00"],
    ["response_rate", { responded: 1, sent: 1 }, "100.00"],
    ["response_rate", { responded: 1, sent: 0 }, null],
    ["response_rate", { responded: 1, sent: 2_000_001 }, "0.00"],
    ["conversion_rate", { converted_members: 3, responded: 2 }, "150.00"],
    ["conversion_rate", { converted_members: 3, responded: 0, conversions: 9 }, null],
    // Conversions of rows do not count as members that converted, and clicks of rows not as members who clicked.
    ["conversion_rate", { converted_members: 1, conversions: 9, responded: 4 }, "25.00"],
    ["click_conversion_rate", { converted_members: 1, conversions: 9, clicks: 10 }, "90.00"],
    ["click_conversion_rate", { conversions: 9, clicked: 5, clicks: 0 }, null],
    ["click_through_rate", { clicks: 1, impressions: 800 }, "0.13"],
    ["click_through_rate", { clicks: 1, clicked: 7, impressions: 3 }, "33.33"],
    ["click_through_rate", { clicks: 5, impressions: 0 }, null],
    ["cost_per_click", { cost: "0.05", clicks: 2 }, "0.03"],
    ["cost_per_click", { cost: "0.00", clicks: 2 }, "0.00"],
    ["cost_per_click", { cost: "10.00", clicks: 0 }, null],
    ["cost_per_click", { cost: "1000", revenue: "0", clicks: 3 }, "333"],
    ["cost_per_click", { cost: "1.000", revenue: "0.000", clicks: 3 }, "0.333"],
    ["roi", { cost: "100.00", revenue: "100.00" }, "0.00"],
    ["roi", { cost: "100.00", revenue: "0.00" }, "-100.00"],
    ["roi", { cost: "3.00", revenue: "5.00" }, "66.67"],
    // ±0.005 % exactly: half a unit goes away from zero.
    ["roi", { cost: "200.00", revenue: "200.01" }, "0.01"],
    ["roi", { cost: "200.00", revenue: "199.99" }, "-0.01"],
    ["roi", { cost: "0.00", revenue: "5.00" }, null],
    ["roi", { cost: "0.01", revenue: "1000000.00" }, "9999999900.00"],
    // Beyond the digits of a double.
    ["roi", { cost: "0.03", revenue: "9999999999999.99" }, "33333333333333200.00"],
  ])("%s of %j is %s", (name, counts, expected) => {
    expect(computeFigures({ ...noCounts, ...counts })[name]).toBe(expected);
  });

  it("of amounts with different decimal places are an error", () => {
    expect(() => computeFigures({ ...noCounts, cost: "1.00", revenue: "1" })).toThrow(RangeError);
  });
});

describe("the default cost", () => {
  it.each<[Partial<UnpricedRow>, string | null]>([
    [{ clicks: 30, default_cpc: "0.25" }, "7.50"],
    [{ clicks: 0, default_cpc: "0.25" }, "0.00"],
    [{ impressions: 2500, default_cpm: "4.2000" }, "10.50"],
    [{ impressions: 0, default_cpm: "4.2000" }, "0.00"],
    // Both: clicks first, even if there are none.
    [{ clicks: 30, impressions: 2500, default_cpc: "0.25", default_cpm: "4.2000" }, "7.50"],
    [{ clicks: 0, impressions: 2500, default_cpc: "0.25", default_cpm: "4.2000" }, "0.00"],
    // One price or one count is missing.
    [{ clicks: 30, impressions: 2500, default_cpm: "4.2000" }, "10.50"],
    [{ impressions: 2500, default_cpc: "0.25", default_cpm: "4.2000" }, "10.50"],
    [{ clicks: 30, default_cpm: "4.2000" }, null],
    [{ impressions: 2500, default_cpc: "0.25" }, null],
    [{ clicks: 30, impressions: 2500 }, null],
    [{ default_cpc: "0.25", default_cpm: "4.2000" }, null],
    // Rounded once, half up: 0.005, 0.00499, and 0.0049995, which two roundings would make 0.01.
    [{ impressions: 1, default_cpm: "5.0000" }, "0.01"],
    [{ impressions: 1, default_cpm: "4.9900" }, "0.00"],
    [{ impressions: 1, default_cpm: "4.9995" }, "0.00"],
    [{ clicks: 1, default_cpc: "0.0050" }, "0.01"],
    [{ clicks: 3, default_cpc: "0.0049" }, "0.01"],
    // The decimal places of the currency.
    [{ clicks: 3, default_cpc: "12.50", currency: "JPY" }, "38"],
    [{ impressions: 1500, default_cpm: "1.2345", currency: "KWD" }, "1.852"],
  ])("of %j is %s", (row, expected) => {
    const nothing = { clicks: null, impressions: null, default_cpc: null, default_cpm: null, currency: "EUR" };
    expect(computeDefaultCost({ ...nothing, ...row })).toBe(expected);
  });
});
