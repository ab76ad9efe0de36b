import { formCountedNoun, formNoun, formPluralNoun } from "./noun-form.ts";

/** Returns the name of a kind as it stands inside a sentence of the page. */
export const toNoun = (label: string): string => formNoun(label, document.documentElement.lang);

/** Returns the name of several records of a kind as it stands inside a sentence. */
export const toPluralNoun = (labels: string): string => formPluralNoun(labels, document.documentElement.lang);

/** Returns the name of so many records of a kind, which stands behind their number. */
export const toCountedNoun = (count: number, labels: { readonly label: string; readonly labels: string }): string =>
  formCountedNoun(count, labels, document.documentElement.lang);

/** Returns the name of a field as it stands inside a sentence. Abbreviations keep their capitals. */
export function toFieldNoun(label: string): string {
  const { lang } = document.documentElement;
  if (/^(?:ar|de)/.test(lang)) return label;
  return label.replaceAll(/\p{L}+/gu, (word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLocaleLowerCase(lang)));
}
