import type { Kind } from "@crm/console/api/kind.ts";
import { formatDisplay, parseDisplay, timelineZooms } from "@crm/console/records/rows/display.ts";
import { findOpenFilter } from "@crm/console/records/timeline/open-filter.ts";
import {
  chooseUnit,
  findSpan,
  listTicks,
  placeBar,
  placeDay,
  readPeriod,
  readProgress,
  sortUndatedLast,
  stepSpan,
} from "@crm/console/records/timeline/timeline-layout.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

const november = { first: "2026-11-01", last: "2026-11-30" };
const round = (value: number) => Math.round(value * 1000) / 1000;

describe("a timeline", () => {
  it.each([
    ["month", "2028-02-10", "2028-02-01", "2028-02-29", "2028-03-01", "2028-01-01"],
    ["quarter", "2026-11-28", "2026-10-01", "2026-12-31", "2027-01-01", "2026-07-01"],
    ["year", "2026-11-28", "2026-01-01", "2026-12-31", "2027-01-01", "2025-01-01"],
    ["quarter", "9999-12-31", "9999-10-01", "9999-12-31", "9999-10-01", "9999-07-01"],
  ] as const)("of a %s around %s", (zoom, day, first, last, next, previous) => {
    expect(findSpan(zoom, day)).toEqual({ first, last });
    expect([stepSpan(zoom, day, 1), stepSpan(zoom, day, -1)]).toEqual([next, previous]);
  });

  it.each([
    ["month", 800, "day", 30],
    ["month", 400, "week", 6],
    ["quarter", 800, "week", 14],
    ["year", 800, "month", 12],
  ] as const)("of a %s on %i pixels has columns of a %s", (zoom, width, unit, count) => {
    const span = findSpan(zoom, "2026-11-28");
    const ticks = listTicks(span, unit, "en-GB");
    expect([chooseUnit(span, width), ticks.length, ticks[0]?.start]).toEqual([unit, count, 0]);
    expect(round(ticks.reduce((sum, tick) => sum + tick.width, 0))).toBe(1);
  });

  it("ends with the last day that there is", () => {
    for (const zoom of timelineZooms)
      expect(listTicks(findSpan(zoom, "9999-12-31"), "week", "de").at(-1)?.day).toMatch(/^9999-12-/);
  });

  const fields = { start: "from", end: "to" };
  it.each([
    ["2026-11-02", "2026-11-04", { start: 0.033, width: 0.1, isCutAtStart: false, isCutAtEnd: false }],
    ["2026-11-30", "2026-11-30", { start: 0.967, width: 0.033, isCutAtStart: false, isCutAtEnd: false }],
    ["2026-10-05", "9999-12-31", { start: 0, width: 1, isCutAtStart: true, isCutAtEnd: true }],
    ["2026-11-10", "2026-11-01", { start: 0.3, width: 0.033, isCutAtStart: false, isCutAtEnd: false }],
    ["2026-11-10", null, { start: 0.3, width: 0.033, isCutAtStart: false, isCutAtEnd: false }],
    [null, "2026-11-10", { start: 0.3, width: 0.033, isCutAtStart: false, isCutAtEnd: false }],
    ["2026-10-01", "2026-10-31", "before"],
    ["2026-12-01", "2026-12-02", "after"],
    [null, null, undefined],
  ])("has a bar from %s to %s", (from, to, bar) => {
    const period = readPeriod({ id: "a", from, to }, fields, (value) => value);
    const placed = period && placeBar(period, november);
    expect(typeof placed === "object" ? { ...placed, start: round(placed.start), width: round(placed.width) } : placed).toEqual(
      bar,
    );
  });

  it("has today, progress, and rows without dates at the end", () => {
    expect([placeDay("2026-11-01", november), placeDay("2026-12-01", november)].map((at) => at && round(at))).toEqual([
      0.017,
      undefined,
    ]);
    expect([40, 250, 0, null].map(readProgress)).toEqual([0.4, 1, 0, 0]);
    const period = { start: "2026-11-01", end: "2026-11-02" };
    const rows = [
      { id: 1, period: undefined },
      { id: 2, period },
      { id: 3, period },
    ];
    expect(sortUndatedLast(rows).map(({ id }) => id)).toEqual([2, 3, 1]);
  });
});

describe("a timeline without records that are over", () => {
  const kind = partOf<Kind>({
    board: { field: "status" },
    fields: [{ name: "status", choices: ["PLANNED", "ACTIVE", "DONE", "CANCELLED"].map((code) => ({ code, name: code })) }],
    filters: [
      { name: "status", field: "status", operators: ["eq", "ne", "in"] },
      { name: "owner_id", field: "owner_id", operators: ["eq"] },
    ],
    timeline: { start: "from", end: "to", ended: ["DONE", "CANCELLED"] },
  });
  const condition = (field: string) => ({ field, operator: "eq" as const, values: ["DONE"] });

  it("asks for the other values of the field of the board", () => {
    expect(findOpenFilter(kind, [condition("owner_id")])).toEqual({
      field: "status",
      operator: "in",
      values: ["PLANNED", "ACTIVE"],
    });
  });

  it.each([
    ["the user filters by that field", kind, [condition("status")]],
    ["the kind names no values of records that are over", { ...kind, timeline: { start: "from", end: "to" } }, []],
    ["the field takes no list of values", { ...kind, filters: [{ name: "status", field: "status", operators: ["eq"] }] }, []],
  ])("is the whole list if %s", (_, named, conditions) => expect(findOpenFilter(named as Kind, conditions)).toBeUndefined());

  it("has its choice in the address", () => {
    const display = { mode: "timeline", showsEnded: true } as const;
    expect(formatDisplay(display)).toEqual({ mode: "timeline", ended: "show" });
    expect(parseDisplay(formatDisplay(display), ["list", "timeline"])).toEqual(display);
  });
});
