import { fillPlaceholders } from "../../kernel/text.ts";
import { createTranslator } from "../../lib/i18n/catalog.ts";
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

/** Texts of the mails and pages of signatures, in each language for customers. Braces mark placeholders. */
export type Translations = typeof en;

export const translationsFor = createTranslator<Translations>({
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

/** Increase it with each change of the consent or the disclosure in any language. */
export const CONSENT_VERSION = "2";

/** Returns the consent and the disclosure as they are shown. Both are stored with a signature. */
export const buildConsent = ({ consent, disclosure }: Translations, from: string): { consent: string; disclosure: string } => ({
  consent,
  disclosure: fillPlaceholders(disclosure, { from }),
});
