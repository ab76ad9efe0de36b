import { nameRegion } from "./format-region.ts";

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Codes that name no country. */
const NO_COUNTRIES = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"]);

/** The countries whose name the browser knows, by name. */
export function listCountries(locale: string): { readonly id: string; readonly label: string }[] {
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NO_COUNTRIES.has(code))
    .map((code) => ({ id: code, label: nameRegion(locale, code) }))
    .filter(({ id, label }) => label !== id)
    .sort((left, right) => left.label.localeCompare(right.label, locale));
}

/** The currencies that the browser knows, by code. */
export function listCurrencies(locale: string): { readonly id: string; readonly label: string }[] {
  const names = new Intl.DisplayNames([locale], { type: "currency" });
  return Intl.supportedValuesOf("currency").map((code) => ({ id: code, label: `${code} · ${names.of(code) ?? code}` }));
}
