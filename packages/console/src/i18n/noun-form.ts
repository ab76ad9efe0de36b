/** Returns the name of a kind as it stands inside a sentence of a language. German nouns keep their capital, and Arabic nouns lose their article. */
export function formNoun(label: string, language: string): string {
  if (language.startsWith("ar")) return label.replaceAll(/(^|\s)ال/g, "$1");
  return language.startsWith("de") ? label : label.toLocaleLowerCase(language);
}
