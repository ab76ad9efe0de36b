import type { Language } from "@crm/core/kernel/language.ts";
import type { MasterKind } from "@crm/core/kernel/master-kind.ts";
import { findMasterKind } from "@crm/core/kernel/registry.ts";
import type { MessageCatalog } from "@crm/core/lib/i18n/message-translator.ts";
import type * as z from "zod";
import type { KindInfo } from "../api/platform/record-schema.ts";

/** The labels of `GET /schema` in another language than English. Catalogues are keyed by the English labels (docs/functions/languages.md). */

type Kind = z.output<typeof KindInfo>;
type Labelled = Pick<Kind["fields"][number], "label" | "help" | "create_help" | "master" | "choices" | "fields">;

/** Labels in all languages but English. */
const catalogs: Readonly<Record<Exclude<Language, "en">, () => Promise<{ default: MessageCatalog }>>> = {
  de: () => import("./i18n/de.json", { with: { type: "json" } }),
  fr: () => import("./i18n/fr.json", { with: { type: "json" } }),
  es: () => import("./i18n/es.json", { with: { type: "json" } }),
  it: () => import("./i18n/it.json", { with: { type: "json" } }),
  ar: () => import("./i18n/ar.json", { with: { type: "json" } }),
  ja: () => import("./i18n/ja.json", { with: { type: "json" } }),
  "zh-Hans": () => import("./i18n/zh-Hans.json", { with: { type: "json" } }),
  "zh-Hant": () => import("./i18n/zh-Hant.json", { with: { type: "json" } }),
  ko: () => import("./i18n/ko.json", { with: { type: "json" } }),
};

type Named = { label: string; labels: string };

/** Loads the catalogue of a language. Returns a function that translates a label; texts without a translation stay English. */
export async function loadTranslator(language: Exclude<Language, "en">): Promise<(label: string) => string> {
  const { default: catalog } = await catalogs[language]();
  return (label) => {
    const [, text = label, operator = ""] = /^(.+?)( \(.*|\[.*)$/.exec(label) ?? [];
    const ending = /^ \((.+)\)$/.exec(operator)?.[1];
    const translatedEnding = ending !== undefined && Object.hasOwn(catalog, ending) ? ` (${catalog[ending]})` : operator;
    if (Object.hasOwn(catalog, label)) return String(catalog[label]);
    return Object.hasOwn(catalog, text) ? `${catalog[text]}${translatedEnding}` : label;
  };
}

/** Returns kinds with their names in a language. */
export async function translateNames<K extends Named>(kinds: readonly K[], language: Exclude<Language, "en">): Promise<K[]> {
  const translate = await loadTranslator(language);
  return kinds.map((kind) => ({ ...kind, label: translate(kind.label), labels: translate(kind.labels) }));
}

/** Returns kinds of master data with their labels and those of their fields in a language. */
export async function translateMasterKinds<F extends Labelled, K extends { label: string; fields: F[] }>(
  kinds: readonly K[],
  language: Exclude<Language, "en">,
): Promise<K[]> {
  const translate = await loadTranslator(language);
  return kinds.map((kind) => ({
    ...kind,
    label: translate(kind.label),
    fields: kind.fields.map((field) => ({ ...field, label: translate(field.label) })),
  }));
}

type Described = { name: string; description: string; parameters: { description: string }[] };

/** Returns templates that come with the product with their texts in a language. */
export async function translateTemplates<T extends Described>(
  templates: readonly T[],
  language: Exclude<Language, "en">,
): Promise<T[]> {
  const translate = await loadTranslator(language);
  return templates.map((template) => ({
    ...template,
    name: translate(template.name),
    description: translate(template.description),
    parameters: template.parameters.map((parameter) => ({ ...parameter, description: translate(parameter.description) })),
  }));
}

/** Returns the key of a value of master data and its name. */
const valueKey = (master: string, { code, name }: { code: string; name: string }): string => `${master}/${code}/${name}`;

/** Returns values of master data with their names in a language. Names that the tenant chose stay as they are. */
export async function translateMasters<V extends { kind: string; code: string; name: string }>(
  values: readonly V[],
  language: Exclude<Language, "en">,
): Promise<V[]> {
  const translate = await loadTranslator(language);
  // The defaults of large kinds, such as cities, have no translations, and are not read.
  const kinds = new Set(values.filter(({ name }) => translate(name) !== name).map(({ kind }) => kind));
  const defaultValues = await listDefaultKeys(kinds);
  return values.map((value) =>
    defaultValues.has(valueKey(value.kind, value)) ? { ...value, name: translate(value.name) } : value,
  );
}

/** Returns a function that names a value of a kind of master data in a language, to find values by. A name that the tenant chose stays as it is. */
export async function loadMasterNamer(
  { name, defaults }: MasterKind,
  language: Exclude<Language, "en">,
): Promise<(value: { code: string; name: string }) => string> {
  const [translate, defaultValues] = await Promise.all([loadTranslator(language), defaults()]);
  const keys = new Set(defaultValues.map((value) => valueKey(name, value)));
  return (value) => (keys.has(valueKey(name, value)) ? translate(value.name) : value.name);
}

/** Lists the values of master data that have the name with which tenants start. */
async function listDefaultValues(kinds: readonly Kind[]): Promise<ReadonlySet<string>> {
  const fields: readonly Labelled[] = kinds.flatMap((kind) => [
    ...kind.fields,
    ...kind.actions.flatMap((action) => action.fields),
  ]);
  const names = [...fields, ...kinds.flatMap(({ filters }) => filters)].flatMap(({ master, choices }) =>
    choices ? (master ?? []) : [],
  );
  return listDefaultKeys(new Set(names));
}

async function listDefaultKeys(masters: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const keys = [...masters].map(async (master) =>
    ((await findMasterKind(master)?.defaults()) ?? []).map((value) => valueKey(master, value)),
  );
  return new Set((await Promise.all(keys)).flat());
}

/** Returns the kinds with their labels in a language. Names that the tenant gave to fields and master data stay as they are. */
export async function translateLabels(kinds: readonly Kind[], language: Exclude<Language, "en">): Promise<Kind[]> {
  const translate = await loadTranslator(language);
  const defaultValues = await listDefaultValues(kinds);
  const translateField = <F extends Labelled>(field: F): F => ({
    ...field,
    label: translate(field.label),
    ...(field.help === undefined ? {} : { help: translate(field.help) }),
    ...(field.create_help === undefined ? {} : { create_help: translate(field.create_help) }),
    ...(field.choices ? { choices: translateChoices(field.choices, field.master) } : {}),
    ...(field.fields ? { fields: field.fields.map(translateField) } : {}),
  });
  const translateChoices = (choices: NonNullable<Labelled["choices"]>, master: string | undefined) =>
    choices.map((choice) =>
      master === undefined || defaultValues.has(valueKey(master, choice)) ? { ...choice, name: translate(choice.name) } : choice,
    );
  return kinds.map((kind) => ({
    ...kind,
    label: translate(kind.label),
    labels: translate(kind.labels),
    fields: kind.fields.map((field) => ("custom" in field && field.custom ? field : translateField(field))),
    filters: kind.filters.map((filter) =>
      filter.choices ? { ...filter, choices: translateChoices(filter.choices, filter.master) } : filter,
    ),
    related: kind.related.map((related) => ({
      ...related,
      label: translate(related.label),
      card: related.card.map(translateField),
    })),
    layout: {
      ...kind.layout,
      sections: kind.layout.sections.map((section) => ({ ...section, label: translate(section.label) })),
    },
    tabs: kind.tabs.map((tab) => ({
      ...tab,
      label: translate(tab.label),
      ...(tab.fields ? { fields: tab.fields.map(translateField) } : {}),
    })),
    actions: kind.actions.map((action) => ({
      ...action,
      label: translate(action.label),
      ...(action.title === undefined ? {} : { title: translate(action.title) }),
      ...(action.help === undefined ? {} : { help: translate(action.help) }),
      ...(action.done === undefined ? {} : { done: translate(action.done) }),
      ...(action.preview ? { preview: { ...action.preview, fields: action.preview.fields.map(translateField) } } : {}),
      fields: action.fields.map(translateField),
    })),
  }));
}
