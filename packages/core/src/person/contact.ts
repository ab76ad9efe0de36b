import parsePhoneNumber, { type CountryCode } from "libphonenumber-js/max";
import { fold, wordsOfDigits } from "../kernel/text.ts";

/** A contact point in the one form in which two of them can be equal. */
export interface Point {
  type: "email" | "phone";
  /** As typed. */
  value: string;
  /** An email address without letter case; a telephone number as E.164, an extension behind `;ext=`. */
  normalized: string;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function emailPoint(value: string | null | undefined): Point | undefined {
  const normalized = value?.trim().normalize("NFC").toLowerCase() ?? "";
  return EMAIL.test(normalized) ? { type: "email", value: value as string, normalized } : undefined;
}

/** Reads a number the way people of the default country write it; undefined for what is no valid number. */
export function phonePoint(value: string | null | undefined, country: string): Point | undefined {
  if (!value?.trim()) return undefined;
  const parsed = parsePhoneNumber(value.trim().replace(/^00/, "+"), country as CountryCode);
  if (!parsed?.isValid()) return undefined;
  return { type: "phone", value, normalized: parsed.ext ? `${parsed.number};ext=${parsed.ext}` : parsed.number };
}

/** What a telephone number is found by: its digits as typed, and without the country's when that is among them. */
export function wordsOfPhone(number: string | null | undefined): string[] {
  if (!number) return [];
  const national = number.trim().startsWith("+") ? parsePhoneNumber(number)?.nationalNumber : undefined;
  return [number, ...(national ? [national] : [])].flatMap(wordsOfDigits);
}

/** Distinct points of what was typed, emails first: an email is the stronger sign of who somebody is. */
export function pointsOf(
  typed: { emails: readonly (string | null | undefined)[]; phones: readonly (string | null | undefined)[] },
  country: string,
): Point[] {
  const points = [...typed.emails.map(emailPoint), ...typed.phones.map((phone) => phonePoint(phone, country))];
  const known = points.filter((point) => point !== undefined);
  return [...new Map(known.map((point) => [`${point.type}:${point.normalized}`, point])).values()];
}

/** A name made comparable; null when nobody typed one. */
export const comparableName = (first: string | null | undefined, last: string | null | undefined): string | null =>
  fold(`${first ?? ""} ${last ?? ""}`)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim() || null;
