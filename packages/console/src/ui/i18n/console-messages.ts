import english from "virtual:english-messages";
import type { Messages } from "@lingui/core";
import { catalog } from "./catalog.ts";
import { type ConsoleLanguage, locales } from "./languages.ts";

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
 * Loads the messages of a language. Call it before the first component of React Aria is rendered, which reads its texts once. So another language needs
 * a reload of the page.
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
}
