import { matchLanguage } from "../../kernel/language.ts";
import { createLocaleFormat, type LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { type Translations, translationsFor } from "./i18n.ts";

/** The locale of a document: number formats and fixed words. */
export interface Locale {
  speech: LocaleFormat;
  words: Translations;
}

/** Returns the locale of the first tag that names a supported language, or English. */
export function resolveLocale(...tags: readonly (string | null | undefined)[]): Locale {
  const language = tags.find((tag) => tag && matchLanguage(tag)) ?? "en";
  return { speech: createLocaleFormat(language), words: translationsFor(language) };
}
