import type { Facts } from "@crm/core/sales/scoring/facts.ts";
import { toRating } from "@crm/core/sales/scoring/rating.rules.ts";
import { StandardScore, scoreStandard } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { describe, expect, it } from "vitest";
import { interactionsOn, TODAY, unknownPerson } from "./facts.ts";

/** The standard lead score, with the numbers from the requirements where its description leaves them open. */

const rule = StandardScore.defaults[0];
const computePoints = (key: string, facts: Partial<Facts>, definition = rule): number | undefined =>
  scoreStandard({ ...unknownPerson, ...facts }, definition).parts.find((part) => part.key === key)?.points;

describe("company size, 0 to 10 points", () => {
  it.each([
    [null, 0],
    [0, 2],
    [1, 2],
    [10, 2],
    [11, 4],
    [50, 4],
    [51, 6],
    [200, 6],
    [201, 8],
    [1000, 8],
    [1001, 10],
    [400_000, 10],
  ])("%s employees: %i", (employees, expected) => expect(computePoints("company_size", { employees })).toBe(expected));
});

describe("industry fit, 0 to 10 points", () => {
  const targeting = { ...rule, industry: { ...rule.industry, targets: ["technology", "mst_banking"] } };
  it.each([
    ["unknown", [], 0],
    ["a target by code", ["mst_1", "technology"], 10],
    ["a target by id", ["mst_banking", "banking"], 10],
    ["below a target", ["mst_2", "software", "mst_1", "technology"], 10],
    ["known, no target", ["mst_3", "retail"], 5],
  ] as const)("%s: %j → %i", (_, industries, expected) =>
    expect(computePoints("industry_fit", { industries }, targeting)).toBe(expected),
  );

  it("is 5 for every known industry while the tenant lists no targets", () =>
    expect(computePoints("industry_fit", { industries: ["retail"] })).toBe(5));
});

describe("revenue range, 0 to 10 points", () => {
  it.each([
    [null, 0],
    [0, 2],
    ["999999.99", 2],
    [1_000_000, 5],
    [9_999_999, 5],
    [10_000_000, 8],
    [49_999_999, 8],
    [50_000_000, 10],
    [2_000_000_000, 10],
  ])("%s a year: %i", (from, expected) =>
    expect(computePoints("revenue_range", { revenue: from === null ? null : { from, isLowerBound: false } })).toBe(expected),
  );
});

describe("job title, 0 to 10 points", () => {
  it.each([
    [null, 0],
    ["", 0],
    ["  ", 0],
    ["CEO", 10],
    ["c.e.o", 3],
    ["Owner", 10],
    ["Owner / Operator", 10],
    ["Co-Founder & CTO", 10],
    ["Chief Revenue Officer", 10],
    ["C-Level Assistant", 10],
    ["VP Sales", 8],
    ["Vice President, Marketing", 8],
    ["Managing Director", 8],
    ["DIRECTOR OF IT", 8],
    ["Head of Procurement", 6],
    ["Office Manager", 6],
    ["Product Owner", 3],
    ["Product Owner and Founder", 10],
    ["Product Manager", 6],
    ["Engineer", 3],
    ["Directorate clerk", 3],
    ["Überleiter", 3],
  ])("%s: %i", (job_title, expected) => expect(computePoints("job_title", { job_title })).toBe(expected));
});

describe("interactions of 90 days, 0 to 15 points per group", () => {
  it.each([
    ["website_visits", { website_visit: 1 }, 3],
    ["website_visits", { website_visit: 4 }, 12],
    ["website_visits", { website_visit: 5 }, 15],
    ["website_visits", { website_visit: 500 }, 15],
    ["email_engagement", { email_opened: 1 }, 3],
    ["email_engagement", { email_clicked: 1 }, 5],
    ["email_engagement", { email_opened: 2, email_clicked: 1 }, 11],
    ["email_engagement", { email_opened: 4, email_clicked: 1 }, 15],
    ["content_downloads", { download: 2 }, 10],
    ["content_downloads", { download: 3 }, 15],
    ["form_submissions", { form_submission: 1 }, 5],
    ["form_submissions", { form_submission: 4 }, 15],
    ["form_submissions", { phone: 4 }, 0],
  ])("%s of %j: %i", (key, types, expected) =>
    expect(computePoints(key, { days: [interactionsOn(TODAY, types as Record<string, number>)] })).toBe(expected),
  );

  it.each([
    ["2026-11-20", 5],
    ["2026-08-22", 5],
    ["2026-08-21", 0],
  ])("a form of %s: %i", (day, expected) =>
    expect(computePoints("form_submissions", { days: [interactionsOn(day, { form_submission: 1 })] })).toBe(expected),
  );

  it("sums all days", () =>
    expect(
      computePoints("website_visits", {
        days: [interactionsOn("2026-11-01", { website_visit: 1 }), interactionsOn("2026-10-01", { website_visit: 2 })],
      }),
    ).toBe(9));
});

describe("the whole", () => {
  const best: Facts = {
    ...unknownPerson,
    job_title: "CEO",
    employees: 5000,
    industries: ["technology"],
    revenue: { from: 60_000_000, isLowerBound: true },
    days: [interactionsOn(TODAY, { website_visit: 9, email_clicked: 9, download: 9, form_submission: 9 })],
  };
  const targeting = { ...rule, industry: { ...rule.industry, targets: ["technology"] } };

  it("is 0 for an unknown person and at most 100: 40 demographic and 60 behavioral points", () => {
    expect(scoreStandard(unknownPerson, rule).total).toBe(0);
    const { total, parts } = scoreStandard(best, targeting);
    const sumPoints = (group: string) => parts.filter((part) => part.group === group).reduce((sum, part) => sum + part.points, 0);
    expect([total, sumPoints("demographic"), sumPoints("behavioral")]).toEqual([100, 40, 60]);
  });

  it("stays within 0 to 100, even if the points of a tenant's rule exceed it", () => {
    const generous = { ...targeting, job_title: { ...rule.job_title, other_points: 90, ranks: [] } };
    const { total, parts } = scoreStandard(best, generous);
    expect(total).toBe(100);
    expect(parts.at(-1)).toMatchObject({ key: "limit", points: -80 });
  });

  it.each([
    [100, "HOT"],
    [80, "HOT"],
    [79, "WARM"],
    [60, "WARM"],
    [59, "COLD"],
    [40, "COLD"],
    [39, "DISQUALIFIED"],
    [0, "DISQUALIFIED"],
  ])("%i is rated %s", (score, rating) => expect(toRating(score)).toBe(rating));
});
