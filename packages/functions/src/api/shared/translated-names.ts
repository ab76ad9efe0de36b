import type { Language } from "@crm/core/kernel/language.ts";
import { requestLanguage } from "@crm/core/kernel/request-language.ts";
import { query } from "@crm/core/kernel/schema.ts";

/** Names with which every tenant starts, in the language of the request. */

export const translated = query
  .boolean()
  .default(false)
  .describe(
    "true: names with which every tenant starts are in the language of the request, and are also found by it. Names that the tenant chose stay " +
      "as they are",
  );

/** Loads what translates names, if the caller asks for it in another language than English. Most callers ask for English, the default. */
export async function loadTranslation(isTranslated: boolean) {
  const language = requestLanguage();
  if (!isTranslated || language === "en") return undefined;
  const derived = await import("../../derive/schema-language.ts");
  return { ...derived, language: language as Exclude<Language, "en"> };
}
