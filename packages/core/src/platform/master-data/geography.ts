import toCurrency from "country-to-currency";
import { iso31661, iso31662 } from "iso-3166";
import { currencyDecimals } from "../../kernel/amount.ts";
import type { MasterDefault } from "../../kernel/master-kind.ts";
import { fold } from "../../kernel/text.ts";
import { buildCountryNames, normalizeCountry } from "./country-names.ts";
import { defaultId } from "./master-id.ts";
import { COUNTRIES } from "./shared.masters.ts";

const currencyByCountry = toCurrency as Readonly<Record<string, string>>;

/** Returns the countries of ISO 3166-1 with their ISO 4217 currency; the code is the alpha-2 code in lower case. */
export const listCountries = (): MasterDefault[] =>
  iso31661.map(({ alpha2, name }) => ({
    code: alpha2.toLowerCase(),
    name,
    currency_code: currencyByCountry[alpha2] ?? null,
  }));

/** Returns every subdivision of ISO 3166-2 with its country: `us_ca` is California. */
export function listStates(): MasterDefault[] {
  const byCode = new Map(iso31662.map((state) => [state.code, state]));
  return iso31662.map(({ code, name, parent }) => {
    let country = parent;
    while (byCode.has(country)) country = byCode.get(country)?.parent ?? "";
    return { code: code.toLowerCase().replace("-", "_"), name, country_id: defaultId(COUNTRIES, country.toLowerCase()) };
  });
}

/** Returns the ISO 4217 currencies that are in use in some country: `usd` is the US dollar. */
export function listCurrencies(): MasterDefault[] {
  const names = new Intl.DisplayNames("en", { type: "currency" });
  return listCurrencyCodes().map((currency_code) => {
    const format = new Intl.NumberFormat("en", { style: "currency", currency: currency_code, currencyDisplay: "narrowSymbol" });
    return {
      code: currency_code.toLowerCase(),
      name: names.of(currency_code) ?? currency_code,
      currency_code,
      symbol: format.formatToParts(0).find(({ type }) => type === "currency")?.value ?? currency_code,
      decimal_places: currencyDecimals(currency_code),
    };
  });
}

const listCurrencyCodes = (): string[] => [...new Set(Object.values(currencyByCountry))].sort();

/** Returns the currency of a country by its alpha-2 code. */
export const currencyOf = (alpha2: string): string | undefined => currencyByCountry[alpha2];

/** Whether a code in upper case is that of an existing country or currency. */
export const isCountry = (alpha2: string): boolean => iso31661.some((country) => country.alpha2 === alpha2);
export const isCurrency = (code: string): boolean => listCurrencyCodes().includes(code);

const lookups: {
  countries?: ReadonlyMap<string, string>;
  names?: ReadonlyMap<string, string>;
  subdivisions: Map<string, Map<string, string>>;
} = { subdivisions: new Map() };

/**
 * Returns the alpha-2 code of a country, found by alpha-2 or alpha-3 code, by its name in ISO 3166-1 or in a CLDR language (country-names.ts), or by
 * a usual short form.
 */
export function findCountry(nameOrCode: string): string | undefined {
  lookups.countries ??= new Map(
    iso31661.flatMap(({ alpha2, alpha3, name }) =>
      [name, alpha3, alpha2].map((label): [string, string] => [normalizeCountry(label), alpha2]),
    ),
  );
  const key = normalizeCountry(nameOrCode);
  const countryCode = lookups.countries.get(key);
  if (countryCode !== undefined) return countryCode;
  lookups.names ??= buildCountryNames(iso31661.map(({ alpha2 }) => alpha2));
  return lookups.names.get(key);
}

/**
 * Returns the ISO 3166-2 code of a subdivision, found by code (with or without the country) or by name. Null if the country has no subdivisions;
 * undefined if it has others.
 */
export function findSubdivision(country: string, nameOrCode: string): string | null | undefined {
  let codeByLabel = lookups.subdivisions.get(country);
  if (!codeByLabel) {
    const entries = iso31662.filter(({ code }) => code.startsWith(`${country}-`));
    codeByLabel = new Map(
      entries.flatMap(({ code, name }) => [code, code.slice(3), name].map((label) => [fold(label), code] as const)),
    );
    lookups.subdivisions.set(country, codeByLabel);
  }
  return codeByLabel.size === 0 ? null : codeByLabel.get(fold(nameOrCode.trim()));
}
