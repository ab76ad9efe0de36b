import { addTile, clampPlace, placeTile, removeTile, stepPlace } from "@crm/console/pages/analytics/dashboard/tile-layout.ts";
import { changeTileType, cleanTile, createTile, listTileFigures } from "@crm/console/pages/analytics/dashboard/tile-rules.ts";
import { findTarget, formatTargetInput, parseTarget } from "@crm/console/pages/analytics/target/target-rules.ts";
import { readComparison, readPeriod } from "@crm/console/records/figures/analytics-query.ts";
import { listBridgeSteps } from "@crm/console/records/figures/bridge-rules.ts";
import { findComparedDays } from "@crm/console/records/figures/compared-days.ts";
import { describeChange, formatAxisValue, formatFigure } from "@crm/console/records/figures/figure-text.ts";
import {
  chooseInterval,
  formatKey,
  listTargetPeriods,
  moveKey,
  nameDays,
  nameKey,
  resolveKey,
  resolveSpan,
} from "@crm/console/records/figures/period-rules.ts";
import { formatRowAddress } from "@crm/console/records/figures/row-links.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

/** Intl has narrow spaces and marks of direction that a test should not have to know. */
const plain = (text: string): string => text.replaceAll(/[\u2066-\u2069]/g, "").replaceAll(/[\u00a0\u2009\u202f]/g, " ");

describe("periods", () => {
  it.each([
    ["this_month", "2026-02-28", "2026-02-01", "2026-02-28"],
    ["last_month", "2026-01-15", "2025-12-01", "2025-12-31"],
    ["this_quarter", "2026-11-28", "2026-10-01", "2026-12-31"],
    ["last_quarter", "2026-02-01", "2025-10-01", "2025-12-31"],
    ["this_year", "2028-02-29", "2028-01-01", "2028-12-31"],
    ["last_year", "2026-01-01", "2025-01-01", "2025-12-31"],
    ["last_30_days", "2026-03-01", "2026-01-31", "2026-03-01"],
  ] as const)("%s of %s is %s to %s", (span, today, from, to) => {
    expect(resolveSpan(span, today)).toEqual({ from, to });
  });

  it.each([
    ["2026-11-20", "2026-11-20", "2026-11-20", "Nov 20"],
    ["2026-W01", "2025-12-29", "2026-01-04", "Dec 29"],
    ["2026-W48", "2026-11-23", "2026-11-29", "Nov 23"],
    ["2026-02", "2026-02-01", "2026-02-28", "Feb 2026"],
    ["2026-Q4", "2026-10-01", "2026-12-31", "Q4 2026"],
    ["2026", "2026-01-01", "2026-12-31", "2026"],
  ])("%s is %s to %s, named %s", (key, from, to, name) => {
    expect(resolveKey(key)).toEqual({ from, to });
    expect(nameKey(key, "en", t)).toBe(name);
  });

  it.each([
    ["2026-10-01", "2026-10-31", "October 2026"],
    ["2026-10-01", "2026-12-31", "Q4 2026"],
    ["2026-01-01", "2026-12-31", "2026"],
    // Three months that are no quarter.
    ["2026-11-01", "2027-01-31", "Nov 1, 2026 – Jan 31, 2027"],
  ])("%s to %s is named %s", (from, to, name) => {
    expect(plain(nameDays({ from, to }, "en", t))).toBe(name);
  });

  it.each([
    ["2026-11-01", "2026-11-14", "day"],
    ["2026-11-01", "2026-11-30", "week"],
    ["2026-10-01", "2026-12-31", "week"],
    ["2026-01-01", "2026-12-31", "month"],
  ] as const)("divides %s to %s by %s", (from, to, interval) => {
    expect(chooseInterval({ from, to })).toBe(interval);
  });

  it.each([
    ["2026-11-01", "2026-11-30", "previous_period", "2026-10-01", "2026-10-31"],
    ["2026-10-01", "2026-12-31", "previous_period", "2026-07-01", "2026-09-30"],
    ["2026-11-10", "2026-11-12", "previous_period", "2026-11-07", "2026-11-09"],
    ["2028-02-29", "2028-02-29", "previous_year", "2027-02-28", "2027-02-28"],
    ["2026-01-01", "2026-01-31", "previous_period", "2025-12-01", "2025-12-31"],
  ] as const)("compares %s to %s with the %s, %s to %s", (from, to, comparison, before, until) => {
    expect(findComparedDays({ from, to }, comparison)).toEqual({ from: before, to: until });
  });

  it("reads what an address says, and nothing else", () => {
    expect(readPeriod({ from: "2026-01-05", to: "2026-01-09" }, "this_month", "2026-11-28")).toEqual({
      span: "custom",
      days: { from: "2026-01-05", to: "2026-01-09" },
    });
    for (const wrong of [{ from: "2026-02-01", to: "2026-01-01" }, { from: "x", to: "2026-01-01" }, { period: "ever" }])
      expect(readPeriod(wrong, "this_month", "2026-11-28").span).toBe("this_month");
    expect([{}, { compare_to: "none" }, { compare_to: "previous_year" }].map(readComparison)).toEqual([
      "previous_period",
      undefined,
      "previous_year",
    ]);
  });

  it.each([
    ["2026-11-27", "day", "2026-11-27"],
    ["2026-11-28", "week", "2026-W48"],
    ["2027-01-03", "week", "2026-W53"],
    ["2025-12-29", "week", "2026-W01"],
    ["2028-02-29", "month", "2028-02"],
    ["2026-12-31", "quarter", "2026-Q4"],
    ["2026-05-05", "year", "2026"],
  ] as const)("%s belongs to the %s %s", (day, interval, key) => {
    expect(formatKey(day, interval)).toBe(key);
  });

  it("lists the periods of a table of targets, and goes to others", () => {
    expect(listTargetPeriods("2026-Q4")).toEqual(["2026-10", "2026-11", "2026-12", "2026-Q4"]);
    expect(listTargetPeriods("2026")).toEqual(["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026"]);
    expect([moveKey("2026-Q4", 1), moveKey("2026-Q1", -1), moveKey("2026", -1)]).toEqual(["2027-Q1", "2025-Q4", "2025"]);
  });
});

describe("figures", () => {
  it.each([
    ["1200.50", "money", "1,200.50 EUR"],
    [12345, "count", "12,345"],
    [0.6667, "ratio", "66.7%"],
    [42.86, "percent", "42.9%"],
    [17.5, "days", "17.5 days"],
    [4.67, "rating", "4.67"],
    [null, "money", "–"],
  ] as const)("writes %s of the unit %s as %s", (value, unit, text) => {
    expect(plain(formatFigure(value, { unit, currency: "EUR", locale: "en" }))).toBe(text);
  });

  it("writes values of an axis in a few characters", () => {
    expect([
      formatAxisValue(0.5, { unit: "ratio", locale: "en" }),
      formatAxisValue(20_000, { unit: "money", locale: "en" }),
    ]).toEqual(["50%", "20K"]);
  });

  const october = { from: "2026-10-01", to: "2026-10-31" };
  const turnOfYear = { from: "2025-12-30", to: "2026-01-02" };
  const partOfOctober = { from: "2026-10-02", to: "2026-10-31" };
  it.each([
    ["112.00", "100.00", "12.00", october, "up", "12% more", "October: 100 EUR"],
    ["88.00", "100.00", "-12.00", october, "down", "12% less", "October: 100 EUR"],
    ["100.00", "100.00", "0.00", october, "level", "No change", "October: 100 EUR"],
    ["5.00", "0.00", null, october, undefined, undefined, "October: 0 EUR"],
    ["0.00", "0.00", null, october, "level", "No change", "October: 0 EUR"],
    ["110.00", "100.00", "10.00", { from: "2025-10-01", to: "2025-10-31" }, "up", "10% more", "October 2025: 100 EUR"],
    ["110.00", "100.00", "10.00", partOfOctober, "up", "10% more", "Oct 2 – 31: 100 EUR"],
    ["9.00", "9.00", "0.00", turnOfYear, "level", "No change", "Dec 30, 2025 – Jan 2, 2026: 9 EUR"],
  ])("says of %s after %s (%s %%) in %j: %s, %s, %s", (value, previous, change_percent, compared, direction, text, before) => {
    const figure = partOf<Parameters<typeof describeChange>[0]>({ value, previous, change_percent, unit: "money" });
    const found = describeChange(figure, { compared, year: "2026", currency: "EUR", locale: "en", t });
    expect(found?.change).toEqual(direction && { direction, text });
    expect(plain(`${found?.period}: ${found?.before}`)).toBe(before);
  });

  it.each([
    [0.8, 0.5, "ratio", "up", "+30 points"],
    [42.86, 50, "percent", "down", "-7.1 points"],
    [0.5, 0.5, "ratio", "level", "No change"],
    [0.5, 0, "ratio", "up", "+50 points"],
  ] as const)("says of %s after %s of the unit %s: %s, %s", (value, previous, unit, direction, text) => {
    const figure = { value, previous, change_percent: "60.00", unit };
    const found = describeChange(figure, { compared: october, year: "2026", currency: "EUR", locale: "en", t });
    expect(found?.change).toEqual({ direction, text });
  });

  it("compares no figure of now", () => {
    const figure = { value: 3, previous: null, change_percent: null, unit: "count" } as const;
    expect(describeChange(figure, { compared: october, year: "2026", currency: "EUR", locale: "en", t })).toBeUndefined();
  });
});

it.each([
  [
    "/opportunities/query",
    { where: { is_won: true, closed_date: { gte: "2026-03-01", lte: "2026-03-31" } } },
    "/crm/opportunities?is_won=true&closed_date[gte]=2026-03-01&closed_date[lte]=2026-03-31",
  ],
  ["/support/tickets/query", { where: { status: ["NEW", "OPEN"] } }, "/crm/support/tickets?status[in]=NEW,OPEN"],
  ["/leads/query", { where: { owner_id: null } }, "/crm/leads?owner_id[is_null]=true"],
  // An address without conditions would open the user's default view.
  ["/customers/query", { where: {} }, "/crm/customers?view=all"],
  ["/leads/query", { where: { or: [{ score: 1 }] } }, undefined],
  ["/analytics/reports/rpt_1", null, "/crm/analytics/reports/view/rpt_1"],
])("opens the rows of %s %j at %s", (path, body, address) => {
  const found = formatRowAddress({ path, body });
  expect(found && decodeURIComponent(found)).toBe(address);
});

describe("tiles", () => {
  const tiles = [
    { x: 0, y: 0, width: 6, height: 1 },
    { x: 6, y: 0, width: 6, height: 1 },
    { x: 0, y: 1, width: 12, height: 3 },
  ];
  it("gives way to a moved tile, and closes gaps", () => {
    expect(placeTile(tiles, 0, { x: 6, y: 0, width: 6, height: 1 }).map(({ x, y }) => [x, y])).toEqual([
      [6, 0],
      [6, 1],
      [0, 2],
    ]);
    expect(placeTile(tiles, 2, { x: 0, y: 0, width: 12, height: 3 }).map(({ y }) => y)).toEqual([3, 3, 0]);
    expect(removeTile(tiles, 0).map(({ y }) => y)).toEqual([0, 1]);
    expect(addTile(tiles, { x: 0, y: 0, width: 3, height: 1 }).at(-1)).toEqual({ x: 0, y: 4, width: 3, height: 1 });
  });

  it("has no two tiles at one place, wherever a tile is put", () => {
    for (let x = -2; x < 14; x += 1)
      for (let y = -1; y < 8; y += 1) {
        const cells = placeTile(tiles, 1, { x, y, width: 5, height: 2 }).flatMap((tile) =>
          Array.from({ length: tile.width * tile.height }, (_, index) =>
            [tile.x + (index % tile.width), tile.y + Math.floor(index / tile.width)].join(),
          ),
        );
        expect(new Set(cells).size).toBe(cells.length);
        expect(cells.every((cell) => Number(cell.split(",")[0]) < 12)).toBe(true);
      }
  });

  it("stays inside of the grid", () => {
    expect(clampPlace({ x: 11, y: -3, width: 20, height: 0 })).toEqual({ x: 0, y: 0, width: 12, height: 1 });
    expect(clampPlace({ x: 10.6, y: 2.4, width: 3, height: 99 })).toEqual({ x: 9, y: 2, width: 3, height: 12 });
  });

  const place = { x: 3, y: 1, width: 3, height: 1 };
  it.each([
    ["ArrowRight", false, false, { ...place, x: 4 }],
    ["ArrowRight", false, true, { ...place, x: 2 }],
    ["ArrowDown", true, false, { ...place, height: 2 }],
    ["ArrowLeft", true, true, { ...place, width: 4 }],
    ["Enter", false, false, undefined],
  ])("%s, resizing %s, mirrored %s: %j", (key, isResize, isMirrored, next) => {
    expect(stepPlace(place, key, isResize, isMirrored)).toEqual(next);
  });

  it("leaves out what another type does not have", () => {
    const chart = { ...createTile("chart"), figure: "bookings", by: "owner", title: " " } as const;
    expect(changeTileType(chart, "table")).not.toHaveProperty("figure");
    expect(cleanTile({ ...chart, view: "viw_1", owner: "" })).toEqual({
      ...createTile("chart"),
      figure: "bookings",
      by: "owner",
    });
  });

  it("offers the figures that can be divided so", () => {
    const figures = [
      { name: "bookings", groups: ["owner", "period"] },
      { name: "open_leads", groups: ["owner"] },
      { name: "csat", groups: [] },
    ] as const;
    const names = (tile: object) => listTileFigures(partOf(figures), partOf(tile)).map(({ name }) => name);
    expect([names({ type: "figure" }), names({ type: "chart", by: "owner" }), names({ type: "table", by: "week" })]).toEqual([
      ["bookings", "open_leads", "csat"],
      ["bookings", "open_leads"],
      ["bookings"],
    ]);
  });
});

it("leaves steps of a bridge out that changed nothing", () => {
  const none = { count: 0, value: "0.00" };
  const steps = listBridgeSteps({
    ...{ opening: { count: 2, value: "15000.00" }, new: { count: 1, value: "2000.00" }, increased: none, moved_in: none },
    ...{ decreased: none, moved_out: none, won: { count: 1, value: "5000.00" }, lost: { count: 1, value: "0.00" } },
    ...{ corrected: { count: 0, value: "-1.50" }, closing: { count: 2, value: "11998.50" } },
  });
  expect(steps.map(({ part, change }) => [part, change])).toEqual([
    ["opening", undefined],
    ["new", "2000.00"],
    ["won", "-5000.00"],
    ["lost", "0.00"],
    ["corrected", "-1.50"],
    ["closing", undefined],
  ]);
});

describe("targets", () => {
  it.each([
    ["40,000.50", "money", "en", "40000.50"],
    ["40.000,5", "money", "de", "40000.5"],
    ["60", "ratio", "en", "0.6"],
    ["66.67 %", "ratio", "en", "0.6667"],
    ["12", "count", "en", "12"],
    ["", "count", "en", null],
    ["-1", "count", "en", undefined],
    ["many", "count", "en", undefined],
  ] as const)("reads %j of the unit %s in %s as %j", (text, unit, locale, value) => {
    expect(parseTarget(text, unit, locale)).toBe(value);
  });

  it.each([
    ["40000.00", "money", "de", "40000"],
    ["1200.50", "money", "de", "1200,50"],
    ["0.6667", "ratio", "en", "66.67"],
  ] as const)("writes %s of the unit %s in %s for an input as %s, which reads as the same", (value, unit, locale, text) => {
    expect(formatTargetInput(value, unit, locale)).toBe(text);
    expect(Number(parseTarget(text, unit, locale))).toBe(Number(value));
  });

  it("finds the target of the organization, a team or a user", () => {
    const target = { user_id: null, team_id: null, territory_id: null, period: "2026-11", value: "1", currency: null };
    const targets = [
      { ...target, id: "of the territory", territory_id: "mst_1" },
      { ...target, id: "of the organization" },
      { ...target, id: "of the user", user_id: "usr_1" },
    ];
    expect(["organization", "usr_1", "tea_1"].map((scope) => findTarget(targets, scope, "2026-11")?.id)).toEqual([
      "of the organization",
      "of the user",
      undefined,
    ]);
  });
});
