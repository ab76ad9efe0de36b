import { type Language, negotiateLanguage } from "@crm/core/kernel/language.ts";
import { createMessageTranslator, type MessageCatalog, type Translate } from "@crm/core/lib/i18n/message-translator.ts";

/**
 * The language of error messages: that of the header `Accept-Language`, English by default. Catalogues are keyed by the English messages
 * (docs/functions/languages.md). Codes and names of fields are the same in all languages.
 */
interface ErrorLanguage {
  language: Language;
  translate: Translate;
}

type CatalogModule = Promise<{ default: MessageCatalog }>;

/** A function loads the catalogue of a language at the first error in that language. */
const catalogs: Readonly<Record<Exclude<Language, "en">, () => CatalogModule>> = {
  de: () => import("./i18n/de.json", { with: { type: "json" } }),
  fr: () => import("./i18n/fr.json", { with: { type: "json" } }),
  es: () => import("./i18n/es.json", { with: { type: "json" } }),
  it: () => import("./i18n/it.json", { with: { type: "json" } }),
  ar: () => import("./i18n/ar.json", { with: { type: "json" } }),
  ja: () => import("./i18n/ja.json", { with: { type: "json" } }),
  "zh-Hans": () => import("./i18n/zh-Hans.json", { with: { type: "json" } }),
  "zh-Hant": () => import("./i18n/zh-Hant.json", { with: { type: "json" } }),
  ko: () => import("./i18n/ko.json", { with: { type: "json" } }),
};

const translators = new Map<Language, Translate>([["en", (message) => message]]);

/** Returns the language of error messages for an `Accept-Language` header, and the function that translates them from English. */
export async function loadErrorLanguage(acceptLanguage = ""): Promise<ErrorLanguage> {
  const language = negotiateLanguage(acceptLanguage) ?? "en";
  return { language, translate: translators.get(language) ?? (await loadTranslator(language)) };
}

async function loadTranslator(language: Language): Promise<Translate> {
  const catalog = language === "en" ? {} : (await catalogs[language]()).default;
  const translate = createMessageTranslator(catalog);
  translators.set(language, translate);
  return translate;
}
