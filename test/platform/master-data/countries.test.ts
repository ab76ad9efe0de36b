import { validateAddress } from "@crm/core/people/person/address.rules.ts";
import { findCountry } from "@crm/core/platform/master-data/geography.ts";
import { iso31661 } from "iso-3166";
import { describe, expect, it } from "vitest";

const countryCodes = iso31661.map(({ alpha2 }) => alpha2);

describe("I5 recognition of countries", () => {
  it.each(["en", "de", "fr", "es", "it", "nl", "pl", "tr", "pt", "sv", "ja", "zh"])("each in %s", (language) => {
    const names = new Intl.DisplayNames(language, { type: "region" });
    const mismatches = countryCodes
      .filter((code) => findCountry(names.of(code) ?? "") !== code)
      .map((code) => `${code} ${names.of(code)}`);
    expect(mismatches).toEqual([]);
  });

  it("works by codes, ISO name and local name", () => {
    for (const { alpha2, alpha3, name } of iso31661)
      expect([alpha2, alpha3, name].map(findCountry)).toEqual([alpha2, alpha2, alpha2]);
    const home = (code: string) =>
      new Intl.DisplayNames(new Intl.Locale(`und-${code}`).maximize().language, { type: "region" }).of(code) ?? "";
    for (const code of ["DE", "ES", "TR", "HU", "GR", "RU", "JP", "KR", "FI", "HR", "IL", "EG", "TH", "UA", "GE"])
      expect([home(code), findCountry(home(code))]).toEqual([home(code), code]);
  });

  it.each(
    Object.entries({
      GB: "UK, U.K., u.k, GB, Great Britain, England, Scotland, Wales, The United Kingdom, Royaume-Uni, Vereinigtes Königreich",
      US: "USA, U.S.A., U.S., US, United States, the united states of america, America, Estados Unidos, EE. UU., États-Unis",
      NL: "The Netherlands, Netherlands, Holland, Nederland, Niederlande, Pays-Bas, Países Bajos",
      DE: "Deutschland, Germany, Allemagne, Alemania, BRD, germania",
      ES: "España, Espana, Spain, Spanien, Espagne",
      TR: "Türkiye, Turkiye, Turkey, TURKEY, Türkei",
      CZ: "Czech Republic, Czechia, Česko, Tschechien",
      KR: "South Korea, Republic of Korea, 대한민국, 韓国",
      RU: "Russia, Russian Federation, Россия",
      CI: "Ivory Coast, Côte d'Ivoire, Cote d’Ivoire",
      VN: "Vietnam, Viet Nam",
      AE: "UAE, U.A.E., United Arab Emirates",
      LC: "St. Lucia, Saint Lucia, St Lucia",
      BA: "Bosnia & Herzegovina, Bosnia and Herzegovina",
      CN: "中国, China, PRC, P.R.C.",
    }).flatMap(([code, names]) => names.split(", ").map((name) => [name, code] as const)),
  )("%s", (name, code) => {
    expect(findCountry(name)).toBe(code);
  });

  it("rejects other names", () => {
    for (const name of ["Atlantis", "", "Korea", "X", "Bavaria"]) expect([name, findCountry(name)]).toEqual([name, undefined]);
  });
});

describe("I5 an unusual postal code", () => {
  it.each<[string, string, boolean | null]>([
    ["HU", "H-1073", true],
    ["HU", "1073", true],
    ["SE", "S-123 45", true],
    ["SE", "12345", true],
    ["NL", "1012 AB", true],
    ["NL", "1012", false],
    ["DE", "D-10115", true],
    ["DE", "1011", false],
    ["GB", "sw1a 1aa", true],
    ["US", "12345-6789", true],
    ["PL", "00-950", true],
    ["HK", "999077", null],
  ])("%s %s", (country, postal_code, is_postal_code_valid) => {
    const { address, details: problems } = validateAddress(
      { country, state: null, postal_code, is_postal_code_valid: null },
      "US",
    );
    expect([problems, address]).toMatchObject([[], { postal_code: postal_code.toUpperCase(), is_postal_code_valid }]);
  });
});
