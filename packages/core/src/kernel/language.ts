import * as z from "zod";

/** Languages that customers are written to in. What is said to them has words in each (quote/words.ts). */

export const languages = ["en", "de", "fr", "es", "ar", "ja", "zh-Hans", "zh-Hant", "ko"] as const;
export type Language = (typeof languages)[number];

/** Which of them is meant by a tag of BCP 47: `de-CH` is `de`, `zh-TW` is `zh-Hant`. Nothing where it is none of them. */
export function languageOf(tag: string): Language | undefined {
  const known = localeOf(tag)?.maximize();
  const names = known ? [known.language, `${known.language}-${known.script}`] : [];
  return languages.find((language) => names.includes(language));
}

/** A tag of one of them in its one form, without what asks for other digits or calendars: `de-ch-u-nu-arab` is `de-CH`. */
export const language = () =>
  z
    .string()
    .max(35)
    .refine((tag) => languageOf(tag) !== undefined, `Not a BCP 47 tag of one of these languages: ${languages.join(", ")}`)
    .overwrite((tag) => localeOf(tag)?.baseName ?? tag)
    .meta({ examples: ["de-CH"] });

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}
