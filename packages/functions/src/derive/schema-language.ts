import type { Language } from "@crm/core/kernel/language.ts";
import type { MessageCatalog } from "@crm/core/lib/i18n/message-translator.ts";
import type * as z from "zod";
import type { KindInfo } from "../api/platform/record-schema.ts";

/** The labels of `GET /schema` in another language than English. Catalogues are keyed by the English labels (docs/functions/languages.md). */

type Kind = z.output<typeof KindInfo>;
type Labelled = Pick<Kind["fields"][number], "label" | "master" | "choices" | "fields">;

/** Labels in all languages but English. */
const catalogs: Readonly<Record<Exclude<Language, "en">, () => Promise<{ default: MessageCatalog }>>> = {
  de: () => import("./i18n/de.json", { with: { type: "json" } }),
  fr: () => import("./i18n/fr.json", { with: { type: "json" } }),
  es: () => import("./i18n/es.json", { with: { type: "json" } }),
  ar: () => import("./i18n/ar.json", { with: { type: "json" } }),
  ja: () => import("./i18n/ja.json", { with: { type: "json" } }),
  "zh-Hans": () => import("./i18n/zh-Hans.json", { with: { type: "json" } }),
  "zh-Hant": () => import("./i18n/zh-Hant.json", { with: { type: "json" } }),
  ko: () => import("./i18n/ko.json", { with: { type: "json" } }),
};

/** Returns the kinds with their labels in a language. Names that the tenant gave to fields and master data stay as they are. */
export async function translateLabels(kinds: readonly Kind[], language: Exclude<Language, "en">): Promise<Kind[]> {
  const { default: catalog } = await catalogs[language]();
  const translate = (label: string): string => {
    const [, text = label, operator = ""] = /^(.+?)(\[.*)$/.exec(label) ?? [];
    return Object.hasOwn(catalog, text) ? `${catalog[text]}${operator}` : label;
  };
  const translateField = <F extends Labelled>(field: F): F => ({
    ...field,
    label: translate(field.label),
    ...(field.choices && field.master === undefined ? { choices: translateNames(field.choices) } : {}),
    ...(field.fields ? { fields: field.fields.map(translateField) } : {}),
  });
  const translateNames = (choices: NonNullable<Labelled["choices"]>) =>
    choices.map((choice) => ({ ...choice, name: translate(choice.name) }));
  return kinds.map((kind) => ({
    ...kind,
    label: translate(kind.label),
    labels: translate(kind.labels),
    fields: kind.fields.map((field) => ("custom" in field && field.custom ? field : translateField(field))),
    filters: kind.filters.map((filter) =>
      filter.choices && filter.master === undefined ? { ...filter, choices: translateNames(filter.choices) } : filter,
    ),
    tabs: kind.tabs.map((tab) => ({ ...tab, label: translate(tab.label) })),
    actions: kind.actions.map((action) => ({
      ...action,
      label: translate(action.label),
      fields: action.fields.map(translateField),
    })),
  }));
}
