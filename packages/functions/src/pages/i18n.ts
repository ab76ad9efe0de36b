import { useRequest } from "@crm/core/kernel/context.ts";
import { matchLanguage, negotiateLanguage } from "@crm/core/kernel/language.ts";
import { createTranslator } from "@crm/core/lib/i18n/catalog.ts";
import ar from "./i18n/ar.json" with { type: "json" };
import de from "./i18n/de.json" with { type: "json" };
import en from "./i18n/en.json" with { type: "json" };
import es from "./i18n/es.json" with { type: "json" };
import fr from "./i18n/fr.json" with { type: "json" };
import it from "./i18n/it.json" with { type: "json" };
import ja from "./i18n/ja.json" with { type: "json" };
import ko from "./i18n/ko.json" with { type: "json" };
import zhHans from "./i18n/zh-Hans.json" with { type: "json" };
import zhHant from "./i18n/zh-Hant.json" with { type: "json" };

/** The texts of the pages without scripts for users, and of the page of an invitation. Placeholders are in braces. */
type Translations = typeof en;

const translationsFor = createTranslator<Translations>({
  en,
  de,
  fr,
  es,
  it,
  ar,
  ja,
  "zh-Hans": zhHans,
  "zh-Hant": zhHant,
  ko,
});

/** Returns the language of a page and its texts: that of the link's owner if a verb has read one, or else that of the browser. */
export function readPageLocale() {
  const { language: ownLanguage = "", languages = "" } = useRequest();
  const language = matchLanguage(ownLanguage) ?? negotiateLanguage(languages) ?? "en";
  return { language, words: translationsFor(language) };
}
