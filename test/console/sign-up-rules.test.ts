import { isCountry, isCurrency } from "@crm/core/platform/master-data/geography.ts";
import { describe, expect, it } from "vitest";
import { buildCompanySlug } from "../../packages/console/src/frame/session/company-slug.ts";
import { listCountries, listCurrencies } from "../../packages/console/src/ui/i18n/country-list.ts";

describe("the short name of a company", () => {
  it.each([
    ["Nordsee Möwe GmbH", "nordsee-moewe-gmbh"],
    ["  Café & Çay, Ltd. ", "cafe-cay-ltd"],
    ["3M", "3m"],
    ["日本商事", "org-x1y2z3"],
    ["A", "org-x1y2z3"],
    ["", "org-x1y2z3"],
    [`${"a".repeat(62)} b`, "a".repeat(62)],
  ])("of %j", (name, slug) => {
    expect(buildCompanySlug(name, "x1y2z3")).toBe(slug);
  });
});

describe("the choices of the sign-up form", () => {
  it("are countries and currencies that the server takes, each once", () => {
    const countries = listCountries("en");
    expect(countries.filter(({ id }) => !isCountry(id))).toEqual([]);
    expect(new Set(countries.map(({ label }) => label)).size).toBe(countries.length);
    expect(listCurrencies("en").filter(({ id }) => !isCurrency(id))).toEqual([]);
  });
});
