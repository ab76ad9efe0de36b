import { formCountedNoun, formNoun, formPluralNoun, lowerName } from "./noun-form.ts";

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
  return /^(?:ar|de)/.test(lang) ? label : lowerName(label, lang);
}
