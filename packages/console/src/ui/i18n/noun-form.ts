/** Writes a name without capitals. Abbreviations keep theirs. */
export const lowerName = (name: string, language: string): string =>
  name.replaceAll(/\p{L}+/gu, (word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLocaleLowerCase(language)));

/** Returns the name of a kind as it stands inside a sentence of a language. German nouns keep their capital, and Arabic nouns lose their article. */
export function formNoun(label: string, language: string): string {
  if (language.startsWith("ar")) return label.replaceAll(/(^|\s)ال/g, "$1");
  return language.startsWith("de") ? label : lowerName(label, language);
}

/** Returns the name of several records of a kind in a sentence of a language. Arabic puts it into the genitive and keeps the article. */
export const formPluralNoun = (labels: string, language: string): string =>
  language.startsWith("ar") ? labels.replaceAll(/ون(?=\s|$)/g, "ين") : formNoun(labels, language);

/** Returns the name of so many records of a kind in a sentence of a language, which stands behind their number. */
export const formCountedNoun = (count: number, { label, labels }: Labels, language: string): string =>
  count === 1 ? formNoun(label, language) : formPluralNoun(labels, language);

interface Labels {
  readonly label: string;
  readonly labels: string;
}
