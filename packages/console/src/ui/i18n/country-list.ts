import { nameRegion } from "./format-region.ts";

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Codes that name no country of ISO 3166-1: groups, parts of countries, and codes without a meaning. */
const NO_COUNTRIES = new Set([
  ...["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"],
  ...["AC", "CP", "CQ", "DG", "EA", "IC", "TA", "XK"],
]);
/** Currencies that ISO 4217 has withdrawn, or that are no currency of a company. */
const NO_CURRENCIES = new Set(["BGN", "CUC", "HRK", "SLL", "SVC", "XDR", "XSU", "ZWL"]);

/** A former code, such as that of the GDR, has the name of today's country. */
const isFormerCode = (code: string): boolean => new Intl.Locale(`und-${code}`).region !== code;

/** The countries whose name the browser knows, by name. */
export function listCountries(locale: string): { readonly id: string; readonly label: string }[] {
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NO_COUNTRIES.has(code) && !isFormerCode(code))
    .map((code) => ({ id: code, label: nameRegion(locale, code) }))
    .filter(({ id, label }) => label !== id)
    .sort((left, right) => left.label.localeCompare(right.label, locale));
}

/** The currencies that the browser knows, by code. */
export function listCurrencies(locale: string): { readonly id: string; readonly label: string }[] {
  const names = new Intl.DisplayNames([locale], { type: "currency" });
  return Intl.supportedValuesOf("currency")
    .filter((code) => !NO_CURRENCIES.has(code))
    .map((code) => ({ id: code, label: `${code} · ${names.of(code) ?? code}` }));
}
