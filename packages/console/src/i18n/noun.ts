/** Returns the name of a kind as it stands inside a sentence. German nouns keep their capital. */
export const toNoun = (label: string): string => {
  const { lang } = document.documentElement;
  return lang.startsWith("de") ? label : label.toLocaleLowerCase(lang);
};
