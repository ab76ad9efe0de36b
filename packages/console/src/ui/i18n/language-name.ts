/** Names a language in the language of the page, such as "German" for `de`. */
export function nameLanguage(tag: string, locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}
