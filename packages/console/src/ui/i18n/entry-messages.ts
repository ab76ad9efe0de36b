import type { Messages } from "@lingui/core";
import { catalog } from "./catalog.ts";
import { type ConsoleLanguage, locales } from "./languages.ts";

/** The messages of the pages before the sign-in, which are few. They have no placeholders, so English needs none. */
const translations = import.meta.glob<Messages>(["./*.json"], { query: "?entry-messages", import: "default" });

export async function loadEntryLanguage(language: ConsoleLanguage): Promise<void> {
  const messages = (await translations[`./${language}.json`]?.()) ?? {};
  catalog.loadAndActivate({ locale: locales[language], messages });
}
