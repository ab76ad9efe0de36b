import parsePhoneNumber, { type CountryCode } from "libphonenumber-js/max";
import type { NormalizedPoint } from "./contact-point-parser.ts";

/** Reads a number the way people of the default country write it; undefined for what is no valid number. */
export function parsePhonePoint(value: string | null | undefined, country: string): NormalizedPoint | undefined {
  if (!value?.trim()) return undefined;
  const parsed = parsePhoneNumber(value.trim().replace(/^00/, "+"), country as CountryCode);
  if (!parsed?.isValid()) return undefined;
  return { type: "phone", value, normalized: parsed.ext ? `${parsed.number};ext=${parsed.ext}` : parsed.number };
}

/** The country of a number in E.164, as ISO 3166-1; undefined where its code is several countries', or none's. */
export const phoneCountry = (number: string): string | undefined => parsePhoneNumber(number)?.country;
