import { resolveLocale } from "../letterhead/locale.ts";
import type { ContractLocale } from "./document.rules.ts";
import { translationsFor } from "./i18n.ts";

/** Returns the locale of the first tag that names a supported language, or English. */
export function resolveContractLocale(...tags: readonly (string | null | undefined)[]): ContractLocale {
  const locale = resolveLocale(...tags);
  return { ...locale, contract: translationsFor(locale.speech.language) };
}
