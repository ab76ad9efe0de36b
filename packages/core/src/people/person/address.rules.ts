import { postcodeValidator, postcodeValidatorExistsForCountry } from "postcode-validator";
import type { ErrorDetail } from "../../kernel/error.ts";
import { findCountry, findSubdivision } from "../../platform/master-data/geography.ts";
import type { Address } from "./person.entity.ts";

type AddressParts = Pick<Address, "country" | "state" | "postal_code" | "is_postal_code_valid">;

/**
 * Converts country and subdivision to ISO codes, and checks the postal code against the country's pattern. A code that does not
 * match is stored as typed and marked, because an unusual address is better than none. Returns the normalized address, and the
 * errors.
 */
export function validateAddress<A extends AddressParts>(typed: A, home: string): { address: A; details: ErrorDetail[] } {
  const errors: ErrorDetail[] = [];
  const addError = (field: keyof AddressParts, message: string): void => void errors.push({ field, message });
  const country = typed.country ? findCountry(typed.country) : home;
  if (!country) {
    addError("country", "Must be an ISO 3166-1 country, by code or by a known name");
    return { address: { ...typed, is_postal_code_valid: null }, details: errors };
  }
  const state = typed.state ? findSubdivision(country, typed.state) : null;
  if (state === undefined) addError("state", `Must be a subdivision of ${country} in ISO 3166-2, by code or name`);
  const postal_code = typed.postal_code?.trim().toUpperCase() || null;
  const is_postal_code_valid = postal_code === null ? null : checkPostalCode(postal_code, country);
  return { address: { ...typed, country, state: state ?? null, postal_code, is_postal_code_valid }, details: errors };
}

/**
 * Tells whether a postal code matches the country's pattern, with or without spaces or a prefix for the country (`H-1073`); null if
 * the pattern is unknown.
 */
function checkPostalCode(code: string, country: string): boolean | null {
  if (!postcodeValidatorExistsForCountry(country)) return null;
  const bare = code.replace(/^[A-Z]{1,3}[- ](?=\d)/, "");
  return [code, bare, bare.replaceAll(" ", ""), bare.replace(/[ -]/g, "")].some((candidate) =>
    postcodeValidator(candidate, country),
  );
}
