import { type Language, matchLanguage } from "../../kernel/language.ts";

/** Texts in each language for customers. A domain keeps them in `i18n/<language>.json`. Braces mark placeholders. */
type Catalog<T> = Readonly<Record<Language, T>>;

/** Returns a function that finds the texts in the language of a BCP 47 tag, or in English. */
export const createTranslator =
  <T>(catalog: Catalog<T>) =>
  (tag: string): T =>
    catalog[matchLanguage(tag) ?? "en"];
