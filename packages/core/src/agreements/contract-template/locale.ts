import { matchLanguage } from "../../kernel/language.ts";
import { resolveLocale } from "../quote/document.ts";
import type { ContractLocale } from "./document.rules.ts";
import { contractTranslations } from "./i18n.ts";

/** A language as contracts speak it: the first of the tags that is one of ours, or else English. */
export function resolveContractLocale(...tags: readonly (string | null | undefined)[]): ContractLocale {
  const tongue = resolveLocale(...tags);
  return { ...tongue, contract: contractTranslations[matchLanguage(tongue.speech.language) ?? "en"] };
}
