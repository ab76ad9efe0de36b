import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chooseLanguage, consoleLanguages } from "@crm/console/ui/i18n/languages.ts";
import { languages } from "@crm/core/kernel/language.ts";
import { type CompiledMessage, compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import { expect, it } from "vitest";
import { listConsoleMessages, listModuleTexts } from "../../scripts/console-messages.ts";

const root = join(import.meta.dirname, "../..");
const messages = listConsoleMessages(root);

/** The names that a message takes values for. */
function listValues(message: CompiledMessage): string[] {
  const names = message.flatMap((token) => {
    if (typeof token === "string") return [];
    const [name, , choices] = token;
    const parts = typeof choices === "object" && choices !== null ? Object.values(choices) : [];
    return [name, ...parts.flatMap((part) => (Array.isArray(part) ? listValues(part as CompiledMessage) : []))];
  });
  return [...new Set(names)].sort();
}

it("has the languages of the API", () => {
  expect(consoleLanguages).toEqual([...languages]);
});

it.each(languages.filter((language) => language !== "en"))(
  "is complete in %s, with the same values in each message",
  (language) => {
    const file = join(root, "packages/console/src/ui/i18n", `${language}.json`);
    const catalog = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    expect(Object.keys(catalog)).toEqual(messages);
    const faults = messages.filter((message) => {
      const [source, translation] = [message, catalog[message] ?? ""].map((text) => listValues(compileMessageOrThrow(text)));
      return catalog[message] === "" || JSON.stringify(source) !== JSON.stringify(translation);
    });
    expect(faults).toEqual([]);
  },
);

const MAX_WORDS = 15;

/** A choice of a plural counts with its own words. */
const listSentences = (message: string): string[] =>
  compileMessageOrThrow(message)
    .map((token) => (typeof token === "string" ? token : token[1] === "plural" ? " one more " : " value "))
    .join("")
    .split(/[.!?:…]\s+| · /);

it("has at most 15 words in each sentence", () => {
  const long = messages.flatMap(listSentences).filter((sentence) => {
    const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    return words.length > MAX_WORDS;
  });
  expect(long).toEqual([]);
});

it("finds the messages of a module, and refuses what it cannot read", () => {
  const source = 'const text = isOpen ? t("Close") : t("Open {name}", { name }); other.t("x"); <b>{t("Bold")}</b>;';
  expect(listModuleTexts(source, "a.tsx")).toEqual(["Close", "Open {name}", "Bold"]);
  expect(() => listModuleTexts("t(label)", "a.tsx")).toThrow("a.tsx");
});

it.each([
  [["de-CH", "en"], "de"],
  [["zh-TW"], "zh-Hant"],
  [["zh"], "zh-Hans"],
  [["it-CH"], "it"],
  [["pt-BR", "fr-CA"], "fr"],
  [["pt-BR"], "en"],
  [[], "en"],
  [["not a tag", "ar-EG"], "ar"],
])("chooses for %j the language %s", (tags, language) => {
  expect(chooseLanguage(tags)).toBe(language);
});
