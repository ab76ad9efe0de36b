import english from "virtual:english-messages";
import { type Messages, setupI18n } from "@lingui/core";
import { setPageLocale } from "./formatters.ts";
import { type ConsoleLanguage, directionFor, locales } from "./languages.ts";

/**
 * The messages of the console. The key of a message is its English text in ICU's message format. English texts without placeholders are in no catalogue;
 * without `missing` each use of one of them would write a warning of several lines.
 */
export const catalog = setupI18n({ missing: (_, message) => message });

const translations = import.meta.glob<Messages>(["./*.json"], { query: "?messages", import: "default" });

/** The texts of React Aria in the other languages. */
const ariaTexts: Readonly<Record<Exclude<ConsoleLanguage, "en">, () => Promise<object>>> = {
  de: () => import("react-aria-components/i18n/de-DE"),
  fr: () => import("react-aria-components/i18n/fr-FR"),
  es: () => import("react-aria-components/i18n/es-ES"),
  it: () => import("react-aria-components/i18n/it-IT"),
  ar: () => import("react-aria-components/i18n/ar-AE"),
  ja: () => import("react-aria-components/i18n/ja-JP"),
  "zh-Hans": () => import("react-aria-components/i18n/zh-CN"),
  "zh-Hant": () => import("react-aria-components/i18n/zh-TW"),
  ko: () => import("react-aria-components/i18n/ko-KR"),
};

/**
 * Loads the messages of a language and sets language and direction of the document. Call it before the first component is rendered: React Aria reads
 * its texts once. So another language needs a reload of the page.
 */
export async function loadLanguage(language: ConsoleLanguage): Promise<void> {
  const locale = locales[language];
  if (language === "en") catalog.loadAndActivate({ locale, messages: english });
  else {
    const [messages, texts] = await Promise.all([translations[`./${language}.json`]?.(), ariaTexts[language]()]);
    catalog.loadAndActivate({ locale, messages: { ...english, ...messages } });
    Object.assign(window, {
      [Symbol.for("react-aria.i18n.locale")]: locale,
      [Symbol.for("react-aria.i18n.strings")]: "default" in texts ? texts.default : texts,
    });
  }
  setPageLocale(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = directionFor(language);
}
