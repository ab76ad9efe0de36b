import { classifyTrend, DynamicScore, recommendActions, scoreDynamic } from "@crm/core/sales/scoring/dynamic-model.rules.ts";
import { computeBreakdown, type Facts } from "@crm/core/sales/scoring/facts.ts";
import { describe, expect, it } from "vitest";
import { interactionsOn, TODAY, unknownPerson } from "./facts.ts";

/** The dynamic lead score. */

const rule = DynamicScore.defaults[0];
const computeScore = (facts: Partial<Facts>) => computeBreakdown(scoreDynamic({ ...unknownPerson, ...facts }, rule));

describe("demographic_score: the first matching case", () => {
  it.each([
    ["nothing known", {}, 5],
    ["24, a day before the birthday", { date_of_birth: "2001-11-21" }, 5],
    ["25 today", { date_of_birth: "2001-11-20" }, 20],
    ["55, until the day before 56", { date_of_birth: "1970-11-21" }, 20],
    ["56 today", { date_of_birth: "1970-11-20" }, 5],
    ["56, with a degree", { date_of_birth: "1970-11-20", education_level: "masters" }, 15],
    ["bachelors", { education_level: "bachelors" }, 15],
    ["phd", { education_level: "phd" }, 15],
    ["associate", { education_level: "associate" }, 5],
    ["director", { job_title: "Art DIRECTOR" }, 15],
    ["vp anywhere", { job_title: "SVP" }, 15],
    ["c_suite: any one character", { job_title: "C-Suite" }, 15],
    ["c_suite: not two", { job_title: "C--Suite" }, 5],
    ["c_suite: not none", { job_title: "csuite" }, 5],
    ["ceo", { job_title: "CEO" }, 5],
    ["age before degree and title", { date_of_birth: "1990-01-01", education_level: "phd", job_title: "VP" }, 20],
  ])("%s: %j → %i", (_, facts, expected) => expect(computeScore(facts as Partial<Facts>).demographic_score).toBe(expected));
});

describe("behavioral_score: count and recency", () => {
  it.each([
    [0, 5],
    [2, 5],
    [3, 10],
    [5, 10],
    [6, 15],
    [10, 15],
    [11, 25],
    [10_000, 25],
  ])("%i interactions, all long ago: %i", (interactions, expected) =>
    expect(computeScore({ interactions }).behavioral_score).toBe(expected),
  );

  it.each([
    ["2026-11-20", 20],
    ["2026-11-13", 20],
    ["2026-11-12", 15],
    ["2026-10-21", 15],
    ["2026-10-20", 5],
  ])("one interaction on %s: %i", (day, expected) =>
    expect(computeScore({ interactions: 1, days: [interactionsOn(day, { phone: 1 })] }).behavioral_score).toBe(expected),
  );
});

describe("engagement_score: the last 30 days", () => {
  it.each([
    [{ email_opened: 5 }, 0],
    [{ email_opened: 6 }, 15],
    [{ website_visit: 3 }, 0],
    [{ website_visit: 4 }, 10],
    [{ form_submission: 1 }, 10],
    [{ email_clicked: 50 }, 0],
    [{ email_opened: 6, website_visit: 4, form_submission: 1 }, 35],
  ])("%j: %i", (types, expected) =>
    expect(computeScore({ days: [interactionsOn("2026-10-21", types as Record<string, number>)] }).engagement_score).toBe(
      expected,
    ),
  );

  it("ignores older interactions", () =>
    expect(computeScore({ days: [interactionsOn("2026-10-20", { form_submission: 9 })] }).engagement_score).toBe(0));
});

describe("firmographic_score", () => {
  const exactly = (from: number | string) => ({ revenue: { from, isLowerBound: false } });
  const atLeast = (from: number) => ({ revenue: { from, isLowerBound: true } });
  it.each([
    ["nothing known", {}, 0],
    ["a business", { is_business: true }, 5],
    ["100,000 is not more", { ...exactly(100_000), is_business: true }, 5],
    ["100,000 of no business", exactly(100_000), 0],
    ["100,000.01", exactly("100000.01"), 10],
    ["1,000,000", exactly(1_000_000), 10],
    ["1,000,001", exactly(1_000_001), 15],
    ["10,000,000", exactly(10_000_000), 15],
    ["10,000,001", exactly(10_000_001), 20],
    ["a range from 0", { ...atLeast(0), is_business: true }, 5],
    ["a range from 1 M", atLeast(1_000_000), 15],
    ["a range from 10 M", atLeast(10_000_000), 20],
  ])("%s: %j → %i", (_, facts, expected) => expect(computeScore(facts as Partial<Facts>).firmographic_score).toBe(expected));
});

describe("the whole", () => {
  const best: Partial<Facts> = {
    date_of_birth: "1985-05-05",
    interactions: 11,
    days: [interactionsOn(TODAY, { email_opened: 6, website_visit: 4, form_submission: 1 })],
    revenue: { from: 20_000_000, isLowerBound: false },
  };

  it("is capped at 100, while the parts stay unchanged", () => {
    expect(computeScore(best)).toEqual({
      demographic_score: 20,
      behavioral_score: 40,
      engagement_score: 35,
      firmographic_score: 20,
      total_score: 100,
    });
    expect(scoreDynamic({ ...unknownPerson, ...best }, rule).parts.at(-1)).toMatchObject({ key: "limit", points: -15 });
  });

  it("of an unknown person is 10: 5 for the person, 5 for no interactions", () => expect(computeScore({}).total_score).toBe(10));

  it.each([
    [100, "immediate_sales_contact", "high"],
    [80, "immediate_sales_contact", "high"],
    [79, "nurture_campaign", "medium"],
    [60, "nurture_campaign", "medium"],
    [59, "education_content", "low"],
    [30, "education_content", "low"],
  ])("%i recommends %s", (total, action, priority) =>
    expect(recommendActions(total, rule)).toMatchObject([{ action, priority }]),
  );

  it("below 30 recommends nothing", () => expect(recommendActions(29, rule)).toEqual([]));

  it.each([
    [70, "increasing"],
    [69, "stable"],
    [40, "stable"],
    [39, "declining"],
  ])("%i is %s", (total, trend) => expect(classifyTrend(total, rule)).toBe(trend));
});
