import { postcodeValidator, postcodeValidatorExistsForCountry } from "postcode-validator";
import type { Detail } from "../kernel/error.ts";
import { countryOf, subdivisionOf } from "../masters/geography.ts";
import type { Address } from "./person.entity.ts";

type Typed = Pick<Address, "country" | "state" | "postal_code">;

/**
 * Brings country and subdivision into their ISO codes, and holds the postal code against the country's pattern.
 * Gives the address in its one form, and what is wrong with what was typed.
 */
export function checked<A extends Typed>(typed: A, home: string): { address: A; wrong: Detail[] } {
  const wrong: Detail[] = [];
  const says = (field: keyof Typed, message: string): void => void wrong.push({ field, message });
  const country = typed.country ? countryOf(typed.country) : home;
  if (!country) {
    says("country", "Not a country of ISO 3166-1, by code or English name");
    return { address: typed, wrong };
  }
  const state = typed.state ? subdivisionOf(country, typed.state) : null;
  if (state === undefined) says("state", `Not a subdivision of ${country} in ISO 3166-2, by code or name`);
  const postal_code = typed.postal_code?.trim().toUpperCase() || null;
  const hasPattern = postcodeValidatorExistsForCountry(country);
  if (postal_code && hasPattern && !postcodeValidator(postal_code, country))
    says("postal_code", `Not a postal code of ${country}`);
  return { address: { ...typed, country, state: state ?? null, postal_code }, wrong };
}
