import { readFileSync } from "node:fs";
import { listBuckets } from "@crm/core/analytics/figure/bucket.rules.ts";
import { computeChange, findComparedRange, moveMonths } from "@crm/core/analytics/figure/comparison.rules.ts";
import { listRowRequests } from "@crm/core/analytics/figure/figure-rows.rules.ts";
import { buildFigureTable } from "@crm/core/analytics/figure/figure-table.ts";
import { computeHealth } from "@crm/core/analytics/figure/health.rules.ts";
import { divide } from "@crm/core/analytics/figure/rounding.rules.ts";
import { describe, expect, it } from "vitest";
import { replaceSection } from "../../../scripts/generated-section.ts";

describe("the period of comparison", () => {
  it.each([
    ["as many days before", "2026-03-10", "2026-03-19", "previous_period", "2026-02-28", "2026-03-09"],
    ["one day before", "2026-03-01", "2026-03-01", "previous_period", "2026-02-28", "2026-02-28"],
    ["the month before a whole month", "2026-03-01", "2026-03-31", "previous_period", "2026-02-01", "2026-02-28"],
    ["the quarter before a whole quarter", "2026-01-01", "2026-03-31", "previous_period", "2025-10-01", "2025-12-31"],
    ["the same days of the year before", "2026-03-10", "2026-03-19", "previous_year", "2025-03-10", "2025-03-19"],
    ["the end of February for a leap day", "2028-02-01", "2028-02-29", "previous_year", "2027-02-01", "2027-02-28"],
  ] as const)("is %s", (_, from, to, comparison, comparedFrom, comparedTo) => {
    expect(findComparedRange({ from, to }, comparison)).toEqual({ from: comparedFrom, to: comparedTo });
  });

  it.each([
    ["2026-01-31", 1, "2026-02-28"],
    ["2026-12-15", 1, "2027-01-15"],
    ["9999-12-31", -12, "9998-12-31"],
    ["0000-01-01", -1, "0000-01-01"],
  ])("moves %s by %i months to %s", (day, months, moved) => {
    expect(moveMonths(day, months)).toBe(moved);
  });
});

describe("the change in percent", () => {
  it.each([
    ["112", "100", "12.00"],
    ["0", "100", "-100.00"],
    [1, 3, "-66.67"],
    [17.5, 12.5, "40.00"],
    [0.25, -0.1, "350.00"],
    [0, 0.08, "-100.00"],
    ["-50.00", "-100.00", "50.00"],
    [50, 33.33, "50.02"],
    [0.3333, 0.6667, "-50.01"],
    ["5", "0", null],
    [null, 5, null],
    [5, null, null],
    ["999999999999999.99", "0.01", "9999999999999999800.00"],
  ])("of %s from %s is %s", (value, previous, change) => {
    expect(computeChange(value, previous)).toBe(change);
  });
});

describe("parts of a period", () => {
  it.each([
    ["day", "9999-12-31", "9999-12-31", ["9999-12-31:9999-12-31:9999-12-31"]],
    ["week", "2026-12-30", "2027-01-04", ["2026-W53:2026-12-30:2027-01-03", "2027-W01:2027-01-04:2027-01-04"]],
    ["month", "2026-01-31", "2026-02-01", ["2026-01:2026-01-31:2026-01-31", "2026-02:2026-02-01:2026-02-01"]],
    ["quarter", "2026-03-31", "2026-04-02", ["2026-Q1:2026-03-31:2026-03-31", "2026-Q2:2026-04-01:2026-04-02"]],
    ["year", "2026-12-31", "2027-01-01", ["2026:2026-12-31:2026-12-31", "2027:2027-01-01:2027-01-01"]],
    ["day", "2028-02-28", "2028-03-01", ["2028-02-28", "2028-02-29", "2028-03-01"].map((day) => `${day}:${day}:${day}`)],
  ] as const)("by %s", (interval, from, to, buckets) => {
    expect(listBuckets({ from, to }, interval).map(({ key, from, to }) => `${key}:${from}:${to}`)).toEqual(buckets);
  });
});

describe("the requests for the rows of a figure", () => {
  const scope = { range: { from: "2026-03-01", to: "2026-03-31" }, today: "9999-12-31", seesAll: false };
  const path = "/opportunities/query";
  const won = { is_won: true, closed_date: { gte: "2026-03-01", lte: "2026-03-31" } };
  const users = Array.from({ length: 51 }, (_, index) => `usr_${String(index).padStart(18, "0")}`);

  it("leave owners out without a filter", () => {
    expect(listRowRequests(["bookings", "opportunities_won"], scope)).toEqual([{ path, body: { where: won } }]);
  });

  it("name at most 50 owners each, and records without an owner apart", () => {
    const owners = { owners: new Set(["none", ...users]), isNarrowed: true };
    expect(listRowRequests(["bookings"], scope, owners)).toEqual(
      [null, users.slice(0, 50), users.slice(50)].map((owner_id) => ({ path, body: { where: { ...won, owner_id } } })),
    );
  });

  it("name the owners who are counted, if lists have more rows than that", () => {
    const owners = { owners: new Set(users.slice(0, 1)), isNarrowed: false };
    const [request] = listRowRequests(["tickets_resolved"], scope, owners);
    expect(request?.body?.where).toEqual({ resolved_day: won.closed_date, resolved_by_id: users.slice(0, 1) });
    expect(listRowRequests(["bookings"], scope, owners)).toEqual([{ path, body: { where: won } }]);
  });

  it.each([
    [false, ["usr_000000000000000000"]],
    [true, [null, "usr_000000000000000000"]],
  ])("leave out interactions of no user, unless the caller sees all (%s)", (seesAll, shown) => {
    const owners = { owners: new Set(["none", ...users.slice(0, 1)]), isNarrowed: true };
    const named = listRowRequests(["interactions"], { ...scope, seesAll }, owners).map(
      ({ body }) => (body?.where as { owner_id?: unknown } | undefined)?.owner_id,
    );
    expect(named.flat()).toEqual(shown);
  });

  it("end with the last day that there is", () => {
    const [request] = listRowRequests(["forecast_3_months"], scope);
    expect(request?.body?.where).toEqual({ is_closed: false, close_date: { gte: "9999-12-01", lte: "9999-12-31" } });
  });
});

describe("rounding", () => {
  it.each([
    [1, 3, { factor: 100 }, 33.33],
    [2, 3, { factor: 100 }, 66.67],
    [1, 8, { decimals: 2 }, 0.13],
    [-1, 8, { decimals: 2 }, -0.13],
    [61, 304_375, { factor: 10_000, decimals: 1 }, 2],
    [5, 0, {}, null],
  ])("divides %d by %d", (part, divisor, options, result) => {
    expect(divide(part, divisor, options)).toBe(result);
  });
});

describe("the overall health", () => {
  const nothing = { rated: 0, stars: 0, won: 0, resolved: 0, resolution_minutes: 0, conversion_rate: null };
  it.each([
    ["nothing at all", {}, 10],
    ["the best of all", { rated: 2, stars: 10, won: 1, resolved: 1, resolution_minutes: 60, conversion_rate: "10.00" }, 100],
    [
      "the example of the documents",
      { rated: 1, stars: 4, won: 1, resolved: 1, resolution_minutes: 300, conversion_rate: "2.50" },
      76.3,
    ],
    ["a conversion rate above ten percent", { conversion_rate: "55.00" }, 35],
    ["a resolution in exactly a day", { resolved: 2, resolution_minutes: 2880 }, 10],
    ["a resolution in a minute less", { resolved: 2, resolution_minutes: 2879 }, 20],
    ["ratings of 14 in 3", { rated: 3, stars: 14 }, 33.3],
  ])("of %s", (_, facts, health) => {
    expect(computeHealth({ ...nothing, ...facts })).toBe(health);
  });
});

describe("the document of figures", () => {
  it("has the definitions of the registry (npm run figures)", () => {
    const page = readFileSync(new URL("../../../docs/analytics/figures.md", import.meta.url), "utf8");
    expect(replaceSection(page, "figures", buildFigureTable())).toBe(page);
  });
});
