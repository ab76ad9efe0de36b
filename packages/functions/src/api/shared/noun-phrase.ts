/** Returns `API key` for `ApiKey`, and `lead source` for `LeadSource`. */
export const toNounPhrase = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/^api\b/, "API");

/** Returns `an API key` for `ApiKey`. */
export const nounWithArticle = (name: string): string => `${/^[aeio]/i.test(name) ? "an" : "a"} ${toNounPhrase(name)}`;
