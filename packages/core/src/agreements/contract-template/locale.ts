import { resolveLocale } from "../quote/document.ts";
import type { ContractLocale } from "./document.rules.ts";
import { translationsFor } from "./i18n.ts";

/** Returns the locale of the first tag that names a supported language, or English. */
export function resolveContractLocale(...tags: readonly (string | null | undefined)[]): ContractLocale {
  const tongue = resolveLocale(...tags);
  return { ...tongue, contract: translationsFor(tongue.speech.language) };
}
