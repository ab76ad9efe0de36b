/** `ApiKey` is `API key`, `LeadSource` is `lead source`. */
export const toNounPhrase = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/^api\b/, "API");

/** `ApiKey` is `an API key`. */
export const nounWithArticle = (name: string): string => `${/^[aeio]/i.test(name) ? "an" : "a"} ${toNounPhrase(name)}`;
