import { buildClosedQuery, countCycleDays, nameCompetitor } from "@crm/console/pages/sales/opportunity/closed-rules.ts";
import { concernsMonth, type HistoryEntry, listDealChanges } from "@crm/console/pages/sales/opportunity/deal-changes.ts";
import {
  addUpCategories,
  buildRowQuery,
  computeGaps,
  computePercent,
  isNegative,
  listCategoryStages,
  listCloseDates,
  readExpectation,
  readOwnerQuery,
  type Stage,
  subtractAmounts,
  sumAmounts,
} from "@crm/console/pages/sales/opportunity/forecast-rules.ts";
import { findDealAddress, findFurthestBelow, type MemberRow } from "@crm/console/pages/sales/opportunity/team-rows.ts";
import { describe, expect, it } from "vitest";
import { isAmountOfBudget } from "../../packages/console/src/pages/sales/lead/convert-rules.ts";

describe("amounts of the forecast", () => {
  it.each([
    [["1000.10", null, "0.905"], "1001.005"],
    [["99999999999999.99", "0.01"], "100000000000000.00"],
    [[undefined, "x"], "0"],
  ])("adds %j", (values, sum) => {
    expect(sumAmounts(values)).toBe(sum);
  });

  it.each([
    ["80000", "20000.50", "59999.50"],
    ["10", "12", "-2"],
    ["10", "-12", "22"],
  ])("subtracts from %s %s", (a, b, difference) => {
    expect(subtractAmounts(a, b)).toBe(difference);
    expect(isNegative(difference)).toBe(difference.startsWith("-"));
  });

  it.each([
    ["20000", "80000.00", 25],
    ["0.999", "1", 99],
    ["-5", "10", -50],
    ["5", "0.00", undefined],
  ])("computes the percent of %s in %s", (a, b, percent) => {
    expect(computePercent(a, b)).toBe(percent);
  });

  it("adds up the categories from what is sure to what is not", () => {
    const sums = [
      { forecast_category: "PIPELINE", value: "1" },
      { forecast_category: "BEST_CASE", value: "10" },
      { forecast_category: "COMMIT", value: "100" },
      { forecast_category: "CLOSED", value: "1000" },
      { forecast_category: "OMITTED", value: "5" },
    ];
    expect(addUpCategories(sums)).toEqual({ CLOSED: "1000", COMMIT: "1100", BEST_CASE: "1110", PIPELINE: "1111" });
  });

  it.each([
    ["a commit above what is won", { target: "100000", won: "37600", commit: "80000" }, { won: "62400", commit: "20000" }],
    ["a commit that was overtaken", { target: "100000", won: "37600", commit: "10000" }, { won: "62400", commit: "62400" }],
    ["no commit", { target: "100000", won: "37600.50", commit: null }, { won: "62399.50", commit: "62399.50" }],
    ["no target", { target: undefined, won: "5", commit: "9" }, undefined],
  ])("computes the gaps with %s", (_, month, gaps) => {
    expect(computeGaps(month)).toEqual(gaps);
  });

  it("takes the amounts of the manager before those of the owner", () => {
    const own = { commit: "5", best_case: "9", override_commit: null, override_best_case: null };
    expect(readExpectation(own)).toEqual({ commit: "5", best_case: "9" });
    expect(readExpectation({ ...own, override_commit: "4", override_best_case: "8" })).toEqual({ commit: "4", best_case: "8" });
    expect(readExpectation(null)).toEqual({ commit: null, best_case: null });
  });
});

describe("the stages that change a category", () => {
  const stage = (id: string, sequence: number, forecast_category: string, is_closed = false): Stage => ({
    ...{ id, code: id, name: id, sequence, forecast_category, is_closed },
  });
  const stages = [
    stage("won", 60, "CLOSED", true),
    stage("negotiation", 50, "COMMIT"),
    stage("prospecting", 10, "PIPELINE"),
    stage("analysis", 30, "PIPELINE"),
    stage("proposal", 40, "BEST_CASE"),
  ];
  it.each([
    ["prospecting", ["analysis"]],
    ["analysis", ["proposal"]],
    ["proposal", ["negotiation", "analysis"]],
    ["negotiation", ["proposal", "analysis"]],
    ["won", []],
    ["unknown", []],
  ])("from %s are %j", (current, ids) => {
    expect(listCategoryStages(stages, current).map(({ id }) => id)).toEqual(ids);
  });
});

describe("the close dates of a meeting", () => {
  it.each([
    ["2026-11-10", ["2026-11-17", "2026-11-30", "2026-12-31"]],
    ["2026-11-23", ["2026-11-30", "2026-12-31"]],
    ["2026-12-28", ["2027-01-04", "2026-12-31", "2027-01-31"]],
    ["2028-02-01", ["2028-02-08", "2028-02-29", "2028-03-31"]],
  ])("after %s are %j", (today, days) => {
    expect(listCloseDates(today).map(({ day }) => day)).toEqual(days);
  });
});

describe("the rows behind a figure", () => {
  const where = { owner_id: { in: ["usr_1", "usr_2"] }, close_date: { gte: "2026-11-01", lte: "2026-11-30" }, is_closed: false };
  const request = { path: "/opportunities/query", body: { where } };
  it("are a query of the list", () => {
    expect(buildRowQuery(request)).toEqual({
      "owner_id[in]": "usr_1,usr_2",
      "close_date[gte]": "2026-11-01",
      "close_date[lte]": "2026-11-30",
      is_closed: "false",
    });
    expect(buildRowQuery({ path: "/opportunities/query", body: { where: { or: [] } } })).toBeUndefined();
  });
  it("name their owners", () => {
    expect(readOwnerQuery(request)).toEqual({ "owner_id[in]": "usr_1,usr_2" });
    expect(readOwnerQuery({ path: "/opportunities/query", body: { where: { is_closed: false } } })).toEqual({});
  });
});

describe("what changed of a deal", () => {
  type State = HistoryEntry["after"];
  const state = (more: Partial<State> = {}): State => ({
    stage_id: "a",
    amount: "100.00",
    currency: "EUR",
    close_date: "2026-11-30",
    ...more,
  });
  const entry = (day: string, move: string, before: State | null, after: State): HistoryEntry => ({
    opportunity_id: "opp_1",
    ...{ move, before, after },
    changed_at: `2026-11-${day}T10:00:00.000Z`,
  });
  it.each([
    ["nothing since the day", [entry("10", "CHANGED", state(), state({ amount: "5.00" }))], []],
    ["a new one", [entry("22", "CREATED", null, state())], ["new null 100.00"]],
    [
      "a new one that was won",
      [entry("23", "WON", state(), state({ stage_id: "won" })), entry("22", "CREATED", null, state())],
      ["new null 100.00", "won null 100.00"],
    ],
    ["a lost one", [entry("22", "LOST", state(), state({ stage_id: "lost" }))], ["lost 100.00 null"]],
    [
      "a stage and a date",
      [
        entry("24", "CHANGED", state({ stage_id: "b" }), state({ stage_id: "b", close_date: "2026-12-31" })),
        entry("22", "FORWARD", state(), state({ stage_id: "b" })),
      ],
      ["moved a b", "date 2026-11-30 2026-12-31"],
    ],
    ["an amount", [entry("22", "CHANGED", state(), state({ amount: "80.50" }))], ["amount 100.00 80.50 -19.50"]],
    [
      "another currency, without a difference",
      [entry("22", "CHANGED", state(), state({ currency: "USD" }))],
      ["amount 100.00 100.00"],
    ],
    [
      "a change that was taken back",
      [entry("24", "BACK", state({ stage_id: "b" }), state()), entry("22", "FORWARD", state(), state({ stage_id: "b" }))],
      [],
    ],
    [
      "a lost one that was opened again",
      [entry("24", "REOPENED", state({ stage_id: "lost" }), state()), entry("22", "LOST", state(), state({ stage_id: "lost" }))],
      [],
    ],
  ])("is %s", (_, history, changes) => {
    const found = listDealChanges(history, "2026-11-21").map(({ kind, before, after, difference = "" }) =>
      `${kind} ${before} ${after} ${difference}`.trim(),
    );
    expect(found).toEqual(changes);
  });

  it.each([
    ["stays in the month", [entry("22", "CHANGED", state(), state({ amount: "5.00" }))], true],
    ["leaves the month", [entry("22", "CHANGED", state(), state({ close_date: "2026-12-31" }))], true],
    ["comes into the month", [entry("22", "CHANGED", state({ close_date: "2026-12-31" }), state())], true],
    ["is of another month", [entry("22", "CREATED", null, state({ close_date: "2026-12-31" }))], false],
    ["left the month before the day", [entry("10", "CHANGED", state(), state({ close_date: "2026-12-31" }))], false],
  ])("concerns a month if it %s", (_, history, isConcerned) => {
    expect(concernsMonth(history, "2026-11-21", "2026-11")).toBe(isConcerned);
  });
});

describe("who needs help in the forecast", () => {
  const member = (id: string, target: string | undefined, won: string, commit: string | null = null): MemberRow => ({
    ...{ id, name: id, won, target, open: undefined },
    submitted: commit === null ? null : ({ commit } as NonNullable<MemberRow["submitted"]>),
  });
  it.each([
    [
      "is furthest below the target",
      [member("usr_1", "100", "90"), member("usr_2", "100", "20"), member("usr_3", "50", "0")],
      "usr_2 80",
    ],
    ["expects least with the commit", [member("usr_1", "100", "0", "100"), member("usr_2", "100", "80")], "usr_2 20"],
    ["is the first of equals", [member("usr_1", "100", "50"), member("usr_2", "100", "50")], "usr_1 50"],
    ["has no target", [member("usr_1", undefined, "0"), member("usr_2", "100", "100")], undefined],
    ["is the only member", [member("usr_1", "100", "0")], undefined],
  ])("%s", (_, rows, expected) => {
    const found = findFurthestBelow(rows);
    expect(found && `${found.row.id} ${found.gap}`).toBe(expected);
  });
  it("leads to their open deals", () => {
    expect(findDealAddress(member("usr_1", "1", "0"))).toBe("/crm/opportunities?owner_id=usr_1&is_closed=false");
  });
});

describe("the amount of the opportunity that a lead becomes", () => {
  it.each([
    ["as suggested", { "opportunity.amount": "0.00" }, true],
    ["as the budget that was typed", { budget: "48000", "opportunity.amount": "48000" }, true],
    ["of its own", { budget: "48000", "opportunity.amount": "30000" }, false],
  ])("%s", (_name, values, follows) => expect(isAmountOfBudget(values, "0.00")).toBe(follows));
});

describe("opportunities that ended", () => {
  it.each([
    ["2026-11-01", "2026-11-11", 10],
    ["2026-11-01", "2026-10-11", 0],
    ["2024-02-28", "2024-03-01", 2],
    [null, "2026-11-11", undefined],
  ])("took from %s to %s %s days", (created, closed, days) => {
    expect(countCycleDays(created, closed)).toBe(days);
  });
  it("are listed by their last day", () => {
    expect(buildClosedQuery({ isWon: false, from: "2026-10-01", to: "2026-12-31", owner: "usr_1" })).toEqual({
      ...{ is_won: "false", owner_id: "usr_1" },
      ...{ "closed_date[gte]": "2026-10-01", "closed_date[lte]": "2026-12-31" },
    });
  });
  it("name the competitor that was chosen, or else the main one", () => {
    const competitors = [
      { id: "ocm_1", competitor_name: "Sea", is_primary_competitor: true },
      { id: "ocm_2", competitor_name: "Sons" },
    ];
    expect(nameCompetitor({ competitor_id: "ocm_2", competitors })).toBe("Sons");
    expect(nameCompetitor({ competitor_id: null, competitors })).toBe("Sea");
    expect(nameCompetitor({ competitor_id: null, competitors: [] })).toBeUndefined();
  });
});
