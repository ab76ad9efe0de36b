import {
  buildMetricSums,
  deriveFigures,
  groupMetrics,
  parseMetricTotals,
  startOfWeek,
  sumDayCosts,
} from "@crm/core/engagement/campaign/metric.rules.ts";
import { isTotalRow, listHeaderCurrencies, recogniseLayout } from "@crm/core/engagement/campaign/metric-layout.rules.ts";
import { describe, expect, it } from "vitest";

const row = (values: object) => ({
  campaign_id: "cpg_1",
  channel_id: "mas_1",
  metric_date: "2026-03-30",
  currency: "EUR",
  impressions: 1000,
  clicks: 20,
  conversions: 3,
  cost: "10.00",
  revenue: "25.00",
  ...values,
});

describe("the counters of metrics", () => {
  it("keep amounts above the exact range of numbers", () => {
    const sums = buildMetricSums(row({ cost: "9999999999999.99", revenue: null }));
    expect(parseMetricTotals(sums.counts, "EUR")).toEqual({
      impressions: 1000,
      clicks: 20,
      conversions: 3,
      cost: "9999999999999.99",
      revenue: "0.00",
    });
    expect(sums.scopes).toEqual(["campaign=cpg_1", "campaign@cpg_1@mas_1"]);
  });

  it("have the cost of each day by month", () => {
    const { beside } = buildMetricSums(row({}));
    expect(beside?.scopes).toEqual(["campaign@cpg_1@2026-03"]);
    const counters = new Map([["2026-03", beside?.counts ?? {}]]);
    expect(sumDayCosts(counters, ["2026-03-30", "2026-03-31", "2026-04-01"], "EUR")).toBe("10.00");
  });
});

describe("the figures of a row", () => {
  it.each([
    [row({}), { click_through_rate: "2.00", cost_per_click: "0.50", click_conversion_rate: "15.00", roi: "150.00" }],
    [row({ clicks: 0 }), { click_through_rate: "0.00", cost_per_click: null, click_conversion_rate: null, roi: "150.00" }],
    [row({ cost: null }), { click_through_rate: "2.00", cost_per_click: null, click_conversion_rate: "15.00", roi: null }],
    [row({ cost: "0.00" }), { click_through_rate: "2.00", cost_per_click: "0.00", click_conversion_rate: "15.00", roi: null }],
    [
      row({ currency: "JPY", cost: "90", revenue: "30" }),
      { click_through_rate: "2.00", cost_per_click: "5", click_conversion_rate: "15.00", roi: "-66.67" },
    ],
  ])("%o", (numbers, figures) => {
    expect(deriveFigures(numbers)).toEqual(figures);
  });
});

describe("groups of rows", () => {
  const rows = [
    row({}),
    row({ metric_date: "2026-04-05", channel_id: "mas_2", cost: null }),
    row({ metric_date: "2026-04-06", clicks: null, revenue: null }),
  ];

  it.each([
    ["day", ["2026-03-30", "2026-04-05", "2026-04-06"]],
    ["week", ["2026-03-30", "2026-04-06"]],
    ["month", ["2026-03", "2026-04"]],
    ["channel", ["mas_1", "mas_2"]],
  ] as const)("by %s", (group, keys) => {
    expect(groupMetrics(rows, group).map(({ key }) => key)).toEqual(keys);
  });

  it("add up what is known", () => {
    const [first, second] = groupMetrics(rows, "channel");
    expect(first?.numbers).toEqual({ impressions: 2000, clicks: 20, conversions: 6, cost: "20.00", revenue: "25.00" });
    expect(second?.numbers.cost).toBeNull();
  });

  it.each([
    ["2026-03-30", "2026-03-30"],
    ["2026-04-05", "2026-03-30"],
    ["2027-01-01", "2026-12-28"],
  ])("%s is in the week of Monday, %s", (day, monday) => {
    expect(startOfWeek(day)).toBe(monday);
  });
});

describe("layouts of files", () => {
  it.each([
    ["Google Ads", "Campaign,Day,Currency code,Clicks,Impr.,CTR,Cost,Conversions,Conv. value", 8],
    [
      "Meta Ads",
      "Campaign name,Day,Results,Impressions,Link clicks,Amount spent (EUR),Purchases conversion value,Reporting starts",
      7,
    ],
    ["LinkedIn Campaign Manager", "Start Date (in UTC),Campaign Name,Total Spent,Impressions,Clicks,Conversions", 6],
    ["TikTok Ads", "Campaign name,By Day,Cost,Impressions,Clicks (destination),Conversions,Currency", 7],
    ["Microsoft Advertising", "Gregorian date,Campaign,Impr.,Clicks,Spend,Conv.,Revenue,Currency code", 8],
  ])("of %s", (platform, header, count) => {
    const layout = recogniseLayout(header.split(","));
    expect(layout?.platform).toBe(platform);
    expect(Object.values(layout?.mapping ?? {})).toHaveLength(count);
    expect(new Set(Object.values(layout?.mapping ?? {})).size).toBe(count);
  });

  it("are not guessed", () => {
    expect(recogniseLayout(["Day", "Clicks", "Budget"])).toBeUndefined();
  });

  it("name their currencies", () => {
    expect(listHeaderCurrencies(["Amount spent (EUR)", "Cost per result (EUR)", "Clicks (all)", "CPM (USD)"])).toEqual([
      "EUR",
      "USD",
    ]);
  });

  it.each([
    [{ platform_campaign: "Total: Campaigns" }, true],
    [{}, true],
    [{ platform_campaign: "Totally new", metric_date: null }, false],
    [{ platform_campaign: "Total: Account", metric_date: "2026-03-30" }, false],
  ])("%o sums up others: %s", (cells, isTotal) => {
    expect(isTotalRow(cells)).toBe(isTotal);
  });
});
