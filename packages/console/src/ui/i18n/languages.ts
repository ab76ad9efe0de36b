/** The languages of the console, with the locale by which React Aria names each. test/console/messages.test.ts compares them with those of the API. */
export const locales = {
  en: "en-US",
  de: "de-DE",
  fr: "fr-FR",
  es: "es-ES",
  it: "it-IT",
  ar: "ar-AE",
  ja: "ja-JP",
  "zh-Hans": "zh-CN",
  "zh-Hant": "zh-TW",
  ko: "ko-KR",
} as const;

export type ConsoleLanguage = keyof typeof locales;

export const consoleLanguages = Object.keys(locales) as ConsoleLanguage[];

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["ar"]);

export const directionFor = (language: ConsoleLanguage): "ltr" | "rtl" => (RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr");

/** Returns the first language of the console among BCP 47 tags, in their order: `zh-TW` is `zh-Hant`. English if there is none. */
export function chooseLanguage(tags: readonly string[]): ConsoleLanguage {
  for (const tag of tags) {
    const locale = parseLocale(tag)?.maximize();
    const found = consoleLanguages.find((name) => name === locale?.language || name === `${locale?.language}-${locale?.script}`);
    if (found) return found;
  }
  return "en";
}

/** An address can name anything as language. */
function parseLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}
