import toCurrency from "country-to-currency";
import { iso31661, iso31662 } from "iso-3166";
import { defaultId } from "./id.ts";
import type { Default } from "./kinds.ts";

const currencyOf = toCurrency as Readonly<Record<string, string>>;

/** ISO 3166-1 with the currency of ISO 4217; the code is the alpha-2 code in lower case. */
export const countries = (): Default[] =>
  iso31661.map(({ alpha2, name }) => ({
    code: alpha2.toLowerCase(),
    name,
    currency_code: currencyOf[alpha2] ?? null,
  }));

/** ISO 3166-2, every subdivision under its country: `us_ca` is California. */
export function states(): Default[] {
  const byCode = new Map(iso31662.map((state) => [state.code, state]));
  return iso31662.map(({ code, name, parent }) => {
    let country = parent;
    while (byCode.has(country)) country = byCode.get(country)?.parent ?? "";
    return { code: code.toLowerCase().replace("-", "_"), name, country_id: defaultId("countries", country.toLowerCase()) };
  });
}

/** ISO 4217, those that some country pays with today: `usd` is the US dollar. */
export function currencies(): Default[] {
  const names = new Intl.DisplayNames("en", { type: "currency" });
  return currencyCodes().map((currency_code) => {
    const format = new Intl.NumberFormat("en", { style: "currency", currency: currency_code, currencyDisplay: "narrowSymbol" });
    return {
      code: currency_code.toLowerCase(),
      name: names.of(currency_code) ?? currency_code,
      currency_code,
      symbol: format.formatToParts(0).find(({ type }) => type === "currency")?.value ?? currency_code,
      decimal_places: format.resolvedOptions().maximumFractionDigits ?? 2,
    };
  });
}

const currencyCodes = (): string[] => [...new Set(Object.values(currencyOf))].sort();

/** Whether these are codes of a country or a currency that there is, in upper case. */
export const isCountry = (alpha2: string): boolean => iso31661.some((country) => country.alpha2 === alpha2);
export const isCurrency = (code: string): boolean => currencyCodes().includes(code);
