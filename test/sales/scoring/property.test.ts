import { DynamicScore, scoreDynamic } from "@crm/core/sales/scoring/dynamic-model.rules.ts";
import type { Facts } from "@crm/core/sales/scoring/facts.ts";
import { StandardScore, scoreStandard } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../scripts/demo/sample-data.ts";

/** For any facts and any rule of a tenant, the total is the sum of its parts, from 0 to 100. */

const types = ["website_visit", "email_opened", "email_clicked", "download", "form_submission", "phone", "meeting"];
const titles = [null, "", "CEO", "VP Sales", "Head of IT", "Engineer", "Product Owner", "art director", "漢字", "c.suite"];

function randomFacts(random: () => number): Facts {
  const below = (limit: number) => Math.floor(random() * limit);
  const maybe = <T>(value: T): T | null => (random() < 0.3 ? null : value);
  const day = () => new Date(Date.UTC(2026, 10, 20) - below(120) * 86_400_000).toISOString().slice(0, 10);
  const days = Array.from({ length: below(20) }, () => {
    const counts = Object.fromEntries(types.map((type) => [type, random() < 0.5 ? 0 : below(9)]));
    return { day: day(), all: Object.values(counts).reduce((sum, times) => sum + times, 0), types: counts };
  });
  return {
    today: "2026-11-20",
    job_title: titles[below(titles.length)] as string | null,
    is_business: random() < 0.5,
    employees: maybe(below(3000)),
    industries: random() < 0.5 ? [] : ["technology", "software"],
    revenue: maybe({ from: 10 ** below(10), isLowerBound: random() < 0.5 }),
    date_of_birth: maybe(`${1930 + below(90)}-0${1 + below(9)}-1${below(10)}`),
    education_level: maybe(["none", "bachelors", "phd"][below(3)] as string),
    interactions: below(40),
    days,
  };
}

/** Replaces each number of points in the rule with a random one from 0 to 100. */
function randomizeRule<D>(definition: D, random: () => number): D {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "number") return /points|^max$|otherwise/.test(key) ? Math.floor(random() * 101) : value;
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (value !== null && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, walk(child, name)]));
    return value;
  };
  return walk(definition, "") as D;
}

describe.each([1, 2, 3, 4, 5])("with seed %i", (seed) => {
  const random = createRandom(seed);
  const cases = Array.from({ length: 120 }, () => randomFacts(random));
  const rules = {
    standard: [StandardScore.defaults[0], ...Array.from({ length: 5 }, () => randomizeRule(StandardScore.defaults[0], random))],
    dynamic: [DynamicScore.defaults[0], ...Array.from({ length: 5 }, () => randomizeRule(DynamicScore.defaults[0], random))],
  };

  it.each(["standard", "dynamic"] as const)(
    "%s: the total is the sum of its explained points, always within 0 to 100",
    (model) => {
      const totals = new Set<number>();
      for (const facts of cases) {
        const all =
          model === "standard"
            ? rules.standard.map((rule) => scoreStandard(facts, rule))
            : rules.dynamic.map((rule) => scoreDynamic(facts, rule));
        for (const { total, parts } of all) {
          totals.add(total);
          const isSum = parts.reduce((sum, { points }) => sum + points, 0) === total;
          const isWithin = Number.isInteger(total) && total >= 0 && total <= 100;
          const invalidParts = parts.filter(
            ({ key, points, max, because }) => key !== "limit" && !(points >= 0 && points <= max && because !== ""),
          );
          // One assertion for each part would take longer than the scores.
          if (!isSum || !isWithin || invalidParts.length > 0)
            expect.fail(JSON.stringify({ facts, total, parts, wrong: invalidParts }));
        }
      }
      expect(totals.size).toBeGreaterThan(20);
    },
  );

  it("generated rules are valid", () => {
    for (const rule of rules.standard) expect(StandardScore.schema.safeParse(rule).success).toBe(true);
    for (const rule of rules.dynamic) expect(DynamicScore.schema.safeParse(rule).success).toBe(true);
  });
});
