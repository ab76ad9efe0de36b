import parsePhoneNumber, { type CountryCode } from "libphonenumber-js/max";
import type { NormalizedPoint } from "./contact-point-parser.ts";

/** Parses a telephone number as written in the default country; undefined if it is not valid. */
export function parsePhonePoint(value: string | null | undefined, country: string): NormalizedPoint | undefined {
  if (!value?.trim()) return undefined;
  const parsed = parsePhoneNumber(value.trim().replace(/^00/, "+"), country as CountryCode);
  if (!parsed?.isValid()) return undefined;
  return { type: "phone", value, normalized: parsed.ext ? `${parsed.number};ext=${parsed.ext}` : parsed.number };
}

/** Returns the country of an E.164 number as ISO 3166-1 code; undefined if its code belongs to several countries or to none. */
export const phoneCountry = (number: string): string | undefined => parsePhoneNumber(number)?.country;
