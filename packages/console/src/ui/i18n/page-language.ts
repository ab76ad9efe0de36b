import { setPageLocale } from "./formatters.ts";
import { type ConsoleLanguage, directionFor, locales } from "./languages.ts";

/** Sets the language and the direction of the document. */
export function setPageLanguage(language: ConsoleLanguage): void {
  setPageLocale(locales[language]);
  document.documentElement.lang = locales[language];
  document.documentElement.dir = directionFor(language);
}
