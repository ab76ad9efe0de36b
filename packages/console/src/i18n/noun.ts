import { formNoun } from "./noun-form.ts";

/** Returns the name of a kind as it stands inside a sentence of the page. */
export const toNoun = (label: string): string => formNoun(label, document.documentElement.lang);

/** Returns the name of several records of a kind as it stands inside a sentence. Arabic puts it into the genitive and keeps the article. */
export const toPluralNoun = (labels: string): string =>
  document.documentElement.lang.startsWith("ar") ? labels.replaceAll(/ون(?=\s|$)/g, "ين") : toNoun(labels);

/** Returns the name of so many records of a kind, which stands behind their number. */
export const toCountedNoun = (count: number, { label, labels }: { readonly label: string; readonly labels: string }): string =>
  count === 1 ? toNoun(label) : toPluralNoun(labels);

/** Returns the name of a field as it stands inside a sentence. Abbreviations keep their capitals. */
export function toFieldNoun(label: string): string {
  const { lang } = document.documentElement;
  if (/^(?:ar|de)/.test(lang)) return label;
  return label.replaceAll(/\p{L}+/gu, (word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLocaleLowerCase(lang)));
}
