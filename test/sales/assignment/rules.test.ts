import { findFreeTime, findReassignment, type WorkSchedule } from "@crm/core/platform/user/availability.rules.ts";
import {
  type Candidate,
  type Conditions,
  chooseCandidate,
  type Facts,
  findEntry,
  listEntries,
} from "@crm/core/sales/assignment/assignment.rules.ts";
import { describe, expect, it } from "vitest";

const buildFacts = (more: Partial<Facts> = {}): Facts => ({
  territory_id: "north",
  lead_source_id: "web",
  country_id: "de",
  product_line: "auto",
  lead_score: 60,
  ...more,
});

describe("a rule", () => {
  it.each<[string, Conditions, Partial<Facts>, boolean]>([
    ["nothing", {}, {}, true],
    ["an empty list", { territories: [] }, {}, true],
    ["null", { sources: null, min_score: null }, {}, true],
    ["the territory", { territories: ["south", "north"] }, {}, true],
    ["another territory", { territories: ["south"] }, {}, false],
    ["a territory, of a lead without", { territories: ["north"] }, { territory_id: null }, false],
    ["the source", { sources: ["web"] }, {}, true],
    ["another source", { sources: ["fair"] }, {}, false],
    ["the country", { countries: ["de"] }, {}, true],
    ["another country", { countries: ["fr"] }, {}, false],
    ["the line", { product_lines: ["auto"] }, {}, true],
    ["another line", { product_lines: ["home"] }, {}, false],
    ["the least score", { min_score: 60 }, {}, true],
    ["a greater score", { min_score: 61 }, {}, false],
    ["the most score", { max_score: 60 }, {}, true],
    ["a lesser score", { max_score: 59 }, {}, false],
    ["all of it", { territories: ["north"], sources: ["web"], min_score: 1 }, {}, true],
    ["all but one", { territories: ["north"], sources: ["fair"], min_score: 1 }, {}, false],
  ])("is evaluated for %s", (_, when, more, isMatch) => {
    const entries = listEntries({ rules: [{ name: "one", when, to: { method: "USER" } }], otherwise: null });
    expect(findEntry(buildFacts(more), entries)?.name).toBe(isMatch ? "one" : undefined);
  });

  it("applies if it is the first match; otherwise the default of the rules applies", () => {
    const to = { method: "USER" } as const;
    const entries = listEntries({
      rules: [
        { name: "hot", when: { min_score: 80 }, to },
        { name: "north", when: { territories: ["north"] }, to },
        { name: "web", when: { sources: ["web"] }, to },
      ],
      otherwise: { method: "ROUND_ROBIN" },
    });
    expect(findEntry(buildFacts({ lead_score: 90 }), entries)?.name).toBe("hot");
    expect(findEntry(buildFacts(), entries)?.name).toBe("north");
    expect(findEntry(buildFacts({ territory_id: null }), entries)?.name).toBe("web");
    expect(findEntry(buildFacts({ territory_id: null, lead_source_id: null }), entries)).toMatchObject({
      name: null,
      to: { method: "ROUND_ROBIN" },
    });
  });
});

const buildCandidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  load: 0,
  capacity: null,
  is_available: true,
  ...more,
});

describe("the chosen user", () => {
  const away = { is_available: false };
  const full = { load: 5, capacity: 5 };
  it.each<[string, Parameters<typeof chooseCandidate>[0], Candidate[], number, string | undefined]>([
    ["the user", "USER", [buildCandidate("a")], 0, "a"],
    ["a user with room", "USER", [buildCandidate("a", { load: 4, capacity: 5 })], 0, "a"],
    ["no user if the user is at capacity", "USER", [buildCandidate("a", full)], 0, undefined],
    ["no user if the user is away", "USER", [buildCandidate("a", away)], 0, undefined],
    ["no user if the user has a capacity of 0", "USER", [buildCandidate("a", { capacity: 0 })], 0, undefined],
    ["the first in turn", "ROUND_ROBIN", [buildCandidate("a"), buildCandidate("b")], 0, "a"],
    ["the next in turn", "ROUND_ROBIN", [buildCandidate("a"), buildCandidate("b")], 1, "b"],
    ["the first again", "ROUND_ROBIN", [buildCandidate("a"), buildCandidate("b")], 2, "a"],
    [
      "the available user, skipping unavailable ones",
      "ROUND_ROBIN",
      [buildCandidate("a", away), buildCandidate("b"), buildCandidate("c", full)],
      7,
      "b",
    ],
    ["no user in turn if none is available", "ROUND_ROBIN", [buildCandidate("a", away), buildCandidate("b", full)], 1, undefined],
    ["no user without candidates", "ROUND_ROBIN", [], 0, undefined],
    ["the one with the fewest", "LEAST_LOADED", [buildCandidate("a", { load: 3 }), buildCandidate("b", { load: 2 })], 0, "b"],
    ["the one named first of two", "LEAST_LOADED", [buildCandidate("a", { load: 2 }), buildCandidate("b", { load: 2 })], 0, "a"],
    [
      "not the user at capacity",
      "LEAST_LOADED",
      [buildCandidate("a", { capacity: 0 }), buildCandidate("b", { load: 9 })],
      0,
      "b",
    ],
    ["no user with the fewest if none is available", "LEAST_LOADED", [buildCandidate("a", away)], 0, undefined],
  ])("%s", (_, method, candidates, turn, expected) => {
    expect(chooseCandidate(method, candidates, turn)?.id).toBe(expected);
  });
});

describe("the next working time of a user", () => {
  const times = (more: Partial<WorkSchedule> = {}): WorkSchedule => ({
    timezone: "Europe/Berlin",
    working_hours: null,
    absences: [],
    ...more,
  });
  const office = (["MON", "TUE", "WED", "THU", "FRI"] as const).map((weekday) => ({ weekday, from: "09:00", to: "17:00" }));
  const away = (from: string, to: string | null) => ({ from, to, reassign: false });
  it.each<[string, WorkSchedule, string, string | null]>([
    ["at all times", times(), "2026-03-02T03:00:00.000Z", "2026-03-02T03:00:00.000Z"],
    ["within hours", times({ working_hours: office }), "2026-03-02T08:00:00.000Z", "2026-03-02T08:00:00.000Z"],
    ["before them", times({ working_hours: office }), "2026-03-02T07:59:59.999Z", "2026-03-02T08:00:00.000Z"],
    ["at their end", times({ working_hours: office }), "2026-03-02T16:00:00.000Z", "2026-03-03T08:00:00.000Z"],
    ["over a weekend", times({ working_hours: office }), "2026-03-06T20:00:00.000Z", "2026-03-09T08:00:00.000Z"],
    ["over the change to summer time", times({ working_hours: office }), "2026-03-27T20:00:00.000Z", "2026-03-30T07:00:00.000Z"],
    [
      "on the other side of the world, where it is Monday already",
      times({ timezone: "Pacific/Auckland", working_hours: office }),
      "2026-03-01T21:00:00.000Z",
      "2026-03-01T21:00:00.000Z",
    ],
    [
      "through a night, in two spans",
      times({
        working_hours: [
          { weekday: "MON", from: "22:00", to: "24:00" },
          { weekday: "TUE", from: "00:00", to: "06:00" },
        ],
      }),
      "2026-03-02T23:00:00.000Z",
      "2026-03-02T23:00:00.000Z",
    ],
    [
      "a week later, on the same day",
      times({ working_hours: [{ weekday: "MON", from: "09:00", to: "10:00" }] }),
      "2026-03-02T09:00:00.000Z",
      "2026-03-09T08:00:00.000Z",
    ],
    [
      "after an absence",
      times({ absences: [away("2026-03-01T00:00:00.000Z", "2026-03-04T00:00:00.000Z")] }),
      "2026-03-02T00:00:00.000Z",
      "2026-03-04T00:00:00.000Z",
    ],
    [
      "after two absences, then within hours",
      times({
        working_hours: office,
        absences: [
          away("2026-03-03T08:00:00.000Z", "2026-03-05T10:00:00.000Z"),
          away("2026-03-01T00:00:00.000Z", "2026-03-03T08:00:00.000Z"),
        ],
      }),
      "2026-03-02T09:00:00.000Z",
      "2026-03-05T10:00:00.000Z",
    ],
    [
      "between an absence that is over and one to come",
      times({
        absences: [
          away("2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"),
          away("2026-03-03T00:00:00.000Z", "2026-03-04T00:00:00.000Z"),
        ],
      }),
      "2026-03-02T00:00:00.000Z",
      "2026-03-02T00:00:00.000Z",
    ],
    ["without an end", times({ absences: [away("2026-03-01T00:00:00.000Z", null)] }), "2026-03-02T00:00:00.000Z", null],
  ])("%s", (_, availability, from, expected) => {
    expect(findFreeTime(availability, from)).toBe(expected);
  });

  it("reassigns the absence that begins first, once, and none that is over", () => {
    const now = "2026-03-10T00:00:00.000Z";
    const absence = (day: number, reassign = true) => ({
      from: `2026-03-0${day}T00:00:00.000Z`,
      to: day === 1 ? "2026-03-02T00:00:00.000Z" : null,
      reassign,
    });
    const absences = [absence(5), absence(1), absence(3), absence(2, false)];
    expect(findReassignment({ absences, reassigned: [] }, now)?.from).toBe(absence(3).from);
    expect(findReassignment({ absences, reassigned: [absence(3).from] }, now)?.from).toBe(absence(5).from);
    expect(findReassignment({ absences, reassigned: [absence(3).from, absence(5).from] }, now)).toBeUndefined();
  });
});
