import { findAssetType } from "@crm/console/pages/engagement/campaign/asset-type.ts";
import {
  addCost,
  computePercent,
  describeUse,
  findCycle,
  listAllocations,
} from "@crm/console/pages/engagement/campaign/budget-rules.ts";
import type { MetricGroup } from "@crm/console/pages/engagement/campaign/campaign-types.ts";
import { canReach, readLastInstant } from "@crm/console/pages/engagement/campaign/member-steps.ts";
import { chooseGroup, fillGaps, listChannelRows } from "@crm/console/pages/engagement/campaign/metric-rows.ts";
import { describeEntry } from "@crm/console/pages/engagement/campaign/timeline-text.ts";
import { describe, expect, it } from "vitest";

const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const none = { revenue: null, click_through_rate: null, cost_per_click: null, click_conversion_rate: null, roi: null };
const group = (key: string, numbers: Partial<MetricGroup> = {}): MetricGroup => ({
  ...none,
  ...{ key, label: null, impressions: null, clicks: null, conversions: null, cost: null },
  ...numbers,
});

describe("the budget of a campaign", () => {
  it.each([
    ["ONE_TIME", "2026-11-28", undefined],
    ["DAILY", "2026-11-28", { from: "2026-11-28", to: "2026-11-28" }],
    ["WEEKLY", "2026-11-28", { from: "2026-11-23", to: "2026-11-29" }],
    ["WEEKLY", "2026-11-23", { from: "2026-11-23", to: "2026-11-29" }],
    ["MONTHLY", "2028-02-10", { from: "2028-02-01", to: "2028-02-29" }],
  ])("of a cycle %s on %s counts the days %j", (cycle, day, days) => {
    expect(findCycle(cycle, day)).toEqual(days);
  });

  it.each([
    ["3120", "5000", 62],
    ["4999.99", "5000", 99],
    ["5000", "5000", 100],
    ["7500", "5000", 150],
    ["0", "5000", 0],
    ["10", "0", undefined],
  ] as const)("%s of %s are %s percent", (used, budget, percent) => {
    expect(computePercent(used, budget)).toBe(percent);
  });

  it("counts costs without a day only for the whole campaign", () => {
    expect([addCost("100.10", "50.05", true), addCost("100.10", "50.05", false), addCost(null, null, true)]).toEqual([
      "150.15",
      "100.10",
      "0",
    ]);
  });

  it.each([
    ["MONTHLY", "3,120 EUR of 5,000 EUR this month, 62 %"],
    ["WEEKLY", "3,120 EUR of 5,000 EUR this week, 62 %"],
    ["DAILY", "3,120 EUR of 5,000 EUR today, 62 %"],
    ["ONE_TIME", "3,120 EUR of 5,000 EUR, 62 %"],
  ])("of a cycle %s is a sentence", (cycle, sentence) => {
    expect(describeUse(cycle, { used: "3,120 EUR", budget: "5,000 EUR", share: "62 %" }, t)).toBe(sentence);
  });

  it("is compared with the cost of each channel, also of those without a part", () => {
    const costs = new Map([
      ["mst_ads", "120.50"],
      ["mst_mail", null],
      ["mst_fair", "30"],
    ]);
    const parts = [
      { channel_id: "mst_ads", amount: "100" },
      { channel_id: "mst_mail", amount: "40" },
    ];
    expect(listAllocations(parts, costs)).toEqual([
      { id: "mst_ads", allocated: "100", cost: "120.50", left: "-20.50", percent: 120 },
      { id: "mst_mail", allocated: "40", cost: "0", left: "40", percent: 0 },
      { id: "mst_fair", allocated: null, cost: "30", left: null, percent: undefined },
    ]);
  });
});

describe("the metrics of a campaign", () => {
  it("list the channel that cost most first, and those without a cost last", () => {
    const groups = [
      group("mst_a", { label: "Email", clicks: 5 }),
      group("mst_b", { label: "Search Ads", cost: "9.50" }),
      group("mst_c", { cost: "100" }),
      group("mst_d", { label: "Store", clicks: 7 }),
    ];
    expect(listChannelRows({ groups }, (_, label) => label ?? "Retired").map(({ name }) => name)).toEqual([
      "Retired",
      "Search Ads",
      "Store",
      "Email",
    ]);
  });

  it("have a point for each day or week between the first and the last one", () => {
    const days = [group("2026-02-27", { clicks: 3, cost: "1.20" }), group("2026-03-02", { clicks: 4 })];
    expect(fillGaps(days, "day")).toEqual([
      { day: "2026-02-27", clicks: 3, cost: "1.20" },
      { day: "2026-02-28", clicks: 0, cost: "0" },
      { day: "2026-03-01", clicks: 0, cost: "0" },
      { day: "2026-03-02", clicks: 4, cost: "0" },
    ]);
    expect(fillGaps([group("2026-11-02"), group("2026-11-16")], "week").map(({ day }) => day)).toEqual([
      "2026-11-02",
      "2026-11-09",
      "2026-11-16",
    ]);
    expect(fillGaps([], "day")).toEqual([]);
    // Days that are far apart do not become thousands of points.
    expect(fillGaps([group("1970-01-05"), group("9999-12-27")], "week")).toHaveLength(2);
  });

  it("are added up by week for more than a quarter", () => {
    expect([chooseGroup(30), chooseGroup(92), chooseGroup(93), chooseGroup(undefined)]).toEqual(["day", "day", "week", "week"]);
  });
});

describe("a member of a campaign", () => {
  const member = { id: "cmm_1", status: "CLICKED", added_at: "2026-11-01T08:00:00Z", clicked_at: "2026-11-03T08:00:00.000Z" };

  it("has the instant of what happened last", () => {
    expect(readLastInstant(member)).toBe(member.clicked_at);
    const lost = { ...member, inactive_reason: "OPTED_OUT", opted_out_at: "2026-11-04T08:00:00Z" };
    expect(readLastInstant(lost)).toBe(lost.opted_out_at);
    expect(readLastInstant({ status: "SENT", sent_at: null })).toBeUndefined();
  });

  it("only goes forward", () => {
    expect([canReach(member, "CLICKED"), canReach(member, "RESPONDED"), canReach(member, "SENT")]).toEqual([false, true, false]);
  });
});

describe("the timeline of a campaign", () => {
  const statuses = [
    { code: "PLANNING", name: "Planung" },
    { code: "IN_PROGRESS", name: "Läuft" },
  ];
  it.each([
    ["change", "PLANNING → IN_PROGRESS", "Status: Planung to Läuft"],
    ["change", "80% of the budget used", "80% of the budget are used"],
    ["change", "Renamed", "Renamed"],
    ["note", "PLANNING → IN_PROGRESS", "PLANNING → IN_PROGRESS"],
  ] as const)("writes a %s %s as %s", (type, title, text) => {
    expect(describeEntry({ type, title }, statuses, t)).toBe(text);
  });
});

it.each([
  ["image/png", "IMAGE"],
  ["video/mp4", "VIDEO"],
  ["audio/mpeg", "AUDIO"],
  ["application/pdf", "DOCUMENT"],
  ["", "DOCUMENT"],
])("a file of type %s becomes an asset %s", (type, asset) => {
  expect(findAssetType({ type })).toBe(asset);
});
