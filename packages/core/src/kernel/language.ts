import * as z from "zod";

/** The languages in which the system writes to customers. Texts for customers exist in each of them (agreements/letterhead/i18n.ts). */

export const languages = ["en", "de", "fr", "es", "it", "ar", "ja", "zh-Hans", "zh-Hant", "ko"] as const;
export type Language = (typeof languages)[number];

/** Returns the supported language of a BCP 47 tag: `de-CH` is `de`, `zh-TW` is `zh-Hant`. Undefined if none matches. */
export function matchLanguage(tag: string): Language | undefined {
  const locale = parseLocale(tag)?.maximize();
  const names = locale ? [locale.language, `${locale.language}-${locale.script}`] : [];
  return languages.find((language) => names.includes(language));
}

/** Maximum tags of a header that are read. */
const MAX_NAMED_LANGUAGES = 20;

/**
 * Returns the supported language that a caller prefers, from an `Accept-Language` header (RFC 9110, 12.5.4): `de-CH, fr;q=0.8`. Undefined
 * if none matches.
 */
export function negotiateLanguage(acceptLanguage: string): Language | undefined {
  const liked = acceptLanguage
    .split(",", MAX_NAMED_LANGUAGES)
    .map((languageRange) => /^\s*([\w-]+)\s*(?:;\s*q=([01](?:\.\d{1,3})?)\s*)?$/i.exec(languageRange) ?? [])
    .map(([, tag = "", weight = "1"]) => ({ language: matchLanguage(tag), weight: Number(weight) }));
  return liked.filter(({ language, weight }) => language !== undefined && weight > 0).sort((a, b) => b.weight - a.weight)[0]
    ?.language;
}

/** A tag of a supported language in canonical form, without extensions for digits or calendars: `de-ch-u-nu-arab` becomes `de-CH`. */
export const language = () =>
  z
    .string()
    .max(35)
    .refine((tag) => matchLanguage(tag) !== undefined, `Must be a BCP 47 tag of one of these languages: ${languages.join(", ")}`)
    .overwrite((tag) => parseLocale(tag)?.baseName ?? tag)
    .meta({ examples: ["de-CH"] });

function parseLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}
