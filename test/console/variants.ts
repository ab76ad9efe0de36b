import { readFileSync } from "node:fs";
import type { Screen } from "./console-driver.ts";

/** How a page is shown: on a screen or a phone, light or dark, left to right or right to left. */
export interface Variant extends Screen {
  readonly name: string;
  readonly language: "en" | "ar";
}

/** The variants in which pages of the console are looked at. */
export const variants = [
  { name: "1280 light", width: 1280, language: "en" },
  { name: "1280 dark", width: 1280, isDark: true, language: "en" },
  { name: "360 light", width: 360, language: "en" },
  { name: "360 dark", width: 360, isDark: true, language: "en" },
  { name: "1280 Arabic light", width: 1280, language: "ar" },
  { name: "360 Arabic dark", width: 360, isDark: true, language: "ar" },
] as const satisfies readonly Variant[];

export type VariantName = (typeof variants)[number]["name"];

/** The names in tables of results, and the row below them. */
export const variantColumns = variants.map(({ name }) => name).join(" | ");
export const variantRule = variants.map(() => "---").join(" | ");

/** ✓ for no finding, else the number of findings. Empty: the page was not opened in this variant. */
export const formatFindings = (found: readonly string[] | undefined): string =>
  found === undefined ? "" : found.length === 0 ? "✓" : String(found.length);

const CATALOGS = { console: "packages/console/src/ui/i18n", api: "packages/functions/src/derive/i18n" } as const;

/** Returns the messages of the console, or the labels of the API, by their English in a language. English itself has none. */
export const loadCatalog = (of: keyof typeof CATALOGS, language: Variant["language"]): Readonly<Record<string, string>> =>
  language === "en" ? {} : JSON.parse(readFileSync(new URL(`../../${CATALOGS[of]}/${language}.json`, import.meta.url), "utf8"));
