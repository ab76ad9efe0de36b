import { languages } from "@crm/core/kernel/language.ts";
import type { LabelLoader } from "@crm/core/platform/import/importable.ts";
import { shortenLabels } from "./own-labels.ts";
import { loadTranslator } from "./schema-language.ts";

/** Returns the labels of fields as `GET /schema` has them, in every language. */
export const loadFieldLabels: LabelLoader = async (kindName, fields) => {
  const translators = await Promise.all(languages.flatMap((language) => (language === "en" ? [] : [loadTranslator(language)])));
  return new Map(
    shortenLabels({ name: kindName }, fields).map(({ name, label }) => [
      name,
      [...new Set([label, ...translators.map((translate) => translate(label))])],
    ]),
  );
};
