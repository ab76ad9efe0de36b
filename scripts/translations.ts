import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { languages } from "@crm/core/kernel/language.ts";
import type { MessageCatalog } from "@crm/core/lib/i18n/message-translator.ts";
import { listConsoleMessages } from "./console-messages.ts";
import { listSchemaLabels } from "./schema-labels.ts";
import { listSourceMessages } from "./source-messages.ts";

/**
 * `npm run translations`: brings the catalogues of error messages, of schema labels and of the console up to date. It adds texts of the source with an empty
 * translation, removes texts that the source no longer has, and lists what a translator has to fill in (docs/functions/languages.md).
 */
const root = dirname(import.meta.dirname);
const sources = [
  { folder: "packages/functions/src/http/i18n", texts: listSourceMessages(root).map(({ text }) => text) },
  { folder: "packages/functions/src/derive/i18n", texts: await listSchemaLabels() },
  { folder: "packages/console/src/ui/i18n", texts: listConsoleMessages(root) },
];
let missing = 0;
for (const { folder, texts } of sources) {
  for (const language of languages) {
    if (language === "en") continue;
    const file = join(root, folder, `${language}.json`);
    const catalog = JSON.parse(readFileSync(file, "utf8")) as MessageCatalog;
    const next = Object.fromEntries(texts.map((text) => [text, catalog[text] ?? ""]));
    writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`);
    const empty = texts.filter((text) => next[text] === "");
    const removed = Object.keys(catalog).filter((text) => !Object.hasOwn(next, text));
    for (const text of empty) console.log(`${folder}/${language}.json: ${text}`);
    console.log(`${language}: ${texts.length - empty.length} of ${texts.length} translated, ${removed.length} removed`);
    missing += empty.length;
  }
}
process.exitCode = missing === 0 ? 0 : 1;
