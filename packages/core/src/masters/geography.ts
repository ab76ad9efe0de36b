import toCurrency from "country-to-currency";
import { iso31661, iso31662 } from "iso-3166";
import { defaultId } from "./id.ts";
import type { Default } from "./kinds.ts";

/** ISO 3166-1 with the currency of ISO 4217; the code is the alpha-2 code in lower case. */
export const countries = (): Default[] =>
  iso31661.map(({ alpha2, name }) => ({
    code: alpha2.toLowerCase(),
    name,
    currency_code: (toCurrency as Record<string, string>)[alpha2] ?? null,
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
