import * as z from "zod";

/** Languages that customers are written to in. What is said to them has words in each (agreements/quote/i18n.ts). */

export const languages = ["en", "de", "fr", "es", "ar", "ja", "zh-Hans", "zh-Hant", "ko"] as const;
export type Language = (typeof languages)[number];

/** Which of them is meant by a tag of BCP 47: `de-CH` is `de`, `zh-TW` is `zh-Hant`. Nothing where it is none of them. */
export function matchLanguage(tag: string): Language | undefined {
  const known = parseLocale(tag)?.maximize();
  const names = known ? [known.language, `${known.language}-${known.script}`] : [];
  return languages.find((language) => names.includes(language));
}

/** So many of what a caller names are looked at: people read fewer. */
const MAX_NAMED_LANGUAGES = 20;

/** Which of them a caller likes best who says so as browsers do (RFC 9110, 12.5.4): `de-CH, fr;q=0.8`. Nothing where it is none of them. */
export function negotiateLanguage(named: string): Language | undefined {
  const liked = named
    .split(",", MAX_NAMED_LANGUAGES)
    .map((each) => /^\s*([\w-]+)\s*(?:;\s*q=([01](?:\.\d{1,3})?)\s*)?$/i.exec(each) ?? [])
    .map(([, tag = "", weight = "1"]) => ({ language: matchLanguage(tag), weight: Number(weight) }));
  return liked
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .sort((one, other) => other.weight - one.weight)[0]?.language;
}

/** A tag of one of them in its one form, without what asks for other digits or calendars: `de-ch-u-nu-arab` is `de-CH`. */
export const language = () =>
  z
    .string()
    .max(35)
    .refine((tag) => matchLanguage(tag) !== undefined, `Not a BCP 47 tag of one of these languages: ${languages.join(", ")}`)
    .overwrite((tag) => parseLocale(tag)?.baseName ?? tag)
    .meta({ examples: ["de-CH"] });

function parseLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}
