/** Names a language in the language of the page, such as "German" for `de`. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(code) ?? code;
