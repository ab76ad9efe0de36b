import { type Conditions, type Facts, findEntry, fits } from "@crm/core/sales/territory/territory.rules.ts";
import { describe, expect, it } from "vitest";

const emptyFacts: Facts = {
  ...{ country_id: null, state_id: null, postal_code: null, industry_id: null, source_id: null, employee_count: null },
};

describe("a territory rule", () => {
  it.each<[string, Conditions, Partial<Facts>, boolean]>([
    ["nothing is asked", {}, {}, true],
    ["an empty list asks nothing", { countries: [], postal_codes: [] }, {}, true],
    ["one of the countries", { countries: ["de", "at"] }, { country_id: "at" }, true],
    ["another country", { countries: ["de"] }, { country_id: "at" }, false],
    ["no country", { countries: ["de"] }, {}, false],
    ["all must hold", { countries: ["us"], states: ["us_ca"] }, { country_id: "us", state_id: "us_ny" }, false],
    ["a code begins so", { postal_codes: ["SW1"] }, { postal_code: "sw1a 1aa" }, true],
    ["a code begins otherwise", { postal_codes: ["SW1"] }, { postal_code: "W1A 1AA" }, false],
    ["with what stands between", { postal_codes: ["00-9"] }, { postal_code: "00950" }, true],
    ["at the lower end", { postal_codes: [{ from: "94000", to: "94999" }] }, { postal_code: "94000" }, true],
    ["at the upper end, and on", { postal_codes: [{ from: "94000", to: "94999" }] }, { postal_code: "94999-1234" }, true],
    ["behind the upper end", { postal_codes: [{ from: "94000", to: "94999" }] }, { postal_code: "95000" }, false],
    ["shorter than the ends", { postal_codes: [{ from: "94000", to: "94999" }] }, { postal_code: "945" }, false],
    ["shorter ends are prefixes", { postal_codes: [{ from: "10", to: "19" }] }, { postal_code: "19999" }, true],
    ["a code of no letters", { postal_codes: ["1"] }, { postal_code: "--" }, false],
    ["as many employees", { min_employees: 50 }, { employee_count: 50 }, true],
    ["fewer employees", { min_employees: 50 }, { employee_count: 49 }, false],
    ["more employees", { max_employees: 50 }, { employee_count: 51 }, false],
    ["an unknown number of employees", { min_employees: 0 }, {}, false],
    ["its source and industry", { sources: ["web"], industries: ["it"] }, { source_id: "web", industry_id: "it" }, true],
  ])("%s", (_, when, facts, expected) => {
    expect(fits({ ...emptyFacts, ...facts }, when)).toBe(expected);
  });

  it("is the first matching one with an active territory, or else the default", () => {
    const rules = [
      { name: "Gone", territory: "gone", when: {} },
      { name: "West", territory: "west", when: { states: ["us_ca"] } },
      { name: "Any", territory: "east", when: { countries: ["us"] } },
    ];
    const isInUse = (territory: string) => territory !== "gone";
    const decide = (facts: Partial<Facts>, otherwise: string | null) =>
      findEntry({ ...emptyFacts, ...facts }, { rules, otherwise }, isInUse);
    expect(decide({ country_id: "us", state_id: "us_ca" }, "rest")).toEqual({ name: "West", territory: "west" });
    expect(decide({ country_id: "us" }, "rest")).toEqual({ name: "Any", territory: "east" });
    expect(decide({}, "rest")).toEqual({ name: null, territory: "rest" });
    expect(decide({}, "gone")).toBeUndefined();
    expect(decide({}, null)).toBeUndefined();
  });
});
