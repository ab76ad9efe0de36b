import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";
import { listEntryTexts } from "./entry-texts.ts";

const ENGLISH = "virtual:english-messages";
const CATALOG = /\/i18n\/[\w-]+\.json\?(messages|entry-messages)$/;

/** Messages with placeholders or choices. Others are shown as they stand. */
const hasSyntax = (message: string): boolean => /[{}'#<]/.test(message);

type Catalog = Readonly<Record<string, string>>;

const readCatalog = async (file: string): Promise<Catalog> => JSON.parse(await readFile(file, "utf8")) as Catalog;

const compileCatalog = (entries: readonly (readonly [key: string, text: string])[]): string =>
  `export default ${JSON.stringify(Object.fromEntries(entries.map(([key, text]) => [key, compileMessageOrThrow(text)])))}`;

/** Compiles the catalogues of the console, so that the browser needs no parser of messages. The English messages are the keys of the German ones. */
export function compileMessages(folder: string): Plugin {
  return {
    name: "crm:messages",
    enforce: "pre",
    resolveId: (id) => (id === ENGLISH ? `\0${ENGLISH}` : undefined),
    load: {
      async handler(id) {
        if (id === `\0${ENGLISH}`) {
          const file = join(folder, "de.json");
          this.addWatchFile(file);
          const messages = Object.keys(await readCatalog(file)).filter(hasSyntax);
          return { code: compileCatalog(messages.map((message) => [message, message])), moduleType: "js" };
        }
        const [, query] = CATALOG.exec(id) ?? [];
        if (query === undefined) return undefined;
        const catalog = await readCatalog(id.slice(0, id.indexOf("?")));
        const entryTexts = query === "entry-messages" ? listEntryTexts() : undefined;
        const entries = Object.entries(catalog).filter(([key, text]) => text !== "" && (entryTexts?.has(key) ?? true));
        return { code: compileCatalog(entries), moduleType: "js" };
      },
    },
  };
}
