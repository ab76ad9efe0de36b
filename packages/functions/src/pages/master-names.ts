import { matchLanguage } from "@crm/core/kernel/language.ts";
import type { MasterKind } from "@crm/core/kernel/master-kind.ts";

/** Names of master data on pages for customers. */

interface MasterValue {
  code: string;
  name: string;
}

interface MasterTexts {
  name: (value: MasterValue) => string;
  /** The description of a value with the name with which tenants start. One that the tenant wrote stays as it is. */
  describe: (text: string) => string;
}

/** Loads the names and descriptions with which every tenant starts in the language of a page. Texts that the tenant chose stay as they are. */
export async function loadMasterTexts(kind: MasterKind, tag: string): Promise<MasterTexts> {
  const language = matchLanguage(tag) ?? "en";
  if (language === "en") return { name: ({ name }) => name, describe: (text) => text };
  const { loadMasterNamer, loadTranslator } = await import("../derive/schema-language.ts");
  const [name, translate, defaults] = await Promise.all([
    loadMasterNamer(kind, language),
    loadTranslator(language),
    kind.defaults(),
  ]);
  const descriptions = new Set(defaults.map(({ description }) => description));
  return { name, describe: (text) => (descriptions.has(text) ? translate(text) : text) };
}
